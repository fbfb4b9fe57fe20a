"""One attacker behind many addresses."""

from typing import TYPE_CHECKING, ClassVar, Self

from cmlabm.contributors.contributor import Endowment
from cmlabm.contributors.draws import Draws
from cmlabm.contributors.malicious import MaliciousAgent
from cmlabm.data.rows import Row

if TYPE_CHECKING:
    from cmlabm.model import CMLModel


class Sybil(MaliciousAgent):
    """One address of a purse that was split evenly over k of them, each waking k times as seldom.

    They take turns, so that together they submit as often as one contributor would.

    The first address sends true labels. So it is verified, and it takes from the others, which
    send wrong labels: what the purse loses on one side it wins back in part on the other.
    """

    id: ClassVar[str] = "sybil"
    display_name: ClassVar[str] = "Sybil"
    formula: ClassVar[str] = "k addresses with 1/k of the money; label: true from one, else wrong"
    source: ClassVar[str] = "Douceur 2002, The Sybil Attack"
    parameters: ClassVar[tuple[str, ...]] = ("malicious_addresses",)

    @classmethod
    def enter(cls, model: "CMLModel", endowment: Endowment, draws: Draws) -> list[Self]:
        """Open the accounts of all addresses and return them, the earner first."""
        addresses = model.parameters.malicious_addresses
        share, rest = divmod(endowment.balance, addresses)
        return [
            cls(
                model,
                endowment._replace(
                    name=f"{endowment.name}.{number}",
                    balance=share + (rest if number == 1 else 0),
                    wait_factor=endowment.wait_factor * addresses,
                ),
                draws,
                number,
            )
            for number in range(1, addresses + 1)
        ]

    def __init__(self, model: "CMLModel", endowment: Endowment, draws: Draws, number: int) -> None:
        self._turn = number / model.parameters.malicious_addresses
        super().__init__(model, endowment, draws)
        self.earns = number == 1
        self._turn = 1.0

    def wait(self) -> int:
        """Return how long to wait, at first until its turn."""
        return max(1, int(super().wait() * self._turn))

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label from the address that earns, a wrong one from the others."""
        return truth if self.earns else self.flipped(truth)
