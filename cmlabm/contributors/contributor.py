"""What every contributor does when it wakes: offer a sample, plan the next time, claim."""

from typing import TYPE_CHECKING, ClassVar

from mesa import Agent

from cmlabm.contributors.draws import Draws
from cmlabm.ledger import UNITS_PER_TOKEN
from cmlabm.parameters import ContributorParameters, Kind
from cmlabm.refusals import Refusal

if TYPE_CHECKING:
    from cmlabm.model import CMLModel

SECONDS_PER_DAY = 86_400


class Contributor(Agent["CMLModel"]):
    """An agent with an account that submits samples and claims what is due to it.

    Attributes:
        account: its number in the ledger.
        has_left: whether it ran out of money and will not wake again.
    """

    kind: ClassVar[Kind]

    def __init__(
        self, model: "CMLModel", account: int, own: ContributorParameters, draws: Draws
    ) -> None:
        super().__init__(model)
        self.account = account
        self.has_left = False
        self._own = own
        self._balances = model.ledger.balances
        self._draws = draws
        self._wakes_at = 0
        self._schedule_waking()

    @property
    def balance(self) -> float:
        """Its money in tokens, deposits not counted."""
        return self._money / UNITS_PER_TOKEN

    def wake(self) -> None:
        """Submit the next sample if it wants to, plan the next waking, claim all it can."""
        now = self._wakes_at
        if self._money > 0 and self.model.queue and self.wants_to_submit():
            self._submit(now)
        if self._money > 0:
            self._schedule_waking()
        else:
            self.has_left = True
        self.model.contract.claim_all(self.account, now)

    def wants_to_submit(self) -> bool:
        """Decide whether to submit the sample next in line."""
        raise NotImplementedError

    def label_for(self, truth: int) -> int:
        """Choose the label to send with a sample whose true label is known to the agent."""
        raise NotImplementedError

    def errs(self) -> bool:
        """Draw whether it makes a mistake this time."""
        return self._draws.mistakes.next() < self._own.mistake_probability

    def wrong_label(self, truth: int) -> int:
        """Draw one of the labels that are not true."""
        others = len(self.model.dataset.classes) - 1
        label = int(self._draws.wrong_labels.next() * others)
        return label + (label >= truth)

    @property
    def _money(self) -> int:
        return self._balances[self.account]

    def _submit(self, now: int) -> None:
        offer = min(self._draws.offers.next() * UNITS_PER_TOKEN, self._money)
        queue = self.model.queue
        label = self.label_for(queue.label)
        answer = self.model.contract.submit(self.account, offer, queue.row, label, now)
        if not isinstance(answer, Refusal):
            queue.advance()

    def _schedule_waking(self) -> None:
        self._wakes_at += self._draws.waits.next()
        self.model.schedule_event(self.wake, at=self._wakes_at / SECONDS_PER_DAY)
