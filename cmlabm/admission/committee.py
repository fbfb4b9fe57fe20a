"""Several models, each taught by its share of the senders or samples, that vote."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar, Literal, cast

from cmlabm.admission.interface import Admission
from cmlabm.classifiers.committee import Committee as Models
from cmlabm.classifiers.interface import Classifier
from cmlabm.data.rows import content_of
from cmlabm.declarations import parameter


@dataclass(eq=False)
class Committee(Admission):
    """Has several models, of which each learns only what a hash gives it; the majority predicts.

    An attacker moves only the models that its address, or its samples, are given to; but each
    model learns from its share of the honest alone.
    """

    id: ClassVar[str] = "committee"
    display_name: ClassVar[str] = "Committee"
    formula: ClassVar[str] = "model hash(sender or sample) mod B learns; the majority predicts"
    source: ClassVar[str] = "Levine & Feizi 2021, arXiv 2006.14768"

    models: int = parameter(
        7, "how many models vote", name="committee_models", unit="models", ge=1, le=1000
    )
    by: Literal["sender", "sample"] = parameter(
        "sender",
        "what decides which model learns a submission",
        name="committee_by",
        choices=("sender", "sample"),
    )

    def model(self, classifier: Classifier) -> Classifier:
        """Return the committee, whose models all begin as the one that is given."""
        return Models([classifier.copy() for _ in range(self.models)])

    def submitted(self, submission: int) -> None:
        """Have the model learn it that it is given to."""
        self.lessons.learn(submission)

    def teach(self, model: Classifier, submission: int) -> bool:
        """Teach a committee's member and return whether a prediction may differ."""
        sender, row, label = self.lessons.sent(submission)
        key = str(sender).encode() if self.by == "sender" else content_of(row)
        return cast("Models", model).members[member(key, self.models)].update(row, label)


def member(key: bytes, models: int) -> int:
    """Return which of some models a hash gives a key to.

    Example:
        >>> [member(str(sender).encode(), 7) for sender in (1, 2, 3)]
        [2, 1, 4]
    """
    return int.from_bytes(blake2b(key, digest_size=8).digest()) % models
