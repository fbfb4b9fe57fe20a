"""The fast perceptron learns what scikit-learn's learns."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from sklearn.linear_model import SGDClassifier
from small_market import market, record

from cmlabm.classifiers.perceptron import Perceptron
from cmlabm.classifiers.rows import BitRows
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRow, BinaryRows


def samples(seed: int, size: int, features: int, classes: int, binary: bool) -> Samples:
    """Return samples whose first ones are of each class in turn."""
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), rng.integers(classes, size=size - classes)])
    if binary:
        return Samples(BinaryRows.of(rng.random((size, features)) < 0.3), labels)
    return Samples(rng.normal(size=(size, features)), labels)


def scikit_learns(initial: Samples, rng: np.random.Generator) -> SGDClassifier:
    model = SGDClassifier(
        loss="perceptron",
        learning_rate="optimal",
        penalty=None,
        random_state=int(rng.integers(2**31)),
    )
    return model.fit(initial.dense(), initial.labels)


CASES = {
    "seed": st.integers(0, 10**6),
    "updates": st.lists(st.tuples(st.integers(0, 39), st.integers(0, 9)), max_size=60),
    "features": st.sampled_from([1, 7, 64, 65, 130]),
    "classes": st.sampled_from([2, 3, 10]),
    "binary": st.booleans(),
}


@given(**CASES)
def test_its_weights_equal_scikit_learns_after_any_updates(
    seed: int, updates: list[tuple[int, int]], features: int, classes: int, binary: bool
) -> None:
    data = samples(seed, 40, features, classes, binary)
    ours = Perceptron()
    ours.fit(data, np.random.default_rng(seed))
    theirs = scikit_learns(data, np.random.default_rng(seed))
    for index, label in updates:
        ours.update(data.row(index), label % classes)
        theirs.partial_fit(data.dense()[index : index + 1], [label % classes])
    np.testing.assert_allclose(ours.weights, theirs.coef_, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours.intercepts, theirs.intercept_, rtol=0, atol=1e-9)
    margins = theirs.decision_function(data.dense())
    np.testing.assert_allclose(ours.margins(data.features), margins, rtol=0, atol=1e-8)
    sure = np.abs(margins).reshape(len(data), -1).min(axis=1) > 1e-6
    predicted = theirs.predict(data.dense())
    assert np.array_equal(ours.predict(data.features)[sure], predicted[sure])


@given(**CASES, drops=st.lists(st.integers(0, 39), max_size=5), data=st.data())
def test_watched_samples_are_predicted_as_if_anew(
    seed: int,
    updates: list[tuple[int, int]],
    features: int,
    classes: int,
    binary: bool,
    drops: list[int],
    data: st.DataObject,
) -> None:
    """Their margins follow the updates by additions only, also while samples come and go."""
    all_samples = samples(seed, 40, features, classes, binary)
    perceptron = Perceptron()
    perceptron.fit(all_samples, np.random.default_rng(seed))
    watch = perceptron.watch(all_samples)
    watched: list[int] = []
    for step, (index, label) in enumerate(updates):
        perceptron.update(all_samples.row(index), label % classes)
        watch.add(all_samples.row(index))
        watched.append(index)
        if step in drops:
            keep = np.flatnonzero(np.arange(len(watched)) % 2)
            watch.keep(keep)
            watched = [watched[position] for position in keep]
    start = data.draw(st.integers(0, len(watched)))
    chosen = all_samples.take(np.array(watched[start:], dtype=np.int64))
    sure = is_sure(perceptron.margins(chosen.features))
    seen = watch.predictions(start, len(watched))
    assert np.array_equal(seen[sure], perceptron.predict(chosen.features)[sure])


def is_sure(margins: NDArray[np.float64]) -> NDArray[np.bool]:
    """Return whether rounding cannot turn a prediction around."""
    if margins.ndim == 1:
        return np.asarray(np.abs(margins) > 1e-9)
    best_two = np.sort(margins, axis=1)[:, -2:]
    return np.asarray(best_two[:, 1] - best_two[:, 0] > 1e-9)


def test_a_watch_grows_with_what_it_watches() -> None:
    data = samples(3, 700, 65, 2, binary=True)
    perceptron = Perceptron()
    perceptron.fit(data, np.random.default_rng(3))
    watch = perceptron.watch(data)
    for index in range(700):
        watch.add(data.row(index))
        perceptron.update(data.row(index), 1 - int(data.labels[index]))
    predicted = perceptron.predict(data.features)
    assert np.mean(watch.predictions(0, 700) == predicted) == 1.0


def test_words_in_common_are_counted_however_many_there_are() -> None:
    """Long reviews share more than fit into a byte; there are at most 20,000 words."""
    words = np.ones(20_000)
    rows = BitRows(len(words))
    rows.add(BinaryRow.of(words))
    rows.add(BinaryRow.of(np.arange(len(words)) < 300))
    assert rows.products(BinaryRow.of(words)).tolist() == [20_000, 300]


def test_an_update_says_whether_a_prediction_may_have_changed() -> None:
    data = samples(1, 40, 20, 2, binary=False)
    perceptron = Perceptron()
    perceptron.fit(data, np.random.default_rng(1))
    row = data.row(0)
    side = int(perceptron.margin(row)[0] > 0)
    before = perceptron.weights
    assert not perceptron.update(row, side)
    assert np.array_equal(perceptron.weights, before)
    assert perceptron.update(row, 1 - side)
    assert not np.array_equal(perceptron.weights, before)


@pytest.mark.parametrize(
    "data",
    [
        {"data": "synthetic-reviews"},
        {"data": "breast-cancer", "initial_fraction": 0.2},
        {"data": "digits", "train_size": 150, "initial_fraction": 0.3},
    ],
    ids=lambda data: data["data"],
)
def test_a_market_with_scikit_learns_perceptron_is_the_same(data: dict[str, object]) -> None:
    ours, theirs = (
        market(seed=4, classifier=name, **data) for name in ("perceptron", "sgd-perceptron")
    )
    ours.run()
    theirs.run()
    assert record(ours) == record(theirs)
