"""Honest contributors who limit what they can lose."""

from dataclasses import dataclass, field
from typing import ClassVar

from cmlabm.behaviours.honest.truthful import Truthful
from cmlabm.behaviours.interface import Contribution
from cmlabm.declarations import parameter


@dataclass(eq=False)
class Budget(Truthful):
    """Never locks more than a share of its money, and gives up once it has lost a share of it.

    Its money is its balance and what the contract holds of its deposits. A contributor who has
    given up submits nothing more, and comes back only until it has its deposits again.
    """

    id: ClassVar[str] = "budget"
    display_name: ClassVar[str] = "On a budget"
    formula: ClassVar[str] = "locked ≤ s·money; gives up when money < (1 - l)·start"
    source: ClassVar[str] = "cmlabm: a stop-loss rule"

    locked_share: float = parameter(
        0.5,
        "share of one's money that may be locked in deposits",
        name="honest_locked_share",
        ge=0,
        le=1,
    )
    loss_share: float = parameter(
        0.5,
        "share of one's money after whose loss one gives up",
        name="honest_loss_share",
        ge=0,
        le=1,
    )
    _start: int = field(default=0, init=False)

    def begin(self) -> None:
        """Note how much money there is to lose."""
        self._start = self._money()

    def contribution(self) -> Contribution | None:
        """Choose the sample next in line, unless it has given up or locked all it may."""
        if self._money() < (1 - self.loss_share) * self._start:
            self.submits = False
        return super().contribution() if self.submits and self._room() > 0 else None

    def offer(self, contribution: Contribution) -> int:
        """Return what it would offer otherwise, or as much as it may still lock."""
        return min(super().offer(contribution), self._room())

    def stays(self) -> bool:
        """Stay in the market, or wait for its deposits once it has given up."""
        return super().stays() if self.submits else self.senses.locked > 0

    def _money(self) -> int:
        """Return what it has, deposits counted, in units."""
        return self.senses.money + self.senses.locked

    def _room(self) -> int:
        """Return how much more it may lock, in units."""
        return int(self.locked_share * self._money()) - self.senses.locked
