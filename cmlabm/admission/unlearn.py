"""Learning at once, and taking it back when a submission turns out bad."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from cmlabm.admission.interface import Admission
from cmlabm.classifiers.interface import Classifier
from cmlabm.errors import InputError


@dataclass(eq=False)
class Unlearn(Admission):
    """Learns at once; when a submission is first taken from, what it changed is taken back.

    Only a classifier with ``unlearn`` can do that: naive Bayes and the nearest centroid are then
    as if they had never seen it; the perceptron takes back its own step, but not what later
    samples did because of it.
    """

    id: ClassVar[str] = "unlearn"
    display_name: ClassVar[str] = "Unlearning"
    formula: ClassVar[str] = "learns at once; takes it back at the first take"
    source: ClassVar[str] = "cmlabm, on Cauwenberghs & Poggio 2001; Bourtoule et al. 2021"

    _changes: dict[int, Any] = field(default_factory=dict, init=False)

    def model(self, classifier: Classifier) -> Classifier:
        """Return the classifier, which must be able to unlearn.

        Raises:
            InputError: it is not.
        """
        if not hasattr(classifier, "unlearn"):
            raise InputError(
                f"admission = {self.id!r}: needs a classifier that can take back what it learnt,"
                f" such as perceptron, nearest-centroid or a naive Bayes"
            )
        return classifier

    def submitted(self, submission: int) -> None:
        """Learn it, and remember what that changed."""
        self.lessons.learn(submission)
        classifier: Any = self.lessons.classifier
        self._changes[submission] = classifier.last_change

    def claimed(self, submission: int, reason: str) -> None:
        """Unlearn what is taken from; what is refunded or expires stays learnt."""
        if submission not in self._changes:
            return
        change = self._changes.pop(submission)
        if reason == "take":
            self.lessons.unlearn(submission, change, "taken from")
