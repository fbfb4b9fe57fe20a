"""Naive Bayes on counts of features."""

from typing import ClassVar

import numpy as np

from cmlabm.classifiers.naive_bayes import NaiveBayes
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
