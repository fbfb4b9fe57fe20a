"""Lessons that are tried on a classifier, without copying it where that can be calculated."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from users_own import WordVotes

from cmlabm.classifiers import CLASSIFIERS, make_classifier
from cmlabm.classifiers.interface import Classifier
from cmlabm.classifiers.margins import of_truth
from cmlabm.classifiers.trials import margins_after
from cmlabm.data import DATA_SETS
from cmlabm.data.dataset import Samples
from cmlabm.parameters import Parameters

SIZES: dict[str, dict[str, Any]] = {
    "synthetic-reviews": {"train_size": 300, "num_words": 60},
    "digits": {"test_size": 400},
    "breast-cancer": {"test_size": 100},
}
CASES = [
    (data, classifier)
    for data in SIZES
    for classifier in CLASSIFIERS.built_in
    # Multinomial naive Bayes counts words; the other data have negative values.
    if classifier != "multinomial-naive-bayes" or data == "synthetic-reviews"
]


def loaded(data: str) -> Samples:
    parameters = Parameters(data=data, **SIZES[data])
    return DATA_SETS[data].from_parameters(parameters).load().train


def fitted(data: str, classifier: str) -> tuple[Classifier, Samples, Samples]:
    """Return a classifier that has learnt some, lessons with all labels, and samples to ask for."""
    train = loaded(data)
    model = make_classifier(classifier)
    model.fit(train.take(np.arange(200)), np.random.default_rng(1))
    for index in range(200, 210):
        model.update(train.row(index), int(train.labels[index]))
    classes = int(train.labels.max()) + 1
    tried = train.take(np.repeat(np.arange(210, 216), classes))
    lessons = Samples(tried.rows, np.tile(np.arange(classes), 6))
    return model, lessons, train.take(np.arange(220, 290))


def margins_of(model: Any, samples: Samples) -> NDArray[np.float64]:
    """Return a classifier's margins; those of naive Bayes, but for one addend for all classes."""
    margins = model.margins(samples.features)
    if margins is None:
        margins = model.estimator.predict_log_proba(samples.dense())
    own: NDArray[np.float64] = of_truth(margins[np.newaxis], samples.labels)[0]
    return own


@pytest.mark.parametrize(("data", "classifier"), CASES)
def test_margins_are_those_of_a_copy_that_was_taught(data: str, classifier: str) -> None:
    """Otherwise an attacker would try its lessons on another model than it will teach."""
    model, lessons, on = fitted(data, classifier)
    tried = margins_after(model, lessons, on)
    for lesson, label in enumerate(lessons.labels.tolist()):
        taught = model.copy()
        taught.update(lessons.row(lesson), label)
        np.testing.assert_allclose(tried[lesson], margins_of(taught, on), rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize(("data", "classifier"), CASES)
def test_to_try_is_not_to_teach(data: str, classifier: str) -> None:
    model, lessons, on = fitted(data, classifier)
    before = margins_of(model, on)
    margins_after(model, lessons, on)
    assert (margins_of(model, on) == before).all()


def test_without_margins_right_counts_one_and_wrong_minus_one() -> None:
    train = loaded("synthetic-reviews")
    model = WordVotes()
    model.fit(train.take(np.arange(50)), np.random.default_rng(1))
    on, lesson = train.take(np.arange(60, 90)), train.take(np.arange(50, 51))
    (tried,) = margins_after(model, lesson, on)
    model.update(lesson.row(0), int(lesson.labels[0]))
    is_right = model.predict(on.features) == on.labels
    assert 0 < is_right.sum() < 30
    assert tried.tolist() == np.where(is_right, 1.0, -1.0).tolist()
