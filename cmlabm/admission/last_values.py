"""The last of many values, in their order of size, so that a quantile is at hand."""

from bisect import bisect_left, insort
from collections import deque


class LastValues:
    """The last values that were added, at most so many.

    Example:
        >>> last = LastValues(most=3)
        >>> for value in (9.0, 1.0, 3.0, 2.0):
        ...     last.add(value)
        >>> len(last), last.quantile(0.7)
        (3, 2.0)
    """

    def __init__(self, most: int) -> None:
        self._recent: deque[float] = deque()
        self._sorted: list[float] = []
        self._most = most

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._sorted)

    def add(self, value: float) -> None:
        """Add a value, and drop the oldest if there are too many."""
        if len(self._recent) == self._most:
            del self._sorted[bisect_left(self._sorted, self._recent.popleft())]
        self._recent.append(value)
        insort(self._sorted, value)

    def quantile(self, share: float) -> float:
        """Return the largest of the lowest values that are at most this share, or the lowest."""
        return self._sorted[max(0, int(share * len(self._sorted)) - 1)]
