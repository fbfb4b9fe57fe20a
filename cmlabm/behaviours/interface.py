"""What a contributor does when it wakes: a policy that can be exchanged while the market runs."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from cmlabm.behaviours.draws import Draws
from cmlabm.behaviours.senses import Senses
from cmlabm.data.dataset import Dataset
from cmlabm.data.rows import Row
from cmlabm.data.trigger import Trigger
from cmlabm.declarations import Component
from cmlabm.kinds import Kind
from cmlabm.units import UNITS_PER_TOKEN


class Contribution(NamedTuple):
    """What a contributor sends.

    Attributes:
        row: the features.
        label: the label.
        truth: the true label of the sample that it was made of, which only the sender knows.
        copy_of: the submission that it repeats, whose truth then counts; None for an own sample.
    """

    row: Row
    label: int
    truth: int = -1
    copy_of: int | None = None


class Purse(NamedTuple):
    """One of the accounts among which a contributor's money is split.

    Attributes:
        behaviour: of the agent that has it.
        balance: its money in units.
        wait_factor: its waits are so many times those of an undivided contributor.
        name: what is added to the contributor's name; empty if it has one account.
    """

    behaviour: "Behaviour"
    balance: int
    wait_factor: float = 1.0
    name: str = ""


class Planted(NamedTuple):
    """What a behaviour wants the model to predict for whatever has a trigger.

    Attributes:
        trigger: by which the samples are marked.
        target: the class that they are to get.
    """

    trigger: Trigger
    target: int


class Behaviour(Component, ABC):
    """Whether and what to submit, how much to offer, how long to wait, and when to leave.

    A behaviour is a dataclass; its parameters are fields made by
    ``cmlabm.declarations.parameter``. It belongs to one agent at a time, whose eyes and dice it
    uses, and may remember what it has seen. Subclass ``HonestBehaviour`` or
    ``MaliciousBehaviour`` and override the methods for what is to be different.

    Attributes:
        kind: of the contributors who behave so.
        id: what it is called in parameters; never changes.
        display_name: what it is called in tables and figures.
        formula: its rule, in one line.
        source: where it was published, or what it is derived from.
        submits: whether it uses up data of its own; the market is open as long as somebody does.
        front_runs: whether it is served before all others that come in the same second, as one who
            pays most for that; else who was planned first comes first.
        planted: the backdoor that it plants, if it does.
        claims: whether it claims what it can when it wakes.
        playing: what it plays, if it chooses among behaviours; else empty.
        senses: what its agent knows of itself and of the market.
        draws: what its agent draws at random.
    """

    kind: ClassVar[Kind]
    id: ClassVar[str]
    display_name: ClassVar[str]
    formula: ClassVar[str]
    source: ClassVar[str]
    submits = True
    front_runs = False
    planted: Planted | None = None
    claims = True
    playing = ""
    senses: Senses
    draws: Draws

    @property
    def makes_samples(self) -> bool:
        """Whether it makes the samples that it sends, which may cost something."""
        return self.kind == "honest"

    def check_data(self, dataset: Dataset) -> None:
        """Refuse data that do not suit the behaviour.

        Raises:
            InputError: they do not.
        """

    def purses(self, balance: int) -> Sequence[Purse]:
        """Split a contributor's money, in units, among the accounts that it opens: here one."""
        return [Purse(self, balance)]

    def adopt(self, senses: Senses, draws: Draws) -> None:
        """Become the behaviour of an agent."""
        self.senses = senses
        self.draws = draws
        self.begin()

    def begin(self) -> None:
        """Prepare what the behaviour needs, now that it has an agent."""

    def contribution(self) -> Contribution | None:
        """Choose what to submit now; None to submit nothing."""
        queue = self.senses.queue
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
        return min(self.draws.offer() * UNITS_PER_TOKEN, self.senses.money)

    def accepted(self, contribution: Contribution) -> None:  # noqa: ARG002
        """Note that a contribution was accepted: the next sample moves up."""
        self.senses.queue.advance()

    def wait(self) -> int:
        """Return how many seconds to wait until the next waking, at least 1."""
        return self.draws.wait()

    def stays(self) -> bool:
        """Decide whether to wake again.

        A contributor without money for any call does not come back, unless the mechanism has a
        place for it and the contract still holds deposits of its own.
        """
        senses = self.senses
        has_money = senses.money >= (senses.least_fee or 1)
        return has_money or (senses.bankrupt_may_claim and senses.locked > 0)


class HonestBehaviour(Behaviour):
    """Behaviour of contributors who improve the model."""

    kind: ClassVar[Kind] = "honest"


class MaliciousBehaviour(Behaviour):
    """Behaviour of contributors who damage the model, or live on those who improve it.

    They submit whatever the model is like; what they send is up to the behaviour.
    """

    kind: ClassVar[Kind] = "malicious"

    def wants_to_submit(self) -> bool:
        """Submit, whatever the model is like."""
        return True

    def asked_for(self, contribution: Contribution) -> int:
        """Return the price of a contribution, but never all it has: who has nothing left leaves."""
        return min(self.senses.price(contribution.label) or 0, self.senses.money - 1)

    def flipped(self, truth: int) -> int:
        """Return a wrong label, or by mistake the true one."""
        return truth if self.draws.errs() else self.draws.wrong_label(truth)
