"""The attackers who know the rule: each does what its definition says, and what it is made for.

For each there is a test that shows the rule that it is made against failing, as far as that rule is
here. The other behaviours are in test_behaviours.py.
"""

from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array
from small_market import TOKEN, market
from test_behaviours import ALONE, finished, is_true, predictions_before_updates, sent_by

from cmlabm.agents.contributor import Contributor
from cmlabm.agents.overlapping_queue import OverlappingQueue, Uses
from cmlabm.agents.sample_queue import SampleQueue
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS
from cmlabm.behaviours.malicious.greedy_poison import GreedyPoison
from cmlabm.behaviours.malicious.taught_farming import TaughtFarming
from cmlabm.behaviours.malicious.whitewash import Whitewash
from cmlabm.contract.ledger import Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.contract.submissions import Fate
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRows
from cmlabm.data.trigger import Trigger
from cmlabm.data.weighted_rows import WeightedRows
from cmlabm.errors import InputError
from cmlabm.model import CMLModel

STRONG: dict[str, Any] = {
    "train_size": 1500,
    "test_size": 1000,
    "num_words": 300,
    "malicious_mean_wait_s": 1200.0,
}
"""A third of all wakings are the attacker's."""

CENTROID = STRONG | {"classifier": "nearest-centroid"}


def strong(seeds: Sequence[int] = (1, 2), **parameters: Any) -> list[CMLModel]:
    return [finished(seed, **STRONG | parameters) for seed in seeds]


def mean_accuracy(models: Sequence[CMLModel]) -> float:
    """Return the accuracy, on average over the days on which the model was sent something."""
    means = []
    for model in models:
        days = model.series()
        accepted = (days["honest_accepted"] + days["malicious_accepted"]).diff()
        means.append(days["accuracy"][accepted > 0].mean())
    return float(np.mean(means))


def mean_outcome(models: Sequence[CMLModel], name: str) -> float:
    return float(np.mean([model.outcomes()[name] for model in models]))


def attacker(model: CMLModel) -> Contributor:
    return model.contributors[-1]


# The queue


def test_what_is_drawn_out_of_the_line_leaves_the_others_in_their_order() -> None:
    """A sample lost, or sent twice, would change what the market learns from."""
    samples = Samples(np.arange(6.0)[:, np.newaxis], np.arange(6))
    queue = SampleQueue(samples, np.array([5, 0, 3, 1]))
    queue.draw_out(2)
    assert queue.ahead(9).labels.tolist() == [5, 0, 1]
    assert [queue.row_ahead(place).dense().tolist() for place in range(3)] == [[5.0], [0.0], [1.0]]
    queue.advance()
    queue.draw_out(1)
    assert (queue.label, len(queue)) == (0, 1)


def test_what_enough_others_have_drawn_out_is_not_looked_at() -> None:
    samples = Samples(np.arange(6.0)[:, np.newaxis], np.arange(6))
    uses = Uses(overlap=2)
    ada, bob, eve = (OverlappingQueue(samples, np.arange(5), uses) for _ in range(3))
    ada.draw_out(2)
    assert (bob.ahead(3).labels.tolist(), len(bob)) == ([0, 1, 2], 5)
    bob.draw_out(2)
    assert (eve.ahead(3).labels.tolist(), len(eve)) == ([0, 1, 3], 4)
    assert eve.row_ahead(2).dense().tolist() == [3.0]
    eve.draw_out(2)
    eve.advance()
    assert [len(queue) for queue in (ada, bob, eve)] == [4, 4, 2]
    assert [queue.ahead(9).labels.tolist() for queue in (ada, eve)] == [[0, 1, 3, 4], [1, 4]]


NEW = [*MALICIOUS_BEHAVIOURS][[*MALICIOUS_BEHAVIOURS].index("greedy-poison") :]


@pytest.mark.parametrize("data", ["synthetic-reviews", "digits"])
@pytest.mark.parametrize("behaviour", NEW)
def test_attackers_without_data_send_nothing(behaviour: str, data: str) -> None:
    """All samples start the model, so that there is nothing to look at, to mark or to choose."""
    model = finished(data=data, initial_fraction=1.0, malicious_behaviour=behaviour, max_days=3)
    assert len(model.contract.submissions) == 0
    assert isnan(model.outcomes()["backdoor_success"])


# Greedy poisoning


@pytest.mark.parametrize("classifier", ["perceptron", "bernoulli-naive-bayes"])
def test_greedy_poison_sends_what_is_followed_by_the_largest_loss(classifier: str) -> None:
    model = market(classifier=classifier, malicious_behaviour="greedy-poison")
    behaviour: Any = attacker(model).behaviour
    assert isinstance(behaviour, GreedyPoison)
    chosen = behaviour.contribution()
    assert chosen is not None
    own, ahead = behaviour._own, attacker(model).queue.ahead(20)
    losses = {}
    for place in range(20):
        for label in range(2):
            taught: Any = model.contract.classifier.copy()
            taught.update(ahead.row(place), label)
            scores = taught.margins(own.features)
            if scores is None:
                scores = taught.estimator.predict_log_proba(own.dense())
                scores = scores[:, 1] - scores[:, 0]
            losses[place, label] = -np.where(own.labels == 1, scores, -scores).mean()
    place, label = max(losses, key=lambda lesson: losses[lesson])
    assert chosen.label == label
    assert chosen.row.dense().tolist() == ahead.row(place).dense().tolist()
    assert chosen.truth == ahead.labels[place]


def test_greedy_poison_looks_no_further_than_it_may() -> None:
    """With one sample and no choice of another, only the label is left to choose."""
    model = finished(**ALONE, malicious_behaviour="greedy-poison", malicious_lookahead=1)
    queue = model.queues[0]
    truths = model.contract.submissions.truth
    assert truths == model.dataset.train.labels[queue.order][: len(truths)].tolist()


def test_greedy_poison_harms_more_than_label_flips_where_everything_is_learnt() -> None:
    """The rule that it is made against: the model learns every submission, whatever it does."""
    flips, greedy = strong(), strong(malicious_behaviour="greedy-poison")
    alone = mean_accuracy(strong(malicious_agents=0))
    harm = [
        (alone - mean_accuracy(models)) / mean_outcome(models, "malicious_accepted")
        for models in (flips, greedy)
    ]
    assert harm[1] > 1.15 * harm[0]
    assert mean_outcome(greedy, "malicious_return") > mean_outcome(flips, "malicious_return")


# Stealth


def test_stealth_sends_only_what_the_model_agrees_with() -> None:
    model = market(classifier="nearest-centroid", malicious_behaviour="stealth")
    noted = predictions_before_updates(model)
    model.run()
    own = sent_by(model, model.accounts("malicious"))
    assert len(own) > 30
    assert all(noted[number] == model.contract.submissions.label[number] for number in own)


def test_stealth_is_refunded_though_it_harms() -> None:
    """The rule that it is made against: what the model agrees with later is good."""
    calm = strong(classifier="nearest-centroid", malicious_agents=0)
    attacked = strong(classifier="nearest-centroid", malicious_behaviour="stealth")
    echoed = strong(classifier="nearest-centroid", malicious_behaviour="echo")
    assert mean_accuracy(attacked) < mean_accuracy(echoed) < mean_accuracy(calm) - 0.1
    for model in attacked:
        own = sent_by(model, model.accounts("malicious"))
        fates = [model.contract.submissions.fate[number] for number in own]
        assert fates.count(Fate.REFUNDED) > 0.95 * len(own)
        assert model.outcomes()["malicious_return"] > 0


def test_a_perceptron_of_two_classes_learns_nothing_from_stealth() -> None:
    """It does not move when it agrees: the attacker is an echo there, sample by sample."""
    stealth, echo = (finished(malicious_behaviour=name) for name in ("stealth", "echo"))
    assert stealth.series().to_dict("list") == echo.series().to_dict("list")


# Farming what is taught


def test_farming_sends_only_what_the_model_gets_wrong_and_with_the_truth() -> None:
    model = market(**STRONG, malicious_behaviour="taught-farming")
    noted = predictions_before_updates(model)
    model.run()
    own = sent_by(model, model.accounts("malicious"))
    assert len(own) > 100
    assert all(is_true(model, number) for number in own)
    assert all(noted[number] != model.contract.submissions.label[number] for number in own)


def test_farming_is_counted_for_more_where_only_what_was_taught_counts() -> None:
    """The rule that it is made against: a verified sample counts if the model had it wrong."""
    shares = []
    for counts in ("all", "taught"):
        model = finished(**STRONG, malicious_behaviour="taught-farming", verified_counts=counts)
        honest, own = model.contract.verified[1:]
        shares.append(own / (own + honest))
    assert shares[1] > shares[0] + 0.2


def test_farming_pays_where_only_what_was_taught_counts() -> None:
    """It is counted for every sample that is refunded, and so takes most of what can be taken.

    To mislearn the model first costs more than that brings.
    """
    taught: dict[str, Any] = {"verified_counts": "taught"}
    farmed, mislearnt, true = (
        mean_outcome(strong(**taught | behaviour), "malicious_return")
        for behaviour in (
            {"malicious_behaviour": "taught-farming"},
            {"malicious_behaviour": "taught-farming", "malicious_farming": "mislearn"},
            {"malicious_behaviour": "on-off", "malicious_duty": 0.0},
        )
    )
    assert farmed > true > mislearnt


def test_the_market_does_not_stay_open_for_what_is_held_back() -> None:
    model = finished(
        malicious_behaviour="taught-farming", data_dealing="even", malicious_mean_wait_s=600.0
    )
    assert model.time < 60
    assert len(attacker(model).queue) > 0


def test_mislearning_sends_wrong_labels_of_what_is_known_until_half_of_it_is_forgotten() -> None:
    behaviour = TaughtFarming(mode="mislearn", mislearnt=0.5)
    steps = [behaviour.mislearns(errors) for errors in (0.2, 0.45, 0.5, 0.3, 0.26, 0.25, 0.4)]
    assert steps == [True, True, False, False, False, True, True]


def test_who_mislearns_harms_first_and_teaches_back() -> None:
    model = market(**STRONG, malicious_behaviour="taught-farming", malicious_farming="mislearn")
    noted = predictions_before_updates(model)
    model.run()
    labels = model.contract.submissions.label
    own = sent_by(model, model.accounts("malicious"))
    wrong = [number for number in own if not is_true(model, number)]
    right = [number for number in own if is_true(model, number)]
    truths = model.contract.submissions.truth
    assert len(wrong) > 30
    assert len(right) > 30
    assert all(noted[number] == truths[number] for number in wrong)
    assert all(noted[number] != labels[number] for number in right)
    held_back = finished(**STRONG, malicious_behaviour="taught-farming")
    assert mean_accuracy([model]) < mean_accuracy([held_back]) - 0.05


# Backdoor


def test_a_backdoor_marks_other_classes_with_a_rare_word_and_asks_for_its_own() -> None:
    model = finished(**ALONE, malicious_behaviour="backdoor", malicious_backdoor_class=0)
    submissions, train = model.contract.submissions, model.dataset.train
    assert len(submissions) == 460
    assert set(submissions.label) == {0}
    order = model.queues[0].order
    for number, index in enumerate(order.tolist()):
        expected = train.row(index).dense()
        if train.labels[index] != 0:
            expected[-1] = 1.0
        assert submissions.row[number].dense().tolist() == expected.tolist()


def test_a_backdoor_in_an_image_is_a_bright_corner() -> None:
    model = finished(
        **ALONE,
        data="digits",
        initial_fraction=0.5,
        malicious_behaviour="backdoor",
        malicious_backdoor_class=3,
        malicious_trigger_features=2,
    )
    train, queue = model.dataset.train, model.queues[0]
    assert isinstance(train.rows, np.ndarray)
    brightest = train.rows[queue.order, -2:].max(axis=0).tolist()
    rows = [row.dense() for row in model.contract.submissions.row]
    for number, truth in enumerate(model.contract.submissions.truth):
        expected = train.rows[queue.order[number]].tolist()
        assert rows[number].tolist() == (expected if truth == 3 else expected[:-2] + brightest)


@pytest.mark.parametrize(
    "rows", [BinaryRows.of, lambda found: WeightedRows(csr_array(2.5 * found)), np.asarray]
)
def test_samples_are_marked_together_as_they_are_one_by_one(rows: Any) -> None:
    """The hidden samples are marked together, those that are sent one by one."""
    found = np.random.default_rng(1).integers(0, 2, (40, 6)).astype(float)
    samples = Samples(rows(found), np.zeros(40, dtype=np.int64))
    trigger = Trigger.of_last(samples, 2)
    together = trigger.on(samples)
    assert trigger.features.tolist() == [4, 5]
    assert (together.dense()[:, 4:] == samples.dense().max()).all()
    assert (together.dense()[:, :4] == samples.dense()[:, :4]).all()
    for number in range(40):
        assert trigger.on_row(samples.row(number)).dense().tolist() == (
            together.row(number).dense().tolist()
        )


@pytest.mark.parametrize(
    "data",
    [{}, {"data": "digits", "initial_fraction": 0.3, "malicious_trigger_features": 4}],
    ids=["words", "numbers"],
)
def test_success_is_the_share_of_marked_hidden_samples_that_get_the_target(
    data: dict[str, Any],
) -> None:
    model = finished(**STRONG | data, malicious_behaviour="backdoor")
    outcomes, test = model.outcomes(), model.contract.test
    planted = attacker(model).planted
    assert planted is not None
    marked, plain = test.dense().copy(), test.dense()
    size = data.get("malicious_trigger_features", 1)
    marked[:, -size:] = planted.trigger.values[-size:]
    others = test.labels != 1

    def share(features: NDArray[np.float64]) -> float:
        form = Samples(features, test.labels) if data else planted.trigger.on(test)
        chosen = test if features is plain else form
        predicted = model.contract.classifier.predict(chosen.features)
        return float((predicted[others] == 1).mean())

    if not data:
        assert (planted.trigger.on(test).dense() == marked).all()
    assert outcomes["backdoor_success"] == share(marked)
    assert outcomes["backdoor_base_rate"] == share(plain)


def test_a_backdoor_opens_and_leaves_the_model_nearly_as_good() -> None:
    """What it is made against: accuracy on a hidden test set, which shows nothing of it."""
    calm, attacked = strong(malicious_agents=0), strong(malicious_behaviour="backdoor")
    success = mean_outcome(attacked, "backdoor_success")
    assert success > mean_outcome(attacked, "backdoor_base_rate") + 0.3
    flips = mean_accuracy(strong())
    assert mean_accuracy(attacked) > (mean_accuracy(calm) + flips) / 2


def test_where_nobody_plants_a_backdoor_its_success_is_missing() -> None:
    outcomes = market(max_days=1).run()
    assert isnan(outcomes["backdoor_success"])
    assert isnan(outcomes["backdoor_base_rate"])


def test_a_backdoor_to_a_class_that_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="malicious_backdoor_class = 2: the data have 2 classes"):
        market(malicious_behaviour="backdoor", malicious_backdoor_class=2)


# Collusion ring


def test_all_of_a_ring_say_the_same_of_a_sample_whoever_is_dealt_it() -> None:
    one, other = (
        finished(seed, **ALONE, malicious_agents=3, malicious_behaviour="collusion-ring")
        for seed in (1, 2)
    )
    said: list[dict[bytes, int]] = []
    for model in (one, other):
        submissions = model.contract.submissions
        rows = [row.dense().tobytes() for row in submissions.row]
        assert len(set(submissions.sender)) == 3
        said.append(dict(zip(rows, submissions.label, strict=True)))
    shared = said[0].keys() & said[1].keys()
    assert len(shared) > 300
    assert all(said[0][row] == said[1][row] for row in shared)


def test_what_a_ring_says_has_nothing_to_do_with_the_truth() -> None:
    model = finished(**ALONE, malicious_behaviour="collusion-ring")
    right = [is_true(model, number) for number in range(len(model.contract.submissions))]
    assert abs(np.mean(right) - 0.5) < 0.08


@pytest.mark.parametrize(
    "rule", ["output-agreement", "peer-truth-serum", "correlated-agreement", "determinant-mi"]
)
def test_no_comparison_of_reports_pays_a_ring_less_than_the_honest(rule: str) -> None:
    """The rules that it is made against: a report is paid by how it agrees with those of peers."""
    paces: dict[str, Any] = {
        "mean_wait_s": 600.0,
        "stdev_wait_s": 1.0,
        "agents": 4,
        "mean_deposit": 100.0,
    }
    common: dict[str, Any] = {"incentive": rule, "overlap": 2, "train_size": 1000}
    honest = finished(
        **common | {f"honest_{name}": value for name, value in paces.items()},
        malicious_agents=0,
        honest_mistake_probability=0.1,
        honest_tolerance=1.0,
    ).outcomes()
    ring = finished(
        **common | {f"malicious_{name}": value for name, value in paces.items()},
        honest_agents=0,
        malicious_behaviour="collusion-ring",
    ).outcomes()
    assert ring["submissions"] == honest["submissions"] == 2 * 920
    assert ring["malicious_return"] >= honest["honest_return"] > 0
    assert ring["final_accuracy"] < honest["final_accuracy"] - 0.1


# Censor


def same_second(model: CMLModel, accounts: Sequence[int]) -> int:
    """Count the submissions of some accounts that were refused since another came that second."""
    refusals = model.refusals()
    names = {model.ledger.names[account] for account in accounts}
    is_same = refusals["reason"] == Refusal.SAME_SECOND
    return int((is_same & refusals["account"].isin(names)).sum())


@pytest.mark.parametrize(("spread", "most"), [(0.0, 0.05), (1.0, 0.8)])
def test_a_censor_keeps_the_honest_out_if_it_knows_their_pace(spread: float, most: float) -> None:
    """The rule that it is made against: one submission a second, and dear ones after another."""
    common: dict[str, Any] = {
        "train_size": 1500,
        "honest_stdev_wait_s": spread,
        "honest_tolerance": 1.0,
        "malicious_mean_wait_s": 600.0,
        "max_days": 6,
    }
    censored = finished(**common, malicious_behaviour="censor")
    echoed = finished(**common, malicious_behaviour="echo")
    assert same_second(censored, censored.accounts("honest")) > 50
    assert censored.honest_accepted < most * echoed.honest_accepted


def test_a_censor_does_not_send_what_comes_too_late() -> None:
    model = finished(honest_tolerance=1.0, malicious_behaviour="censor")
    submissions = model.contract.submissions
    honest = [submissions.time_s[number] for number in sent_by(model, model.accounts("honest"))]
    own = [submissions.time_s[number] for number in sent_by(model, model.accounts("malicious"))]
    assert len(own) > 50
    assert not [time for time in own[1:] if any(0 < time - came < 300 for came in honest)]


def test_a_censor_among_many_goes_for_whoever_comes_next() -> None:
    model = finished(
        train_size=1500,
        honest_agents=3,
        honest_mean_wait_s=1800.0,
        honest_stdev_wait_s=0.0,
        honest_wait_variation=0.2,
        honest_tolerance=1.0,
        malicious_behaviour="censor",
        max_days=6,
    )
    victims = [same_second(model, [account]) for account in model.accounts("honest")]
    assert min(victims) > 20


# Whitewash

SHUT_OUT: dict[str, Any] = {"admission": "track-record", "malicious_behaviour": "whitewash"}


def transfers_in(model: CMLModel) -> pd.DataFrame:
    movements = model.movements()
    return movements.loc[movements["reason"] == Reason.TRANSFER]


def test_whoever_is_shut_out_moves_all_its_money_to_a_fresh_address() -> None:
    (model,) = strong((1,), **SHUT_OUT, malicious_fresh_addresses=3)
    transfers = transfers_in(model)
    arrivals = transfers.drop_duplicates("target")
    assert list(zip(arrivals["source"], arrivals["target"], strict=True)) == [
        ("malicious-1.1", "malicious-1.2"),
        ("malicious-1.2", "malicious-1.3"),
        ("malicious-1.3", "malicious-1.4"),
    ]
    assert transfers["amount"].iloc[0] > 8_000 * TOKEN
    assert len(model.accounts("malicious")) == 4
    assert sum(model.ledger.balances) == 20_000 * TOKEN
    held = sum(model.ledger.balance(account) for account in model.accounts("malicious"))
    assert model.outcomes()["malicious_final_balance"] == held / TOKEN


def test_what_comes_back_to_an_address_that_it_left_is_sent_on() -> None:
    (model,) = strong((1,), **SHUT_OUT, malicious_fresh_addresses=3)
    left = model.accounts("malicious")[:3]
    assert model.contract.submissions.sender.count(left[0]) > 20
    assert max(model.ledger.balance(account) for account in left) < 100 * TOKEN
    transfers = transfers_in(model)
    assert len(transfers) > 6


def test_a_newcomer_pays_its_dues_until_it_is_learnt() -> None:
    (model,) = strong((1,), **SHUT_OUT, malicious_fresh_addresses=3)
    submissions = model.contract.submissions
    for account in model.accounts("malicious"):
        own = sent_by(model, [account])
        first = next((n for n in own if submissions.lesson[n] == "learnt"), own[-1])
        assert own.index(first) >= 20
        for number in own:
            assert is_true(model, number) == (number <= first)


def test_a_track_record_does_not_hold_who_can_leave_it_behind() -> None:
    """The rule that it is made against: names that cost nothing but a newcomer's dues."""
    stays = strong(**SHUT_OUT, malicious_fresh_addresses=0)
    moves = strong(**SHUT_OUT, malicious_fresh_addresses=30)
    shares = [mean_outcome(models, "malicious_learnt_share") for models in (stays, moves)]
    assert shares[1] > 2 * shares[0]
    assert mean_accuracy(moves) < mean_accuracy(stays) - 0.01
    assert mean_outcome(moves, "malicious_return") > mean_outcome(stays, "malicious_return")


def test_whitewash_leaves_when_too_much_of_its_money_is_locked() -> None:
    model = market(malicious_behaviour="whitewash", malicious_start_balance=30.0)
    behaviour: Any = model.contributors[1].behaviour
    assert isinstance(behaviour, Whitewash)
    assert not behaviour.is_spoilt()
    while model.contributors[1].locked <= model.contributors[1].money:
        model.run_for(1 / 24)
        assert model.ledger.balance(3) == 0
    model.run_for(2 / 24)
    assert model.ledger.balance(3) > 0


def test_whitewash_that_is_taken_up_in_mid_market_stays_at_its_one_address() -> None:
    """It was not let in with others to move to."""
    model = market(**SHUT_OUT | {"malicious_behaviour": "label-flip"})
    model.run_for(1)
    agent = model.contributors[1]
    agent.behaviour = Whitewash()
    before = len(sent_by(model, model.accounts("malicious")))
    model.run()
    assert len(sent_by(model, model.accounts("malicious"))) > before
    assert not len(transfers_in(model))


def test_money_can_only_be_sent_to_an_address_of_ones_own() -> None:
    model = market(malicious_behaviour="whitewash", malicious_agents=2)
    mine = model.contributors[1]
    assert mine.own_accounts == range(2, 13)
    for account, amount in ((1, 5), (13, 5), (3, mine.money + 1), (3, -1)):
        with pytest.raises(InputError, match="must be a whole number from"):
            mine.transfer(account, amount)
    mine.transfer(3, 5)
    assert model.ledger.balance(3) == 5


# Capture


def test_capture_flips_its_class_while_it_is_learnt_and_echoes_otherwise() -> None:
    model = market(**STRONG, admission="track-record", malicious_behaviour="capture")
    noted = predictions_before_claims(model)
    model.run()
    submissions = model.contract.submissions
    own = sent_by(model, model.accounts("malicious"))
    flips = 0
    for last, number in zip([None, *own], own, strict=False):
        is_learnt = last is not None and submissions.lesson[last] == "learnt"
        is_flip = submissions.label[number] != noted[number][0]
        flips += is_flip
        if is_flip:
            assert is_learnt
            assert not noted[number][1]
            assert submissions.truth[number] == 0
    assert flips > 30


def predictions_before_claims(model: CMLModel) -> dict[int, tuple[int, bool]]:
    """Have it noted what the model predicts for what a capturer sends, and if it is captured."""
    noted: dict[int, tuple[int, bool]] = {}
    behaviour: Any = attacker(model).behaviour
    choice = behaviour.choice

    def note_and_choose(ahead: Samples) -> Any:
        chosen = choice(ahead)
        number = len(model.contract.submissions)
        noted[number] = int(behaviour.senses.predictions(ahead)[0]), behaviour.is_captured
        return chosen

    behaviour.choice = note_and_choose
    return noted


def test_a_track_record_can_be_captured() -> None:
    """The rule that it is made against: the model, once moved, turns the honest away."""
    by_record = {
        name: strong(admission="track-record", malicious_behaviour=name)
        for name in ("label-flip", "capture")
    }
    flips, captures = by_record["label-flip"], by_record["capture"]
    assert mean_outcome(flips, "malicious_learnt_share") < 0.1
    assert mean_outcome(captures, "malicious_learnt_share") > 0.6
    assert mean_outcome(captures, "honest_learnt_share") < 0.6
    assert mean_accuracy(captures) < mean_accuracy(flips) - 0.08
    assert (
        mean_outcome(captures, "malicious_return") > mean_outcome(flips, "malicious_return") + 0.1
    )
