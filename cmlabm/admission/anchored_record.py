"""Learning from senders who agree with a model that cannot be moved."""

from collections import deque
from dataclasses import dataclass, field
from math import sqrt
from typing import ClassVar

import numpy as np

from cmlabm.admission.interface import Admission
from cmlabm.classifiers.interface import Classifier
from cmlabm.declarations import parameter


@dataclass(eq=False)
class AnchoredRecord(Admission):
    """Learns a sender's block unless it disagrees with the first model more than chance explains.

    The anchor is the model as it was before the first submission, which no contributor can move;
    how often it agrees with true labels is measured on the root set. A block of a sender's
    submissions is learnt if both the block and the sender's record agree with the anchor about as
    often: the lower limit for n labels is ``a - z * sqrt(a * (1 - a) / n)``, with a of the root
    set. It asks of the honest that their data are like the root set, and lets an attacker through
    who lies so seldom that it cannot be told from chance.
    """

    id: ClassVar[str] = "anchored-record"
    display_name: ClassVar[str] = "Anchored record"
    formula: ClassVar[str] = "learns a block if it agrees with the first model like the root set"
    source: ClassVar[str] = "cmlabm"
    needs_root: ClassVar[bool] = True

    block: int = parameter(
        20,
        "how many submissions of a sender are judged together",
        name="anchor_block",
        unit="submissions",
        ge=1,
        le=100_000,
    )
    window: int = parameter(
        100,
        "how many of a sender's last submissions make its record",
        name="anchor_window",
        unit="submissions",
        ge=1,
        le=100_000,
    )
    errors: float = parameter(
        3.0,
        "how many standard errors below the root set's share one may agree",
        name="anchor_errors",
        ge=0,
        le=100,
    )
    _anchor: Classifier = field(init=False)
    _share: float = field(default=0.0, init=False)
    _blocks: dict[int, list[int]] = field(default_factory=dict, init=False)
    _records: dict[int, deque[bool]] = field(default_factory=dict, init=False)

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse a block that nobody can fill."""
        rules = cls.from_parameters(parameters)
        to_send = parameters.train_size - parameters.initial_size  # type: ignore[attr-defined]
        if rules.block > to_send:
            raise ValueError(
                f"anchor_block = {rules.block}: nobody could fill a block, as there are {to_send}"
                f" samples to submit; must be at most as many"
            )

    def begin(self) -> None:
        """Keep the first model, and measure how often it agrees with the root set."""
        self._anchor = self.lessons.classifier.copy()
        root = self.lessons.root
        self._share = float(np.mean(self._anchor.predict(root.features) == root.labels))

    def submitted(self, submission: int) -> None:
        """Put it into its sender's block, and judge the block when it is full."""
        sender, row, label = self.lessons.sent(submission)
        block = self._blocks.setdefault(sender, [])
        record = self._records.setdefault(sender, deque(maxlen=max(self.window, self.block)))
        block.append(submission)
        record.append(self._anchor.label(row) == label)
        if len(block) < self.block:
            return
        del self._blocks[sender]
        agreed = list(record)
        if self._is_usual(agreed[-self.block :]) and self._is_usual(agreed[-self.window :]):
            for number in block:
                self.lessons.learn(number)
        else:
            for number in block:
                self.lessons.discard(number, "disagrees with the anchor")

    def _is_usual(self, agreed: list[bool]) -> bool:
        """Return whether labels agree with the anchor as often as chance explains."""
        usual, size = self._share, len(agreed)
        return sum(agreed) >= size * usual - self.errors * sqrt(size * usual * (1 - usual))
