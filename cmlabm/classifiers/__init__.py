"""The registry of classifiers: one class in one file, one line here."""

from inspect import signature
from typing import Any

from cmlabm.classifiers.bernoulli_naive_bayes import BernoulliNaiveBayes
from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.interface import Classifier
from cmlabm.classifiers.logistic import Logistic
from cmlabm.classifiers.multinomial_naive_bayes import MultinomialNaiveBayes
from cmlabm.classifiers.nearest_centroid import NearestCentroid
from cmlabm.classifiers.perceptron import Perceptron
from cmlabm.classifiers.sgd_perceptron import SGDPerceptron
from cmlabm.errors import InputError, in_short
from cmlabm.registry import look_up, takes

CLASSIFIERS: dict[str, type[Classifier]] = {
    Perceptron.id: Perceptron,
    SGDPerceptron.id: SGDPerceptron,
    Logistic.id: Logistic,
    BernoulliNaiveBayes.id: BernoulliNaiveBayes,
    MultinomialNaiveBayes.id: MultinomialNaiveBayes,
    NearestCentroid.id: NearestCentroid,
}


METHODS = tuple(name for name in vars(Classifier) if not name.startswith("_"))
"""What the market calls of a classifier."""


def make_classifier(name: str) -> Classifier:
    """Return a new classifier.

    Args:
        name: an id of the registry, or ``module:Class`` of a class with the methods of
            ``Classifier`` or of a scikit-learn estimator with ``partial_fit``, for instance
            ``sklearn.naive_bayes:BernoulliNB``.

    Raises:
        InputError: there is no such class, it is not a classifier, or it cannot learn from one
            sample at a time.
    """
    kind = look_up("classifier", name, CLASSIFIERS)
    if name in CLASSIFIERS:
        made: Classifier = kind()
        return made
    if hasattr(kind, "update"):
        return _own_classifier(name, kind)
    return _estimator(name, kind)


def _own_classifier(name: str, kind: type[Any]) -> Classifier:
    """Return a classifier of a class that has the methods of ``Classifier`` itself."""
    for method in METHODS:
        own = getattr(kind, method, None)
        if not callable(own) or getattr(own, "__isabstractmethod__", False):
            raise InputError(
                f"classifier = {name!r}: has no method {method}; must have fit, predict and update"
                f" and be a subclass of Classifier, or have all its methods"
            )
    made: Classifier = _made(name, kind)
    for method in METHODS:
        expected = [*signature(getattr(Classifier, method)).parameters][1:]
        _check_takes(name, made, method, *expected)
    return made


def _estimator(name: str, kind: type[Any]) -> Classifier:
    """Return a classifier that is a scikit-learn estimator."""
    for method in ("fit", "partial_fit", "predict"):
        if not callable(getattr(kind, method, None)):
            raise InputError(
                f"classifier = {name!r}: has no method {method}; must be a scikit-learn classifier"
                f" that can learn from one sample at a time, or have the methods of Classifier"
            )
    estimator = _made(name, kind)
    if not _is_classifier(estimator):
        raise InputError(f"classifier = {name!r}: is not a scikit-learn classifier")
    _check_takes(name, estimator, "fit", "X", "y")
    _check_takes(name, estimator, "partial_fit", "X", "y")
    _check_takes(name, estimator, "predict", "X")
    return Estimator(estimator)


def _made(name: str, kind: type[Any]) -> Any:
    try:
        return kind()
    except (Exception, SystemExit) as error:
        raise InputError(
            f"classifier = {name!r}: cannot be made without arguments ({in_short(error)})"
        ) from error


def _check_takes(name: str, made: object, method: str, *arguments: str) -> None:
    if not takes(getattr(made, method), *arguments):
        raise InputError(f"classifier = {name!r}: {method} must take ({', '.join(arguments)})")


def _is_classifier(estimator: object) -> bool:
    from sklearn.base import BaseEstimator, is_classifier

    return isinstance(estimator, BaseEstimator) and bool(is_classifier(estimator))
