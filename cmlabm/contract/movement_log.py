"""All movements of money in the order in which they were made, in few bytes."""

from collections.abc import Iterator, Sequence
from itertools import islice
from struct import Struct

import numpy as np
from numpy.typing import ArrayLike, NDArray

COLUMNS = ("time_s", "source", "target", "amount", "reason", "submission")

_ENTRY = Struct("<qiiqbii")
_ENTRY_ROW = np.dtype(
    [*zip(COLUMNS, ("<i8", "<i4", "<i4", "<i8", "<i1", "<i4"), strict=True), ("movements", "<i4")]
)
_PART = Struct("<qi")
_PART_ROW = np.dtype([("amount", "<i8"), ("submission", "<i4")])
_SEVERAL = -1


class MovementLog:
    """Movements of money, as entries of 33 bytes.

    An entry is one movement, or several made at once that have all in common but amounts and
    submissions, such as the takes of a contributor that wakes. Then the entry's amount is their
    sum, and each movement takes another 12 bytes.

    Example:
        >>> log = MovementLog()
        >>> log.add(60, source=1, target=0, amount=9, reason=1, submission=0)
        >>> log.add_together(90, source=0, target=2, amounts=[4, 2], reason=3, submissions=[0, 1])
        >>> log.totals().tolist()
        [[60, 1, 0, 9], [90, 0, 2, 6]]
        >>> targets, submissions = log.paid(reason=3)
        >>> targets.tolist(), submissions.tolist()
        ([2, 2], [0, 1])
        >>> log.table().tolist()
        [[60, 1, 0, 9, 1, 0], [90, 0, 2, 4, 3, 0], [90, 0, 2, 2, 3, 1]]
        >>> [amount for _, _, _, amount, _, _ in log.since((0, 0))]
        [9, 4, 2]
    """

    def __init__(self) -> None:
        self._entries = bytearray()
        self._parts = bytearray()

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries) // _ENTRY.size

    def add(
        self, time_s: int, source: int, target: int, amount: int, reason: int, submission: int
    ) -> None:
        """Add a movement."""
        self._entries += _ENTRY.pack(time_s, source, target, amount, reason, submission, 1)

    def add_together(
        self,
        time_s: int,
        source: int,
        target: int,
        amounts: Sequence[int] | NDArray[np.int64],
        reason: int,
        submissions: Sequence[int] | NDArray[np.int64],
    ) -> None:
        """Add movements that differ in amount and submission only, as one entry."""
        count = len(amounts)
        if count == 1:
            self.add(time_s, source, target, int(amounts[0]), reason, int(submissions[0]))
        elif count:
            parts = np.empty(count, dtype=_PART_ROW)
            parts["amount"], parts["submission"] = amounts, submissions
            self._parts += parts.tobytes()
            total = int(np.sum(amounts))
            self._entries += _ENTRY.pack(time_s, source, target, total, reason, _SEVERAL, count)

    def add_each(
        self,
        time_s: int,
        source: int,
        target: ArrayLike,
        amount: ArrayLike,
        reason: ArrayLike,
        submission: NDArray[np.int64],
    ) -> None:
        """Add movements that have the time and the source in common, each as an entry."""
        entries = np.empty(len(submission), dtype=_ENTRY_ROW)
        values = (time_s, source, target, amount, reason, submission)
        for name, value in zip(COLUMNS, values, strict=True):
            entries[name] = value
        entries["movements"] = 1
        self._entries += entries.tobytes()

    def totals(self, start: int = 0) -> NDArray[np.int64]:
        """Return what each entry moved, from one of the entries on.

        Returns:
            Shape (entries, 4), the first of ``COLUMNS``.
        """
        entries = np.frombuffer(self._entries[start * _ENTRY.size :], dtype=_ENTRY_ROW)
        return np.stack([entries[name] for name in COLUMNS[:4]], axis=1, dtype=np.int64)

    def paid(self, reason: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return whom each movement for a reason went to and for which submission, in any order."""
        entries = np.frombuffer(bytes(self._entries), dtype=_ENTRY_ROW)
        parts = np.frombuffer(bytes(self._parts), dtype=_PART_ROW)
        several = entries[entries["movements"] > 1]
        of_parts = np.repeat(several["reason"] == reason, several["movements"])
        alone = entries[(entries["movements"] == 1) & (entries["reason"] == reason)]
        together = several[several["reason"] == reason]
        targets = np.repeat(together["target"], together["movements"])
        return (
            np.concatenate([alone["target"], targets]),
            np.concatenate([alone["submission"], parts["submission"][of_parts]]),
        )

    @property
    def end(self) -> tuple[int, int]:
        """The place behind the last movement, from which ``since`` goes through those to come."""
        return len(self._entries), len(self._parts)

    def since(self, start: tuple[int, int]) -> Iterator[tuple[int, int, int, int, int, int]]:
        """Go through the movements from an ``end`` of earlier on, columns as in ``COLUMNS``."""
        parts = _PART.iter_unpack(self._parts[start[1] :])
        for entry in _ENTRY.iter_unpack(self._entries[start[0] :]):
            time_s, source, target, amount, reason, submission, count = entry
            if count == 1:
                yield time_s, source, target, amount, reason, submission
            else:
                for part, number in islice(parts, count):
                    yield time_s, source, target, part, reason, number

    def table(self) -> NDArray[np.int64]:
        """Return every movement, shape (movements, 6), columns as in ``COLUMNS``.

        Another thread may add movements meanwhile: what is copied first is complete.
        """
        entries = np.frombuffer(bytes(self._entries), dtype=_ENTRY_ROW)
        parts = np.frombuffer(bytes(self._parts), dtype=_PART_ROW)
        counts = entries["movements"]
        is_part = np.repeat(counts > 1, counts)
        table = np.empty((len(is_part), len(COLUMNS)), dtype=np.int64)
        for column, name in enumerate(COLUMNS):
            table[:, column] = np.repeat(entries[name], counts)
        for name in ("amount", "submission"):
            table[is_part, COLUMNS.index(name)] = parts[name][: is_part.sum()]
        return table
