"""What linear classifiers share that learn by adding multiples of a sample."""

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

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


class LinearLearner(LinearSeparators):
    """Linear separators that a sample moves by a multiple of itself.

    Attributes:
        last_change: how many times the last update added its sample to each separator; empty if
            they did not move.
    """

    def __init__(self) -> None:
        super().__init__()
        self.last_change: tuple[float, ...] = ()

    def unlearn(self, row: Row, label: int, change: tuple[float, ...]) -> bool:  # noqa: ARG002
        """Take back what an update changed, and return whether the weights moved.

        They are then, but for rounding, where the other updates have moved them. A classifier that
        had never seen the sample may have moved by other steps since: the order of the samples
        matters to it.

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
        binary = len(self._weights) == 1
        classes = np.array([1]) if binary else np.arange(len(self._weights))
        signs = np.where(tried.labels[:, np.newaxis] == classes, 1.0, -1.0)
        steps = self._steps(tried, signs * self.margins(tried.features).reshape(signs.shape))
        margins = self.margins(on.features).reshape(len(on), len(classes))
        shifts = (signs * steps)[:, np.newaxis] * (products(tried, on) + 1)[:, :, np.newaxis]
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

    @abstractmethod
    def _steps(self, tried: Samples, sides: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far each of some lessons would move each separator if it was the next.

        Args:
            tried: the lessons.
            sides: how far each lies on its side of each separator, shape (tried, separators).

        Returns:
            Multiples of the sample, towards its side; of the shape of ``sides``.
        """
