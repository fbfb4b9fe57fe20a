"""The fast linear classifiers learn what scikit-learn's learn."""

import pickle
import weakref
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import SGDClassifier
from small_market import market

from cmlabm import CMLModel
from cmlabm.classifiers.fixed_rows import FixedRows, fixed_rows
from cmlabm.classifiers.linear import LinearSeparators
from cmlabm.classifiers.margin_errors import MarginErrors
from cmlabm.classifiers.passive_aggressive import PassiveAggressive, passive_aggressive
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


def scikit_learns(kind: type[Any], initial: Samples, rng: np.random.Generator) -> SGDClassifier:
    if kind is PassiveAggressive:
        model = passive_aggressive(1.0)
    else:
        model = SGDClassifier(loss="perceptron", learning_rate="optimal", penalty=None)
    model.set_params(random_state=int(rng.integers(2**31)))
    return model.fit(initial.dense(), initial.labels)


KINDS = st.sampled_from([Perceptron, PassiveAggressive])
CASES = {
    "kind": KINDS,
    "seed": st.integers(0, 10**6),
    "updates": st.lists(st.tuples(st.integers(0, 39), st.integers(0, 9)), max_size=60),
    "features": st.sampled_from([1, 7, 64, 65, 130]),
    "classes": st.sampled_from([2, 3, 10]),
    "binary": st.booleans(),
}


@given(**CASES)
def test_weights_equal_scikit_learns_after_any_updates(
    kind: Any, seed: int, updates: list[tuple[int, int]], features: int, classes: int, binary: bool
) -> None:
    data = samples(seed, 40, features, classes, binary)
    ours = kind()
    ours.fit(data, np.random.default_rng(seed))
    theirs = scikit_learns(kind, data, np.random.default_rng(seed))
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


@pytest.mark.parametrize("kind", [Perceptron, PassiveAggressive])
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_a_sample_lies_on_the_side_of_the_label_that_is_predicted_and_of_no_other(
    classes: int, kind: Any
) -> None:
    """Admissions ask how far it lies on the side of the label that was sent."""
    data = samples(3, 60, 20, classes, binary=False)
    model = kind()
    model.fit(data, np.random.default_rng(1))
    for number, margins in enumerate(model.margins(data.features)):
        row = data.row(number)
        predicted = model.label(row)
        sides = [model.margin_of(row, label) for label in range(classes)]
        assert [label for label, side in enumerate(sides) if side > 0] == [predicted]
        second, first = np.sort(margins)[-2:] if classes > 2 else (0.0, abs(margins))
        assert max(sides) == pytest.approx(first - second)


@given(**CASES, drops=st.lists(st.integers(0, 39), max_size=5), data=st.data())
def test_watched_samples_are_predicted_as_if_anew(
    kind: Any,
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
    model = kind()
    model.fit(all_samples, np.random.default_rng(seed))
    watch = model.watch(all_samples)
    watched: list[int] = []
    for step, (index, label) in enumerate(updates):
        model.update(all_samples.row(index), label % classes)
        watch.add(all_samples.row(index))
        watched.append(index)
        if step in drops:
            keep = np.flatnonzero(np.arange(len(watched)) % 2)
            watch.keep(keep)
            watched = [watched[position] for position in keep]
    start = data.draw(st.integers(0, len(watched)))
    chosen = all_samples.take(np.array(watched[start:], dtype=np.int64))
    sure = is_sure(model.margins(chosen.features))
    seen = watch.predictions(start, len(watched))
    assert np.array_equal(seen[sure], model.predict(chosen.features)[sure])


@given(
    kind=KINDS,
    seed=st.integers(0, 10**6),
    updates=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 9), st.booleans()), max_size=40),
    features=st.sampled_from([1, 7, 65, 130, 1000]),
    classes=st.sampled_from([2, 3, 10]),
    binary=st.booleans(),
)
def test_errors_are_counted_as_if_predicted_anew(
    kind: Any,
    seed: int,
    updates: list[tuple[int, int, bool]],
    features: int,
    classes: int,
    binary: bool,
) -> None:
    """After each update or after several: of few words and of more than fit into a byte."""
    data = samples(seed, 40, features, classes, binary)
    model = kind()
    model.fit(data, np.random.default_rng(seed))
    count = model.error_count(data)
    for index, label, is_asked in updates:
        model.update(data.row(index), label % classes)
        if is_asked:
            assert count.now() == errors(model, data)
    assert count.now() == errors(model, data)


def errors(separators: LinearSeparators, data: Samples) -> int:
    return int(np.count_nonzero(separators.predict(data.features) != data.labels))


TENTHS = st.integers(-10, 10).map(lambda tenths: tenths / 10)


@given(
    seed=st.integers(0, 10**6),
    classes=st.sampled_from([1, 3]),
    weights=st.lists(TENTHS, min_size=24, max_size=24),
    moves=st.lists(st.tuples(st.integers(0, 39), TENTHS, TENTHS, st.booleans()), max_size=15),
)
def test_errors_are_counted_as_predicted_also_where_rounding_decides(
    seed: int,
    classes: int,
    weights: list[float],
    moves: list[tuple[int, float, float, bool]],
) -> None:
    """Tenths add up to 0 or to 1e-17 by the order in which they are added."""
    data = samples(seed, 40, 23, classes + (classes == 1), binary=True)
    separators = LinearSeparators()
    own = [np.roll(weights, 5 * separator)[:23].copy() for separator in range(classes)]
    separators._start(own, [weights[separator] for separator in range(classes)])
    count = MarginErrors(separators, data)
    for index, one, other, is_asked in moves:
        separators._move(data.row(index), (one, other, -one)[:classes])
        if is_asked:
            assert count.now() == errors(separators, data)
    assert count.now() == errors(separators, data)


def test_a_stored_market_goes_on_counting_and_watching() -> None:
    data = samples(5, 200, 65, 2, binary=True)
    perceptron = Perceptron()
    perceptron.fit(data, np.random.default_rng(5))
    watch, count = perceptron.watch(data), perceptron.error_count(data)
    for index in range(100):
        watch.add(data.row(index))
        perceptron.update(data.row(index), 1 - int(data.labels[index]))
    perceptron, watch, count = pickle.loads(pickle.dumps((perceptron, watch, count)))  # noqa: S301
    before = watch.predictions(0, 100).tolist()
    for index in range(100, 200):
        perceptron.update(data.row(index), 1 - int(data.labels[index]))
    assert count.now() == errors(perceptron, data)
    assert watch.predictions(0, 100).tolist() == perceptron.predict(data.features)[:100].tolist()
    assert watch.predictions(0, 100).tolist() != before


@given(
    seed=st.integers(0, 10**6),
    rows=st.sampled_from([1, 63, 64, 65, 200]),
    features=st.sampled_from([1, 3, 4, 5, 70, 600]),
    density=st.sampled_from([0.0, 0.05, 0.5, 1.0]),
)
def test_fixed_rows_multiply_as_their_array_does(
    seed: int, rows: int, features: int, density: float
) -> None:
    rng = np.random.default_rng(seed)
    table = rng.random((rows, features)) < density
    fixed = FixedRows(csr_array(table.astype(np.float64)))
    assert fixed.most_ones == table.sum(axis=1).max()
    for row in (rng.random(features) < 0.6, np.ones(features), np.zeros(features)):
        products = fixed.products(BinaryRow.of(row))
        assert products.tolist() == (table @ np.array(row, dtype=np.int64)).tolist()
    weights = rng.normal(size=features)
    np.testing.assert_allclose(fixed.times(weights), table @ weights, rtol=0, atol=1e-12)


def test_all_markets_share_the_tables_of_a_test_set_as_long_as_there_is_one() -> None:
    """A table of each market would take as much memory as all else that a market has."""
    data = samples(0, 20, 3, classes=2, binary=True)
    table = weakref.ref(fixed_rows(data))
    assert fixed_rows(data) is table()
    del data
    assert table() is None


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


def all_but_gas(model: CMLModel) -> str:
    """Gas depends on whether an update moved the model, which scikit-learn does not tell."""
    outcomes = {name: value for name, value in model.outcomes().items() if "gas" not in name}
    happened = model.ledger.movements().tolist(), model.contract.refusals().tolist()
    return repr((outcomes, model.series().to_dict("list"), *happened))


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
    assert all_but_gas(ours) == all_but_gas(theirs)
