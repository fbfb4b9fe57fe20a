"""Naive Bayes on the presence of features."""

from typing import ClassVar

import numpy as np

from cmlabm.classifiers.naive_bayes import Array, NaiveBayes
from cmlabm.data.dataset import Samples


class BernoulliNaiveBayes(NaiveBayes):
    """Naive Bayes on which features are present (above 0), with Laplace's smoothing."""

    id: ClassVar[str] = "bernoulli-naive-bayes"
    display_name: ClassVar[str] = "Bernoulli naive Bayes"
    formula: ClassVar[str] = "argmax P(y)·∏ P(feature j present or absent|y)"
    source: ClassVar[str] = "sklearn.naive_bayes.BernoulliNB; used by Harris 2020, arXiv 2009.06756"

    def __init__(self) -> None:
        from sklearn.naive_bayes import BernoulliNB

        super().__init__(BernoulliNB())

    def log_likelihoods(self, counts: Array, members: Array) -> tuple[Array, Array]:
        """Return the log-odds of each feature's presence, and the sum of the logs of its absence.

        With c of n samples that have a feature, its probability is ``(c + 1) / (n + 2)``.
        """
        present = np.log(counts + 1) - np.log(members + 2)[:, np.newaxis]
        absent = np.log1p(-np.exp(present))
        return present - absent, absent.sum(axis=1)

    def counted(self, samples: Samples) -> Array:
        """Return which features are above 0, shape (samples, features)."""
        return (samples.dense() > 0).astype(np.float64)
