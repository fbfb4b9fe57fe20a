"""The nearest centroid, kept up to date sample by sample."""

from copy import deepcopy
from typing import ClassVar, Self, cast

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.anew import PredictedErrors
from cmlabm.classifiers.fixed_rows import fixed_rows
from cmlabm.classifiers.interface import Classifier, ErrorCount, Watch
from cmlabm.classifiers.margins import of_truth
from cmlabm.classifiers.rows import Rows, empty_rows
from cmlabm.classifiers.trials import products
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import BinaryRow, BinaryRows, Row


class NearestCentroid(Classifier):
    """Predicts the class whose mean is nearest (Euclid); of equally near ones the first.

    With the sum s and the number n of a class's samples, x is nearer to its mean the larger
    ``s.x / n - s.s / (2 n^2)`` is, so that sums are all there is to keep. Its state after any
    sequence of updates is that of a fit to all samples at once, and unlearning a sample leaves the
    state of a model that never saw it: exactly on whole numbers, such as words; else but for the
    rounding of each addition to the sums and their squares.

    Attributes:
        sums: of each class's samples, shape (classes, features).
        counts: of each class's samples, shape (classes,).
        learnt: all samples learnt or unlearnt, in their order, each with its label and how many
            times it was added to the class's sum: 1 or -1.
    """

    id: ClassVar[str] = "nearest-centroid"
    display_name: ClassVar[str] = "Nearest centroid"
    formula: ClassVar[str] = "argmin |x - mean of the class|"
    source: ClassVar[str] = "Tibshirani et al. 2002; used by Harris 2020, arXiv 2009.06756"
    last_change: ClassVar[None] = None

    def __init__(self) -> None:
        self.sums = np.zeros((0, 0))
        self.counts = np.zeros(0)
        self.learnt: list[tuple[Row, int, float]] = []
        self._squares = np.zeros(0)

    def fit(self, samples: Samples, rng: np.random.Generator) -> None:  # noqa: ARG002
        """Fit the initial model; nothing is drawn."""
        members = samples.labels == np.arange(samples.labels.max() + 1)[:, np.newaxis]
        self.sums = np.array([samples.features[own].sum(axis=0) for own in members], dtype=float)
        self.counts = members.sum(axis=1).astype(float)
        self._squares = (self.sums**2).sum(axis=1)

    def predict(self, features: Features) -> NDArray[np.int64]:
        """Return the predicted label of each sample, shape (samples,)."""
        return self.nearest((features @ self.sums.T).T)

    def label(self, row: Row) -> int:
        """Return the predicted label of one sample."""
        return int(self.nearest(self.products(row)))

    def margins(self, features: Features) -> NDArray[np.float64] | None:
        """Return how much nearer class 1 is than class 0, or for more classes how near each is."""
        nearness = self.nearness((features @ self.sums.T).T)
        return nearness[1] - nearness[0] if len(nearness) == 2 else nearness.T

    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample; any prediction may then have changed."""
        self._add(row, label, 1.0)
        return True

    def margins_after(self, tried: Samples, on: Samples) -> NDArray[np.float64]:
        """Return the margins of samples after learning each of some others: see ``trials``."""
        own, classes = tried.labels, np.arange(len(self.counts))
        with_sums = (tried.features @ self.sums.T)[np.arange(len(own)), own]
        squares = np.array([tried.row(lesson).square for lesson in range(len(own))])
        is_taught = own[:, np.newaxis] == classes
        counts = self.counts + is_taught
        grown = self._squares + is_taught * (2 * with_sums + squares)[:, np.newaxis]
        sums = (
            on.features @ self.sums.T
            + is_taught[:, np.newaxis] * products(tried, on)[:, :, np.newaxis]
        )
        nearness = sums / counts[:, np.newaxis] - (grown / (2 * counts**2))[:, np.newaxis]
        binary = len(classes) == 2
        return of_truth(nearness[:, :, 1] - nearness[:, :, 0] if binary else nearness, on.labels)

    def copy(self) -> Self:
        """Return a copy that learns by itself, without the record of what was learnt."""
        return deepcopy(self, {id(self.learnt): []})

    def unlearn(self, row: Row, label: int, change: object) -> bool:  # noqa: ARG002
        """Take back one sample that was learnt; any prediction may then have changed.

        Args:
            row: the sample.
            label: with which it was learnt.
            change: what ``last_change`` said after it was; not needed here.
        """
        self._add(row, label, -1.0)
        return True

    def watch(self, like: Samples) -> Watch:
        """Return an empty set of samples whose products with the sums follow every update."""
        return CentroidWatch(self, empty_rows(like))

    def error_count(self, samples: Samples) -> ErrorCount:
        """Return the errors on some samples, on binary ones counted from products that follow."""
        if not isinstance(samples.rows, BinaryRows):
            return PredictedErrors(self.predict, samples)
        return CentroidErrors(self, samples)

    def products(self, row: Row) -> NDArray[np.float64]:
        """Return the inner product of a sample with each class's sum, shape (classes,)."""
        return np.array([row.product(own) for own in self.sums])

    def nearness(self, products: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how near samples are to the centroids, on a scale that differs by sample.

        Args:
            products: of samples with the sums, shape (classes,) or (classes, samples).
        """
        offsets = self._squares / (2 * self.counts**2)
        return ((products.T / self.counts) - offsets).T

    def nearest(self, products: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the label of the nearest centroid from samples' products with the sums."""
        return np.asarray(self.nearness(products).argmax(axis=0))

    def _add(self, row: Row, label: int, times: float) -> None:
        self._squares[label] += times * 2 * row.product(self.sums[label]) + row.square
        row.add_to(self.sums[label], times)
        self.counts[label] += times
        self.learnt.append((row, label, times))


class CentroidWatch:
    """Watched samples whose inner products with the sums follow every update."""

    def __init__(self, classifier: NearestCentroid, rows: Rows) -> None:
        self._classifier = classifier
        self._followed = len(classifier.learnt)
        self._rows = rows
        self._products = np.zeros((len(classifier.counts), 64))
        self._size = 0

    def add(self, row: Row) -> None:
        """Append a sample."""
        self._follow()
        self._rows.add(row)
        if self._size == self._products.shape[1]:
            self._products = np.concatenate([self._products, np.zeros_like(self._products)], axis=1)
        self._products[:, self._size] = self._classifier.products(row)
        self._size += 1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""
        self._rows.keep(positions)
        self._size = len(positions)
        self._products[:, : self._size] = self._products[:, positions]

    def predictions(self, start: int, end: int) -> NDArray[np.int64]:
        """Return what the classifier now predicts for samples in a row, shape (end - start,)."""
        self._follow()
        return self._classifier.nearest(self._products[:, start:end])

    def _follow(self) -> None:
        learnt = self._classifier.learnt
        for row, label, times in learnt[self._followed :]:
            self._products[label, : self._size] += times * self._rows.products(row)
        self._followed = len(learnt)


class CentroidErrors:
    """Samples of words whose errors are counted without predicting them anew.

    Their inner products with the sums are whole numbers, so that nothing is rounded and every
    count is what ``predict`` would give.
    """

    def __init__(self, classifier: NearestCentroid, samples: Samples) -> None:
        self._classifier = classifier
        self._labels = samples.labels
        self._rows = fixed_rows(samples)
        self._followed = 0
        self._multiply()

    def now(self) -> int:
        """Return for how many of the samples ``predict`` would not give the label now."""
        learnt = self._classifier.learnt
        if len(learnt) == self._followed + 1:
            row, label, times = learnt[-1]
            self._products[label] += times * self._rows.products(cast("BinaryRow", row))
            self._followed += 1
        elif len(learnt) != self._followed:
            self._multiply()
        return int(np.count_nonzero(self._classifier.nearest(self._products) != self._labels))

    def _multiply(self) -> None:
        self._products = np.array([self._rows.times(own) for own in self._classifier.sums])
        self._followed = len(self._classifier.learnt)
