"""Naive Bayes on counts of features."""

from typing import ClassVar

import numpy as np

from cmlabm.classifiers.naive_bayes import Array, NaiveBayes
from cmlabm.data.dataset import Samples
from cmlabm.errors import InputError


class MultinomialNaiveBayes(NaiveBayes):
    """Naive Bayes on how often each feature occurs, with Laplace's smoothing."""

    id: ClassVar[str] = "multinomial-naive-bayes"
    display_name: ClassVar[str] = "Multinomial naive Bayes"
    formula: ClassVar[str] = "argmax P(y)·∏ P(feature j|y)^count j"
    source: ClassVar[str] = "sklearn.naive_bayes.MultinomialNB"

    def __init__(self) -> None:
        from sklearn.naive_bayes import MultinomialNB

        super().__init__(MultinomialNB())

    def fit(self, samples: Samples, rng: np.random.Generator) -> None:
        """Fit the initial model.

        Raises:
            InputError: a feature is negative, so that it cannot be a count.
        """
        if samples.features.min() < 0:
            raise InputError(
                f"classifier = {self.id!r}: takes features as counts, and these data have negative"
                f" ones; bernoulli-naive-bayes takes any"
            )
        super().fit(samples, rng)

    def log_likelihoods(self, counts: Array, members: Array) -> tuple[Array, Array]:  # noqa: ARG002
        """Return the log of each feature's share of all that was counted, and nothing to add."""
        shares = np.log(counts + 1) - np.log(counts.sum(axis=1) + counts.shape[1])[:, np.newaxis]
        return shares, np.zeros(len(counts))
