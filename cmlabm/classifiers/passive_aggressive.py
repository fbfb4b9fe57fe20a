"""A linear classifier that moves just as far as a sample demands."""

from dataclasses import dataclass
from typing import Any, ClassVar

from cmlabm.classifiers.estimator import Estimator
from cmlabm.declarations import parameter


@dataclass(eq=False)
class PassiveAggressive(Estimator):
    """Linear classifier that moves until a sample is right by a margin of 1, or by a limit.

    The rule is PA-I of K. Crammer, O. Dekel, J. Keshet, S. Shalev-Shwartz, Y. Singer: Online
    passive-aggressive algorithms. Journal of Machine Learning Research 7, 2006: a sample x with
    sign y adds ``tau * y * x`` to w, with ``tau = min(C, max(0, 1 - y * (w.x + b)) / |x|^2)``.
    scikit-learn adds ``tau * y`` to b.

    Example:
        >>> import numpy as np
        >>> from cmlabm.data.dataset import Samples
        >>> from cmlabm.data.rows import NumericRow
        >>> model = PassiveAggressive()
        >>> samples = Samples(np.array([[-1.0], [1.0]]), np.array([0, 1]))
        >>> model.fit(samples, np.random.default_rng(1))
        >>> model.margins(np.array([[-1.0]])).tolist()
        [-2.0]
        >>> model.update(NumericRow(np.array([-1.0])), 1)
        True
        >>> model.margins(np.array([[-1.0]])).tolist()
        [0.0]
    """

    id: ClassVar[str] = "passive-aggressive"
    display_name: ClassVar[str] = "Passive-aggressive"
    formula: ClassVar[str] = "w += τ·y·x and b += τ·y, τ = min(C, max(0, 1 - y(w·x + b))/|x|²)"
    source: ClassVar[str] = "Crammer et al. 2006, JMLR 7: PA-I, as in scikit-learn"

    c: float = parameter(
        1.0, "C: the largest step of a sample", name="passive_aggressive_c", gt=0, le=1e6
    )

    def __post_init__(self) -> None:
        super().__init__(passive_aggressive(self.c))


def passive_aggressive(c: float) -> Any:
    """Return scikit-learn's estimator of the rule PA-I, by the name that its version has for it."""
    import sklearn
    from sklearn import linear_model

    version = tuple(map(int, sklearn.__version__.split(".")[:2]))
    if version < (1, 8):
        return linear_model.PassiveAggressiveClassifier(C=c)
    return linear_model.SGDClassifier(loss="hinge", penalty=None, learning_rate="pa1", eta0=c)
