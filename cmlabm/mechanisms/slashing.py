"""Slashing: bad data is reported, and part of its deposit destroyed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Amounts

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters

MILLION = 1_000_000


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
        >>> rules = Slashing(1.0, 1, 1, 9, burnt_ppm=500_000, reporter_ppm=250_000)
        >>> deposit = np.array([10])
        >>> reward = rules.take(deposit, claimable=deposit, verified=1, all_verified=3)
        >>> reward, rules.slashed(deposit, left=deposit - reward)
        (array([2]), (array([3]), array([5])))
    """

    id: ClassVar[str] = "slashing"
    display_name: ClassVar[str] = "Slashing"
    formula: ClassVar[str] = "report: ⌊b·deposit⌋ burnt, ⌊r·deposit⌋ to the reporter, rest back"
    source: ClassVar[str] = "slashing of stakes (Buterin & Griffith 2017, arXiv 1710.09437)"
    parameters: ClassVar[tuple[str, ...]] = (
        *DepositRefundTake.parameters,
        "slashing_burnt_share",
        "slashing_reporter_share",
    )

    slashes: ClassVar[bool] = True

    burnt_ppm: int
    reporter_ppm: int

    @classmethod
    def terms(cls, parameters: "Parameters") -> dict[str, Any]:
        """Return the arguments that make the mechanism; shares are rounded to a millionth."""
        return super().terms(parameters) | {
            "burnt_ppm": round(parameters.slashing_burnt_share * MILLION),
            "reporter_ppm": round(parameters.slashing_reporter_share * MILLION),
        }

    def take(
        self,
        deposit: Amounts,
        claimable: Amounts,
        verified: int,  # noqa: ARG002
        all_verified: int,  # noqa: ARG002
    ) -> Amounts:
        """Give the reporter its share of the deposit."""
        return np.minimum(claimable, _part(deposit, self.reporter_ppm))

    def slashed(self, deposit: Amounts, left: Amounts) -> tuple[Amounts, Amounts]:
        """Burn the share that is to be burnt, and give the rest back."""
        burnt = np.minimum(left, _part(deposit, self.burnt_ppm))
        return left - burnt, burnt


def _part(deposit: Amounts, ppm: int) -> Amounts:
    """Return a share of deposits, rounded down."""
    whole, rest = np.divmod(deposit, MILLION)  # deposit * ppm might overflow
    part: Amounts = whole * ppm + rest * ppm // MILLION
    return part
