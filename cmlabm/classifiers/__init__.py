"""The registry of classifiers: one line each."""

from collections.abc import Callable
from importlib import import_module

from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.interface import Classifier
from cmlabm.classifiers.perceptron import Perceptron
from cmlabm.errors import InputError


def sgd_perceptron() -> Classifier:
    """Return scikit-learn's perceptron, which ``Perceptron`` equals: slower, for comparison."""
    from sklearn.linear_model import SGDClassifier

    return Estimator(SGDClassifier(loss="perceptron", learning_rate="optimal", penalty=None))


def logistic() -> Classifier:
    """Return logistic regression fitted by stochastic gradient descent."""
    from sklearn.linear_model import SGDClassifier

    return Estimator(SGDClassifier(loss="log_loss"))


CLASSIFIERS: dict[str, Callable[[], Classifier]] = {
    "perceptron": Perceptron,
    "sgd-perceptron": sgd_perceptron,
    "logistic": logistic,
}


def make_classifier(name: str) -> Classifier:
    """Return a new classifier.

    Args:
        name: an id of the registry, or ``module:Class`` of a scikit-learn estimator with
            ``partial_fit``, for instance ``sklearn.naive_bayes:BernoulliNB``.

    Raises:
        InputError: there is no such class, or it cannot learn from one sample at a time.
    """
    if name in CLASSIFIERS:
        return CLASSIFIERS[name]()
    module, _, attribute = name.partition(":")
    try:
        kind = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"classifier = {name!r}: cannot be imported ({error}); allowed are "
            f"{', '.join(CLASSIFIERS)}, or module:Class of a scikit-learn estimator"
        ) from error
    if not callable(getattr(kind, "partial_fit", None)):
        raise InputError(
            f"classifier = {name!r}: has no method partial_fit, so it cannot learn from one sample"
        )
    try:
        estimator = kind()
    except TypeError as error:
        raise InputError(
            f"classifier = {name!r}: cannot be made without arguments ({error})"
        ) from error
    from sklearn.base import is_classifier

    if not is_classifier(estimator):
        raise InputError(f"classifier = {name!r}: is not a classifier")
    return Estimator(estimator)
