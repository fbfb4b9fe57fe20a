"""The submissions that still hold money, and what the classifier says of them now."""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Watch
from cmlabm.data.rows import Row

NOBODY = -1
MOST_CLOSED = 64
"""A small window may keep this many closed submissions before it is tidied."""


class Pending:
    """A window on the accepted submissions, in their order, from which closed ones are dropped.

    Positions in the window hold until the next ``add``.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._number = np.zeros(MOST_CLOSED, dtype=np.int64)
        self._time_s: list[int] = []
        self._sender = np.zeros(MOST_CLOSED, dtype=np.int32)
        self._label = np.zeros(MOST_CLOSED, dtype=np.int16)
        self._last_taker = np.zeros(MOST_CLOSED, dtype=np.int32)
        self._deposit = np.zeros(MOST_CLOSED, dtype=np.int64)
        self._claimable = np.zeros(MOST_CLOSED, dtype=np.int64)
        self._is_open = np.zeros(MOST_CLOSED, dtype=np.bool)
        self._size = 0
        self._open_count = 0
        self._drained = 0

    def __len__(self) -> int:
        """Return how many submissions still hold money."""
        return self._open_count

    def add(
        self, number: int, time_s: int, sender: int, label: int, deposit: int, row: Row
    ) -> None:
        """Add the newest submission, its whole deposit claimable."""
        if self._size == len(self._is_open):
            self._make_room()
        end = self._size
        self._number[end] = number
        self._time_s.append(time_s)
        self._sender[end] = sender
        self._label[end] = label
        self._last_taker[end] = NOBODY
        self._deposit[end] = self._claimable[end] = deposit
        self._is_open[end] = True
        self._watch.add(row)
        self._size += 1
        self._open_count += 1

    def money(self, positions: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the deposits of submissions at some positions, and what is left of them."""
        return self._deposit[positions], self._claimable[positions]

    def note_takes(self, positions: NDArray[np.intp], taker: int, left: NDArray[np.int64]) -> None:
        """Note who was the last to take from submissions, and how much it left of them."""
        self._last_taker[positions] = taker
        self._claimable[positions] = left

    def close(self, position: int) -> None:
        """Note that nothing is left to claim of the open submission at a position."""
        self._is_open[position] = False
        self._open_count -= 1

    def number(self, position: int) -> int:
        """Return which submission stands at a position."""
        return int(self._number[position])

    def numbers(self, positions: NDArray[np.intp]) -> list[int]:
        """Return which submissions stand at some positions."""
        numbers: list[int] = self._number[positions].tolist()
        return numbers

    def position(self, number: int) -> int:
        """Return where a submission that still holds money stands."""
        return int(self._number[: self._size].searchsorted(number))

    def sent_before(self, time_s: int) -> int:
        """Return how many positions, from the first on, hold submissions sent before a time."""
        return bisect_left(self._time_s, time_s)

    def next_open(self, time_s: int) -> int | None:
        """Return when the first of those that still hold money was sent, from a time on."""
        start = self.sent_before(time_s)
        positions = self._is_open[start : self._size]
        first = int(positions.argmax()) if len(positions) else 0
        return self._time_s[start + first] if len(positions) and positions[first] else None

    def open(self, count: int) -> list[int]:
        """Return the positions among the first ``count`` that still hold money."""
        if count <= self._drained:
            return []
        positions: list[int] = self._is_open[self._drained : count].nonzero()[0].tolist()
        if not positions:
            self._drained = count
        return [self._drained + position for position in positions]

    def claimable_by(
        self, account: int, start: int, end: int
    ) -> tuple[list[int], NDArray[np.intp]]:
        """Return where an account may claim, among the positions from ``start`` to ``end``.

        Returns:
            The positions of its own submissions that the classifier agrees with, and those of
            others' that it disagrees with, without those that the account was the last to take
            from.
        """
        own = self._sender[start:end] == account
        agrees = self._watch.predictions(start, end) == self._label[start:end]
        fresh = self._is_open[start:end] & (self._last_taker[start:end] != account)
        positions = ((own == agrees) & fresh).nonzero()[0]
        if not len(positions):
            return [], positions
        mine = own[positions]
        positions += start
        return positions[mine].tolist(), positions[~mine]

    def agrees(self, position: int) -> bool:
        """Return whether the classifier now predicts the label submitted at a position."""
        predicted = self._watch.predictions(position, position + 1)[0]
        return bool(predicted == self._label[position])

    def _make_room(self) -> None:
        keep = self._is_open[: self._size].nonzero()[0]
        self._watch.keep(keep)
        self._size = len(keep)
        self._drained = 0
        self._time_s = [self._time_s[position] for position in keep.tolist()]
        capacity = self._size + max(MOST_CLOSED, self._size // 4)
        for name in (
            "_number",
            "_sender",
            "_label",
            "_last_taker",
            "_deposit",
            "_claimable",
            "_is_open",
        ):
            old = getattr(self, name)
            new = np.zeros(capacity, dtype=old.dtype)
            new[: self._size] = old[keep]
            setattr(self, name, new)
