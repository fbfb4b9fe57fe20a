"""Naive Bayes, whose state is how often each class has had each feature."""

from typing import ClassVar

import numpy as np

from cmlabm.classifiers.estimator import Estimator
from cmlabm.data.rows import Row


class NaiveBayes(Estimator):
    """A naive Bayes estimator of scikit-learn that counts, and so can count backwards.

    Unlearning a sample leaves the state of a model that never saw it: exactly where features are
    whole numbers, or only their presence counts, as sums of whole numbers are not rounded; else but
    for the rounding of each addition to the counts.
    """

    last_change: ClassVar[None] = None

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
