"""Any scikit-learn estimator that learns one sample at a time."""

import warnings
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.rows import DenseRows, SparseRows
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import BinaryRow, NumericRow, Row
from cmlabm.errors import InputError, in_short
from cmlabm.whole_numbers import class_of


class Estimator:
    """A scikit-learn estimator with ``partial_fit``, fitted and updated on dense features.

    What it predicts must be labels that there are.
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator
        self.updates = 0
        self._classes = 0

    def fit(self, samples: Samples, rng: np.random.Generator) -> None:
        """Fit the initial model; an estimator that draws is seeded from ``rng``.

        Raises:
            InputError: the estimator fails on these samples.
        """
        from sklearn.exceptions import ConvergenceWarning

        self._classes = int(samples.labels.max()) + 1

        if "random_state" in self.estimator.get_params():
            self.estimator.set_params(random_state=int(rng.integers(2**31)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            try:
                self.estimator.fit(samples.dense(), samples.labels)
            except Exception as error:
                raise InputError(
                    f"{class_of(self.estimator)}: cannot be fitted to the samples that start the"
                    f" model ({in_short(error)})"
                ) from error

    def predict(self, features: Features) -> NDArray[np.int64]:
        """Return the predicted label of each sample, shape (samples,).

        Raises:
            InputError: what the estimator predicts is not a label for each sample.
        """
        predicted = np.asarray(self.estimator.predict(self._accepted(features)))
        if predicted.shape != features.shape[:1]:
            raise InputError(
                f"{class_of(self.estimator)}: predict gave an array of shape {predicted.shape}:"
                f" must be {features.shape[:1]}, a label for each sample"
            )
        if predicted.dtype.kind not in "biuf":
            raise self._refusal(predicted[0])
        is_label = (predicted >= 0) & (predicted < self._classes)
        if predicted.dtype.kind == "f":
            is_label &= predicted == np.rint(predicted)
        if not is_label.all():
            raise self._refusal(predicted[~is_label][0])
        return predicted.astype(np.int64, copy=False)

    def label(self, row: Row) -> int:
        """Return the predicted label of one sample."""
        return int(self.predict(row.dense()[np.newaxis])[0])

    def margins(self, features: Features) -> NDArray[np.float64] | None:
        """Return the estimator's decision function, or None where it has none."""
        if not hasattr(self.estimator, "decision_function"):
            return None
        return np.asarray(self.estimator.decision_function(self._accepted(features)))

    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample; any prediction may then have changed."""
        self.estimator.partial_fit(row.dense()[np.newaxis], np.array([label]))
        self.updates += 1
        return True

    def watch(self, like: Samples) -> "PredictionWatch":
        """Return an empty set of samples that are predicted anew when asked after an update."""
        is_dense = isinstance(like.features, np.ndarray) or not self._takes_sparse
        is_linear = hasattr(self.estimator, "decision_function")  # sooner done on dense rows
        kind = DenseRows if is_dense or is_linear else SparseRows
        return PredictionWatch(self, kind(like.features.shape[1]))

    def _refusal(self, predicted: Any) -> InputError:
        return InputError(
            f"{class_of(self.estimator)}: predict gave {predicted!s:.60}: must be whole numbers"
            f" from 0 to {self._classes - 1}, the labels of the classes"
        )

    @cached_property
    def _takes_sparse(self) -> bool:
        from sklearn.utils import get_tags

        return bool(get_tags(self.estimator).input_tags.sparse)

    def _accepted(self, features: Features) -> Features:
        if isinstance(features, np.ndarray) or self._takes_sparse:
            return features
        return features.toarray()


class PredictionWatch:
    """Watched samples whose predictions are made when they are wanted and out of date."""

    def __init__(self, classifier: Estimator, rows: DenseRows | SparseRows) -> None:
        self._classifier = classifier
        self._rows = rows
        self._predictions = np.zeros(0, dtype=np.int64)
        self._made_after = -1

    def add(self, row: Row) -> None:
        """Append a sample."""
        if isinstance(self._rows, SparseRows) and isinstance(row, BinaryRow):
            self._rows.add(row)
        elif isinstance(self._rows, DenseRows):
            self._rows.add(NumericRow(row.dense()))

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""
        self._rows.keep(positions)
        self._made_after = -1

    def predictions(self, start: int, end: int) -> NDArray[np.int64]:
        """Return what the estimator now predicts for samples in a row, shape (end - start,)."""
        if start == end:
            return np.zeros(0, dtype=np.int64)
        if self._made_after != self._classifier.updates or len(self._predictions) < end:
            self._predictions = self._classifier.predict(self._rows.first(end))
            self._made_after = self._classifier.updates
        return self._predictions[start:end]
