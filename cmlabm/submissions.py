"""Every submission that the contract accepted."""

from dataclasses import dataclass, field

from cmlabm.data.rows import Row


@dataclass(slots=True)
class Submissions:
    """The accepted submissions as columns, numbered from 0 in the order in which they came.

    Attributes:
        time_s: when each came, in seconds.
        sender: the account that sent it.
        row: its features.
        label: the label submitted with it.
        deposit: its deposit in units.
        claimable: what is left of the deposit in units.
        is_open: whether it still awaits claims.

    Example:
        >>> import numpy as np
        >>> from cmlabm.data.rows import NumericRow
        >>> row = NumericRow(np.array([0.5]))
        >>> submissions = Submissions()
        >>> submissions.add(600, sender=1, row=row, label=0, deposit=2_000_000, is_open=True)
        0
        >>> submissions.claimable
        [2000000]
    """

    time_s: list[int] = field(default_factory=list)
    sender: list[int] = field(default_factory=list)
    row: list[Row] = field(default_factory=list)
    label: list[int] = field(default_factory=list)
    deposit: list[int] = field(default_factory=list)
    claimable: list[int] = field(default_factory=list)
    is_open: list[bool] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.time_s)

    def add(
        self, time_s: int, sender: int, row: Row, label: int, deposit: int, is_open: bool
    ) -> int:
        """Record a submission, its whole deposit claimable, and return its number."""
        self.time_s.append(time_s)
        self.sender.append(sender)
        self.row.append(row)
        self.label.append(label)
        self.deposit.append(deposit)
        self.claimable.append(deposit)
        self.is_open.append(is_open)
        return len(self.time_s) - 1
