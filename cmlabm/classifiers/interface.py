"""What the market needs of a classifier."""

from abc import abstractmethod
from copy import deepcopy
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.anew import (
    PredictedErrors,
    PredictionWatch,
    features_of,
    form_of,
    labels_of,
)
from cmlabm.classifiers.margins import of_truth
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import Row


class Watch(Protocol):
    """Samples whose predictions are wanted again and again while the classifier learns."""

    def add(self, row: Row) -> None:
        """Append a sample."""

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""

    def predictions(self, start: int, end: int) -> NDArray[np.bool] | NDArray[np.int64]:
        """Return what the classifier now predicts for samples in a row, shape (end - start,)."""


class ErrorCount(Protocol):
    """Samples whose errors are counted again and again while the classifier learns."""

    def now(self) -> int:
        """Return for how many of the samples ``predict`` would not give the label now."""


class Classifier(Protocol):
    """A model that is fitted once and then learns from one sample at a time.

    A class of your own defines ``fit``, ``predict`` and ``update``. If it is a subclass of this
    one, the others are made of these; write your own where that is too slow. It is named as
    ``module:Class`` and made with the parameters that it declares, if any
    (``cmlabm.declarations.parameter``). Features come in the form of the data: an array of floats,
    or for the words of texts a sparse array. So that runs can be repeated, draw from
    ``rng`` only; so that they can be stored, a classifier must pickle and ``deepcopy``.

    Example:
        >>> class Majority(Classifier):
        ...     '''Predicts the label of which it has seen most.'''
        ...     def fit(self, samples, rng):
        ...         self.seen = np.bincount(samples.labels)
        ...     def predict(self, features):
        ...         return np.full(features.shape[0], self.seen.argmax())
        ...     def update(self, row, label):
        ...         self.seen[label] += 1
        ...         return True
        >>> model = Majority()
        >>> model.fit(Samples(np.zeros((3, 1)), np.array([0, 1, 1])), np.random.default_rng(1))
        >>> model.predict(np.zeros((2, 1)))
        array([1, 1])
    """

    @abstractmethod
    def fit(self, samples: Samples, rng: np.random.Generator) -> None:
        """Fit the initial model.

        Args:
            samples: the initial training data, with at least one sample of each class.
            rng: the stream from which the fit draws, for instance the order of the samples.
        """

    @abstractmethod
    def predict(self, features: Features) -> NDArray[np.int64]:
        """Return the predicted label of each sample, shape (samples,)."""

    @abstractmethod
    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample and return whether any prediction may have changed."""

    def label(self, row: Row) -> int:
        """Return the predicted label of one sample."""
        return int(labels_of(self.predict, features_of(row))[0])

    def margins(self, features: Features) -> NDArray[np.float64] | None:  # noqa: ARG002
        """Return how far each sample lies on the side of its class, or None without such a notion.

        Returns:
            For two classes shape (samples,), above 0 for label 1; for more (samples, classes).
        """
        return None

    def margin_of(self, row: Row, label: int) -> float | None:
        """Return how far one sample lies on the side of a label, or None without such a notion.

        With more than two classes it is how much further than on that of any other label.
        """
        margins = self.margins(features_of(row))
        if margins is None:
            return None
        return float(of_truth(margins[np.newaxis], np.array([label]))[0, 0])

    def copy(self) -> Self:
        """Return a copy that learns by itself."""
        return deepcopy(self)

    def watch(self, like: Samples) -> Watch:
        """Return an empty set of samples, of the form of some, whose predictions are at hand."""
        return PredictionWatch(self.predict, form_of(like))

    def error_count(self, samples: Samples) -> ErrorCount:
        """Return the number of errors on some samples, to be asked for whenever it is wanted."""
        return PredictedErrors(self.predict, samples)
