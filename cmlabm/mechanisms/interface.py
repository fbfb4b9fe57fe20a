"""What the contract needs of an incentive mechanism."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters


class Standing(NamedTuple):
    """What the contract knows of a sender and of the labels sent lately.

    Attributes:
        verified: how many of the sender's samples were verified.
        all_verified: how many of all contributors together.
        labels: the labels last accepted, oldest first (as many as ``Mechanism.label_window``),
            and behind them the one to be sent now.
    """

    verified: int
    all_verified: int
    labels: Sequence[int]


type Amounts = NDArray[np.int64]
"""Amounts in units, of several submissions; a single one, as a plain integer, will do as well."""


class Mechanism(ABC):
    """Payment rules as pure functions of plain values: amounts in units, times in seconds.

    Attributes:
        id: what it is called in parameters; never changes.
        display_name: what it is called in tables and figures.
        formula: its rule, in one line.
        source: where it was published, or what it is derived from.
        parameters: the fields of ``Parameters`` that matter to it.
        awaits_claims: whether a submission waits until somebody claims from it.
        needs_money: whether there must be money left to claim; without, samples are verified all
            the same.
        lets_take: whether others can take from a submission that the classifier disagrees with.
        slashes: whether the first take ends a submission, and part of its deposit is burnt.
        label_window: how many of the last labels the price depends on.
        bankrupt_may_claim: whether who has no money left comes back for its deposits.
    """

    id: ClassVar[str]
    display_name: ClassVar[str]
    formula: ClassVar[str]
    source: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]] = ()
    awaits_claims: ClassVar[bool] = True
    needs_money: ClassVar[bool] = True
    lets_take: ClassVar[bool] = True
    slashes: ClassVar[bool] = False
    label_window: int = 0
    bankrupt_may_claim: bool = False

    @classmethod
    def from_parameters(cls, parameters: "Parameters") -> Self:
        """Return the mechanism with the parameters of a run."""
        return cls(**cls.terms(parameters))

    @classmethod
    def terms(cls, parameters: "Parameters") -> dict[str, Any]:  # noqa: ARG003
        """Return the arguments that make the mechanism with the parameters of a run."""
        return {}

    @abstractmethod
    def required_deposit(self, waited: int, standing: Standing) -> int:
        """Return what a submission costs, some seconds (1 or more) after the last accepted one."""

    @property
    def least_deposit(self) -> int:
        """What a submission costs at least: who has less can never submit."""
        return 0

    def locked(self, required: int, offer: int) -> int:  # noqa: ARG002
        """Return how much of an offer, which is at least what is required, is held as a deposit."""
        return required

    def ripe_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be refunded or taken now."""
        return now

    def expired_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be free for anybody now."""
        return now

    def take(
        self, deposit: Amounts, claimable: Amounts, verified: int, all_verified: int
    ) -> Amounts:
        """Return what a contributor gets of submissions that it takes from, shape (submissions,).

        Only where ``lets_take``.

        Args:
            deposit: what the senders deposited, shape (submissions,).
            claimable: what is left of it, which is the most that can be taken.
            verified: how many verified samples the taker has, at least 1.
            all_verified: how many all contributors have together.
        """
        raise TypeError(f"{self.id} lets nobody take: {deposit, claimable, verified, all_verified}")

    def slashed(self, deposit: Amounts, left: Amounts) -> tuple[Amounts, Amounts]:
        """Return how much of what a taker left goes back to the senders, and how much is burnt.

        Only where ``slashes``.

        Args:
            deposit: what the senders deposited, shape (submissions,).
            left: what is left of it.
        """
        raise TypeError(f"{self.id} slashes nothing: {deposit, left}")
