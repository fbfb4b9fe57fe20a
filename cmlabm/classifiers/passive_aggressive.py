"""A linear classifier that moves just as far as a sample demands."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.linear_learner import LinearLearner
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter


@dataclass(eq=False)
class PassiveAggressive(LinearLearner):
    """Linear classifier that moves until a sample is right by a margin of 1, or by a limit.

    The rule is PA-I of K. Crammer, O. Dekel, J. Keshet, S. Shalev-Shwartz, Y. Singer: Online
    passive-aggressive algorithms. Journal of Machine Learning Research 7, 2006: a sample x with
    sign y adds ``tau * y * x`` to w, with ``tau = min(C, max(0, 1 - y * (w.x + b)) / |x|^2)``, and
    as in scikit-learn ``tau * y`` to b. A sample without features moves nothing. With more than
    two classes there is one such separator for each class against the others. With a small C no
    submission moves the model far. In the market the 1 may be another margin: where only what is
    nearly wrong moves the model, echoes of its own predictions hardly do.

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
    formula: ClassVar[str] = "w += τ·y·x and b += τ·y, τ = min(C, max(0, m - y(w·x + b))/|x|²)"
    source: ClassVar[str] = "Crammer et al. 2006, JMLR 7: PA-I, as in scikit-learn"

    c: float = parameter(
        1.0, "C: the largest step of a sample", name="passive_aggressive_c", gt=0, le=1e6
    )
    demanded: float = parameter(
        1.0,
        "m: how far on its side a submission moves nothing any more; 0: only mistakes do",
        name="passive_aggressive_margin",
        ge=0,
        le=1e6,
    )

    def __post_init__(self) -> None:
        super().__init__()

    def fit(self, samples: Samples, rng: np.random.Generator) -> None:
        """Fit the initial model with scikit-learn, in epochs over the shuffled samples."""
        fitted = Estimator(passive_aggressive(self.c))
        fitted.fit(samples, rng)
        model = fitted.estimator
        self._start([separator.copy() for separator in model.coef_], model.intercept_.tolist())

    def update(self, row: Row, label: int) -> bool:
        """Learn from one sample and return whether the weights moved."""
        margins, square = self.margin(row), row.square
        positive = (label == 1,) if len(margins) == 1 else (k == label for k in range(len(margins)))
        moves = []
        for margin, is_positive in zip(margins, positive, strict=True):
            sign = 1.0 if is_positive else -1.0
            loss = max(0.0, self.demanded - sign * margin)
            moves.append(sign * min(self.c, loss / square) if loss and square else 0.0)
        self.last_change = tuple(moves) if any(moves) else ()
        if self.last_change:
            self._move(row, self.last_change)
        return bool(self.last_change)

    def _steps(self, tried: Samples, sides: NDArray[np.float64]) -> NDArray[np.float64]:
        squares = np.array([tried.row(lesson).square for lesson in range(len(tried))])
        reach = np.where(squares > 0, squares, np.inf)[:, np.newaxis]
        return np.minimum(self.c, np.maximum(0.0, self.demanded - sides) / reach)


def passive_aggressive(c: float) -> Any:
    """Return scikit-learn's estimator of the rule PA-I, by the name that its version has for it."""
    import sklearn
    from sklearn import linear_model

    version = tuple(map(int, sklearn.__version__.split(".")[:2]))
    if version < (1, 8):
        return linear_model.PassiveAggressiveClassifier(C=c)
    return linear_model.SGDClassifier(loss="hinge", penalty=None, learning_rate="pa1", eta0=c)
