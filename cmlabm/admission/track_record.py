"""Learning only from senders with whom the model mostly agreed."""

from collections import deque
from dataclasses import dataclass, field
from typing import ClassVar

from cmlabm.admission.interface import Admission
from cmlabm.declarations import parameter


@dataclass(eq=False)
class TrackRecord(Admission):
    """Learns from a sender while the model agreed with enough of what it sent before.

    Agreement is with the model as it was before it learnt. The first submissions of a sender are
    a probation and never learnt. A rule by which a model judges its own teachers can be captured:
    once the model has been moved, it turns the honest away.
    """

    id: ClassVar[str] = "track-record"
    display_name: ClassVar[str] = "Track record"
    formula: ClassVar[str] = "learns if the model agreed with ≥ θ of the sender's last w labels"
    source: ClassVar[str] = "cmlabm"

    window: int = parameter(
        100,
        "how many of a sender's last submissions make its record",
        name="track_window",
        unit="submissions",
        ge=1,
        le=100_000,
    )
    threshold: float = parameter(
        0.6,
        "share of its record with which the model must have agreed",
        name="track_threshold",
        ge=0,
        le=1,
    )
    probation: int = parameter(
        20,
        "a sender's first submissions, which are never learnt",
        name="track_probation",
        unit="submissions",
        ge=0,
        le=1_000_000,
    )
    _records: dict[int, deque[bool]] = field(default_factory=dict, init=False)
    _sent: dict[int, int] = field(default_factory=dict, init=False)

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse a probation that nobody can pass."""
        rules = cls.from_parameters(parameters)
        to_send = parameters.train_size - parameters.initial_size  # type: ignore[attr-defined]
        if rules.probation >= to_send:
            raise ValueError(
                f"track_probation = {rules.probation}: nobody could pass it, as there are"
                f" {to_send} samples to submit; must be less"
            )

    def submitted(self, submission: int) -> None:
        """Learn it if the sender's record is good, then add it to the record."""
        sender, row, label = self.lessons.sent(submission)
        record = self._records.setdefault(sender, deque(maxlen=self.window))
        sent = self._sent.get(sender, 0)
        agrees = self.lessons.classifier.label(row) == label
        if sent < self.probation:
            self.lessons.discard(submission, "probation")
        elif sum(record) < self.threshold * len(record):
            self.lessons.discard(submission, "record")
        else:
            self.lessons.learn(submission)
        record.append(agrees)
        self._sent[sender] = sent + 1
