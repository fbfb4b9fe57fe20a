"""The registry of classifiers: one class in one file, one line here."""

from inspect import signature
from typing import Any

from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.interface import Classifier
from cmlabm.declarations import made_with
from cmlabm.errors import InputError, in_short
from cmlabm.registry import Registry, takes

CLASSIFIERS: Registry[Classifier] = Registry(
    None,
    "cmlabm.classifiers",
    "perceptron:Perceptron",
    "sgd_perceptron:SGDPerceptron",
    "logistic:Logistic",
    "bernoulli_naive_bayes:BernoulliNaiveBayes",
    "multinomial_naive_bayes:MultinomialNaiveBayes",
    "nearest_centroid:NearestCentroid",
    "passive_aggressive:PassiveAggressive",
    "mlp:MLP",
)


METHODS = tuple(name for name in vars(Classifier) if not name.startswith("_"))
"""What the market calls of a classifier."""


def make_classifier(name: str, parameters: object = None) -> Classifier:
    """Return a new classifier.

    Args:
        name: an id of the registry, or ``module:Class`` of a class with the methods of
            ``Classifier`` or of a scikit-learn estimator with ``partial_fit``, for instance
            ``sklearn.naive_bayes:BernoulliNB``.
        parameters: of the run, of which it takes those that it declares; their defaults otherwise.

    Raises:
        InputError: there is no such class, it is not a classifier, or it cannot learn from one
            sample at a time.
    """
    kind: type[Any] = CLASSIFIERS.find("classifier", name)
    if name in CLASSIFIERS.built_in:
        made: Classifier = kind() if parameters is None else made_with(kind, parameters)
        return made
    if hasattr(kind, "update"):
        return _own_classifier(name, kind, parameters)
    return _estimator(name, kind, parameters)


def _own_classifier(name: str, kind: type[Any], parameters: object) -> Classifier:
    """Return a classifier of a class that has the methods of ``Classifier`` itself."""
    for method in METHODS:
        own = getattr(kind, method, None)
        if not callable(own) or getattr(own, "__isabstractmethod__", False):
            raise InputError(
                f"classifier = {name!r}: has no method {method}; must have fit, predict and update"
                f" and be a subclass of Classifier, or have all its methods"
            )
    made: Classifier = _made(name, kind, parameters)
    for method in METHODS:
        expected = [*signature(getattr(Classifier, method)).parameters][1:]
        _check_takes(name, made, method, *expected)
    return made


def _estimator(name: str, kind: type[Any], parameters: object) -> Classifier:
    """Return a classifier that is a scikit-learn estimator."""
    for method in ("fit", "partial_fit", "predict"):
        if not callable(getattr(kind, method, None)):
            raise InputError(
                f"classifier = {name!r}: has no method {method}; must be a scikit-learn classifier"
                f" that can learn from one sample at a time, or have the methods of Classifier"
            )
    estimator = _made(name, kind, parameters)
    if not _is_classifier(estimator):
        raise InputError(f"classifier = {name!r}: is not a scikit-learn classifier")
    _check_takes(name, estimator, "fit", "X", "y")
    _check_takes(name, estimator, "partial_fit", "X", "y")
    _check_takes(name, estimator, "predict", "X")
    return Estimator(estimator)


def _made(name: str, kind: type[Any], parameters: object) -> Any:
    try:
        return kind() if parameters is None else made_with(kind, parameters)
    except (Exception, SystemExit) as error:
        raise InputError(f"classifier = {name!r}: cannot be made ({in_short(error)})") from error


def _check_takes(name: str, made: object, method: str, *arguments: str) -> None:
    if not takes(getattr(made, method), *arguments):
        raise InputError(f"classifier = {name!r}: {method} must take ({', '.join(arguments)})")


def _is_classifier(estimator: object) -> bool:
    from sklearn.base import BaseEstimator, is_classifier

    return isinstance(estimator, BaseEstimator) and bool(is_classifier(estimator))
