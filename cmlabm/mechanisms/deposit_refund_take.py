"""Deposit, refund, take: the rules by which honest data earns and bad data pays."""

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from typing import ClassVar, Literal

from cmlabm.declarations import parameter
from cmlabm.mechanisms.claim_times import ClaimTimes
from cmlabm.mechanisms.interface import Amounts, Split, Standing
from cmlabm.units import UNITS_PER_TOKEN, to_units


@dataclass(frozen=True, kw_only=True)
class DepositRefundTake(ClaimTimes):
    """Deposits go back to senders whom the model agrees with later, and to others if it does not.

    Amounts are in units, times in seconds. Source: Harris & Waggoner 2019 (arXiv 1907.07247), with
    the parameters of Ding & Hu 2022 (arXiv 2209.05017).

    Attributes:
        cost_weight: scales the required deposit.
        minimum_deposit: the least that is ever required.
        lock: whether what is required is held ("cost") or all that was offered ("offer").
        bankrupt_may_claim: whether a contributor without money comes back to claim its deposits.
        verified_counts: which refunded samples count as verified: "all", or those that "taught",
            which the classifier got wrong when they came.
        expiry_to: who gets what is left of a deposit when it expires: whoever asks "first", its
            "sender", nobody ("burnt"), or all by their shares of the "verified" samples.
        maximum_deposit: the most that is ever required; 0 for no such limit.
    """

    id: ClassVar[str] = "deposit-refund-take"
    display_name: ClassVar[str] = "Deposit, refund, take"
    formula: ClassVar[str] = "deposit = max(minimum, ⌊w·60/⌊√t⌋⌋); take = ⌊deposit·n/N⌋"
    source: ClassVar[str] = "Harris & Waggoner 2019, arXiv 1907.07247; Ding & Hu 2022"

    cost_weight: float = parameter(1.0, "scales the required deposit", ge=0, le=1e6)
    minimum_deposit: int = parameter(
        1.0, "least required deposit", unit="tokens", converted=to_units, ge=1e-6, le=1e6
    )
    lock: Literal["cost", "offer"] = parameter(
        "cost",
        "what is held as a deposit: what is required, or all that was offered",
        choices=("cost", "offer"),
    )
    bankrupt_may_claim: bool = parameter(
        False, "whether a contributor without money comes back to claim its deposits"
    )
    verified_counts: Literal["all", "taught"] = parameter(
        "all",
        "which refunded samples count as verified: all, or those that the model got wrong at first",
        choices=("all", "taught"),
    )
    expiry_to: Literal["first", "sender", "burnt", "verified"] = parameter(
        "first",
        "who gets what is left of an expired deposit: who asks first, its sender, nobody, or all by"
        " their shares of the verified samples",
        choices=("first", "sender", "burnt", "verified"),
    )
    maximum_deposit: int = parameter(
        0.0,
        "most required deposit; 0: no limit",
        unit="tokens",
        converted=to_units,
        ge=0,
        le=1e6,
    )

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse a maximum below the minimum."""
        super().check(parameters)
        rules = cls.from_parameters(parameters)
        if 0 < rules.maximum_deposit < rules.minimum_deposit:
            raise ValueError(
                f"maximum_deposit = {rules.maximum_deposit / UNITS_PER_TOKEN:g}: must be 0 (no"
                f" limit) or not less than minimum_deposit ="
                f" {rules.minimum_deposit / UNITS_PER_TOKEN:g}"
            )

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return what a submission costs, whoever sends it."""
        return self.within_limits(self.base_deposit(waited))

    def within_limits(self, price: int) -> int:
        """Return a price that is at least the minimum, and at most the maximum if there is one.

        Example:
            >>> rules = DepositRefundTake(minimum_deposit=2, maximum_deposit=5)
            >>> [rules.within_limits(price) for price in (1, 3, 60)]
            [2, 3, 5]
        """
        price = max(self.minimum_deposit, price)
        return min(price, self.maximum_deposit) if self.maximum_deposit else price

    def base_deposit(self, waited: int) -> int:
        """Return ``max(minimum, floor(cost_weight * 60 / floor(sqrt(waited))))`` in whole tokens.

        Args:
            waited: seconds since the last accepted submission, at least 1.

        Example:
            >>> rules = DepositRefundTake()
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

    def take(self, deposit: Amounts, claimable: Amounts, verified: int, all_verified: int) -> Split:
        """Give the taker ``deposit * verified / all_verified`` rounded down.

        It gets all that is claimable if this is nothing or more than is claimable.

        Example:
            >>> rules = DepositRefundTake()
            >>> import numpy as np
            >>> rules.take(np.array([10, 10, 2]), np.array([10, 2, 2]), 1, 3).taker
            array([3, 2, 2])
        """
        whole, rest = divmod(deposit, all_verified)  # deposit * verified might overflow
        share = whole * verified + rest * verified // all_verified
        is_paid = (share > 0) & (share <= claimable)
        return Split(claimable + (share - claimable) * is_paid)


@lru_cache(maxsize=4096)
def _whole_tokens(cost_weight: float, root: int) -> int:
    cost = round(cost_weight * 60 / root, 9)  # 2.05 * 60 is 123, not 122.99…
    return int(cost) * UNITS_PER_TOKEN
