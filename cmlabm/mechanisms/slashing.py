"""Slashing: bad data is reported, and part of its deposit destroyed."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cmlabm.declarations import parameter
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Amounts, Split
from cmlabm.units import MILLION, to_ppm


@dataclass(frozen=True, kw_only=True)
class Slashing(DepositRefundTake):
    """Deposit and refund; the first to report a sample that the classifier disagrees with ends it.

    Of the deposit a share is burnt, a share goes to the reporter (who needs a verified sample),
    and the rest back to the sender. Who reports itself from another address loses what is burnt,
    which takes cannot prevent.

    Attributes:
        burnt_ppm: the share of the deposit that is destroyed, in parts per million.
        reporter_ppm: the share that the reporter gets, in parts per million.

    Example:
        >>> rules = Slashing(burnt_ppm=500_000, reporter_ppm=250_000)
        >>> deposit = np.array([10])
        >>> rules.take(deposit, claimable=deposit, verified=1, all_verified=3)
        Split(taker=array([2]), sender=array([3]), burnt=array([5]))
    """

    id: ClassVar[str] = "slashing"
    display_name: ClassVar[str] = "Slashing"
    formula: ClassVar[str] = "report: ⌊b·deposit⌋ burnt, ⌊r·deposit⌋ to the reporter, rest back"
    source: ClassVar[str] = "slashing of stakes (Buterin & Griffith 2017, arXiv 1710.09437)"

    burnt_ppm: int = parameter(
        0.5,
        "share of a reported deposit that is burnt",
        name="slashing_burnt_share",
        converted=to_ppm,
        ge=0,
        le=1,
    )
    reporter_ppm: int = parameter(
        0.25,
        "share of a reported deposit that goes to the reporter",
        name="slashing_reporter_share",
        converted=to_ppm,
        ge=0,
        le=1,
    )

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse shares that are together more than the deposit."""
        super().check(parameters)
        rules = cls.from_parameters(parameters)
        if rules.burnt_ppm + rules.reporter_ppm > MILLION:
            raise ValueError(
                f"slashing_burnt_share = {rules.burnt_ppm / MILLION:g}: must be at most 1 together"
                f" with slashing_reporter_share = {rules.reporter_ppm / MILLION:g}"
            )

    def take(
        self,
        deposit: Amounts,
        claimable: Amounts,
        verified: int,  # noqa: ARG002
        all_verified: int,  # noqa: ARG002
    ) -> Split:
        """Give the reporter its share of the deposit, burn another, and give the rest back."""
        reward = np.minimum(claimable, _part(deposit, self.reporter_ppm))
        left = claimable - reward
        burnt = np.minimum(left, _part(deposit, self.burnt_ppm))
        return Split(reward, left - burnt, burnt)


def _part(deposit: Amounts, ppm: int) -> Amounts:
    """Return a share of deposits, rounded down."""
    whole, rest = np.divmod(deposit, MILLION)  # deposit * ppm might overflow
    part: Amounts = whole * ppm + rest * ppm // MILLION
    return part
