"""The registry of classifiers: one class in one file, one line here."""

from typing import Any

from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.interface import Classifier
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
)


def make_classifier(name: str) -> Classifier:
    """Return a new classifier.

    Args:
        name: an id of the registry, or ``module:Class`` of a scikit-learn estimator with
            ``partial_fit``, for instance ``sklearn.naive_bayes:BernoulliNB``.

    Raises:
        InputError: there is no such class, it is not a classifier, or it cannot learn from one
            sample at a time.
    """
    kind: type[Any] = CLASSIFIERS.find("classifier", name)
    if name in CLASSIFIERS.built_in:
        made: Classifier = kind()
        return made
    for method in ("fit", "partial_fit", "predict"):
        if not callable(getattr(kind, method, None)):
            raise InputError(
                f"classifier = {name!r}: has no method {method}; must be a scikit-learn classifier"
                f" that can learn from one sample at a time"
            )
    try:
        estimator = kind()
    except (Exception, SystemExit) as error:
        raise InputError(
            f"classifier = {name!r}: cannot be made without arguments ({in_short(error)})"
        ) from error
    if not _is_classifier(estimator):
        raise InputError(f"classifier = {name!r}: is not a scikit-learn classifier")
    for method, arguments in (
        ("fit", ("X", "y")),
        ("partial_fit", ("X", "y")),
        ("predict", ("X",)),
    ):
        if not takes(getattr(estimator, method), *arguments):
            raise InputError(f"classifier = {name!r}: {method} must take ({', '.join(arguments)})")
    return Estimator(estimator)


def _is_classifier(estimator: object) -> bool:
    from sklearn.base import BaseEstimator, is_classifier

    return isinstance(estimator, BaseEstimator) and bool(is_classifier(estimator))
