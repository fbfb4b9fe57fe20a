"""The nearest centroid, kept up to date sample by sample."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.rows import Rows, empty_rows
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import Row


class NearestCentroid:
    """Predicts the class whose mean is nearest (Euclid); of equally near ones the first.

    With the sum s and the number n of a class's samples, x is nearer to its mean the larger
    ``s.x / n - s.s / (2 n^2)`` is, so that sums are all there is to keep. Its state after any
    sequence of updates is that of a fit to all samples at once.

    Attributes:
        sums: of each class's samples, shape (classes, features).
        counts: of each class's samples, shape (classes,).
    """

    id: ClassVar[str] = "nearest-centroid"
    display_name: ClassVar[str] = "Nearest centroid"
    formula: ClassVar[str] = "argmin |x - mean of the class|"
    source: ClassVar[str] = "Tibshirani et al. 2002; used by Harris 2020, arXiv 2009.06756"

    def __init__(self) -> None:
        self.sums = np.zeros((0, 0))
        self.counts = np.zeros(0)
        self._squares = np.zeros(0)
        self._watches: list[CentroidWatch] = []

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
        self._squares[label] += 2 * row.product(self.sums[label]) + row.square
        row.add_to(self.sums[label], 1.0)
        self.counts[label] += 1
        for watch in self._watches:
            watch.shift(row, label)
        return True

    def watch(self, like: Samples) -> "CentroidWatch":
        """Return an empty set of samples whose products with the sums follow every update."""
        watch = CentroidWatch(self, empty_rows(like))
        self._watches.append(watch)
        return watch

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


class CentroidWatch:
    """Watched samples whose inner products with the sums follow every update."""

    def __init__(self, classifier: NearestCentroid, rows: Rows) -> None:
        self._classifier = classifier
        self._rows = rows
        self._products = np.zeros((len(classifier.counts), 64))
        self._size = 0

    def add(self, row: Row) -> None:
        """Append a sample."""
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

    def shift(self, row: Row, label: int) -> None:
        """Follow an update that added a row to a class's sum."""
        self._products[label, : self._size] += self._rows.products(row)

    def predictions(self, start: int, end: int) -> NDArray[np.int64]:
        """Return what the classifier now predicts for samples in a row, shape (end - start,)."""
        return self._classifier.nearest(self._products[:, start:end])
