"""A perceptron that learns as scikit-learn's does, many times faster."""

import warnings
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.rows import BitRows, DenseRows
from cmlabm.data.dataset import Features, Row, Samples


class Perceptron:
    """Linear classifier whose weights move only when it errs.

    Its weights after any sequence of updates equal those of scikit-learn's
    ``SGDClassifier(loss="perceptron", learning_rate="optimal", penalty=None)`` on dense input.
    A sample x with sign y that is not strictly on its side, ``y * (w.x + b) <= 0``, adds
    ``step * y * x`` to w and ``step * y`` to b, where ``step = 1 / (alpha * (1000 + t - 1))`` for
    the t-th sample ever seen and ``alpha = 0.0001`` (Bottou's schedule, as in scikit-learn).
    With more than two classes there is one such separator for each class against the others.

    Attributes:
        weights: shape (separators, features); one separator for two classes, else one a class.
        intercepts: shape (separators,).
        samples_seen: how many samples it has learnt from, each epoch of the initial fit counted.
    """

    id: ClassVar[str] = "perceptron"
    display_name: ClassVar[str] = "Perceptron"

    _ALPHA = 1e-4
    _FIRST_STEP = 10.0  # sqrt(1 / sqrt(alpha))

    def __init__(self) -> None:
        self.weights = np.zeros((0, 0))
        self.intercepts = np.zeros(0)
        self.samples_seen = 0
        self._watches: list[MarginWatch] = []

    def fit(self, samples: Samples, classes: int, rng: np.random.Generator) -> None:
        """Fit the initial model with scikit-learn, in epochs over the shuffled samples."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import SGDClassifier

        model = SGDClassifier(
            loss="perceptron",
            learning_rate="optimal",
            penalty=None,
            random_state=int(rng.integers(2**31)),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(samples.dense(), samples.labels)
        self.weights = np.array(model.coef_)
        self.intercepts = np.array(model.intercept_)
        self.samples_seen = int(model.t_) - 1

    def margins(self, features: Features) -> NDArray[np.float64]:
        """Return ``w.x + b``: shape (samples,) for two classes, else (samples, classes)."""
        if len(self.intercepts) == 1:
            return np.asarray(features @ self.weights[0]) + self.intercepts[0]
        return np.asarray(features @ self.weights.T) + self.intercepts

    def predict(self, features: Features) -> NDArray[np.int64]:
        """Return the predicted label of each sample, shape (samples,)."""
        return labels_of(self.margins(features))

    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample and return whether the weights moved."""
        step = 1.0 / (self._ALPHA * (1.0 / (self._FIRST_STEP * self._ALPHA) + self.samples_seen))
        self.samples_seen += 1
        where, values = _nonzero(row)
        signs = self._signs(label)
        wrong = signs * self._margin(where, values) <= 0
        if not wrong.any():
            return False
        moves = step * signs * wrong
        for separator in np.flatnonzero(wrong):
            self.weights[separator][where] += moves[separator] * values
        self.intercepts += moves
        for watch in self._watches:
            watch.shift(row, moves)
        return True

    def margin(self, row: Row) -> NDArray[np.float64]:
        """Return ``w.x + b`` of one sample for each separator, shape (separators,)."""
        return self._margin(*_nonzero(row))

    def watch(self) -> "MarginWatch":
        """Return an empty set of samples whose margins follow every update."""
        watch = MarginWatch(self)
        self._watches.append(watch)
        return watch

    def _margin(
        self, where: "NDArray[np.intp] | slice", values: "NDArray[np.float64] | float"
    ) -> NDArray[np.float64]:
        products = self.weights[:, where] * values
        return np.asarray(products.sum(axis=1)) + self.intercepts

    def _signs(self, label: int) -> NDArray[np.float64]:
        if len(self.intercepts) == 1:
            return np.array([1.0 if label == 1 else -1.0])
        signs = np.full(len(self.intercepts), -1.0)
        signs[label] = 1.0
        return signs


class MarginWatch:
    """Watched samples whose margins move with the perceptron's weights.

    When an update adds ``move * x`` to the weights and ``move`` to the intercept, the margin of a
    watched sample z grows by ``move * (x.z + 1)``.
    """

    def __init__(self, perceptron: Perceptron) -> None:
        separators = len(perceptron.intercepts)
        self._perceptron = perceptron
        self._rows: BitRows | DenseRows | None = None
        self._margins = np.zeros((separators, 256))
        self._size = 0

    def add(self, row: Row) -> None:
        """Append a sample."""
        if self._rows is None:
            self._rows = BitRows(len(row)) if row.dtype == np.bool else DenseRows(len(row))
        self._rows.add(row)
        if self._size == self._margins.shape[1]:
            self._margins = np.concatenate([self._margins, np.zeros_like(self._margins)], axis=1)
        self._margins[:, self._size] = self._perceptron.margin(row)
        self._size += 1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""
        if self._rows is not None:
            self._rows.keep(positions)
        self._size = len(positions)
        self._margins[:, : self._size] = self._margins[:, positions]

    def shift(self, row: Row, moves: NDArray[np.float64]) -> None:
        """Follow an update that added ``moves`` times a row to the separators."""
        if self._rows is not None:
            self._margins[:, : self._size] += moves[:, np.newaxis] * (self._rows.products(row) + 1)

    def predictions(self, count: int) -> NDArray[np.int64]:
        """Return what the perceptron now predicts for the first samples, shape (count,)."""
        margins = self._margins[:, :count]
        return labels_of(margins[0] if len(margins) == 1 else margins.T)


def _nonzero(row: Row) -> "tuple[NDArray[np.intp] | slice, NDArray[np.float64] | float]":
    """Return where a row may differ from zero, and its values there."""
    if row.dtype == np.bool:
        return row.nonzero()[0], 1.0
    return slice(None), row


def labels_of(margins: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the label on whose side each sample lies, shape (samples,)."""
    if margins.ndim == 1:
        return (margins > 0).astype(np.int64)
    return margins.argmax(axis=1)
