"""Classifiers that learn sample by sample come to what one fit to all samples gives."""

import warnings
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given
from numpy.typing import NDArray
from sklearn.naive_bayes import BernoulliNB, MultinomialNB
from sklearn.neighbors import NearestCentroid as SklearnNearestCentroid

from cmlabm.classifiers import make_classifier
from cmlabm.classifiers.nearest_centroid import NearestCentroid
from cmlabm.data import load
from cmlabm.data.dataset import Dataset, Samples
from cmlabm.data.rows import BinaryRows

type Grid = NDArray[np.float64]

NO_DRAWS = np.random.default_rng(1)
"""For a fit that draws nothing."""

TIE = 1e-9
"""Distances that differ by less are taken as equal: then rounding decides."""


@st.composite
def sequences(draw: st.DrawFn, *, binary: bool) -> tuple[Samples, int]:
    """Return some samples, of which the first are for the initial fit, and how many those are.

    Binary ones are stored as words of reviews are, others as tables of numbers.
    """
    classes = draw(st.integers(2, 4))
    features = draw(st.integers(1, 5))
    count = draw(st.integers(classes, 25))
    numbers = st.integers(0, 1) if binary else st.integers(0, 6)
    rows = st.lists(numbers, min_size=features, max_size=features)
    table = np.array(draw(st.lists(rows, min_size=count, max_size=count)), dtype=np.float64)
    rest = st.lists(st.integers(0, classes - 1), min_size=count - classes, max_size=count - classes)
    labels = np.array([*range(classes), *draw(rest)], dtype=np.int64)
    initial = draw(st.integers(classes, count))
    return Samples(BinaryRows.of(table) if binary else table, labels), initial


def learnt(name: str, samples: Samples, initial: int) -> Any:
    """Return a classifier fitted to the first samples and updated with the others, one by one."""
    classifier = make_classifier(name)
    classifier.fit(samples.take(np.arange(initial)), np.random.default_rng(1))
    for number in range(initial, len(samples)):
        assert classifier.update(samples.row(number), int(samples.labels[number]))
    return classifier


# Naive Bayes


@pytest.mark.parametrize(
    ("name", "batch"),
    [("bernoulli-naive-bayes", BernoulliNB), ("multinomial-naive-bayes", MultinomialNB)],
)
@pytest.mark.parametrize("binary", [True, False], ids=["words", "counts"])
@given(data=st.data())
def test_naive_bayes_is_scikit_learns_fit_to_all_samples(
    name: str, batch: Any, binary: bool, data: st.DataObject
) -> None:
    samples, initial = data.draw(sequences(binary=binary))
    own = learnt(name, samples, initial)
    expected = batch().fit(samples.dense(), samples.labels)
    for attribute in ("feature_log_prob_", "class_log_prior_", "class_count_"):
        np.testing.assert_allclose(
            getattr(own.estimator, attribute), getattr(expected, attribute), rtol=1e-12, atol=1e-12
        )
    likely = np.sort(expected.predict_joint_log_proba(samples.dense()), axis=1)
    clear = likely[:, -1] - likely[:, -2] > TIE
    predicted = own.predict(samples.features)
    assert predicted[clear].tolist() == expected.predict(samples.dense())[clear].tolist()


@pytest.fixture(scope="module")
def reviews() -> Dataset:
    return load("synthetic-reviews", data_path=None, num_words=150, train_size=600, test_size=400)


@pytest.mark.parametrize(
    ("name", "batch"),
    [
        ("bernoulli-naive-bayes", BernoulliNB),
        ("multinomial-naive-bayes", MultinomialNB),
        ("nearest-centroid", SklearnNearestCentroid),
    ],
)
def test_on_reviews_every_prediction_is_that_of_a_fit_to_all(
    reviews: Dataset, name: str, batch: Any
) -> None:
    own = learnt(name, reviews.train, 100)
    expected = batch().fit(reviews.train.dense(), reviews.train.labels)
    predicted = own.predict(reviews.test.features)
    assert predicted.tolist() == expected.predict(reviews.test.dense()).tolist()
    assert len(set(predicted.tolist())) == 2


# Unlearning


COUNTING = ["bernoulli-naive-bayes", "multinomial-naive-bayes", "nearest-centroid"]


def state(model: Any) -> dict[str, Grid]:
    """Return all that a classifier's predictions depend on."""
    if isinstance(model, NearestCentroid):
        return {"sums": model.sums, "counts": model.counts, "squares": model._squares}
    names = ("class_count_", "feature_count_", "feature_log_prob_", "class_log_prior_")
    return {name: getattr(model.estimator, name) for name in names}


def unlearnt(
    name: str, samples: Samples, initial: int, data: st.DataObject
) -> tuple[Any, Any, list[Any], Samples]:
    """Learn some samples and take some back, in any order, and watch them.

    Returns:
        The classifier, one that never saw what was taken back, a watch and an error count that
        followed the first, and the samples that are watched.
    """
    model = make_classifier(name)
    unlearning: Any = model
    model.fit(samples.take(np.arange(initial)), NO_DRAWS)
    watch = model.watch(samples)
    for number in range(len(samples)):
        watch.add(samples.row(number))
    errors = model.error_count(samples)
    known: list[int] = []
    for number, is_learnt in data.draw(
        st.lists(st.tuples(st.integers(0, len(samples) - 1), st.booleans()), max_size=30)
    ):
        if is_learnt or not known:
            model.update(samples.row(number), int(samples.labels[number]))
            known.append(number)
        else:
            back = known.pop(number % len(known))
            change = unlearning.last_change
            unlearning.unlearn(samples.row(back), int(samples.labels[back]), change)
        if number % 2:
            watch.predictions(0, len(samples))
            errors.now()
    expected = make_classifier(name)
    expected.fit(samples.take(np.arange(initial)), NO_DRAWS)
    for number in known:
        expected.update(samples.row(number), int(samples.labels[number]))
    return model, expected, [watch, errors], samples


@pytest.mark.parametrize("name", COUNTING)
@pytest.mark.parametrize("binary", [True, False], ids=["words", "counts"])
@given(data=st.data())
def test_unlearning_whole_numbers_leaves_exactly_the_state_of_a_model_that_never_saw_them(
    name: str, binary: bool, data: st.DataObject
) -> None:
    """And those who follow the classifier notice."""
    samples, initial = data.draw(sequences(binary=binary))
    model, expected, (watch, errors), samples = unlearnt(name, samples, initial, data)
    for part, value in state(model).items():
        assert value.tolist() == state(expected)[part].tolist(), part
    predicted = model.predict(samples.features)
    assert watch.predictions(0, len(samples)).tolist() == predicted.tolist()
    assert errors.now() == np.count_nonzero(predicted != samples.labels)


@pytest.mark.parametrize("name", COUNTING)
@given(data=st.data())
def test_unlearning_other_numbers_leaves_that_state_but_for_the_rounding_of_sums(
    name: str, data: st.DataObject
) -> None:
    """At most 60 additions make a sum below 64, and each is rounded by less than an ulp.

    The square of a class's sum stays below 5 * 64^2. Its additions are rounded as well, and again
    for the rounding of the sums that they are made of.
    """
    samples, initial = data.draw(sequences(binary=False))
    sevenths = Samples(samples.dense() / 7, samples.labels)
    model, expected, _, _ = unlearnt(name, sevenths, initial, data)
    bounds = {
        "sums": 60 * np.spacing(64.0),
        "feature_count_": 60 * np.spacing(64.0),
        "squares": 4 * 60 * np.spacing(5 * 64.0**2),
    }
    for part, bound in bounds.items():
        if part in state(model) and name != "bernoulli-naive-bayes":
            np.testing.assert_allclose(
                state(model)[part], state(expected)[part], rtol=0, atol=bound
            )
    for part in ("counts", "class_count_"):
        if part in state(model):
            assert state(model)[part].tolist() == state(expected)[part].tolist()
    if name == "bernoulli-naive-bayes":
        for part, value in state(model).items():
            assert value.tolist() == state(expected)[part].tolist(), part


# The nearest centroid


def distances(centroids: Grid, points: Grid) -> Grid:
    """Return the distance of each point to each centroid, shape (points, classes)."""
    return np.linalg.norm(points[:, np.newaxis] - centroids[np.newaxis], axis=2)


def of_scikit_learn(samples: Samples) -> Any:
    """Return scikit-learn's classifier, fitted; it warns of features that never differ."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SklearnNearestCentroid().fit(samples.dense(), samples.labels)


@pytest.mark.parametrize("binary", [True, False], ids=["words", "numbers"])
@given(data=st.data())
def test_the_nearest_centroid_is_scikit_learns_fit_to_all_samples(
    binary: bool, data: st.DataObject
) -> None:
    samples, initial = data.draw(sequences(binary=binary))
    assume(np.ptp(samples.dense(), axis=0).any())  # scikit-learn refuses samples that are all alike
    own, expected = learnt("nearest-centroid", samples, initial), of_scikit_learn(samples)
    assert own.counts.tolist() == np.bincount(samples.labels).tolist()
    np.testing.assert_allclose(
        own.sums / own.counts[:, np.newaxis], expected.centroids_, atol=1e-12
    )
    near = np.sort(distances(expected.centroids_, samples.dense()), axis=1)
    clear = near[:, 1] - near[:, 0] > TIE
    nearest = expected.predict(samples.dense())
    assert own.predict(samples.features)[clear].tolist() == nearest[clear].tolist()
    for number in np.flatnonzero(clear).tolist():
        assert own.label(samples.row(number)) == nearest[number]


def test_of_equally_near_centroids_the_first_is_predicted() -> None:
    model = NearestCentroid()
    model.fit(Samples(np.array([[0.0], [4.0], [2.0]]), np.array([0, 1, 2])), NO_DRAWS)
    points = np.array([[1.0], [3.0], [2.0]])
    assert model.predict(points).tolist() == [0, 1, 2]
    model.fit(Samples(np.array([[4.0], [0.0]]), np.array([0, 1])), NO_DRAWS)
    assert model.predict(np.array([[2.0], [1.9], [2.1]])).tolist() == [0, 1, 0]


def test_margins_are_above_0_where_class_1_is_nearer() -> None:
    model = NearestCentroid()
    model.fit(Samples(np.array([[0.0], [4.0]]), np.array([0, 1])), NO_DRAWS)
    margins = model.margins(np.array([[1.0], [2.0], [3.0]]))
    assert margins is not None
    assert np.sign(margins).tolist() == [-1, 0, 1]


@pytest.mark.parametrize("binary", [True, False], ids=["words", "numbers"])
@given(data=st.data())
def test_what_is_watched_is_predicted_as_the_classifier_predicts(
    binary: bool, data: st.DataObject
) -> None:
    """While it learns, while samples are added to the watch, and while some are dropped."""
    samples, initial = data.draw(sequences(binary=binary))
    model = NearestCentroid()
    model.fit(samples.take(np.arange(initial)), NO_DRAWS)
    watch = model.watch(samples)
    watched: list[int] = []
    steps = st.sampled_from(["learn", "watch", "drop"])
    for step in data.draw(st.lists(steps, max_size=30)):
        number = data.draw(st.integers(0, len(samples) - 1))
        if step == "learn":
            model.update(samples.row(number), int(samples.labels[number]))
        elif step == "watch":
            watch.add(samples.row(number))
            watched.append(number)
        else:
            kept = [place for place in range(len(watched)) if (place + number) % 3]
            watch.keep(np.array(kept, dtype=np.intp))
            watched = [watched[place] for place in kept]
        seen = samples.take(np.array(watched, dtype=np.int64))
        centroids = model.sums / model.counts[:, np.newaxis]
        near = np.sort(distances(centroids, seen.dense()), axis=1)
        clear = near[:, 1] - near[:, 0] > TIE
        predicted = watch.predictions(0, len(watched))
        assert predicted[clear].tolist() == model.predict(seen.features)[clear].tolist()
        if len(watched) > 2:
            part = watch.predictions(1, len(watched) - 1)
            assert part.tolist() == predicted[1:-1].tolist()


@pytest.mark.parametrize("binary", [True, False], ids=["words", "numbers"])
@given(data=st.data())
def test_errors_are_counted_as_the_classifier_predicts(binary: bool, data: st.DataObject) -> None:
    """Also where centroids are equally near: words are counted without rounding."""
    samples, initial = data.draw(sequences(binary=binary))
    model = NearestCentroid()
    model.fit(samples.take(np.arange(initial)), NO_DRAWS)
    count = model.error_count(samples)
    for number, is_asked in data.draw(
        st.lists(st.tuples(st.integers(0, len(samples) - 1), st.booleans()), max_size=20)
    ):
        model.update(samples.row(number), int(samples.labels[number]))
        if is_asked:
            wrong = model.predict(samples.features) != samples.labels
            assert count.now() == np.count_nonzero(wrong)


def test_a_watch_of_many_follows_updates_as_a_watch_of_few(reviews: Dataset) -> None:
    """It makes room for more than it began with."""
    model = NearestCentroid()
    model.fit(reviews.train.take(np.arange(100)), NO_DRAWS)
    watch = model.watch(reviews.train)
    for number in range(100, 500):
        watch.add(reviews.train.row(number))
        model.update(reviews.train.row(number), int(reviews.train.labels[number]))
    seen = reviews.train.take(np.arange(100, 500))
    assert watch.predictions(0, 400).tolist() == model.predict(seen.features).tolist()
