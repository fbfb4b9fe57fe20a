"""The submissions that wait for claims: what is left of them, and what the classifier says now."""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Watch
from cmlabm.data.rows import Row

MOST_CLOSED = 64
"""A small window may keep this many closed submissions before it is tidied."""

FEW = 16
"""So many positions are sooner looked at one by one than all at once."""

NEVER = -1
"""A look before all others."""


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
        """Who has taken from which, or sent it: bit k of row j is account 8j + k."""
        self._agrees = np.zeros(MOST_CLOSED, dtype=np.bool)
        self._news = np.zeros(MOST_CLOSED, dtype=np.int64)
        """At which look each had become ripe, or the classifier had changed its mind about it."""
        self._looks = 0
        self._model_changes = -1
        self._size = 0
        self._looked = 0
        self._ripe = 0
        self._drained = 0
        self._open_count = 0
        self._open_of = [0]

    def __len__(self) -> int:
        """Return how many submissions wait for claims."""
        return self._open_count

    def make_room_for(self, account: int) -> None:
        """Have room to note what an account takes."""
        self._open_of.append(0)
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
        self._takers[sender >> 3, end] = 1 << (sender & 7)
        self._watch.add(row)
        self._size += 1
        self._open_count += 1
        self._open_of[sender] += 1

    def has_open(self, account: int) -> bool:
        """Return whether a submission of an account waits for claims."""
        return self._open_of[account] > 0

    def money(self, positions: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the deposits of submissions at some positions, and what is left of them."""
        return self._deposit[positions], self._claimable[positions]

    def deposit(self, position: int) -> int:
        """Return the deposit of the submission at a position."""
        return int(self._deposit[position])

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

    def note_takes(
        self, positions: NDArray[np.intp] | int, taker: int, left: NDArray[np.int64] | int
    ) -> None:
        """Note that an account took from submissions, or from one, and how much it left of them."""
        self._takers[taker >> 3][positions] |= 1 << (taker & 7)
        self._claimable[positions] = left

    def has_taken(self, taker: int, position: int) -> bool:
        """Return whether an account took from the submission at a position, or sent it."""
        return bool(self._takers.item(taker >> 3, position) >> (taker & 7) & 1)

    def close(self, position: int) -> None:
        """Note that the submission at a position waits no longer."""
        self._is_open[position] = False
        self._open_count -= 1
        self._open_of[self._sender[position]] -= 1

    def clear(self) -> None:
        """Note that nothing waits any longer."""
        for position in self._is_open[: self._size].nonzero()[0].tolist():
            self.close(position)

    def number(self, position: int) -> int:
        """Return which submission stands at a position."""
        return int(self._number[position])

    def sender(self, position: int) -> int:
        """Return whose submission stands at a position."""
        return int(self._sender[position])

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

    def drain(self, count: int) -> list[int]:
        """Return which of the first ``count`` positions are open: they must be closed now."""
        if count <= self._drained:
            return []
        positions = [
            position for position in range(self._drained, count) if self._is_open[position]
        ]
        self._drained = count
        return positions

    def leave(self, position: int) -> None:
        """Note that the submission at a position, which was to be closed, waits on."""
        self._drained = min(self._drained, position)

    def look(self, ripe: int, model_changes: int) -> int:
        """Note what is new and return how many looks there were that found something.

        Args:
            ripe: how many positions, from the first on, hold submissions that can be claimed from.
            model_changes: how often the classifier has changed.
        """
        looks = self._looks + 1
        if model_changes != self._model_changes or ripe > self._looked:
            size = self._size
            agrees = self._watch.predictions(0, size) == self._label[:size]
            changed = (agrees != self._agrees[:size]).nonzero()[0]
            if len(changed):
                self._agrees[changed] = agrees[changed]
                self._news[changed] = self._looks = looks
            self._model_changes = model_changes
            self._looked = size
        if ripe > self._ripe:
            self._news[self._ripe : ripe] = self._looks = looks
        self._ripe = ripe
        return self._looks

    def claimable(
        self, account: int, since: int, take_from: int
    ) -> tuple[list[int], NDArray[np.intp] | list[int]]:
        """Return where an account can have a refund, and where it can take from another.

        Args:
            account: whose claims they are.
            since: what was there at this look, and has not changed, is left out.
            take_from: the first position from which the account may take.
        """
        is_new = self._news[: self._ripe] > since
        if take_from >= self._ripe:
            is_new &= self._sender[: self._ripe] == account
        new = is_new.nonzero()[0]
        if len(new) <= FEW:
            return self._claimable_of_few(account, new.tolist(), take_from)
        new = new[self._is_open[new]]
        agrees = self._agrees[new]
        right = new[agrees]
        refunds: list[int] = right[self._sender[right] == account].tolist()
        if take_from >= self._ripe:
            return refunds, []
        wrong = new[~agrees]
        if take_from:
            wrong = wrong[wrong.searchsorted(take_from) :]
        taken = self._takers[account >> 3][wrong] & (1 << (account & 7))
        return refunds, wrong[taken == 0]

    def _claimable_of_few(
        self, account: int, new: list[int], take_from: int
    ) -> tuple[list[int], list[int]]:
        refunds, takes = [], []
        for position in new:
            if not self._is_open[position]:
                continue
            if self._agrees[position]:
                if self._sender[position] == account:
                    refunds.append(position)
            elif position >= take_from and not self.has_taken(account, position):
                takes.append(position)
        return refunds, takes

    def agrees(self, position: int) -> bool:
        """Return whether the classifier now predicts the label submitted at a position."""
        predicted = self._watch.predictions(position, position + 1)[0]
        return bool(predicted == self._label[position])

    def _make_room(self) -> None:
        keep = self._is_open[: self._size].nonzero()[0]
        self._watch.keep(keep)
        self._size = len(keep)
        self._looked, self._ripe = keep.searchsorted((self._looked, self._ripe)).tolist()
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
            "_agrees",
            "_news",
        ):
            old = getattr(self, name)
            new = np.zeros((*old.shape[:-1], capacity), dtype=old.dtype)
            new[..., : self._size] = old[..., keep]
            setattr(self, name, new)
