"""Labelled samples as a market uses them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.data.rows import BinaryRows, NumericRow, Row

type Features = csr_array[Any, Any] | NDArray[np.float64]
"""The features of several samples, shape (samples, features)."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Feature rows and their labels.

    Attributes:
        features: shape (samples, features). Either a sparse array of ones (binary features: the
            presence of words) or a dense float64 array (numeric features).
        labels: shape (samples,), int64; label k stands for the k-th of the data set's classes.
    """

    features: Features
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.labels)

    def row(self, index: int) -> Row:
        """Return the features of one sample."""
        if self._words is None:
            return NumericRow(self.dense()[index])
        return self._words.row(index)

    def take(self, indices: NDArray[np.int64]) -> "Samples":
        """Return the samples at the given indices, in their order."""
        return Samples(self.features[indices], self.labels[indices])

    def dense(self) -> NDArray[np.float64]:
        """Return all features as a dense float64 array, shape (samples, features)."""
        if isinstance(self.features, np.ndarray):
            return self.features
        return self.features.toarray()

    @cached_property
    def _words(self) -> BinaryRows | None:
        return None if isinstance(self.features, np.ndarray) else BinaryRows(self.features)


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """Training samples for contributors to submit and a hidden test set.

    Attributes:
        name: how the data were asked for, as in the parameter ``data``.
        train: samples that start the model and are then submitted.
        test: samples on which the contract measures accuracy.
        classes: the name of each class, in the order of the labels.
        features: the name of each feature.
        fingerprint: a digest of the content, the same wherever the same data are loaded.
    """

    name: str
    train: Samples
    test: Samples
    classes: tuple[str, ...]
    features: tuple[str, ...]
    fingerprint: str
