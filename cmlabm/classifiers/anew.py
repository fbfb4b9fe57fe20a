"""Predictions that are made anew whenever they are wanted: right for any classifier."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.rows import DenseRows, SparseRows
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import NumericRow, Row
from cmlabm.errors import InputError, class_of

type Predict = Callable[[Features], NDArray[np.int64]]
"""A classifier's method ``predict``."""


class PredictionWatch:
    """Watched samples that are predicted anew whenever they are asked for."""

    def __init__(self, predict: Predict, rows: DenseRows | SparseRows) -> None:
        self._predict = predict
        self._rows = rows

    def add(self, row: Row) -> None:
        """Append a sample."""
        if isinstance(self._rows, DenseRows):
            self._rows.add(NumericRow(row.dense()))
        elif not isinstance(row, NumericRow):
            self._rows.add(row)

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""
        self._rows.keep(positions)

    def predictions(self, start: int, end: int) -> NDArray[np.int64]:
        """Return what is now predicted for samples in a row, shape (end - start,)."""
        if start == end:
            return np.zeros(0, dtype=np.int64)
        return labels_of(self._predict, self._rows.first(end))[start:]


class PredictedErrors:
    """Samples that are predicted anew whenever their errors are counted."""

    def __init__(self, predict: Predict, samples: Samples) -> None:
        self._predict = predict
        self._samples = samples

    def now(self) -> int:
        """Return how many of the samples are now predicted wrong."""
        predicted = labels_of(self._predict, self._samples.features)
        return int(np.count_nonzero(predicted != self._samples.labels))


def labels_of(predict: Predict, features: Features) -> NDArray[np.int64]:
    """Return what a classifier predicts, which may be of a user's class.

    Raises:
        InputError: it is not a whole number for each sample.
    """
    predicted = np.asarray(predict(features))
    if predicted.shape != features.shape[:1] or predicted.dtype.kind not in "biu":
        owner = class_of(getattr(predict, "__self__", predict))
        raise InputError(
            f"{owner}: predict gave {predicted.dtype} in the shape {predicted.shape}: must be whole"
            f" numbers in the shape {features.shape[:1]}, a label for each sample"
        )
    return predicted


def form_of(samples: Samples) -> DenseRows | SparseRows:
    """Return an empty collection of rows that gives features in the form of some samples'."""
    features = samples.features.shape[1]
    is_dense = isinstance(samples.features, np.ndarray)
    return DenseRows(features) if is_dense else SparseRows(features)


def features_of(row: Row) -> Features:
    """Return the features of a sample in the form of several samples', shape (1, features)."""
    if isinstance(row, NumericRow):
        return row.values[np.newaxis]
    rows = SparseRows(row.size)
    rows.add(row)
    return rows.first(1)
