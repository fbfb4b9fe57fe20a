"""What the market needs of a classifier."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

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


class Classifier(Protocol):
    """A model that is fitted once and then learns from one sample at a time."""

    def fit(self, samples: Samples, rng: np.random.Generator) -> None:
        """Fit the initial model.

        Args:
            samples: the initial training data, with at least one sample of each class.
            rng: the stream from which the fit draws, for instance the order of the samples.
        """

    def predict(self, features: Features) -> NDArray[np.int64]:
        """Return the predicted label of each sample, shape (samples,)."""

    def label(self, row: Row) -> int:
        """Return the predicted label of one sample."""

    def margins(self, features: Features) -> NDArray[np.float64] | None:
        """Return how far each sample lies on the side of its class, or None without such a notion.

        Returns:
            For two classes shape (samples,), above 0 for label 1; for more (samples, classes).
        """

    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample and return whether any prediction may have changed."""

    def watch(self, like: Samples) -> Watch:
        """Return an empty set of samples, of the form of some, whose predictions are at hand."""
