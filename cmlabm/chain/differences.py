"""Where a chain did otherwise than the simulation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """A call as it is made in both.

    Attributes:
        number: of all calls, from 1.
        name: which it is: ``submit``, ``refund``, ``take``.
        account: the number of the account that calls.
        caller: the name of that account.
        now: the time in seconds.
        submission: which it is about; None before it has a number.
    """

    number: int
    name: str
    account: int
    caller: str
    now: int
    submission: int | None = None

    def __str__(self) -> str:
        about = "" if self.submission is None else f" (submission {self.submission:,})"
        return f"call {self.number:,}, {self.name} by {self.caller!r} at {self.now:,} s{about}"


class DifferenceError(Exception):
    """A chain did otherwise than the simulation: where, and what both say."""

    def __init__(self, where: object, what: str, simulated: object, on_chain: object) -> None:
        super().__init__(f"{where}: {what}: {simulated} in the simulation, {on_chain} on the chain")


def compare(where: object, what: str, simulated: object, on_chain: object) -> None:
    """Compare what both say.

    Raises:
        DifferenceError: they do not say the same.
    """
    if simulated != on_chain:
        raise DifferenceError(where, what, _said(simulated), _said(on_chain))


def _said(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
