"""Deposit, refund, take: the rules by which honest data earns and bad data pays."""

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING, ClassVar, Self

from cmlabm.ledger import UNITS_PER_TOKEN, to_units

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters


@dataclass(frozen=True, slots=True)
class DepositRefundTake:
    """Payment rules as pure functions of plain values. Amounts are in units, times in seconds.

    Source: Harris & Waggoner 2019 (arXiv 1907.07247), with the parameters of
    Ding & Hu 2022 (arXiv 2209.05017).

    Attributes:
        cost_weight: scales the required deposit.
        minimum_deposit: the least that is ever required.
        refund_time: how long a submission waits before it can be claimed from.
        claim_time: when all that is left goes to whoever asks first.
    """

    id: ClassVar[str] = "deposit-refund-take"
    display_name: ClassVar[str] = "Deposit, refund, take"

    cost_weight: float
    minimum_deposit: int
    refund_time: int
    claim_time: int

    @classmethod
    def from_parameters(cls, parameters: "Parameters") -> Self:
        """Return the mechanism with the parameters of a run."""
        return cls(
            parameters.cost_weight,
            to_units(parameters.minimum_deposit),
            parameters.refund_time_s,
            parameters.claim_time_s,
        )

    def required_deposit(self, waited: int) -> int:
        """Return ``max(minimum, floor(cost_weight * 60 / floor(sqrt(waited))))`` in whole tokens.

        Args:
            waited: seconds since the last accepted submission, at least 1.

        Example:
            >>> rules = DepositRefundTake(1.0, 1_000_000, 86_400, 777_600)
            >>> [rules.required_deposit(waited) // 1_000_000 for waited in (1, 8, 600, 3600)]
            [60, 30, 2, 1]
        """
        cost = round(self.cost_weight * 60 / isqrt(waited), 9)  # 1.15 * 60 is 69, not 68.99…
        tokens = int(cost)
        return max(self.minimum_deposit, tokens * UNITS_PER_TOKEN)

    def ripe_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be refunded or taken now."""
        return now - self.refund_time

    def expired_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be free for anybody now."""
        return now - self.claim_time + 1

    @staticmethod
    def share(deposit: int, claimable: int, verified: int, all_verified: int) -> int:
        """Return what a taker gets from a submission.

        That is ``deposit * verified / all_verified`` rounded down; all that is claimable if this
        is nothing or more than is claimable.

        Args:
            deposit: what the sender deposited.
            claimable: what is left of it.
            verified: how many verified samples the taker has, at least 1.
            all_verified: how many all contributors have together.

        Example:
            >>> DepositRefundTake.share(10, 10, 1, 3), DepositRefundTake.share(10, 2, 1, 3)
            (3, 2)
        """
        share = deposit * verified // all_verified
        return share if 0 < share <= claimable else claimable
