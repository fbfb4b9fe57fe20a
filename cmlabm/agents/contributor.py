"""A contributor: an agent with an account, a clock, data, and a behaviour."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from mesa import Agent
from mesa.time import Priority
from numpy.typing import NDArray

from cmlabm.agents.endowment import Endowment
from cmlabm.agents.sample_queue import SampleQueue
from cmlabm.behaviours.draws import Draws, KindStreams
from cmlabm.behaviours.interface import Behaviour, Contribution, Planted
from cmlabm.classifiers import make_classifier
from cmlabm.classifiers.anew import labels_of
from cmlabm.classifiers.interface import Classifier
from cmlabm.classifiers.trials import margins_after
from cmlabm.contract.ledger import OUTSIDE, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.contract.submissions import Submissions
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRow, Row
from cmlabm.errors import InputError, class_of, shown
from cmlabm.kinds import Kind
from cmlabm.mechanisms.interface import LEARNT, WAITING
from cmlabm.units import SECONDS_PER_DAY, UNITS_PER_TOKEN, to_units
from cmlabm.whole_numbers import MOST, whole

PRIORITIES = {False: Priority.DEFAULT, True: Priority.HIGH}
"""Of events at the same time, by whether a contributor runs in front of others."""


class Contributor(Agent[Any]):
    """An agent that submits samples and claims what is due to it, as its behaviour decides.

    It is also what its behaviour senses (``cmlabm.behaviours.senses``).

    Attributes:
        account: its number in the ledger.
        own_accounts: the accounts of all agents that are the same contributor.
        queue: the samples that it may submit.
        draws: what it draws at random.
        now: when it wakes, in seconds: the time of this waking, or of the next while it sleeps.
        has_left: whether it ran out of money, or gave up, and will not wake again.
    """

    kind: ClassVar[Kind]

    def __init__(
        self, model: Any, endowment: Endowment, queue: SampleQueue, streams: KindStreams
    ) -> None:
        super().__init__(model)
        self._contract = model.contract
        self._balance_of = self._contract.ledger.balance
        balance = whole(endowment.balance, 0, MOST, self, "first balance")
        self.account: int = self._contract.open_account(endowment.name, balance)
        self.own_accounts = range(self.account, self.account + 1)
        self._sample_cost = to_units(model.parameters.sample_cost)
        self.queue = queue
        self.draws = Draws(
            streams,
            len(model.dataset.classes),
            endowment.deposit_factor,
            endowment.wait_factor,
            endowment.mistake_probability,
        )
        self.now = 0
        self.has_left = False
        like = model.dataset.train.row(0)
        self._form, self._features = type(like), like.size

    @property
    def behaviour(self) -> Behaviour:
        """What it does when it wakes. Another one, made for it alone, can be put in its place."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        if not isinstance(behaviour, Behaviour):
            raise InputError(f"behaviour = {shown(behaviour)}: must be an object of a Behaviour")
        if getattr(behaviour, "senses", self) is not self:
            raise InputError(
                f"{class_of(behaviour)}: is the behaviour of another agent; make one for each"
            )
        behaviour.check_data(self.model.dataset)
        behaviour.adopt(self, self.draws)
        self._behaviour = behaviour

    def start(self, behaviour: Behaviour) -> None:
        """Take up a behaviour and plan the first waking."""
        self.behaviour = behaviour
        self._plan_waking()

    def __call__(self) -> None:
        """Wake: an event refers to the agent itself, which costs less than to a bound method."""
        self.wake()

    def wake(self) -> None:
        """Submit a sample if it wants to, plan the next waking, claim all it can."""
        now, behaviour, cost, money = self.now, self._behaviour, self.sample_cost, self.money
        if money > 0 and money >= cost:
            used = self.queue.taken
            contribution = behaviour.contribution()
            if contribution is not None:
                self._submit(contribution)
            if cost:
                self._pay_for_samples(self.queue.taken - used)
        if behaviour.stays():
            self._plan_waking()
        else:
            self.has_left = True
        if behaviour.claims:
            self._contract.claim_all(self.account, now)

    @property
    def sample_cost(self) -> int:
        """What it has to pay for each sample that it sends, in units: if it makes them itself."""
        cost = self._sample_cost
        return cost if cost and self._behaviour.makes_samples else 0

    @property
    def playing(self) -> str:
        """What it plays, if it chooses among behaviours; else empty."""
        return self._behaviour.playing

    @property
    def imitators(self) -> Sequence["Contributor"]:
        """The contributors who entered to imitate each other, of both kinds, itself among them."""
        imitators: list[Contributor] = self.model.imitators
        return imitators

    @property
    def least_needed(self) -> int:
        """What it must have, at the least, to submit the sample next in line, in units."""
        fee = self._contract.submission_fee(self.queue.row) if self.queue else 0
        deposit: int = self._contract.rules.least_deposit
        return deposit + self.sample_cost + fee

    @property
    def submits(self) -> bool:
        """Whether it uses up data of its own."""
        return self._behaviour.submits

    @property
    def planted(self) -> Planted | None:
        """The backdoor that it plants, if it does."""
        return self._behaviour.planted

    @property
    def balance(self) -> float:
        """Its money in tokens, deposits not counted."""
        return self.money / UNITS_PER_TOKEN

    @property
    def money(self) -> int:
        """Its money in units, deposits not counted."""
        money: int = self._balance_of(self.account)
        return money

    @property
    def locked(self) -> int:
        """How much of its deposits the contract holds, in units."""
        locked: int = self._contract.locked(self.account)
        return locked

    @property
    def verified(self) -> int:
        """How many of its samples were verified."""
        verified: int = self._contract.verified[self.account]
        return verified

    @property
    def all_verified(self) -> int:
        """How many samples of all contributors were verified."""
        verified: int = self._contract.all_verified
        return verified

    @property
    def verifications(self) -> Sequence[int]:
        """The refunded submissions, in the order in which they were."""
        numbers: list[int] = self._contract.verifications
        return numbers

    @property
    def submissions(self) -> Submissions:
        """All accepted submissions."""
        submissions: Submissions = self._contract.submissions
        return submissions

    def learnt(self, submission: int) -> bool | None:
        """Return whether the model has learnt a submission; None if that is not decided yet."""
        lesson: str = self._contract.submissions.lesson[submission]
        return None if lesson == WAITING else lesson == LEARNT

    @property
    def accuracy(self) -> float:
        """The accuracy last published, up to a day old."""
        accuracy: float = self._contract.accuracy
        return accuracy

    @property
    def is_open(self) -> bool:
        """Whether, at the last midnight, data waited that somebody might submit."""
        is_open: bool = self.model.is_open
        return is_open

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return self.draws.classes

    @property
    def bankrupt_may_claim(self) -> bool:
        """Whether the mechanism has a place for contributors without money."""
        may_claim: bool = self._contract.rules.bankrupt_may_claim
        return may_claim

    def predicted(self, row: Row) -> int:
        """Return what the shared model now predicts for a sample."""
        label: int = self._contract.classifier.label(row)
        return label

    def predictions(self, samples: Samples) -> NDArray[np.int64]:
        """Return what the shared model now predicts for several samples, shape (samples,)."""
        return labels_of(self._contract.classifier.predict, samples.features)

    def margins_after(self, tried: Samples, on: Samples) -> NDArray[np.float64]:
        """Return the margins that samples would have after each of some lessons."""
        return margins_after(self._contract.classifier, tried, on)

    def price(self, label: int) -> int | None:
        """Return what a submission costs now; None if none is possible in this second."""
        price: int | None = self._contract.required_deposit(self.account, label, self.now)
        return price

    def price_after(self, waited: int) -> int:
        """Return what a submission costs some seconds after one that is accepted."""
        price: int = self._contract.price_after(waited, self.account)
        return price

    def next_expiry(self) -> int | None:
        """Return when the next pending submission expires; None if there is none."""
        expiry: int | None = self._contract.next_expiry(self.now)
        return expiry

    @property
    def least_fee(self) -> int:
        """What the cheapest call costs, in units; 0 where calls are free."""
        fee: int = self._contract.least_fee
        return fee

    def transfer(self, account: int, amount: int) -> None:
        """Move money to another account of the same contributor's, of those that it entered with.

        Raises:
            InputError: the account is not its own, or it has less money.
        """
        behaviour, own = self._behaviour, self.own_accounts
        account = whole(account, own.start, own.stop - 1, behaviour, "account of a transfer")
        amount = whole(amount, 0, self.money, behaviour, "transfer")
        now = self._contract.chain.block_at(self.now)
        self._contract.ledger.move(self.account, account, amount, Reason.TRANSFER, now, OUTSIDE)

    def new_model(self) -> Classifier:
        """Return a classifier like the shared one, to be fitted."""
        return make_classifier(self.model.parameters.classifier, self.model.parameters)

    def _submit(self, contribution: Contribution) -> None:
        behaviour = self._behaviour
        if not isinstance(contribution, Contribution):
            raise InputError(
                f"{class_of(behaviour)}: contribution gave {shown(contribution)}: must be None or a"
                f" Contribution"
            )
        label, offer = contribution.label, behaviour.offer(contribution)
        if type(label) is not int or not 0 <= label < self.draws.classes:
            label = whole(label, 0, self.draws.classes - 1, behaviour, "label")
        if type(offer) is not int or offer < 0:
            offer = whole(offer, 0, MOST, behaviour, "offer")
        row, truth = contribution.row, contribution.truth
        if not self._fits(row):
            raise InputError(
                f"{class_of(behaviour)}: row = {shown(row)}: must be a"
                f" {self._form.__name__} of {self._features} features, all of them finite"
            )
        kept_back = self.sample_cost + self._contract.submission_fee(row)
        if kept_back:
            offer = max(0, min(offer, self.money - kept_back))
        if contribution.copy_of is not None:
            last = len(self.submissions) - 1
            truth = self.submissions.truth[
                whole(contribution.copy_of, 0, last, behaviour, "copy_of")
            ]
        answer = self._contract.submit(self.account, offer, row, label, self.now, truth)
        if not isinstance(answer, Refusal):
            behaviour.accepted(contribution)

    def _pay_for_samples(self, count: int) -> None:
        """Pay for samples that were used up, at most all it has: money out of the market."""
        due = min(count * self.sample_cost, self.money)
        if due:
            ledger, now = self._contract.ledger, self._contract.chain.block_at(self.now)
            ledger.burn(due, Reason.COST, now, source=self.account)

    def _fits(self, row: Row) -> bool:
        """Return whether features are of the form of the data's, and none is NaN or infinite."""
        if type(row) is not self._form or row.size != self._features:
            return False
        return isinstance(row, BinaryRow) or bool(np.isfinite(row.values).all())

    def _plan_waking(self) -> None:
        wait = self._behaviour.wait()
        if type(wait) is not int or not 0 < wait < MOST:
            wait = whole(wait, 1, MOST, self._behaviour, "wait")
        self.now += wait
        self.model.schedule_event(
            self, at=self.now / SECONDS_PER_DAY, priority=PRIORITIES[self._behaviour.front_runs]
        )


class HonestAgent(Contributor):
    """A contributor that counts as honest, whatever its behaviour becomes."""

    kind: ClassVar[Kind] = "honest"


class MaliciousAgent(Contributor):
    """A contributor that counts as malicious, whatever its behaviour becomes."""

    kind: ClassVar[Kind] = "malicious"


AGENTS: dict[Kind, type[Contributor]] = {"honest": HonestAgent, "malicious": MaliciousAgent}
