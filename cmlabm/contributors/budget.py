"""Honest contributors who limit what they can lose."""

from typing import TYPE_CHECKING, ClassVar

from cmlabm.contributors.contributor import Contribution, Endowment
from cmlabm.contributors.draws import Draws
from cmlabm.contributors.honest import HonestAgent

if TYPE_CHECKING:
    from cmlabm.model import CMLModel


class Budget(HonestAgent):
    """Never locks more than a share of its money, and gives up once it has lost a share of it.

    Its money is its balance and what the contract holds of its deposits. Who has given up
    submits nothing more and comes back only as long as the contract holds a deposit of its.
    """

    id: ClassVar[str] = "budget"
    display_name: ClassVar[str] = "On a budget"
    formula: ClassVar[str] = "locked ≤ s·money; gives up when money < (1 - l)·start"
    source: ClassVar[str] = "cmlabm: a stop-loss rule"
    parameters: ClassVar[tuple[str, ...]] = (
        *HonestAgent.parameters,
        "honest_locked_share",
        "honest_loss_share",
    )

    def __init__(self, model: "CMLModel", endowment: Endowment, draws: Draws) -> None:
        super().__init__(model, endowment, draws)
        self._start = endowment.balance

    def contribution(self) -> Contribution | None:
        """Choose the sample next in line, unless it has given up or locked all it may."""
        least = (1 - self.model.parameters.honest_loss_share) * self._start
        if self._money + self._locked < least:
            self.submits = False
        return super().contribution() if self.submits and self._room() > 0 else None

    def offer(self, contribution: Contribution) -> int:
        """Return what it would offer otherwise, or as much as it may still lock."""
        return min(super().offer(contribution), self._room())

    def stays(self) -> bool:
        """Stay in the market, or wait for its deposits once it has given up."""
        return super().stays() if self.submits else self._locked > 0

    @property
    def _locked(self) -> int:
        locked: int = self.model.contract.locked[self.account]
        return locked

    def _room(self) -> int:
        """Return how much more it may lock, in units."""
        most = int(self.model.parameters.honest_locked_share * (self._money + self._locked))
        return most - self._locked
