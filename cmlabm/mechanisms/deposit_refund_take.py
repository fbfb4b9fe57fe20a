"""Deposit, refund, take: the rules by which honest data earns and bad data pays."""

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from cmlabm.ledger import UNITS_PER_TOKEN, to_units
from cmlabm.mechanisms.interface import Amounts, Mechanism, Standing

if TYPE_CHECKING:
    from cmlabm.parameters import Parameters


@dataclass(frozen=True)
class DepositRefundTake(Mechanism):
    """Payment rules as pure functions of plain values. Amounts are in units, times in seconds.

    Source: Harris & Waggoner 2019 (arXiv 1907.07247), with the parameters of
    Ding & Hu 2022 (arXiv 2209.05017).

    Attributes:
        cost_weight: scales the required deposit.
        minimum_deposit: the least that is ever required.
        refund_time: how long a submission waits before it can be claimed from.
        claim_time: when all that is left goes to whoever asks first.
        lock: whether what is required is held ("cost") or all that was offered ("offer").
        bankrupt_may_claim: whether who has no money left comes back for its deposits.
    """

    id: ClassVar[str] = "deposit-refund-take"
    display_name: ClassVar[str] = "Deposit, refund, take"
    formula: ClassVar[str] = "deposit = max(minimum, ⌊w·60/⌊√t⌋⌋); take = ⌊deposit·n/N⌋"
    source: ClassVar[str] = "Harris & Waggoner 2019, arXiv 1907.07247; Ding & Hu 2022"
    parameters: ClassVar[tuple[str, ...]] = (
        "cost_weight",
        "minimum_deposit",
        "refund_time_s",
        "claim_time_s",
        "lock",
        "bankrupt_may_claim",
    )

    cost_weight: float
    minimum_deposit: int
    refund_time: int
    claim_time: int
    lock: Literal["cost", "offer"] = "cost"
    bankrupt_may_claim: bool = False

    @classmethod
    def terms(cls, parameters: "Parameters") -> dict[str, Any]:
        """Return the arguments that make the mechanism with the parameters of a run."""
        return {
            "cost_weight": parameters.cost_weight,
            "minimum_deposit": to_units(parameters.minimum_deposit),
            "refund_time": parameters.refund_time_s,
            "claim_time": parameters.claim_time_s,
            "lock": parameters.lock,
            "bankrupt_may_claim": parameters.bankrupt_may_claim,
        }

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return what a submission costs, whoever sends it."""
        return self.base_deposit(waited)

    def base_deposit(self, waited: int) -> int:
        """Return ``max(minimum, floor(cost_weight * 60 / floor(sqrt(waited))))`` in whole tokens.

        Args:
            waited: seconds since the last accepted submission, at least 1.

        Example:
            >>> rules = DepositRefundTake(1.0, 1_000_000, 86_400, 777_600)
            >>> [rules.base_deposit(waited) // 1_000_000 for waited in (1, 8, 600, 3600)]
            [60, 30, 2, 1]
        """
        return max(self.minimum_deposit, _whole_tokens(self.cost_weight, isqrt(waited)))

    @property
    def least_deposit(self) -> int:
        """The minimum deposit."""
        return self.minimum_deposit

    def locked(self, required: int, offer: int) -> int:
        """Return what is required, or all that was offered where ``lock`` says so."""
        return offer if self.lock == "offer" else required

    def ripe_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be refunded or taken now."""
        return now - self.refund_time

    def expired_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be free for anybody now."""
        return now - self.claim_time + 1

    def take(
        self, deposit: Amounts, claimable: Amounts, verified: int, all_verified: int
    ) -> Amounts:
        """Give the taker ``deposit * verified / all_verified`` rounded down.

        It gets all that is claimable if this is nothing or more than is claimable.

        Example:
            >>> rules = DepositRefundTake(1.0, 1_000_000, 86_400, 777_600)
            >>> rules.take(np.array([10, 10, 2]), np.array([10, 2, 2]), 1, 3)
            array([3, 2, 2])
        """
        whole, rest = np.divmod(deposit, all_verified)  # deposit * verified might overflow
        share = whole * verified + rest * verified // all_verified
        return np.where((share > 0) & (share <= claimable), share, claimable)


@lru_cache(maxsize=4096)
def _whole_tokens(cost_weight: float, root: int) -> int:
    cost = round(cost_weight * 60 / root, 9)  # 2.05 * 60 is 123, not 122.99…
    return int(cost) * UNITS_PER_TOKEN
