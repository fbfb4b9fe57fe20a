"""Every submission that the contract accepted."""

import numpy as np
from numpy.typing import NDArray


class Submissions:
    """The accepted submissions, numbered from 0 in the order in which they came.

    Example:
        >>> submissions = Submissions()
        >>> submissions.add(time_s=600, sender=1, label=0, deposit=2_000_000)
        0
        >>> submissions.claimable
        array([2000000])
    """

    COLUMNS = ("time_s", "sender", "label", "deposit", "claimable")

    def __init__(self) -> None:
        self._rows = np.zeros((len(self.COLUMNS), 1024), dtype=np.int64)
        self._count = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def add(self, time_s: int, sender: int, label: int, deposit: int) -> int:
        """Record a submission, its whole deposit claimable, and return its number."""
        number = self._count
        if number == self._rows.shape[1]:
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)], axis=1)
        self._rows[:, number] = (time_s, sender, label, deposit, deposit)
        self._count += 1
        return number

    @property
    def time_s(self) -> NDArray[np.int64]:
        """When each came, in seconds, shape (submissions,)."""
        return self._rows[0, : self._count]

    @property
    def sender(self) -> NDArray[np.int64]:
        """The account that sent each, shape (submissions,)."""
        return self._rows[1, : self._count]

    @property
    def label(self) -> NDArray[np.int64]:
        """The label submitted with each, shape (submissions,)."""
        return self._rows[2, : self._count]

    @property
    def deposit(self) -> NDArray[np.int64]:
        """The deposit of each in units, shape (submissions,)."""
        return self._rows[3, : self._count]

    @property
    def claimable(self) -> NDArray[np.int64]:
        """What is left of each deposit in units, shape (submissions,); writable."""
        return self._rows[4, : self._count]
