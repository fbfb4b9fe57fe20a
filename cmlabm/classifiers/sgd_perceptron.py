"""scikit-learn's perceptron, for comparison with ours."""

from typing import ClassVar

from cmlabm.classifiers.estimator import Estimator


class SGDPerceptron(Estimator):
    """scikit-learn's perceptron, which ``Perceptron`` equals: slower, for comparison."""

    id: ClassVar[str] = "sgd-perceptron"
    display_name: ClassVar[str] = "Perceptron of scikit-learn"
    formula: ClassVar[str] = "as perceptron"
    source: ClassVar[str] = "sklearn.linear_model.SGDClassifier(loss='perceptron')"

    def __init__(self) -> None:
        from sklearn.linear_model import SGDClassifier

        super().__init__(SGDClassifier(loss="perceptron", learning_rate="optimal", penalty=None))
