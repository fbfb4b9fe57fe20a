"""The submissions that wait for claims: what is left of them, and what the classifier says now."""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Watch
from cmlabm.data.rows import Row

MOST_CLOSED = 64
"""A small window may keep this many closed submissions before it is tidied."""

FEW = 3
"""So many positions are sooner looked at one by one than all at once."""


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
        self._deposit = np.zeros(MOST_CLOSED, dtype=np.int64)
        self._claimable = np.zeros(MOST_CLOSED, dtype=np.int64)
        self._is_open = np.zeros(MOST_CLOSED, dtype=np.bool)
        self._takers = np.zeros((1, MOST_CLOSED), dtype=np.uint8)
        """Who has taken from which: bit k of row j is account 8j + k."""
        self._size = 0
        self._open_count = 0
        self._drained = 0

    def __len__(self) -> int:
        """Return how many submissions wait for claims."""
        return self._open_count

    def make_room_for(self, account: int) -> None:
        """Have room to note what an account takes."""
        missing = account // 8 + 1 - len(self._takers)
        if missing > 0:
            self._takers = np.pad(self._takers, ((0, missing), (0, 0)))

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
        self._deposit[end] = self._claimable[end] = deposit
        self._is_open[end] = True
        self._takers[:, end] = 0
        self._watch.add(row)
        self._size += 1
        self._open_count += 1

    def money(self, positions: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the deposits of submissions at some positions, and what is left of them."""
        return self._deposit[positions], self._claimable[positions]

    def left(self, position: int) -> int:
        """Return what is left of the deposit of the submission at a position."""
        return int(self._claimable[position])

    def held(self) -> int:
        """Return what is left of all deposits together."""
        return int(self._claimable[: self._size] @ self._is_open[: self._size])

    def held_of(self, account: int) -> int:
        """Return what is left of an account's deposits."""
        own = (self._sender[: self._size] == account) & self._is_open[: self._size]
        return int(self._claimable[: self._size] @ own)

    def note_takes(self, positions: NDArray[np.intp], taker: int, left: NDArray[np.int64]) -> None:
        """Note that an account took from submissions, and how much it left of them."""
        self._takers[taker >> 3, positions] |= 1 << (taker & 7)
        self._claimable[positions] = left

    def has_taken(self, taker: int, position: int) -> bool:
        """Return whether an account took from the submission at a position."""
        return bool(self._takers[taker >> 3, position] >> (taker & 7) & 1)

    def close(self, position: int) -> None:
        """Note that the submission at a position waits no longer."""
        self._is_open[position] = False
        self._open_count -= 1

    def number(self, position: int) -> int:
        """Return which submission stands at a position."""
        return int(self._number[position])

    def numbers(self, positions: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return which submissions stand at some positions."""
        return self._number[positions]

    def senders(self, positions: NDArray[np.intp]) -> NDArray[np.int32]:
        """Return whose submissions stand at some positions."""
        return self._sender[positions]

    def position(self, number: int) -> int:
        """Return where a submission that waits for claims stands."""
        return int(self._number[: self._size].searchsorted(number))

    def sent_before(self, time_s: int) -> int:
        """Return how many positions, from the first on, hold submissions sent before a time."""
        return bisect_left(self._time_s, time_s)

    def next_open(self, time_s: int) -> int | None:
        """Return when the first of those that wait was sent, from a time on."""
        start = self.sent_before(time_s)
        positions = self._is_open[start : self._size]
        first = int(positions.argmax()) if len(positions) else 0
        return self._time_s[start + first] if len(positions) and positions[first] else None

    def open(self, count: int) -> list[int]:
        """Return the positions among the first ``count`` whose submissions wait for claims."""
        if count <= self._drained:
            return []
        positions: list[int] = self._is_open[self._drained : count].nonzero()[0].tolist()
        if not positions:
            self._drained = count
        return [self._drained + position for position in positions]

    def refundable(self, account: int, start: int, end: int) -> list[int]:
        """Return where an account can have a refund, among the positions from start to end."""
        if end - start <= FEW:
            return [
                position
                for position in range(start, end)
                if self._is_open[position]
                and self._sender[position] == account
                and self.agrees(position)
            ]
        found = self._sender[start:end] == account
        found &= self._is_open[start:end]
        own = found.nonzero()[0]
        if not len(own):
            return []
        own = own[self._agreement(start, end)[own]]
        positions: list[int] = (own + start).tolist()
        return positions

    def takeable(self, account: int, start: int, end: int) -> NDArray[np.intp]:
        """Return where an account can take from another, among the positions from start to end."""
        if end - start <= FEW:
            found = [
                position
                for position in range(start, end)
                if self._is_open[position]
                and self._sender[position] != account
                and not self.agrees(position)
                and not self.has_taken(account, position)
            ]
            return np.array(found, dtype=np.intp)
        wrong = self._is_open[start:end] > self._agreement(start, end)
        positions: NDArray[np.intp] = wrong.nonzero()[0] + start
        if not len(positions):
            return positions
        is_new = self._takers[account >> 3, positions] & (1 << (account & 7)) == 0
        is_new &= self._sender[positions] != account
        new: NDArray[np.intp] = positions[is_new]
        return new

    def agrees(self, position: int) -> bool:
        """Return whether the classifier now predicts the label submitted at a position."""
        predicted = self._watch.predictions(position, position + 1)[0]
        return bool(predicted == self._label[position])

    def _agreement(self, start: int, end: int) -> NDArray[np.bool]:
        """Return whether the classifier agrees, for the positions from start to end."""
        agreement: NDArray[np.bool] = self._watch.predictions(start, end) == self._label[start:end]
        return agreement

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
            "_deposit",
            "_claimable",
            "_is_open",
            "_takers",
        ):
            old = getattr(self, name)
            new = np.zeros((*old.shape[:-1], capacity), dtype=old.dtype)
            new[..., : self._size] = old[..., keep]
            setattr(self, name, new)
