"""Learning from senders who agree with a model that cannot be moved."""

from collections import deque
from dataclasses import dataclass, field
from math import sqrt
from typing import ClassVar

import numpy as np

from cmlabm.admission.in_blocks import InBlocks
from cmlabm.classifiers.interface import Classifier
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter


@dataclass(eq=False)
class AnchoredRecord(InBlocks):
    """Learns a sender's block unless the first model doubts more of it than chance explains.

    The anchor is the model as it was before the first submission, which no contributor can move.
    It doubts a label if it is as far on another label's side as it is for only a small share q of
    the root set's labels. A block of a sender's submissions is learnt if of neither the block nor
    the sender's record more is doubted than is usual: of n labels at most
    ``n * q + z * sqrt(n * q * (1 - q))``. Labels that the anchor agrees with make up for none that
    it doubts, so that echoes do not cover lies. What is doubted has an appeal: as soon as so many
    doubted submissions wait, whoever sent them, they are learnt together if the model errs on no
    more of the root set with them than without. With a classifier without margins the anchor
    doubts whatever it does not predict, and q is its error on the root set.

    It asks of the honest that their data are like the root set, lets an attacker through who lies
    so seldom, or about such doubtful samples, that it cannot be told from chance, and learns late
    what an attacker takes care that only it sends: true labels of what the first model gets wrong.
    """

    id: ClassVar[str] = "anchored-record"
    display_name: ClassVar[str] = "Anchored record"
    formula: ClassVar[str] = (
        "learns a block if the first model doubts ≤ nq + z·√(nq(1 - q)) labels; hears appeals"
    )
    source: ClassVar[str] = "cmlabm"
    needs_root: ClassVar[bool] = True

    window: int = parameter(
        100,
        "how many of a sender's last submissions make its record",
        name="anchor_window",
        unit="submissions",
        ge=1,
        le=100_000,
    )
    quantile: float = parameter(
        0.05,
        "share of the root set that the first model doubts",
        name="anchor_quantile",
        gt=0,
        le=0.5,
    )
    errors: float = parameter(
        3.0,
        "by how many standard errors more labels than usual may be doubted",
        name="anchor_errors",
        ge=0,
        le=100,
    )
    appeal: int = parameter(
        800,
        "how many doubted submissions are tried together on the root set; 0: none is",
        name="anchor_appeal",
        unit="submissions",
        ge=0,
        le=100_000,
    )
    _anchor: Classifier = field(init=False)
    _limit: float = field(default=0.0, init=False)
    _usual: float = field(default=0.0, init=False)
    _appeals: list[int] = field(default_factory=list, init=False)
    _records: dict[int, deque[bool]] = field(default_factory=dict, init=False)

    def begin(self) -> None:
        """Keep the first model, and measure which of the root set's labels it doubts."""
        self._anchor = self.lessons.classifier.copy()
        root = self.lessons.root
        margins = [
            self._margin(root.row(index), label) for index, label in enumerate(root.labels.tolist())
        ]
        self._limit = float(np.quantile(margins, self.quantile, method="lower"))
        self._usual = float(np.mean(np.array(margins) <= self._limit))

    def submitted(self, submission: int) -> None:
        """Note whether its label is doubted, and judge its sender's block if it is full."""
        sender, row, label = self.lessons.sent(submission)
        record = self._records.setdefault(sender, deque(maxlen=max(self.window, self.block)))
        record.append(self._margin(row, label) <= self._limit)
        super().submitted(submission)

    def against(self, sender: int, block: list[int]) -> str:
        """Return that too much of the block, or of the record, is doubted, if it is."""
        doubted = list(self._records[sender])
        if self._is_usual(doubted[-len(block) :]) and self._is_usual(doubted[-self.window :]):
            return ""
        return "doubted by the first model"

    def judged(self, block: list[int], why: str) -> None:
        """Learn a block, or keep it for an appeal, which is heard when enough are doubted."""
        if not (why and self.appeal):
            super().judged(block, why)
            return
        self._appeals += block
        if len(self._appeals) < self.appeal:
            return
        appeals, self._appeals = self._appeals, []
        super().judged(appeals, why if self.harm(appeals) > 0 else "")

    def _is_usual(self, doubted: list[bool]) -> bool:
        """Return whether no more labels are doubted than chance explains."""
        usual, size = self._usual, len(doubted)
        return sum(doubted) <= size * usual + self.errors * sqrt(size * usual * (1 - usual))

    def _margin(self, row: Row, label: int) -> float:
        """Return how far the anchor is on a label's side."""
        margin = self._anchor.margin_of(row, label)
        if margin is not None:
            return margin
        return 1.0 if self._anchor.label(row) == label else -1.0
