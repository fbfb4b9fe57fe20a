"""Learning at once, and taking it back when a submission turns out bad."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from cmlabm.admission.interface import Admission
from cmlabm.classifiers import CLASSIFIERS, make_classifier


@dataclass(eq=False)
class Unlearn(Admission):
    """Learns at once; when a submission is first taken from, what it changed is taken back.

    Only a classifier with ``unlearn`` can do that: naive Bayes and the nearest centroid are then
    as if they had never seen it; a linear classifier takes back its own step, but not what later
    samples did because of it.
    """

    id: ClassVar[str] = "unlearn"
    display_name: ClassVar[str] = "Unlearning"
    formula: ClassVar[str] = "learns at once; takes it back at the first take"
    source: ClassVar[str] = "cmlabm, on Cauwenberghs & Poggio 2001; Bourtoule et al. 2021"

    _changes: dict[int, Any] = field(default_factory=dict, init=False)

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse a classifier that cannot unlearn."""
        name = parameters.classifier  # type: ignore[attr-defined]
        if not hasattr(make_classifier(name, parameters), "unlearn"):
            able = [known for known, own in CLASSIFIERS.items() if hasattr(own, "unlearn")]
            raise ValueError(
                f"admission = {cls.id!r}: needs a classifier that can take back what it learnt, and"
                f" {name} cannot; allowed are {', '.join(able)}"
            )

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
