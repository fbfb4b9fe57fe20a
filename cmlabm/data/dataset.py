"""Labelled samples as a market uses them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.data.rows import BinaryRows, NumericRow, Row
from cmlabm.data.weighted_rows import WeightedRows

type Features = csr_array[Any, Any] | NDArray[np.float64]
"""The features of several samples, shape (samples, features)."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Feature rows and their labels.

    Attributes:
        rows: the features as they are kept: as bits those that are binary (the presence of words),
            without zeros those that are mostly 0 (the counts of words), and as a dense float64
            array, shape (samples, features), other numbers.
        labels: shape (samples,), int64; label k stands for the k-th of the data set's classes.
    """

    rows: BinaryRows | WeightedRows | NDArray[np.float64]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.labels)

    @cached_property
    def features(self) -> Features:
        """The features as classifiers take them, shape (samples, features).

        A sparse array of ones takes many times the memory of the bits: ask those samples for it
        that are to be learnt from, or predicted, all at once.
        """
        return self.rows if isinstance(self.rows, np.ndarray) else self.rows.sparse()

    def row(self, index: int) -> Row:
        """Return the features of one sample."""
        if isinstance(self.rows, np.ndarray):
            return NumericRow(self.rows[index])
        return self.rows.row(index)

    def take(self, indices: NDArray[np.int64]) -> "Samples":
        """Return the samples at the given indices, in their order."""
        if isinstance(self.rows, np.ndarray):
            return Samples(self.rows[indices], self.labels[indices])
        return Samples(self.rows.take(indices), self.labels[indices])

    def dense(self) -> NDArray[np.float64]:
        """Return all features as a dense float64 array, shape (samples, features)."""
        return self.rows if isinstance(self.rows, np.ndarray) else self.rows.dense()


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
