"""Deposits that fall with the sender's reputation."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Standing


@dataclass(frozen=True, kw_only=True)
class ReputationCost(DepositRefundTake):
    """Deposit, refund, take with a deposit that falls with the sender's share of verified samples.

    Who has n of all N verified samples deposits ``base * (1 - n / N)``, rounded down to a unit
    and at least the minimum. A newcomer pays the full price.

    Example:
        >>> rules = ReputationCost()
        >>> [rules.required_deposit(1, Standing(n, 4, [])) // 1_000_000 for n in (0, 1, 4)]
        [60, 45, 1]
    """

    id: ClassVar[str] = "reputation-cost"
    display_name: ClassVar[str] = "Cheaper with reputation"
    formula: ClassVar[str] = "deposit = max(minimum, ⌊base·(1 - n/N)⌋); base and takes as in DRT"
    source: ClassVar[str] = "cmlabm, on the deposit of Harris & Waggoner 2019"

    def required_deposit(self, waited: int, standing: Standing) -> int:
        """Return what a submission costs its sender."""
        base = self.base_deposit(waited)
        if standing.all_verified:
            unknown = standing.all_verified - standing.verified
            base = base * unknown // standing.all_verified
        return self.within_limits(base)
