"""Every submission that the contract accepted."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Submissions:
    """The accepted submissions as columns, numbered from 0 in the order in which they came.

    Attributes:
        time_s: when each came, in seconds.
        sender: the account that sent it.
        label: the label submitted with it.
        deposit: its deposit in units.
        claimable: what is left of the deposit in units.

    Example:
        >>> submissions = Submissions()
        >>> submissions.add(time_s=600, sender=1, label=0, deposit=2_000_000)
        0
        >>> submissions.claimable
        [2000000]
    """

    time_s: list[int] = field(default_factory=list)
    sender: list[int] = field(default_factory=list)
    label: list[int] = field(default_factory=list)
    deposit: list[int] = field(default_factory=list)
    claimable: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.time_s)

    def add(self, time_s: int, sender: int, label: int, deposit: int) -> int:
        """Record a submission, its whole deposit claimable, and return its number."""
        self.time_s.append(time_s)
        self.sender.append(sender)
        self.label.append(label)
        self.deposit.append(deposit)
        self.claimable.append(deposit)
        return len(self.time_s) - 1
