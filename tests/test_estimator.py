"""Classifiers by name: all keep the same promises, and what is none is refused."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from small_market import market, record
from users_own import WordVotes

from cmlabm.classifiers import CLASSIFIERS, make_classifier
from cmlabm.classifiers.estimator import Estimator
from cmlabm.classifiers.passive_aggressive import PassiveAggressive
from cmlabm.data import load
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.errors import InputError


@pytest.mark.parametrize(
    "classifier",
    [
        "sklearn.naive_bayes:BernoulliNB",
        "sklearn.linear_model:SGDClassifier",
        "sklearn.neural_network:MLPClassifier",
        "sklearn.naive_bayes:GaussianNB",
    ],
)
def test_estimators_of_scikit_learn_run_a_market(classifier: str) -> None:
    runs = [market(classifier=classifier, train_size=150, num_words=20) for _ in range(2)]
    outcomes = [model.run() for model in runs]
    assert outcomes[0]["submissions"] == 138
    assert outcomes[0]["refunds"] > 0
    assert record(runs[0]) == record(runs[1])


class AnswersInNumPy(WordVotes):
    def update(self, row: Row, label: int) -> Any:
        return np.bool(super().update(row, label))


def test_numpys_truth_is_as_good_as_pythons() -> None:
    """A comparison of arrays gives it."""
    plain, own = (
        market(classifier=name, max_days=10)
        for name in ("users_own:WordVotes", f"{__name__}:AnswersInNumPy")
    )
    plain.run()
    own.run()
    assert own.series().equals(plain.series())


@pytest.mark.parametrize(
    ("data", "classifier"),
    [
        (data, classifier)
        for data in ("synthetic-reviews", "breast-cancer", "digits")
        for classifier in CLASSIFIERS
        if data == "synthetic-reviews" or classifier != "multinomial-naive-bayes"
    ],
)
def test_every_classifier_keeps_its_promises(classifier: str, data: str) -> None:
    train = load(data, data_path=None, num_words=50, train_size=300, test_size=100).train
    model, again = make_classifier(classifier), make_classifier(classifier)
    for one in (model, again):
        one.fit(train.take(np.arange(200)), np.random.default_rng(1))
    watch = model.watch(train)
    for index in range(200, 260):
        row, label = train.row(index), int(train.labels[index])
        before = model.predict(train.features)
        changed = model.update(row, label)
        assert changed or np.array_equal(model.predict(train.features), before)
        again.update(row, label)
        watch.add(row)
        if index == 230:
            watch.predictions(0, 31)
            watch.keep(np.arange(1, 31))
            kept = model.predict(train.take(np.arange(201, 231)).features)
            assert np.array_equal(watch.predictions(0, 30), kept), "no update came in between"
    assert np.array_equal(model.predict(train.features), again.predict(train.features))
    seen = train.take(np.arange(201, 260))
    assert np.array_equal(watch.predictions(0, 59), model.predict(seen.features))
    assert len(watch.predictions(5, 5)) == 0
    predicted = model.predict(train.features)
    assert [model.label(train.row(index)) for index in range(300)] == predicted.tolist()
    margins = model.margins(train.features)
    assert margins is not None
    sides = margins > 0 if margins.ndim == 1 else margins.argmax(axis=1)
    assert np.array_equal(sides, predicted)


@pytest.mark.parametrize(
    ("data", "classifier"),
    [
        (data, classifier)
        for data in ("synthetic-reviews", "breast-cancer", "digits")
        for classifier in (*CLASSIFIERS, "users_own:WordVotes")
        if data == "synthetic-reviews" or classifier != "multinomial-naive-bayes"
    ],
)
def test_errors_are_counted_as_predicting_anew_would_count_them(classifier: str, data: str) -> None:
    """After each update, after several, and by a copy that goes on from the same state."""
    train = load(data, data_path=None, num_words=80, train_size=400, test_size=100).train
    model = make_classifier(classifier)
    model.fit(train.take(np.arange(200)), np.random.default_rng(1))
    count = model.error_count(train)

    def anew() -> int:
        return int(np.count_nonzero(model.predict(train.features) != train.labels))

    seen = [count.now()]
    assert seen == [anew()]
    for index in range(200, 320):
        model.update(train.row(index), int(train.labels[index]))
        if index < 260 or index % 7 == 0:
            seen.append(count.now())
            assert seen[-1] == anew() == count.now()
    assert len(set(seen)) > 1
    copy, before = deepcopy(model), count.now()
    of_copy = set()
    for index in range(320, 340):
        copy.update(train.row(index), 1 - min(int(train.labels[index]), 1))
        of_copy.add(copy.error_count(train).now())
    assert count.now() == before
    assert of_copy != {before}


def test_a_market_runs_with_a_classifier_of_ones_own() -> None:
    """It learns, verifies and is paid for; in a prediction market its errors are counted too."""
    for incentive in ("deposit-refund-take", "prediction-market"):
        own, again = (
            market(classifier="users_own:WordVotes", train_size=150, incentive=incentive)
            for _ in range(2)
        )
        outcomes = own.run()
        again.run()
        assert outcomes["submissions"] == 138
        assert (outcomes["refunds"] > 0) == (incentive == "deposit-refund-take")
        assert outcomes["final_accuracy"] != outcomes["initial_accuracy"]
        assert record(own) == record(again)


ALL = "fit = predict = label = margins = margin_of = copy = watch = error_count"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def update(self, row, label): ...", "has no method fit"),
        (f"def update(self, row): ...\n {ALL} = update", "fit must take (samples, rng)"),
        (
            f"def __init__(self, n): ...\n update = {ALL} = print",
            "cannot be made (",
        ),
    ],
    ids=["missing", "signature", "arguments"],
)
def test_a_class_without_a_classifiers_methods_is_refused(
    code: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"half_a_{len(why)}.py").write_text(f"class Classifier:\n {code}\n")
    monkeypatch.syspath_prepend(tmp_path)
    name = f"half_a_{len(why)}:Classifier"
    with pytest.raises(InputError) as refused:
        make_classifier(name)
    assert str(refused.value).startswith(f"classifier = {name!r}: {why}")
    assert "\n" not in str(refused.value)


def test_a_subclass_that_does_not_predict_is_refused() -> None:
    with pytest.raises(InputError, match=r"'cmlabm.classifiers:Classifier': has no method fit"):
        make_classifier("cmlabm.classifiers:Classifier")


@pytest.mark.parametrize(
    ("predicted", "given"),
    [
        (np.full(4, 0.5), r"float64 in the shape \(4,\)"),
        (np.zeros(3, dtype=int), r"int64 in the shape \(3,\)"),
        (None, r"object in the shape \(\)"),
    ],
)
def test_what_is_not_a_label_for_each_sample_is_refused(predicted: Any, given: str) -> None:
    """Else halves would count as errors, and three predictions fail far from their cause."""

    class Own(WordVotes):
        def predict(self, features: Any) -> Any:
            return predicted

    samples = load("synthetic-reviews", num_words=9, train_size=4, test_size=2).train
    watch = Own().watch(samples)
    for number in range(4):
        watch.add(samples.row(number))
    for ask in (Own().error_count(samples).now, lambda: watch.predictions(0, 4)):
        with pytest.raises(InputError, match=f"Own: predict gave {given}: must be whole numbers"):
            ask()


def test_counts_cannot_be_negative() -> None:
    why = "classifier = 'multinomial-naive-bayes': takes features as counts"
    with pytest.raises(InputError, match=why):
        market(data="digits", classifier="multinomial-naive-bayes", initial_fraction=0.5)


@pytest.mark.parametrize("data", ["synthetic-reviews", "digits"])
@pytest.mark.parametrize("classifier", ["bernoulli-naive-bayes", "mlp"])
def test_margins_are_log_odds_or_log_probabilities(classifier: str, data: str) -> None:
    train = load(data, data_path=None, num_words=9, train_size=200, test_size=100).train
    model: Any = make_classifier(classifier)
    model.fit(train, np.random.default_rng(1))
    chances = model.estimator.predict_proba(train.dense())
    with np.errstate(over="ignore"):
        margins = np.exp(model.margins(train.features))
    if data == "digits":
        np.testing.assert_allclose(margins, chances, rtol=1e-9, atol=1e-300)
    else:
        np.testing.assert_allclose(margins / (1 + margins), chances[:, 1], rtol=1e-9)


def test_a_probability_of_nothing_is_no_warning() -> None:
    """A network that is sure gives 1 and 0 exactly; warnings are errors here."""
    model: Any = make_classifier("mlp")
    model.fit(Samples(np.array([[-1.0], [1.0]]), np.array([0, 1])), np.random.default_rng(1))
    margins = model.margins(np.array([[-1e6], [1e6]]))
    assert margins.tolist() == [-np.inf, np.inf]


def test_an_estimator_that_only_predicts_has_no_margins() -> None:
    class OnlyPredicts(BaseEstimator):  # type: ignore[misc]
        def predict(self, features: Any) -> Any:
            return np.zeros(len(features), dtype=np.int64)

    assert Estimator(OnlyPredicts()).margins(np.zeros((2, 1))) is None


@pytest.mark.parametrize("demanded", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("classes", [2, 10])
def test_passive_aggressive_follows_its_rule(classes: int, demanded: float) -> None:
    """By hand for each separator, over the same samples: the step, its limit, the intercept's."""
    data = "synthetic-reviews" if classes == 2 else "digits"
    train = load(data, data_path=None, num_words=30, train_size=300, test_size=100).train
    model = PassiveAggressive(c=0.01, demanded=demanded)
    model.fit(train.take(np.arange(200)), np.random.default_rng(1))
    weights, intercepts = model.weights, model.intercepts
    capped = free = 0
    for index in range(200, 300):
        row, label = train.row(index), int(train.labels[index])
        model.update(row, label)
        values = row.dense()
        for separator in range(len(weights)):
            sign = 1 if label == (1 if classes == 2 else separator) else -1
            loss = max(0.0, demanded - sign * (weights[separator] @ values + intercepts[separator]))
            step = min(0.01, loss / (values @ values))
            capped += step == 0.01
            free += 0 < step < 0.01
            weights[separator] += sign * step * values
            intercepts[separator] += sign * step
    assert capped
    assert free
    np.testing.assert_allclose(model.weights, weights, rtol=0, atol=1e-12)
    np.testing.assert_allclose(model.intercepts, intercepts, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "values",
    [
        {"classifier": "passive-aggressive", "passive_aggressive_c": 0.001},
        {"classifier": "passive-aggressive", "passive_aggressive_margin": 0.0},
        {"classifier": "mlp", "mlp_hidden_units": 2},
        {"classifier": "mlp", "mlp_learning_rate": 0.1},
    ],
    ids=lambda values: [*values][1],
)
def test_a_classifiers_own_parameters_reach_it(values: dict[str, Any]) -> None:
    default = market(classifier=values["classifier"], train_size=150, num_words=20)
    other = market(**values, train_size=150, num_words=20)
    assert default.run()["final_accuracy"] != other.run()["final_accuracy"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("passive_aggressive_c", (0, -1, 1e7)),
        ("passive_aggressive_margin", (-0.1, 1e7)),
        ("mlp_hidden_units", (0, 1_001, 1.5)),
        ("mlp_learning_rate", (0, 1.1, "nan")),
    ],
)
def test_a_classifiers_own_parameter_out_of_range_is_named(
    name: str, values: tuple[Any, ...]
) -> None:
    for value in values:
        with pytest.raises(InputError, match=rf"^{name} = .+: .*must"):
            market(**{name: value})


@pytest.mark.parametrize(
    ("classifier", "why"),
    [
        ("nowhere.at_all:Thing", "cannot be imported"),
        ("sklearn.linear_model:Perceptrom", "cannot be imported"),
        (":Perceptron", "must be module:Class"),
        ("sklearn.linear_model:", "must be module:Class"),
        ("sklearn.svm:SVC", "has no method partial_fit"),
        ("sklearn.preprocessing:StandardScaler", "has no method predict"),
        ("sklearn.linear_model:SGDRegressor", "is not a scikit-learn classifier"),
        ("sklearn.multiclass:OneVsRestClassifier", "cannot be made "),
    ],
)
def test_what_is_no_classifier_is_refused(classifier: str, why: str) -> None:
    with pytest.raises(InputError, match=rf"classifier = '{classifier}': {why}"):
        make_classifier(classifier)
