"""Any scikit-learn estimator that learns one sample at a time."""

import warnings
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.anew import PredictionWatch, form_of
from cmlabm.classifiers.interface import Classifier, Watch
from cmlabm.classifiers.rows import DenseRows, SparseRows
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import Row
from cmlabm.errors import InputError, class_of, in_short


class Estimator(Classifier):
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
        """Return the estimator's decision function, else log-odds or log probabilities.

        Returns:
            Where there is no decision function but there are probabilities, for two classes the
            log-odds of label 1, shape (samples,), for more the log probabilities, shape (samples,
            classes); infinite where a probability is rounded to 0. None without either.
        """
        accepted = self._accepted(features)
        if hasattr(self.estimator, "decision_function"):
            return np.asarray(self.estimator.decision_function(accepted))
        if not hasattr(self.estimator, "predict_log_proba"):
            return None
        with np.errstate(divide="ignore"):
            likely = np.asarray(self.estimator.predict_log_proba(accepted))
        return likely[:, 1] - likely[:, 0] if likely.shape[1] == 2 else likely

    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample; any prediction may then have changed."""
        self.estimator.partial_fit(row.dense()[np.newaxis], np.array([label]))
        self.updates += 1
        return True

    def watch(self, like: Samples) -> Watch:
        """Return an empty set of samples that are predicted anew when asked after an update."""
        is_linear = hasattr(self.estimator, "decision_function")  # sooner done on dense rows
        if is_linear or not self._takes_sparse:
            return EstimatorWatch(self, DenseRows(like.features.shape[1]))
        return EstimatorWatch(self, form_of(like))

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


class EstimatorWatch(PredictionWatch):
    """Watched samples whose predictions are made when they are wanted and out of date."""

    def __init__(self, estimator: Estimator, rows: DenseRows | SparseRows) -> None:
        super().__init__(estimator.predict, rows)
        self._estimator = estimator
        self._predictions = np.zeros(0, dtype=np.int64)
        self._made_after = -1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""
        super().keep(positions)
        self._made_after = -1

    def predictions(self, start: int, end: int) -> NDArray[np.int64]:
        """Return what the estimator now predicts for samples in a row, shape (end - start,)."""
        if self._made_after != self._estimator.updates or len(self._predictions) < end:
            self._predictions = super().predictions(0, end)
            self._made_after = self._estimator.updates
        return self._predictions[start:end]
