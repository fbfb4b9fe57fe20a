"""Deposits that depend on how mixed the recent labels are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import ClassVar

from cmlabm.declarations import parameter
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Standing


@dataclass(frozen=True, kw_only=True)
class DiversityCost(DepositRefundTake):
    """Deposit, refund, take with a deposit divided by the entropy of the recent labels.

    The entropy H, in units of that of two even classes (bits), is that of the last labels
    together with the one to be sent, so that a rare label, which raises it, is cheaper than a
    common one. The divisor is at least ``floor``, and the deposit at least the minimum.

    Attributes:
        label_window: how many of the last labels count.
        floor: the least divisor.

    Example:
        >>> rules = DiversityCost(label_window=3)
        >>> common, rare = Standing(0, 0, [0, 0, 0, 0]), Standing(0, 0, [0, 0, 0, 1])
        >>> [round(rules.required_deposit(1, s) / 1_000_000, 1) for s in (common, rare)]
        [600.0, 74.0]
    """

    id: ClassVar[str] = "diversity-cost"
    display_name: ClassVar[str] = "Cheaper for rare labels"
    formula: ClassVar[str] = "deposit = max(minimum, ⌊base/max(floor, H(labels))⌋), H in bits"
    source: ClassVar[str] = "cmlabm: Shannon's entropy on the deposit of Harris & Waggoner 2019"

    label_window: int = parameter(
        100,
        "how many of the last labels count",
        name="diversity_window",
        unit="labels",
        ge=1,
        le=10_000,
    )
    floor: float = parameter(
        0.1,
        "the least that the deposit is divided by",
        name="diversity_floor",
        unit="bits",
        ge=1e-6,
        le=10,
    )

    def required_deposit(self, waited: int, standing: Standing) -> int:
        """Return what a submission with the last of the labels costs."""
        divisor = max(self.floor, entropy(standing.labels))
        price = round(self.base_deposit(waited) / divisor, 3)  # 7 / 0.07 is 100, not 99.99…
        return self.within_limits(int(price))


def entropy(labels: Sequence[int]) -> float:
    """Return the entropy of the labels' shares in bits (Shannon 1948); 0 for none.

    Example:
        >>> entropy([0, 1, 0, 1]), entropy([2, 2])
        (1.0, 0.0)
    """
    size = len(labels)
    counts = Counter(labels).values()
    return sum(-count / size * log2(count / size) for count in counts) + 0.0
