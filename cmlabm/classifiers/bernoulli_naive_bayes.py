"""Naive Bayes on the presence of features."""

from typing import ClassVar

from cmlabm.classifiers.naive_bayes import NaiveBayes


class BernoulliNaiveBayes(NaiveBayes):
    """Naive Bayes on which features are present (above 0), with Laplace's smoothing."""

    id: ClassVar[str] = "bernoulli-naive-bayes"
    display_name: ClassVar[str] = "Bernoulli naive Bayes"
    formula: ClassVar[str] = "argmax P(y)·∏ P(feature j present or absent|y)"
    source: ClassVar[str] = "sklearn.naive_bayes.BernoulliNB; used by Harris 2020, arXiv 2009.06756"

    def __init__(self) -> None:
        from sklearn.naive_bayes import BernoulliNB

        super().__init__(BernoulliNB())
