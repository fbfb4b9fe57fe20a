"""One attacker behind many addresses."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from cmlabm.behaviours.interface import MaliciousBehaviour, Purse
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter


@dataclass(eq=False)
class Sybil(MaliciousBehaviour):
    """One address of a purse that was split evenly over k of them, each waking k times as seldom.

    They take turns, so that together they submit as often as one contributor would.

    The first address sends true labels. So it is verified, and it takes from the others, which
    send wrong labels: what the purse loses on one side it wins back in part on the other.
    """

    id: ClassVar[str] = "sybil"
    display_name: ClassVar[str] = "Sybil"
    formula: ClassVar[str] = "k addresses with 1/k of the money; label: true from one, else wrong"
    source: ClassVar[str] = "Douceur 2002, The Sybil Attack"

    addresses: int = parameter(
        4,
        "addresses over which a purse is split",
        name="malicious_addresses",
        unit="addresses",
        ge=2,
        le=1000,
    )
    number: int = 1
    _turn: float = field(default=1.0, init=False)

    def purses(self, balance: int) -> list[Purse]:
        """Split the money evenly among all addresses, the earner first."""
        share, rest = divmod(balance, self.addresses)
        return [
            Purse(
                replace(self, number=number),
                share + (rest if number == 1 else 0),
                self.addresses,
                f".{number}",
            )
            for number in range(1, self.addresses + 1)
        ]

    @property
    def earns(self) -> bool:
        """Whether this is the address that is verified."""
        return self.number == 1

    def begin(self) -> None:
        """Wait at first for a part of the usual time, so that the addresses take turns."""
        self._turn = self.number / self.addresses

    def wait(self) -> int:
        """Return how long to wait, at first until its turn."""
        turn, self._turn = self._turn, 1.0
        return max(1, int(super().wait() * turn))

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label from the address that earns, a wrong one from the others."""
        return truth if self.earns else self.flipped(truth)
