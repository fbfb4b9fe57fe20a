"""Whether a difference is small enough to call it none: two one-sided tests (Schuirmann 1987)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.weightstats import DescrStatsW


@dataclass(frozen=True)
class Equivalence:
    """Whether a mean lies within a margin around zero.

    Attributes:
        n: how many values.
        mean: their mean.
        low, high: its 90 % interval; two one-sided tests at 5 % succeed when it is within
            the margin.
        margin: the margin.
        p: of the two one-sided tests, the larger.
        note: what cannot be concluded.
    """

    n: int
    margin: float
    mean: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan
    note: str = ""

    @property
    def within(self) -> bool:
        """Whether the mean is shown to be within the margin."""
        return not self.note and -self.margin < self.low and self.high < self.margin

    @property
    def beyond(self) -> bool:
        """Whether the mean is shown to be outside of the margin."""
        return not self.note and (self.low > self.margin or self.high < -self.margin)


def equivalence(values: NDArray[np.float64], margin: float) -> Equivalence:
    """Test whether the mean of some values, such as differences of pairs, is practically zero.

    Example:
        >>> equivalence(np.array([0.001, -0.002, 0.0, 0.002]), margin=0.01).within
        True
        >>> equivalence(np.array([0.1, -0.2, 0.0, 0.2]), margin=0.01).within
        False
    """
    if len(values) < 2:
        return Equivalence(len(values), margin, note=f"{len(values)} run(s) are too few to test")
    if not values.any():  # the same run twice, to the last sample: nothing is left to chance
        return Equivalence(len(values), margin, 0.0, 0.0, 0.0, 0.0)
    if np.ptp(values) == 0:
        note = f"all {len(values)} values are {values[0]:g}: without spread there is no test"
        return Equivalence(len(values), margin, float(values[0]), note=note)
    described = DescrStatsW(values)
    low, high = described.tconfint_mean(alpha=0.1)
    p = described.ttost_mean(-margin, margin)[0]
    return Equivalence(
        len(values), margin, float(described.mean), float(low), float(high), float(p)
    )
