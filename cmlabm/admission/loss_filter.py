"""Learning what does not surprise the model too much."""

from dataclasses import dataclass, field
from typing import ClassVar

from cmlabm.admission.interface import Admission
from cmlabm.admission.last_values import LastValues
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.errors import InputError


@dataclass(eq=False)
class LossFilter(Admission):
    """Learns a submission unless its loss is above a quantile of the last ones sent.

    The loss is any that falls with the margin by which the model is on the label's side, such as
    the hinge or the logistic loss: quantiles are the same for all of them. Until as many
    submissions have come as are looked back on, everything is learnt.
    """

    id: ClassVar[str] = "loss-filter"
    display_name: ClassVar[str] = "Loss filter"
    formula: ClassVar[str] = "learns if loss ≤ the q-quantile of the last w losses"
    source: ClassVar[str] = "trimmed losses: Shen & Sanghavi 2019, arXiv 1810.11874"

    quantile: float = parameter(
        0.8, "share of the lowest losses that are learnt", name="loss_quantile", gt=0, le=1
    )
    window: int = parameter(
        200,
        "with how many of the last losses one is compared",
        name="loss_window",
        unit="submissions",
        ge=1,
        le=100_000,
    )
    _last: LastValues = field(init=False)

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse a quantile below the lowest loss of the window."""
        rules = cls.from_parameters(parameters)
        if int(rules.quantile * rules.window) < 1:
            raise ValueError(
                f"loss_quantile = {rules.quantile:g}: of loss_window = {rules.window} losses it"
                f" would let none pass; must be at least 1/{rules.window}"
            )

    def begin(self) -> None:
        """Refuse a classifier that does not say how sure it is, and begin without losses.

        Raises:
            InputError: it does not.
        """
        initial = self.lessons.initial
        if self._loss(initial.row(0), int(initial.labels[0])) is None:
            raise InputError(
                f"admission = {self.id!r}: needs a classifier with margins; perceptron, logistic"
                f" and nearest-centroid have them"
            )
        self._last = LastValues(self.window)

    def submitted(self, submission: int) -> None:
        """Learn it unless it surprises the model more than most."""
        _, row, label = self.lessons.sent(submission)
        loss = self._loss(row, label)
        assert loss is not None
        if len(self._last) < self.window or loss <= self._last.quantile(self.quantile):
            self.lessons.learn(submission)
        else:
            self.lessons.discard(submission, "loss")
        self._last.add(loss)

    def _loss(self, row: Row, label: int) -> float | None:
        margin = self.lessons.classifier.margin_of(row, label)
        return None if margin is None else -margin
