"""A neural network, one sample at a time."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.classifiers.estimator import Estimator
from cmlabm.declarations import parameter


@dataclass(eq=False)
class MLP(Estimator):
    """Neural network with one hidden layer, which takes a step down the log-loss of each sample.

    The hidden units are rectified linear ones and the steps those of Adam (D. P. Kingma, J. Ba:
    Adam: a method for stochastic optimization, ICLR 2015), as scikit-learn has them by default.
    """

    id: ClassVar[str] = "mlp"
    display_name: ClassVar[str] = "Neural network"
    formula: ClassVar[str] = "P(y|x) = softmax(V·max(0, W·x + a) + b), by Adam's steps"
    source: ClassVar[str] = "sklearn.neural_network.MLPClassifier; Kingma & Ba 2015"

    hidden_units: int = parameter(
        32, "units of the hidden layer", name="mlp_hidden_units", unit="units", ge=1, le=1_000
    )
    step: float = parameter(0.001, "the size of Adam's steps", name="mlp_learning_rate", gt=0, le=1)

    def __post_init__(self) -> None:
        from sklearn.neural_network import MLPClassifier

        super().__init__(
            MLPClassifier(hidden_layer_sizes=(self.hidden_units,), learning_rate_init=self.step)
        )
