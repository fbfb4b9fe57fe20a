"""What the contract needs of an incentive mechanism."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier, ErrorCount
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.declarations import Component
from cmlabm.errors import InputError, class_of
from cmlabm.mechanisms.expiry import ExpiryTo

type Amounts = NDArray[np.int64]
"""Amounts in units, of several submissions; a single one, as a plain integer, will do as well."""


type VerifiedCounts = Literal["all", "taught"]
"""Which refunds count as verifications: all, or of what the classifier got wrong when it came."""


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


class Split(NamedTuple):
    """Where the money goes when others take from submissions; what is left can still be claimed.

    Attributes:
        taker: what the taker gets of each, shape (submissions,).
        sender: what goes back to the sender of each; None where nothing ever does.
        burnt: what is destroyed of each; None where nothing ever is.
    """

    taker: Amounts
    sender: Amounts | None = None
    burnt: Amounts | None = None


LEARNT = "learnt"
"""The lesson of a submission that the model has learnt."""

WAITING = "waiting"
"""The lesson of a submission about which nothing is decided yet."""


class Record(Protocol):
    """The accepted submissions as columns, in the order in which they came."""

    @property
    def time_s(self) -> Sequence[int]:
        """When each came, in seconds."""

    @property
    def sender(self) -> Sequence[int]:
        """The account that sent each."""

    @property
    def label(self) -> Sequence[int]:
        """The label submitted with each."""

    @property
    def deposit(self) -> Sequence[int]:
        """The deposit of each in units."""

    @property
    def row(self) -> Sequence[Row]:
        """The features of each."""

    @property
    def lesson(self) -> Sequence[str]:
        """Whether the model has learnt each: ``LEARNT``, ``WAITING``, or else why not."""

    def __len__(self) -> int:
        """Return how many there are."""


class Fund(Protocol):
    """The money that a settlement may pay from while the market runs."""

    @property
    def available(self) -> int:
        """What can be paid now, in units: what is left of the bounty, and what was released."""

    def release(self, submission: int, now: int) -> int:
        """Add a submission's deposit, which waits for no claims, to what can be paid."""

    def pay(self, account: int, amount: int, now: int, submission: int = ...) -> None:
        """Pay an account, at most what is available."""

    def charge(self, account: int, amount: int, now: int, submission: int = ...) -> int:
        """Take money from an account, at most all it has, and return how much that was."""


@dataclass(frozen=True, eq=False)
class Opening:
    """What a settlement has to work with over a market.

    Attributes:
        classifier: the shared model before the first submission; it goes on learning.
        test: the hidden test set.
        errors: how many of the test samples the classifier gets wrong, whenever asked.
        root: the root set; of no samples unless the mechanism or the admission needs one.
        classes: how many classes there are.
        submissions: all that are accepted, as they come.
        fund: the money that can be paid while the market runs.
        rng: a stream of its own.
        teach: a function that teaches a model, for instance a copy of the first, a submission by
            its number, as the admission does, and says whether a prediction may differ.
    """

    classifier: Classifier
    test: Samples
    errors: ErrorCount
    root: Samples
    classes: int
    submissions: Record
    fund: Fund
    rng: np.random.Generator
    teach: Callable[[Classifier, int], bool]


@dataclass(frozen=True)
class Closing:
    """How a settlement ends a market; what it leaves in escrow goes back to the sponsor.

    Attributes:
        payouts: what each account gets, in units.
        classifier: the final model.
    """

    payouts: Mapping[int, int]
    classifier: Classifier


class Settlement:
    """What a mechanism does over the course of one market, beside its rules for single calls.

    This one does nothing. A mechanism that pays at the end returns its own from ``opened``.
    """

    def accepted(self, submission: int, changed: bool) -> None:
        """Note that a submission was accepted, and whether any prediction may have changed."""

    def claimed(self, submission: int, account: int, reason: str, amount: int) -> None:
        """Note that an account was paid for a submission: by "refund", "take" or "expiry"."""

    def visited(self, account: int, now: int) -> None:
        """Note that a contributor woke and has claimed what it can."""

    def midnight(self, now: int) -> None:
        """Note that a day ends, before the accuracy is published."""

    def closed(
        self,
        submissions: Record,  # noqa: ARG002
        left: Sequence[int],  # noqa: ARG002
        test: Samples,  # noqa: ARG002
    ) -> Closing | None:
        """Return how the market ends; None if there is nothing to settle.

        Args:
            submissions: all that were accepted.
            left: how much of the deposit of each the contract still holds, in units.
            test: the hidden test set, which is now revealed.
        """
        return None


class Mechanism(Component, ABC):
    """Payment rules as pure functions of plain values: amounts in units, times in seconds.

    A mechanism is a frozen dataclass; its parameters are fields made by
    ``cmlabm.declarations.parameter``. What it needs to remember over a market is in the
    ``Settlement`` that ``opened`` returns.

    Attributes:
        id: what it is called in parameters; never changes.
        display_name: what it is called in tables and figures.
        formula: its rule, in one line.
        source: where it was published, or what it is derived from.
        awaits_claims: whether a submission waits until somebody claims from it.
        needs_money: whether there must be money left to claim; without, samples are verified all
            the same.
        lets_take: whether others can take from a submission that the classifier disagrees with.
        bounty: what a sponsor puts into escrow when the market opens, in units.
        label_window: how many of the last labels the price depends on.
        bankrupt_may_claim: whether a contributor without money comes back to claim its deposits.
        verified_counts: which refunded samples count as verified: "all", or those that "taught",
            which the classifier got wrong when they came.
        expiry_to: who gets what is left of a deposit when it expires.
    """

    id: ClassVar[str]
    display_name: ClassVar[str]
    formula: ClassVar[str]
    source: ClassVar[str]
    awaits_claims: ClassVar[bool] = True
    needs_money: ClassVar[bool] = True
    lets_take: ClassVar[bool] = True
    bounty: int = 0
    label_window: int = 0
    bankrupt_may_claim: bool = False
    verified_counts: VerifiedCounts = "all"
    expiry_to: ExpiryTo = "first"

    @property
    def least_deposit(self) -> int:
        """What a submission costs at least: who has less can never submit."""
        return 0

    @property
    def needs_root(self) -> bool:
        """Whether the contract has to set a root set aside for it."""
        return False

    def opened(self, market: Opening) -> Settlement:  # noqa: ARG002
        """Return what is to be done over a market that opens now."""
        return Settlement()

    @abstractmethod
    def required_deposit(self, waited: int, standing: Standing) -> int:
        """Return what a submission costs, some seconds (1 or more) after the last accepted one."""

    def locked(self, required: int, offer: int) -> int:  # noqa: ARG002
        """Return how much of an offer, which is at least what is required, is held as a deposit."""
        return required

    def refundable_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be refunded or taken now."""
        return now

    def expired_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be free for anybody now."""
        return now

    def take(
        self,
        deposit: Amounts,  # noqa: ARG002
        claimable: Amounts,  # noqa: ARG002
        verified: int,  # noqa: ARG002
        all_verified: int,  # noqa: ARG002
    ) -> Split:
        """Return where the money goes when a contributor takes from submissions of others.

        To be defined by every mechanism that ``lets_take``; no other is asked.

        Args:
            deposit: what the senders deposited, shape (submissions,). The built-in mechanisms are
                also asked about single submissions, in plain integers.
            claimable: what is left of it, which is the most that can be given away.
            verified: how many verified samples the taker has, at least 1.
            all_verified: how many all contributors have together.

        Raises:
            InputError: the mechanism lets others take and does not say what.
        """
        raise InputError(f"{class_of(self)}: must define take, or have lets_take = False")
