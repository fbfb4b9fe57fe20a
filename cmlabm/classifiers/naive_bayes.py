"""What the naive Bayes classifiers share: their state is counts, and a lesson an addition."""

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.margins import of_truth
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row

type Array = NDArray[np.float64]


class NaiveBayes(Estimator):
    """A naive Bayes classifier of scikit-learn's that counts, and so can count backwards.

    Unlearning a sample leaves the state of a model that never saw it: exactly where features are
    whole numbers, or only their presence counts, as sums of whole numbers are not rounded; else but
    for the rounding of each addition to the counts.
    """

    estimator: Any
    last_change: ClassVar[None] = None

    @abstractmethod
    def log_likelihoods(self, counts: Array, members: Array) -> tuple[Array, Array]:
        """Return how the log-likelihood of a sample under each class is made of its features.

        Args:
            counts: of each feature in each class, shape (classes, features).
            members: how many samples of each class were learnt, shape (classes,).

        Returns:
            The weight of each feature, shape (classes, features), and what is added to their sum,
            shape (classes,).
        """

    def unlearn(self, row: Row, label: int, change: object) -> bool:  # noqa: ARG002
        """Take back one sample that was learnt; any prediction may then have changed.

        Args:
            row: the sample.
            label: with which it was learnt.
            change: what ``last_change`` said after it was; not needed here.
        """
        self.estimator.partial_fit(
            row.dense()[np.newaxis], np.array([label]), sample_weight=np.array([-1.0])
        )
        self.updates += 1
        return True

    def counted(self, samples: Samples) -> Array:
        """Return the features as they are counted, shape (samples, features)."""
        return samples.dense()

    def margins_after(self, tried: Samples, on: Samples) -> NDArray[np.float64]:
        """Return the margins of samples after learning each of some others: see ``trials``."""
        own, lessons = tried.labels, np.arange(len(tried))
        counts, members = self.estimator.feature_count_, self.estimator.class_count_
        features = self.counted(on)
        weights, offsets = self.log_likelihoods(counts, members)
        scores = np.repeat((features @ weights.T + offsets)[np.newaxis], len(tried), axis=0)
        weights, offsets = self.log_likelihoods(counts[own] + self.counted(tried), members[own] + 1)
        scores[lessons, :, own] = (features @ weights.T + offsets).T
        priors = members + (own[:, np.newaxis] == np.arange(len(members)))
        scores += np.log(priors)[:, np.newaxis]
        return of_truth(scores, on.labels)
