"""Slashing: bad data is reported, and part of its deposit destroyed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Taken

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
        >>> rules.take(deposit=10, claimable=10, verified=1, all_verified=3)
        (2, 3, 5)
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

    burnt_share: float
    reporter_share: float

    @classmethod
    def terms(cls, parameters: "Parameters") -> dict[str, Any]:
        """Return the arguments that make the mechanism with the parameters of a run."""
        return super().terms(parameters) | {
            "burnt_share": parameters.slashing_burnt_share,
            "reporter_share": parameters.slashing_reporter_share,
        }

    def take(self, deposit: int, claimable: int, verified: int, all_verified: int) -> Taken:  # noqa: ARG002
        """Split what is claimable, which is the whole deposit until somebody reports it."""
        burnt = min(claimable, _part(deposit, self.burnt_share))
        reward = min(claimable - burnt, _part(deposit, self.reporter_share))
        return reward, claimable - burnt - reward, burnt


def _part(deposit: int, share: float) -> int:
    """Return a share of a deposit, rounded down: 0.29 of 100 are 29, not 28 (28.999…)."""
    return int(round(deposit * share, 6))
