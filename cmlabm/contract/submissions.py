"""Every submission that the contract accepted, with what it was made of and what became of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from cmlabm.data.rows import Row
from cmlabm.mechanisms.interface import WAITING

NOBODY = -1


class Fate(StrEnum):
    """What became of a submission."""

    PENDING = "pending"
    KEPT = "kept"
    REFUNDED = "refunded"
    TAKEN = "taken"
    EXPIRED = "expired"
    SETTLED = "settled"


@dataclass(slots=True)
class Submissions:
    """The accepted submissions as columns, numbered from 0 in the order in which they came.

    Attributes:
        time_s: when each came, in seconds.
        sender: the account that sent it.
        row: its features.
        words: how many of them are not 0.
        label: the label submitted with it.
        truth: the true label of the sample that it was made of, which only the sender knows.
        deposit: its deposit in units.
        fate: whether it waits for claims, and else how it ended: verified and refunded, emptied
            by takes, expired; or that there is nothing to claim, and the contract keeps what was
            deposited until, at the end of the market, it may be settled.
        closed_by: the account that ended it, or ``NOBODY``.
        lesson: whether the model has learnt it: ``LEARNT``, ``WAITING``, or else why not.
        changed: whether the model changed with it when it came.

    Example:
        >>> import numpy as np
        >>> from cmlabm.data.rows import NumericRow
        >>> row = NumericRow(np.array([0.5]))
        >>> submissions = Submissions()
        >>> submissions.add(600, 1, row, label=0, truth=1, deposit=2_000_000, fate=Fate.PENDING)
        0
        >>> submissions.deposit
        [2000000]
    """

    time_s: list[int] = field(default_factory=list)
    sender: list[int] = field(default_factory=list)
    row: list[Row] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    label: list[int] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    deposit: list[int] = field(default_factory=list)
    fate: list[Fate] = field(default_factory=list)
    closed_by: list[int] = field(default_factory=list)
    lesson: list[str] = field(default_factory=list)
    changed: list[bool] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.time_s)

    def add(
        self, time_s: int, sender: int, row: Row, label: int, truth: int, deposit: int, fate: Fate
    ) -> int:
        """Record a submission and return its number."""
        self.time_s.append(time_s)
        self.sender.append(sender)
        self.row.append(row)
        self.words.append(row.nonzero)
        self.label.append(label)
        self.truth.append(truth)
        self.deposit.append(deposit)
        self.fate.append(fate)
        self.closed_by.append(NOBODY)
        self.lesson.append(WAITING)
        self.changed.append(False)
        return len(self.time_s) - 1

    def close(self, number: int, fate: Fate, account: int) -> None:
        """Record how a submission ended, and by whose claim."""
        self.fate[number] = fate
        self.closed_by[number] = account
