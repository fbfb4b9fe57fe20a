"""Slashing: bad data is reported, and part of its deposit destroyed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Amounts

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters


@dataclass(frozen=True, kw_only=True)
class Slashing(DepositRefundTake):
    """Deposit and refund; the first to report a sample that the classifier disagrees with ends it.

    Of the deposit a share is burnt, a share goes to the reporter (who needs a verified sample),
    and the rest back to the sender. Who reports itself from another address loses what is burnt,
    which takes cannot prevent.

    Attributes:
        burnt_share: the share of the deposit that is destroyed.
        reporter_share: the share that the reporter gets.

    Example:
        >>> rules = Slashing(1.0, 1, 1, 9, burnt_share=0.5, reporter_share=0.25)
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

    burnt_share: float
    reporter_share: float

    @classmethod
    def terms(cls, parameters: "Parameters") -> dict[str, Any]:
        """Return the arguments that make the mechanism with the parameters of a run."""
        return super().terms(parameters) | {
            "burnt_share": parameters.slashing_burnt_share,
            "reporter_share": parameters.slashing_reporter_share,
        }

    def take(
        self,
        deposit: Amounts,
        claimable: Amounts,
        verified: int,  # noqa: ARG002
        all_verified: int,  # noqa: ARG002
    ) -> Amounts:
        """Give the reporter its share of the deposit."""
        return np.minimum(claimable, _part(deposit, self.reporter_share))

    def slashed(self, deposit: Amounts, left: Amounts) -> tuple[Amounts, Amounts]:
        """Burn the share that is to be burnt, and give the rest back."""
        burnt = np.minimum(left, _part(deposit, self.burnt_share))
        return left - burnt, burnt


def _part(deposit: Amounts, share: float) -> Amounts:
    """Return a share of deposits, rounded down: 0.29 of 100 are 29, not 28 (28.999…)."""
    return np.floor(np.round(deposit * share, 6)).astype(np.int64)
