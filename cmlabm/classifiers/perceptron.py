"""A perceptron that learns as scikit-learn's does, many times faster."""

import warnings
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from cmlabm.classifiers.rows import Rows, empty_rows
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import Row


class Perceptron:
    """Linear classifier whose weights move only when it errs.

    Its weights after any sequence of updates equal those of scikit-learn's
    ``SGDClassifier(loss="perceptron", learning_rate="optimal", penalty=None)`` on dense input.
    A sample x with sign y that is not strictly on its side, ``y * (w.x + b) <= 0``, adds
    ``step * y * x`` to w and ``step * y`` to b, where ``step = 1 / (alpha * (1000 + t - 1))`` for
    the t-th sample ever seen and ``alpha = 0.0001`` (Bottou's schedule, as in scikit-learn).
    With more than two classes there is one such separator for each class against the others.

    Two classes have one separator, with label 1 on its positive side.

    Attributes:
        samples_seen: how many samples it has learnt from, each epoch of the initial fit counted.
    """

    id: ClassVar[str] = "perceptron"
    display_name: ClassVar[str] = "Perceptron"
    formula: ClassVar[str] = "w += η·y·x and b += η·y if y(w·x + b) ≤ 0"
    source: ClassVar[str] = "Rosenblatt 1958; equals sklearn's SGDClassifier(loss='perceptron')"

    _ALPHA = 1e-4
    _HEAD_START = 1000.0  # 1 / (alpha * sqrt(1 / sqrt(alpha)))

    def __init__(self) -> None:
        self.samples_seen = 0
        self._weights: list[NDArray[np.float64]] = []
        self._intercepts: list[float] = []
        self._first_label = 1
        self._recent: tuple[Row, list[float]] | None = None
        self._watches: list[MarginWatch] = []

    @property
    def weights(self) -> NDArray[np.float64]:
        """The weights, shape (separators, features)."""
        return np.array(self._weights)

    @property
    def intercepts(self) -> NDArray[np.float64]:
        """The intercepts, shape (separators,)."""
        return np.array(self._intercepts)

    def fit(self, samples: Samples, rng: np.random.Generator) -> None:
        """Fit the initial model with scikit-learn, in epochs over the shuffled samples.

        On sparse input scikit-learn's intercept learns 100 times slower than on dense input. A
        feature that is always one takes its place: the same weights as on dense input, sooner.
        """
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import SGDClassifier

        always_one = csr_array(np.ones((len(samples), 1)))
        features = hstack([csr_array(samples.features), always_one], format="csr")
        model = SGDClassifier(
            loss="perceptron",
            learning_rate="optimal",
            penalty=None,
            fit_intercept=False,
            random_state=int(rng.integers(2**31)),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(features, samples.labels)
        self._weights = [separator[:-1].copy() for separator in model.coef_]
        self._intercepts = model.coef_[:, -1].tolist()
        self._first_label = 1 if len(self._intercepts) == 1 else 0
        self.samples_seen = int(model.t_) - 1

    def margins(self, features: Features) -> NDArray[np.float64]:
        """Return ``w.x + b``: shape (samples,) for two classes, else (samples, classes)."""
        margins = [
            features @ weights + intercept
            for weights, intercept in zip(self._weights, self._intercepts, strict=True)
        ]
        return margins[0] if len(margins) == 1 else np.stack(margins, axis=1)

    def predict(self, features: Features) -> NDArray[np.int64]:
        """Return the predicted label of each sample, shape (samples,)."""
        return labels_of(self.margins(features))

    def label(self, row: Row) -> int:
        """Return the predicted label of one sample."""
        margins = self.margin(row)
        return int(margins[0] > 0) if len(margins) == 1 else margins.index(max(margins))

    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample and return whether the weights moved."""
        step = 1.0 / (self._ALPHA * (self._HEAD_START + self.samples_seen))
        self.samples_seen += 1
        margins = self.margin(row)
        moves = [0.0] * len(margins)
        for separator, margin in enumerate(margins):
            sign = 1 if separator + self._first_label == label else -1
            if sign * margin <= 0:
                moves[separator] = sign * step
                row.add_to(self._weights[separator], sign * step)
                self._intercepts[separator] += sign * step
        if not any(moves):
            return False
        self._recent = (
            row,
            [m + move * (row.square + 1) for m, move in zip(margins, moves, strict=True)],
        )
        for watch in self._watches:
            watch.shift(row, moves)
        return True

    def margin(self, row: Row) -> list[float]:
        """Return ``w.x + b`` of one sample for each separator."""
        if self._recent is None or self._recent[0] is not row:
            margins = [
                row.product(weights) + intercept
                for weights, intercept in zip(self._weights, self._intercepts, strict=True)
            ]
            self._recent = (row, margins)
        return self._recent[1]

    def watch(self, like: Samples) -> "MarginWatch":
        """Return an empty set of samples whose margins follow every update."""
        watch = MarginWatch(self, empty_rows(like))
        self._watches.append(watch)
        return watch


class MarginWatch:
    """Watched samples whose margins move with the perceptron's weights.

    When an update adds ``move * x`` to the weights and ``move`` to the intercept, the margin of a
    watched sample z grows by ``move * (x.z + 1)``.
    """

    def __init__(self, perceptron: Perceptron, rows: Rows) -> None:
        self._perceptron = perceptron
        self._rows = rows
        self._margins = np.zeros((len(perceptron.intercepts), 64))
        self._size = 0

    def add(self, row: Row) -> None:
        """Append a sample."""
        self._rows.add(row)
        if self._size == self._margins.shape[1]:
            self._margins = np.concatenate([self._margins, np.zeros_like(self._margins)], axis=1)
        for separator, margin in enumerate(self._perceptron.margin(row)):
            self._margins[separator, self._size] = margin
        self._size += 1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""
        self._rows.keep(positions)
        self._size = len(positions)
        self._margins[:, : self._size] = self._margins[:, positions]

    def shift(self, row: Row, moves: list[float]) -> None:
        """Follow an update that added multiples of a row to the separators."""
        products = self._rows.products(row)
        for separator, move in enumerate(moves):
            if move:
                self._margins[separator, : self._size] += move * products + move

    def predictions(self, start: int, end: int) -> NDArray[np.bool] | NDArray[np.int64]:
        """Return what the perceptron now predicts for samples in a row, shape (end - start,)."""
        if len(self._margins) == 1:
            return self._margins[0, start:end] > 0
        return self._margins[:, start:end].argmax(axis=0)


def labels_of(margins: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the label on whose side each sample lies, shape (samples,)."""
    if margins.ndim == 1:
        return (margins > 0).astype(np.int64)
    return margins.argmax(axis=1)
