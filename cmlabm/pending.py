"""The submissions that still hold money, and what the classifier says of them now."""

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Watch
from cmlabm.data.dataset import Row


class Pending:
    """A window on the accepted submissions, in their order, from which closed ones are dropped.

    Positions in the window hold until the next ``add``.

    Attributes:
        numbers: the submission at each position, shape (window,), increasing.
        time_s: when it came, in seconds.
        sender: the account that sent it.
        label: the label submitted with it.
        is_open: whether it still holds money.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._window = np.zeros((4, 256), dtype=np.int64)
        self._is_open = np.zeros(256, dtype=np.bool)
        self._size = 0
        self._open_count = 0

    def __len__(self) -> int:
        """Return how many submissions still hold money."""
        return self._open_count

    @property
    def numbers(self) -> NDArray[np.int64]:
        return self._window[0, : self._size]

    @property
    def time_s(self) -> NDArray[np.int64]:
        return self._window[1, : self._size]

    @property
    def sender(self) -> NDArray[np.int64]:
        return self._window[2, : self._size]

    @property
    def label(self) -> NDArray[np.int64]:
        return self._window[3, : self._size]

    @property
    def is_open(self) -> NDArray[np.bool]:
        return self._is_open[: self._size]

    def add(self, number: int, time_s: int, sender: int, label: int, row: Row) -> None:
        """Add the newest submission."""
        if self._size == len(self._is_open):
            self._make_room()
        self._window[:, self._size] = (number, time_s, sender, label)
        self._is_open[self._size] = True
        self._size += 1
        self._open_count += 1
        self._watch.add(row)

    def close(self, positions: NDArray[np.intp]) -> None:
        """Note that nothing is left to claim at some positions, all of them open until now."""
        self._is_open[positions] = False
        self._open_count -= len(positions)

    def sent_before(self, time_s: int) -> int:
        """Return how many positions, from the first on, hold submissions sent before a time."""
        return int(self.time_s.searchsorted(time_s))

    def positions(self, numbers: list[int]) -> NDArray[np.intp]:
        """Return where submissions that still hold money stand."""
        return self.numbers.searchsorted(numbers)

    def agrees(self, count: int) -> NDArray[np.bool]:
        """Return whether the classifier now predicts the submitted label, shape (count,)."""
        return self._watch.predictions(count) == self.label[:count]

    def _make_room(self) -> None:
        keep = np.flatnonzero(self.is_open)
        self._watch.keep(keep)
        capacity = len(self._is_open)
        if len(keep) > capacity // 2:
            capacity *= 2
        window = np.zeros((4, capacity), dtype=np.int64)
        window[:, : len(keep)] = self._window[:, keep]
        self._window = window
        self._size = len(keep)
        self._is_open = np.arange(capacity) < self._size
