"""Logistic regression, one sample at a time."""

from typing import ClassVar

from cmlabm.classifiers.estimator import Estimator


class Logistic(Estimator):
    """Logistic regression fitted by stochastic gradient descent."""

    id: ClassVar[str] = "logistic"
    display_name: ClassVar[str] = "Logistic regression"
    formula: ClassVar[str] = "P(y|x) = 1/(1 + exp(-y(w·x + b))), by stochastic gradient descent"
    source: ClassVar[str] = "sklearn.linear_model.SGDClassifier(loss='log_loss')"

    def __init__(self) -> None:
        from sklearn.linear_model import SGDClassifier

        super().__init__(SGDClassifier(loss="log_loss"))
