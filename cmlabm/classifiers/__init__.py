"""The registry of classifiers: one class in one file, one line here."""

from cmlabm.classifiers.bernoulli_naive_bayes import BernoulliNaiveBayes
from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.interface import Classifier
from cmlabm.classifiers.logistic import Logistic
from cmlabm.classifiers.multinomial_naive_bayes import MultinomialNaiveBayes
from cmlabm.classifiers.nearest_centroid import NearestCentroid
from cmlabm.classifiers.perceptron import Perceptron
from cmlabm.classifiers.sgd_perceptron import SGDPerceptron
from cmlabm.errors import InputError
from cmlabm.registry import look_up

CLASSIFIERS: dict[str, type[Classifier]] = {
    Perceptron.id: Perceptron,
    SGDPerceptron.id: SGDPerceptron,
    Logistic.id: Logistic,
    BernoulliNaiveBayes.id: BernoulliNaiveBayes,
    MultinomialNaiveBayes.id: MultinomialNaiveBayes,
    NearestCentroid.id: NearestCentroid,
}


def make_classifier(name: str) -> Classifier:
    """Return a new classifier.

    Args:
        name: an id of the registry, or ``module:Class`` of a scikit-learn estimator with
            ``partial_fit``, for instance ``sklearn.naive_bayes:BernoulliNB``.

    Raises:
        InputError: there is no such class, or it cannot learn from one sample at a time.
    """
    kind = look_up("classifier", name, CLASSIFIERS)
    if name in CLASSIFIERS:
        made: Classifier = kind()
        return made
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
