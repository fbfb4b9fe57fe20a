"""What every contributor does when it wakes: offer a sample, plan the next time, claim."""

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

import numpy as np
from mesa import Agent

from cmlabm.contributors.draws import Draws
from cmlabm.data.rows import BinaryRow, Row
from cmlabm.errors import InputError, shown
from cmlabm.ledger import UNITS_PER_TOKEN
from cmlabm.parameters import Kind
from cmlabm.refusals import Refusal
from cmlabm.whole_numbers import MOST, class_of, whole

if TYPE_CHECKING:
    from cmlabm.data.dataset import Dataset
    from cmlabm.model import CMLModel
    from cmlabm.parameters import Parameters
    from cmlabm.sample_queue import SampleQueue

SECONDS_PER_DAY = 86_400


class Endowment(NamedTuple):
    """What a contributor enters the market with.

    Attributes:
        name: of its account.
        balance: its money in units.
        deposit_factor: its offers are so many times those of its kind.
        wait_factor: its waits are so many times those of its kind.
        mistake_probability: with which it errs.
        queue: the samples that it may submit.
    """

    name: str
    balance: int
    deposit_factor: float
    wait_factor: float
    mistake_probability: float
    queue: "SampleQueue"


class Contribution(NamedTuple):
    """What a contributor sends.

    Attributes:
        row: the features.
        label: the label.
        truth: the true label of the sample that it was made of, which only the sender knows.
    """

    row: Row
    label: int
    truth: int


class Contributor(Agent["CMLModel"]):
    """An agent with an account that submits samples and claims what is due to it.

    A behaviour is a subclass: it decides whether and what to submit, how much to offer, how long
    to wait and when to leave, by overriding the methods for these.

    Attributes:
        account: its number in the ledger.
        queue: the samples that it may submit.
        has_left: whether it ran out of money, or gave up, and will not wake again.
        submits: whether it uses up data of its own; the market is open as long as somebody does.
    """

    kind: ClassVar[Kind]
    id: ClassVar[str]
    display_name: ClassVar[str]
    formula: ClassVar[str]
    source: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]] = ()
    submits: bool = True

    @classmethod
    def enter(cls, model: "CMLModel", endowment: Endowment, draws: Draws) -> list[Self]:
        """Open an account for a contributor and return it; in a list, as it may be several."""
        return [cls(model, endowment, draws)]

    @classmethod
    def check(cls, parameters: "Parameters", dataset: "Dataset") -> None:
        """Refuse parameters and data that do not suit the behaviour.

        Raises:
            InputError: they do not.
        """

    def __init__(self, model: "CMLModel", endowment: Endowment, draws: Draws) -> None:
        super().__init__(model)
        balance = whole(endowment.balance, 0, MOST, self, "first balance")
        self.account = model.contract.open_account(endowment.name, balance)
        self.queue = endowment.queue
        self.has_left = False
        self._mistake_probability = endowment.mistake_probability
        self._deposit_factor = endowment.deposit_factor
        self._wait_factor = endowment.wait_factor
        self._balance_of = model.ledger.balance
        self._draws = draws
        self._classes = len(model.dataset.classes)
        self._like = model.dataset.train.row(0)
        self._wakes_at = 0
        self._schedule_waking()

    @property
    def balance(self) -> float:
        """Its money in tokens, deposits not counted."""
        return self._money / UNITS_PER_TOKEN

    def __call__(self) -> None:
        """Wake: an event refers to the agent itself, which costs less than to a bound method."""
        self.wake()

    def wake(self) -> None:
        """Submit a sample if it wants to, plan the next waking, claim all it can."""
        now = self._wakes_at
        contribution = self.contribution() if self._money > 0 else None
        if contribution is not None:
            self._submit(contribution, now)
        if self.stays():
            self._schedule_waking()
        else:
            self.has_left = True
        self.model.contract.claim_all(self.account, now)

    def contribution(self) -> Contribution | None:
        """Choose what to submit now; None to submit nothing."""
        queue = self.queue
        if not queue or not self.wants_to_submit():
            return None
        row, truth = queue.row, queue.label
        return Contribution(row, self.label_for(row, truth), truth)

    @abstractmethod
    def wants_to_submit(self) -> bool:
        """Decide whether to submit the sample next in line."""

    @abstractmethod
    def label_for(self, row: Row, truth: int) -> int:
        """Choose the label to send with a sample whose true label is known to the agent."""

    def offer(self, contribution: Contribution) -> int:  # noqa: ARG002
        """Return the most that it is willing to deposit now, in units."""
        tokens = self._draws.offers.next(self._deposit_factor)
        return min(tokens * UNITS_PER_TOKEN, self._money)

    def accepted(self, contribution: Contribution) -> None:  # noqa: ARG002
        """Note that a contribution was accepted: the next sample moves up."""
        self.queue.advance()

    def wait(self) -> int:
        """Return how many seconds to wait until the next waking, at least 1."""
        return self._draws.waits.next(self._wait_factor)

    def stays(self) -> bool:
        """Decide whether to wake again.

        Who has no money left does not come back, unless the mechanism has a place for it and the
        contract still holds a deposit of its.
        """
        if self._money > 0:
            return True
        contract = self.model.contract
        return bool(contract.rules.bankrupt_may_claim and contract.locked[self.account])

    def errs(self) -> bool:
        """Draw whether it makes a mistake this time."""
        return self._draws.mistakes.next() < self._mistake_probability

    def wrong_label(self, truth: int) -> int:
        """Draw one of the labels that are not true."""
        others = len(self.model.dataset.classes) - 1
        label = int(self._draws.wrong_labels.next() * others)
        return label + (label >= truth)

    @property
    def _money(self) -> int:
        return self._balance_of(self.account)

    def _submit(self, contribution: Contribution, now: int) -> None:
        label, offer = contribution.label, self.offer(contribution)
        if type(label) is not int or not 0 <= label < self._classes:
            label = whole(label, 0, self._classes - 1, self, "label")
        if type(offer) is not int or offer < 0:
            offer = whole(offer, 0, MOST, self, "offer")
        if not self._fits(contribution.row):
            raise InputError(
                f"{class_of(self)}: row = {shown(contribution.row)}: must be a"
                f" {type(self._like).__name__} of {self._like.size} features, all of them finite"
            )
        answer = self.model.contract.submit(self.account, offer, contribution.row, label, now)
        if not isinstance(answer, Refusal):
            self.model.true_labels.append(contribution.truth)
            self.accepted(contribution)

    def _fits(self, row: Row) -> bool:
        """Return whether features are of the form of the data's, and none is NaN or infinite."""
        if type(row) is not type(self._like) or row.size != self._like.size:
            return False
        return isinstance(row, BinaryRow) or bool(np.isfinite(row.values).all())

    def _schedule_waking(self) -> None:
        wait = self.wait()
        if type(wait) is not int or not 0 < wait < MOST:
            wait = whole(wait, 1, MOST, self, "wait")
        self._wakes_at += wait
        self.model.schedule_event(self, at=self._wakes_at / SECONDS_PER_DAY)
