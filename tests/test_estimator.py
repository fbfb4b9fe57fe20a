"""Classifiers by name: all keep the same promises, and what is none is refused."""

from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from small_market import market, record

from cmlabm.classifiers import CLASSIFIERS, make_classifier
from cmlabm.data import load
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
    if margins is not None:
        sides = margins > 0 if margins.ndim == 1 else margins.argmax(axis=1)
        assert np.array_equal(sides, predicted)
    assert (margins is None) == ("naive-bayes" in classifier)


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
    for index in range(320, 340):
        copy.update(train.row(index), 1 - min(int(train.labels[index]), 1))
    assert count.now() == before
    assert copy.error_count(train).now() != before


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


ALL = "fit = predict = label = margins = watch = error_count"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def update(self, row, label): ...", "has no method fit"),
        (f"def update(self, row): ...\n {ALL} = update", "fit must take (samples, rng)"),
        (
            f"def __init__(self, n): ...\n update = {ALL} = print",
            "cannot be made without arguments",
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


def test_counts_cannot_be_negative() -> None:
    why = "classifier = 'multinomial-naive-bayes': takes features as counts"
    with pytest.raises(InputError, match=why):
        market(data="digits", classifier="multinomial-naive-bayes", initial_fraction=0.5)


def test_an_estimator_without_a_decision_function_has_no_margins() -> None:
    train = load("synthetic-reviews", data_path=None, num_words=9, train_size=40, test_size=2).train
    model = make_classifier("sklearn.naive_bayes:BernoulliNB")
    model.fit(train, np.random.default_rng(1))
    assert model.margins(train.features) is None


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
        ("sklearn.multiclass:OneVsRestClassifier", "cannot be made without arguments"),
    ],
)
def test_what_is_no_classifier_is_refused(classifier: str, why: str) -> None:
    with pytest.raises(InputError, match=rf"classifier = '{classifier}': {why}"):
        make_classifier(classifier)
