"""What decides which submissions the shared model learns from."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple, Protocol

from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.declarations import Component


class Sent(NamedTuple):
    """What the contract knows of a submission when it comes.

    Attributes:
        sender: the account that sent it.
        row: its features.
        label: the label submitted with it.
    """

    sender: int
    row: Row
    label: int


class Lessons(Protocol):
    """The shared model, what it has to learn from, and the record of what it learnt."""

    @property
    def classifier(self) -> Classifier:
        """The shared model as it is now."""

    @property
    def initial(self) -> Samples:
        """What the model was fitted to before the market opened."""

    @property
    def root(self) -> Samples:
        """Samples that the contract set aside for checks; none unless they are asked for."""

    def sent(self, submission: int) -> Sent:
        """Return who sent a submission, and what."""

    def learn(self, submission: int) -> None:
        """Teach the model a submission that waits."""

    def discard(self, submission: int, why: str) -> None:
        """Note that the model will not learn a submission that waits, and why in a few words."""

    def unlearn(self, submission: int, change: Any, why: str) -> None:
        """Take back what the model learnt from a submission.

        Args:
            submission: its number.
            change: the classifier's ``last_change`` as it was when the model had learnt it.
            why: in a few words.
        """


class Admission(Component, ABC):
    """A rule by which the contract chooses what the shared model learns from.

    It decides about nothing else: a submission that is not learnt is held, refunded, taken from
    and expires like any other. An admission is a dataclass (``eq=False``) whose parameters are
    fields made by ``cmlabm.declarations.parameter``; it belongs to one market and may remember
    what it has seen there. What claims bring to light it hears before the next submission is
    judged, or at midnight, so that no claim depends on which others were made with it.

    Attributes:
        id: what it is called in parameters; never changes.
        display_name: what it is called in tables and figures.
        formula: its rule, in one line.
        source: where it was published, or what it is derived from.
        needs_root: whether the contract has to set a root set aside for it.
        lessons: the model and the record of what it learnt.

    Example:
        >>> class Half(Admission):
        ...     '''Learns every second submission.'''
        ...     def submitted(self, submission):
        ...         if submission % 2:
        ...             self.lessons.discard(submission, "odd")
        ...         else:
        ...             self.lessons.learn(submission)
    """

    id: ClassVar[str]
    display_name: ClassVar[str]
    formula: ClassVar[str]
    source: ClassVar[str]
    needs_root: ClassVar[bool] = False
    lessons: Lessons

    def model(self, classifier: Classifier) -> Classifier:
        """Return the market's model, given one that is fitted to the initial samples."""
        return classifier

    def adopt(self, lessons: Lessons) -> None:
        """Become the admission of a market."""
        self.lessons = lessons
        self.begin()

    def begin(self) -> None:
        """Prepare what the rule needs, now that it has a market.

        Raises:
            InputError: the market's classifier or data do not suit the rule.
        """

    @abstractmethod
    def submitted(self, submission: int) -> None:
        """Decide about a submission that was just accepted, or leave it waiting for now."""

    def claimed(self, submission: int, reason: str) -> None:
        """Note that money was paid for a submission: by "refund", "take" or "expiry"."""

    def teach(self, model: Classifier, submission: int) -> bool:
        """Teach a model, the shared one or a copy, and return whether a prediction may differ."""
        _, row, label = self.lessons.sent(submission)
        return model.update(row, label)
