"""Learning what lies near the centre of its class."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.admission.interface import Admission
from cmlabm.admission.last_values import LastValues
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter


@dataclass(eq=False)
class Sphere(Admission):
    """Learns a submission if it is no farther from its class's centroid than most trusted samples.

    Trusted are the root set and what was refunded. The centroid is the mean of all of them; the
    quantile is that of the distances that the latest had when they came.
    """

    id: ClassVar[str] = "sphere"
    display_name: ClassVar[str] = "Sphere"
    formula: ClassVar[str] = "learns if |x - centroid of its class| ≤ q-quantile of trusted ones"
    source: ClassVar[str] = "Steinhardt, Koh & Liang 2017, arXiv 1706.03691"
    needs_root: ClassVar[bool] = True

    quantile: float = parameter(
        0.9, "share of trusted samples within a class's sphere", name="sphere_quantile", gt=0, le=1
    )
    window: int = parameter(
        500,
        "how many trusted samples of a class the sphere is drawn by, the latest",
        name="sphere_window",
        unit="samples",
        ge=1,
        le=100_000,
    )
    _sums: NDArray[np.float64] = field(init=False)
    _counts: list[int] = field(default_factory=list, init=False)
    _squares: list[float] = field(default_factory=list, init=False)
    _last: list[LastValues] = field(default_factory=list, init=False)

    def begin(self) -> None:
        """Put the centroids and the spheres where the root set has them."""
        root = self.lessons.root
        members = [root.take(np.flatnonzero(root.labels == own)) for own in range(self._classes)]
        self._sums = np.array([own.dense().sum(axis=0) for own in members])
        self._counts = [len(own) for own in members]
        self._squares = (self._sums**2).sum(axis=1).tolist()
        self._last = [LastValues(self.window) for _ in members]
        for label, own in enumerate(members):
            for index in range(len(own)):
                self._last[label].add(self._distance(own.row(index), label))

    def submitted(self, submission: int) -> None:
        """Learn it if it lies within its class's sphere."""
        _, row, label = self.lessons.sent(submission)
        if self._distance(row, label) <= self._last[label].quantile(self.quantile):
            self.lessons.learn(submission)
        else:
            self.lessons.discard(submission, "outside its class")

    def claimed(self, submission: int, reason: str) -> None:
        """Trust what is refunded."""
        if reason != "refund":
            return
        _, row, label = self.lessons.sent(submission)
        self._last[label].add(self._distance(row, label))
        self._squares[label] += 2 * row.product(self._sums[label]) + row.square
        row.add_to(self._sums[label], 1.0)
        self._counts[label] += 1

    @property
    def _classes(self) -> int:
        return int(self.lessons.initial.labels.max()) + 1

    def _distance(self, row: Row, label: int) -> float:
        """Return the square of a sample's distance from the centroid of a class."""
        count = self._counts[label]
        product = row.product(self._sums[label])
        return row.square - 2 * product / count + self._squares[label] / count**2
