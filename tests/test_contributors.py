"""What contributors do when they wake, in which order, and how they decide."""

from typing import Any

import numpy as np
import pytest
from small_market import DAY, market

from cmlabm.agents.contributor import Contributor
from cmlabm.behaviours.draws import PositiveNormals, Uniforms
from cmlabm.contract.ledger import Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.data.rows import NumericRow
from cmlabm.model import CMLModel

NO_ROW = NumericRow(np.zeros(0))


def honest(model: CMLModel) -> Contributor:
    return next(agent for agent in model.contributors if agent.kind == "honest")


def malicious(model: CMLModel) -> Contributor:
    return next(agent for agent in model.contributors if agent.kind == "malicious")


def rig(agent: Contributor, **draws: Any) -> None:
    """Have some of an agent's next draws come out as a test wants."""
    for name, value in draws.items():
        stream = getattr(agent.draws.streams, name)
        stream._block = [value] * 2_000


def waking_times(model: CMLModel, agent: Contributor) -> list[int]:
    """Return when an agent's calls to submit were answered, in seconds."""
    deposits = [row[0] for row in model.ledger.movements().tolist() if row[1] == agent.account]
    refusals = [row[0] for row in model.contract.refusals().tolist() if row[1] == agent.account]
    return sorted(deposits + refusals)


# Waking


def test_on_waking_it_submits_then_schedules_then_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    model = market()
    agent = malicious(model)
    done: list[str] = []
    for owner, name in (
        (model.contract, "submit"),
        (model, "schedule_event"),
        (model.contract, "claim_all"),
    ):
        original = getattr(owner, name)

        def noted(*args: Any, name: str = name, original: Any = original, **kwargs: Any) -> Any:
            done.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, noted)
    agent.wake()
    assert done == ["submit", "schedule_event", "claim_all"]


def test_it_wakes_at_whole_seconds_after_the_waits_it_draws() -> None:
    model = market(malicious_agents=0, honest_tolerance=1.0)
    rig(honest(model), waits=450)
    first = honest(model).now
    model.step()
    assert waking_times(model, honest(model)) == list(range(first, DAY, 450))


def test_who_has_no_money_leaves_for_good_but_claims_once_more() -> None:
    model = market(malicious_start_balance=2.0, honest_agents=0)
    agent = malicious(model)
    rig(agent, waits=3_600, offers=100)
    model.step()
    assert agent.has_left
    assert agent.balance == 0
    assert not model.running
    assert model.malicious_accepted == 2


def test_who_never_had_money_submits_nothing() -> None:
    outcomes = market(malicious_start_balance=0).run()
    assert outcomes["malicious_accepted"] == 0
    assert np.isnan(outcomes["malicious_depletion_days"])


# Samples


def test_a_refused_sample_stays_next_in_line() -> None:
    model = market(honest_mean_deposit=1, honest_stdev_deposit=0)
    agent = honest(model)
    rig(agent, decisions=0.0)
    label, left = model.queues[0].label, len(model.queues[0])
    row = model.queues[0].row
    agent.wake()
    assert model.refusals()["reason"].tolist() == [Refusal.OFFER_TOO_LOW]
    assert len(model.queues[0]) == left
    assert model.queues[0].label == label
    assert model.queues[0].row.dense().tolist() == row.dense().tolist()
    rig(agent, offers=100)
    agent.wake()
    assert len(model.queues[0]) == left - 1


def test_every_sample_is_submitted_once_in_the_order_of_the_queue() -> None:
    model = market(malicious_agents=0, honest_mistake_probability=0)
    model.run()
    order = model.queues[0].order
    assert model.contract.submissions.label == model.dataset.train.labels[order].tolist()
    assert len(set(order.tolist())) == 460


def test_the_offer_is_at_most_the_balance() -> None:
    model = market(malicious_start_balance=1.5, honest_agents=0)
    agent = malicious(model)
    rig(agent, offers=100)
    agent.now = 600
    agent.wake()
    assert model.refusals()["reason"].tolist() == [Refusal.OFFER_TOO_LOW]
    agent.now = 1_000
    agent.wake()
    assert agent.balance == 0.5


# Decisions


@pytest.mark.parametrize(("draw", "submits"), [(0.7499, True), (0.75, False)])
def test_an_honest_one_submits_with_probability_accuracy_plus_tolerance(
    draw: float, submits: bool
) -> None:
    model = market()
    model.contract.accuracy = 0.6
    rig(honest(model), decisions=draw)
    assert honest(model).behaviour.wants_to_submit() is submits


def test_an_honest_one_always_submits_to_a_good_model() -> None:
    model = market()
    model.contract.accuracy = 0.85
    rig(honest(model), decisions=np.nextafter(1.0, 0.0))
    assert honest(model).behaviour.wants_to_submit()


def test_an_honest_one_goes_by_the_accuracy_published_last() -> None:
    model = market(honest_tolerance=0.0)
    model.contract.accuracy = 0.0
    rig(honest(model), waits=60, decisions=0.2)
    model.step()
    first_day = model.honest_accepted
    model.step()
    assert first_day == 0
    assert model.honest_accepted > 0


@pytest.mark.parametrize(("draw", "label"), [(0.09, 1), (0.1, 0)])
def test_an_honest_one_errs_with_its_mistake_probability(draw: float, label: int) -> None:
    model = market(honest_mistake_probability=0.1)
    rig(honest(model), mistakes=draw)
    assert honest(model).behaviour.label_for(NO_ROW, 0) == label


@pytest.mark.parametrize(("draw", "label"), [(0.09, 0), (0.1, 1)])
def test_a_malicious_one_errs_by_telling_the_truth(draw: float, label: int) -> None:
    model = market(malicious_mistake_probability=0.1)
    rig(malicious(model), mistakes=draw)
    assert malicious(model).behaviour.label_for(NO_ROW, 0) == label


def test_of_ten_classes_a_malicious_one_draws_among_the_nine_wrong_ones() -> None:
    model = market(data="digits", initial_fraction=0.5)
    for truth in range(10):
        labels = [malicious(model).behaviour.label_for(NO_ROW, truth) for _ in range(300)]
        assert set(labels) == set(range(10)) - {truth}


# Draws


def test_normals_are_truncated_and_drawn_again_until_at_least_one() -> None:
    draws = PositiveNormals(np.random.default_rng(1), mean=1.0, stdev=2.0)
    drawn = [draws.next() for _ in range(1_000)]
    again = np.trunc(np.random.default_rng(1).normal(1.0, 2.0, 4_096))
    assert drawn == again[again >= 1][:1_000].tolist()
    assert all(type(draw) is int for draw in drawn)


def test_uniforms_come_in_the_order_of_the_generator() -> None:
    draws = Uniforms(np.random.default_rng(1))
    rng = np.random.default_rng(1)
    assert [draws.next() for _ in range(600)] == rng.random(600).tolist()


def honest_calls(model: CMLModel) -> list[int]:
    return waking_times(model, honest(model))


@pytest.mark.parametrize(
    "change",
    [
        {"honest_mean_deposit": 500.0},
        {"malicious_mean_deposit": 20.0},
        {"malicious_agents": 3},
        {"malicious_mean_wait_s": 1_800.0},
        {"num_words": 30},
        {"cost_weight": 0.1},
    ],
    ids=str,
)
def test_a_changed_factor_leaves_an_honest_ones_draws_alone(change: dict[str, Any]) -> None:
    """The market differs, but not who decides what, and when it wakes."""
    always: dict[str, Any] = {"honest_tolerance": 1.0}
    before, after = market(**always), market(**always, **change)
    before.step()
    after.step()
    assert honest_calls(before) == honest_calls(after)
    rest = [
        [
            [getattr(honest(model).draws.streams, name).next() for _ in range(50)]
            for name in ("waits", "decisions")
        ]
        for model in (before, after)
    ]
    assert rest[0] == rest[1]


def test_the_initial_data_are_those_of_the_seed_whatever_the_agents_are_like() -> None:
    orders = [
        market(**change).queues[0].order.tolist()
        for change in ({}, {"honest_agents": 5}, {"num_words": 30})
    ]
    assert orders[0] == orders[1] == orders[2]
    assert market(seed=2).queues[0].order.tolist() != orders[0]


def test_claims_move_money_only_after_the_refund_time() -> None:
    model = market()
    model.run()
    table = model.movements()
    sent = table[table["reason"] == Reason.DEPOSIT].set_index("submission")["time_s"]
    claims = table[table["reason"].isin([Reason.REFUND, Reason.TAKE])]
    ages = claims["time_s"] - claims["submission"].map(sent)
    assert len(claims) > 300
    assert ages.min() > DAY
