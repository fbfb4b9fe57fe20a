"""A perceptron that learns as scikit-learn's does, many times faster."""

import warnings
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from cmlabm.classifiers.anew import PredictedErrors
from cmlabm.classifiers.interface import ErrorCount, Watch
from cmlabm.classifiers.linear import LinearSeparators
from cmlabm.classifiers.margin_errors import MarginErrors
from cmlabm.classifiers.margin_watch import MarginWatch
from cmlabm.classifiers.margins import of_truth
from cmlabm.classifiers.rows import empty_rows
from cmlabm.classifiers.trials import products
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRows, Row


class Perceptron(LinearSeparators):
    """Linear classifier whose weights move only when it errs.

    Its weights after any sequence of updates equal those of scikit-learn's
    ``SGDClassifier(loss="perceptron", learning_rate="optimal", penalty=None)`` on dense input.
    A sample x with sign y that is not strictly on its side, ``y * (w.x + b) <= 0``, adds
    ``step * y * x`` to w and ``step * y`` to b, where ``step = 1 / (alpha * (1000 + t - 1))`` for
    the t-th sample ever seen and ``alpha = 0.0001`` (Bottou's schedule, as in scikit-learn).
    With more than two classes there is one such separator for each class against the others.

    Attributes:
        samples_seen: how many samples it has learnt from, each epoch of the initial fit counted.
        last_change: how many times the last update added its sample to each separator; empty if
            they did not move.
    """

    id: ClassVar[str] = "perceptron"
    display_name: ClassVar[str] = "Perceptron"
    formula: ClassVar[str] = "w += η·y·x and b += η·y if y(w·x + b) ≤ 0"
    source: ClassVar[str] = "Rosenblatt 1958; equals sklearn's SGDClassifier(loss='perceptron')"

    _ALPHA = 1e-4
    _HEAD_START = 1000.0  # 1 / (alpha * sqrt(1 / sqrt(alpha)))

    def __init__(self) -> None:
        super().__init__()
        self.samples_seen = 0
        self.last_change: tuple[float, ...] = ()

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
        weights = [separator[:-1].copy() for separator in model.coef_]
        self._start(weights, model.coef_[:, -1].tolist())
        self.samples_seen = int(model.t_) - 1

    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample and return whether the weights moved."""
        step = 1.0 / (self._ALPHA * (self._HEAD_START + self.samples_seen))
        self.samples_seen += 1
        self.last_change = ()
        margins = self.margin(row)
        if len(margins) == 1:
            sign = 1 if label else -1
            if not sign * margins[0] <= 0:
                return False
            self.last_change = (sign * step,)
            self._move(row, self.last_change)
            return True
        signs = [1 if separator == label else -1 for separator in range(len(margins))]
        errs = [sign * margin <= 0 for sign, margin in zip(signs, margins, strict=True)]
        if not any(errs):
            return False
        moves = [err * sign * step for err, sign in zip(errs, signs, strict=True)]
        self.last_change = tuple(moves)
        self._move(row, self.last_change)
        return True

    def unlearn(self, row: Row, label: int, change: tuple[float, ...]) -> bool:  # noqa: ARG002
        """Take back what an update changed, and return whether the weights moved.

        They are then, but for rounding, where the other updates have moved them. A perceptron that
        had never seen the sample may have erred on others since, and would have taken their steps
        as the t-th sample with another t: the order of the samples matters to it.

        Args:
            row: the sample.
            label: as it was learnt.
            change: ``last_change`` after that update.
        """
        if not change:
            return False
        self._move(row, tuple([-move for move in change]))
        return True

    def margins_after(self, tried: Samples, on: Samples) -> NDArray[np.float64]:
        """Return the margins of samples after learning each of some others: see ``trials``."""
        step = 1.0 / (self._ALPHA * (self._HEAD_START + self.samples_seen))
        binary = len(self._weights) == 1
        classes = np.array([1]) if binary else np.arange(len(self._weights))
        signs = np.where(tried.labels[:, np.newaxis] == classes, 1.0, -1.0)
        errs = signs * self.margins(tried.features).reshape(signs.shape) <= 0
        margins = self.margins(on.features).reshape(len(on), len(classes))
        shifts = (errs * signs * step)[:, np.newaxis] * (products(tried, on) + 1)[:, :, np.newaxis]
        after = margins + shifts
        return of_truth(after[:, :, 0] if binary else after, on.labels)

    def watch(self, like: Samples) -> Watch:
        """Return an empty set of samples whose margins follow every update."""
        return MarginWatch(self, empty_rows(like))

    def error_count(self, samples: Samples) -> ErrorCount:
        """Return the errors on some samples, on binary ones counted from margins that follow."""
        if not isinstance(samples.rows, BinaryRows):
            return PredictedErrors(self.predict, samples)
        return MarginErrors(self, samples)
