"""Every behaviour does what its definition says: seen in the ledger, the submissions, the model.

The honest behaviour of the study and what all contributors share is in test_contributors.py.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from small_market import DAY, TOKEN, market

from cmlabm.agents.contributor import Contributor
from cmlabm.behaviours.honest.budget import Budget
from cmlabm.behaviours.honest.informative import Informative
from cmlabm.behaviours.honest.self_verify import SelfVerify
from cmlabm.behaviours.malicious.on_off import OnOff
from cmlabm.behaviours.malicious.sybil import Sybil
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.model import CMLModel

ALONE: dict[str, Any] = {"honest_agents": 0, "malicious_mean_wait_s": 600.0}
"""Attackers without honest contributors submit all of the data, in the order of the queue."""

REASONS = list(Reason)


def finished(seed: int = 1, **parameters: Any) -> CMLModel:
    model = market(seed, **parameters)
    model.run()
    return model


def sent_by(model: CMLModel, accounts: Sequence[int]) -> list[int]:
    """Return the numbers of the submissions of some accounts."""
    senders = model.contract.submissions.sender
    return [number for number, sender in enumerate(senders) if sender in accounts]


def is_true(model: CMLModel, number: int) -> bool:
    return model.contract.submissions.label[number] == model.contract.submissions.truth[number]


def paid(model: CMLModel, reason: Reason, account: int) -> list[int]:
    """Return the amounts that an account was paid for a reason."""
    rows = model.ledger.movements().tolist()
    return [row[3] for row in rows if row[2] == account and REASONS[row[4]] is reason]


def predictions_before_updates(model: CMLModel) -> list[int]:
    """Have it noted what the model predicts for each submission just before it learns from it."""
    noted: list[int] = []
    classifier: Any = model.contract.classifier
    update = classifier.update

    def note_and_update(row: Any, label: int) -> bool:
        noted.append(classifier.label(row))
        return bool(update(row, label))

    classifier.update = note_and_update
    return noted


# Wrong labels


@pytest.mark.parametrize("data", ["synthetic-reviews", "digits"])
def test_label_flip_sends_every_sample_with_a_wrong_label(data: str) -> None:
    model = finished(data=data, initial_fraction=0.5, malicious_behaviour="label-flip")
    flipped = sent_by(model, model.accounts("malicious"))
    assert len(flipped) > 30
    assert not any(is_true(model, number) for number in flipped)


@pytest.mark.parametrize(
    "data",
    [
        {"data": "synthetic-reviews", "malicious_target_class": 1},
        {"data": "digits", "initial_fraction": 0.2, "malicious_target_class": 7},
    ],
    ids=["two classes", "ten classes"],
)
def test_targeted_flip_lies_about_one_class_and_no_other(data: dict[str, Any]) -> None:
    model = finished(**ALONE, **data, malicious_behaviour="targeted-flip")
    lies = Counter(
        truth
        for number, truth in enumerate(model.contract.submissions.truth)
        if not is_true(model, number)
    )
    target = data["malicious_target_class"]
    assert set(lies) == {target}
    assert lies[target] == model.contract.submissions.truth.count(target) > 20
    assert len(set(model.contract.submissions.truth)) == len(model.dataset.classes)


def test_random_labels_say_nothing_about_the_truth() -> None:
    model = finished(**ALONE, data="digits", train_size=1_400, malicious_behaviour="random-label")
    labels, size = model.contract.submissions.label, len(model.contract.submissions.truth)
    assert size > 1_200
    right = sum(is_true(model, number) for number in range(size))
    assert right / size == pytest.approx(0.1, abs=4 * (0.09 / size) ** 0.5)
    for label in range(10):
        assert labels.count(label) / size == pytest.approx(0.1, abs=4 * (0.09 / size) ** 0.5)


@pytest.mark.parametrize("noise", [0.0, 0.2, 1.0])
def test_feature_noise_flips_each_feature_with_its_probability_and_no_label(noise: float) -> None:
    model = finished(**ALONE, malicious_behaviour="feature-noise", malicious_noise=noise)
    order, submissions = model.queues[0].order, model.contract.submissions
    assert (
        submissions.label
        == model.contract.submissions.truth
        == model.dataset.train.labels[order].tolist()
    )
    present = model.dataset.train.take(order).dense() == 1
    flipped = present != np.array([row.dense() == 1 for row in submissions.row])
    for of_those in (present, ~present):
        error = (noise * (1 - noise) / of_those.sum()) ** 0.5
        assert flipped[of_those].mean() == pytest.approx(noise, abs=4 * error)
    spread = (noise * (1 - noise) / len(order)) ** 0.5
    assert np.abs(flipped.mean(axis=0) - noise).max() <= 5 * spread


def test_spoilt_features_reach_the_model_packed_as_they_are_dense() -> None:
    """Watched samples are counted by their bits, which are made anew for a spoilt sample."""
    model = finished(**ALONE, malicious_behaviour="feature-noise", max_days=1)
    submissions, pending = model.contract.submissions, model.contract.pending
    for number in range(20):
        row = submissions.row[number]
        predicted = model.contract.classifier.label(row)
        agrees = pending.agrees(pending.position(number))
        assert agrees == (predicted == submissions.label[number])


# Free riders


def test_echoes_are_what_the_model_says_at_that_moment() -> None:
    model = market(malicious_behaviour="echo", honest_mistake_probability=0.3)
    predicted = predictions_before_updates(model)
    model.run()
    echoes = sent_by(model, model.accounts("malicious"))
    labels = model.contract.submissions.label
    assert len(echoes) > 30
    assert [labels[number] for number in echoes] == [predicted[number] for number in echoes]
    assert any(labels[number] != model.contract.submissions.truth[number] for number in echoes)
    honest = set(range(len(labels))) - set(echoes)
    assert any(labels[number] != predicted[number] for number in honest)


def test_echoes_live_on_refunds_and_takes() -> None:
    model = finished(
        malicious_behaviour="echo", malicious_mean_wait_s=600.0, honest_mistake_probability=0.3
    )
    (echo,) = model.accounts("malicious")
    assert len(paid(model, Reason.REFUND, echo)) > 30
    assert sum(paid(model, Reason.TAKE, echo)) > 5 * TOKEN
    assert model.outcomes()["malicious_return"] > 0 > model.outcomes()["honest_return"]


@pytest.mark.parametrize("copycats", [1, 2])
def test_a_copycat_sends_what_of_others_was_verified_last_each_once(copycats: int) -> None:
    model = finished(malicious_behaviour="copycat", malicious_agents=copycats, max_days=30)
    submissions = model.contract.submissions
    copied: dict[int, set[int]] = {account: set() for account in model.accounts("malicious")}
    verified: list[int] = []
    for _, source, _, _, reason, number in model.ledger.movements().tolist():
        if REASONS[reason] is Reason.REFUND:
            verified.append(number)
        elif REASONS[reason] is Reason.DEPOSIT and source in copied:
            seen = [
                one
                for one in verified
                if submissions.sender[one] != source and one not in copied[source]
            ]
            assert seen, "nothing of another's was verified yet"
            assert submissions.row[number] is submissions.row[seen[-1]]
            assert submissions.label[number] == submissions.label[seen[-1]]
            assert (
                model.contract.submissions.truth[number]
                == model.contract.submissions.truth[seen[-1]]
            )
            copied[source].add(seen[-1])
    assert min(map(len, copied.values())) > 30


def test_a_copycat_uses_up_no_data() -> None:
    model = finished(malicious_behaviour="copycat")
    assert model.malicious_accepted > 30
    assert model.queues[0].taken == model.honest_accepted == 460


def test_a_copycat_stops_when_the_data_of_the_others_are_used_up() -> None:
    """Or two of them would copy each other's copies for ever."""
    model = finished(
        malicious_behaviour="copycat",
        malicious_agents=2,
        malicious_mean_wait_s=600.0,
        max_days=30,
    )
    submissions = model.contract.submissions
    last = max(submissions.time_s[number] for number in sent_by(model, model.accounts("honest")))
    end_of_that_day = (last // DAY + 1) * DAY
    assert last < max(submissions.time_s) <= end_of_that_day


def test_a_sniper_lives_on_expired_deposits_and_is_there_in_the_second() -> None:
    """One honest contributor that errs cannot take from itself: its lost deposits expire."""
    model = finished(malicious_behaviour="sniper", honest_mistake_probability=0.3)
    (sniper,) = model.accounts("malicious")
    sent_at = model.contract.submissions.time_s
    own, expired = [], []
    for time_s, source, target, amount, reason, number in model.ledger.movements().tolist():
        assert source != sniper
        if REASONS[reason] is Reason.EXPIRY:
            expired.append(number)
            assert (time_s, target) == (sent_at[number] + 9 * DAY, sniper)
        if target == sniper and source != OUTSIDE:
            assert REASONS[reason] is Reason.EXPIRY
            own.append(amount)
    assert len(own) == len(expired) > 30
    assert model.malicious_accepted == 0
    assert model.malicious_balance * TOKEN == 10_000 * TOKEN + sum(own)


def test_a_sniper_leaves_nothing_to_who_comes_a_second_later() -> None:
    """In a market of several; who wakes in that very second may be before it."""
    model = finished(
        malicious_behaviour="sniper = 1, label-flip = 1",
        malicious_agents=2,
        malicious_mean_wait_s=1_200.0,
        honest_mistake_probability=0.3,
    )
    table = model.movements()
    expired = table[table["reason"] == Reason.EXPIRY]
    sent_at = np.array(model.contract.submissions.time_s)[expired["submission"]]
    assert set(expired["time_s"] - sent_at) == {9 * DAY}
    assert (expired["target"] == "malicious-1").sum() >= 0.95 * len(expired) > 50
    without = finished(
        malicious_behaviour="label-flip",
        malicious_mean_wait_s=1_200.0,
        honest_mistake_probability=0.3,
    ).movements()
    to_honest = (without["reason"] == Reason.EXPIRY) & (without["target"] == "honest-1")
    assert to_honest.sum() > 10


# Attacks in time


def test_a_sleeper_is_honest_up_to_its_share_of_the_verified_and_then_flips_for_good() -> None:
    share_of_verified = 0.2
    model = finished(
        data="breast-cancer",
        classifier="nearest-centroid",
        malicious_behaviour="sleeper",
        malicious_sleeper_share=share_of_verified,
        malicious_mean_wait_s=1_800.0,
        honest_mistake_probability=0.0,
        refund_time_s=6 * 3_600,
    )
    (sleeper,) = model.accounts("malicious")
    submissions = model.contract.submissions
    calls = model.refusals().query("call == 'submit'")
    assert "malicious-1" not in set(calls["account"]), "it would awake in a refused call"
    verified: Counter[int] = Counter()
    is_awake = False
    told: list[tuple[bool, float]] = []
    for _, source, _, _, reason, number in model.ledger.movements().tolist():
        if REASONS[reason] is Reason.REFUND:
            verified[submissions.sender[number]] += 1
        elif REASONS[reason] is Reason.DEPOSIT and source == sleeper:
            share = verified[sleeper] / max(1, verified.total())
            is_awake = is_awake or share >= share_of_verified
            assert is_true(model, number) is not is_awake
            told.append((is_true(model, number), share))
    assert sum(truth for truth, _ in told) > 10
    assert sum(not truth for truth, _ in told) > 10
    assert told[-1][1] < share_of_verified, "it should go on when its share has fallen again"


def test_a_sleeper_that_is_never_verified_stays_honest() -> None:
    model = finished(**ALONE, malicious_behaviour="sleeper", incentive="none")
    assert model.contract.submissions.label == model.contract.submissions.truth


@pytest.mark.parametrize("duty", [0.0, 0.25, 1.0])
def test_on_off_lies_in_the_first_part_of_each_period(duty: float) -> None:
    period = 20_000
    model = finished(
        **ALONE, malicious_behaviour="on-off", malicious_period_s=period, malicious_duty=duty
    )
    times = model.contract.submissions.time_s
    assert times[-1] > 5 * period
    lies = [not is_true(model, number) for number in range(len(times))]
    assert lies == [time_s % period < duty * period for time_s in times]
    assert any(lies) is (duty > 0)


@pytest.mark.parametrize(
    ("duty", "period", "seconds"),
    [(0.07, 100, 7), (0.55, 100, 55), (0.29, 100, 29), (0.5, 3, 2), (0.0, 9, 0), (1.0, 9, 9)],
)
def test_the_attack_lasts_as_many_seconds_as_the_duty_says(
    duty: float, period: int, seconds: int
) -> None:
    """In floating point 0.07 * 100 is a little more than 7: second 7 is not of the attack."""
    model = market(malicious_behaviour="on-off", malicious_duty=duty, malicious_period_s=period)
    (attack,) = [
        agent.behaviour for agent in model.contributors if isinstance(agent.behaviour, OnOff)
    ]
    assert [attack.attacks(now) for now in range(period)] == [
        second < seconds for second in range(period)
    ]


# Sybils


def sybils(**parameters: Any) -> CMLModel:
    return finished(malicious_behaviour="sybil", malicious_addresses=4, **parameters)


def test_a_purse_is_split_over_the_addresses_to_the_unit() -> None:
    model = market(
        malicious_behaviour="sybil", malicious_addresses=4, malicious_start_balance=10.000003
    )
    assert model.ledger.names[2:] == [f"malicious-1.{number}" for number in (1, 2, 3, 4)]
    assert model.ledger.balances[2:] == (2_500_003, 2_500_000, 2_500_000, 2_500_000)
    assert model.accounts("malicious") == range(2, 6)


def test_one_address_earns_a_name_and_takes_from_the_others() -> None:
    model = sybils(honest_mistake_probability=0.0)
    earner, *others = model.accounts("malicious")
    assert all(is_true(model, number) for number in sent_by(model, [earner]))
    assert not any(is_true(model, number) for number in sent_by(model, others))
    assert {len(sent_by(model, [account])) > 10 for account in (earner, *others)} == {True}
    senders = model.contract.submissions.sender
    taken = [
        (target, senders[number], amount)
        for _, _, target, amount, reason, number in model.ledger.movements().tolist()
        if REASONS[reason] is Reason.TAKE
    ]
    back = sum(amount for target, sender, amount in taken if target == earner and sender in others)
    assert back > TOKEN


def test_addresses_wake_so_seldom_that_together_they_submit_as_often_as_one() -> None:
    days = 3.0
    steady: dict[str, Any] = {"malicious_stdev_wait_s": 0.0, "max_days": int(days)}
    model = sybils(**steady, honest_agents=0)
    for account in model.accounts("malicious"):
        times = [model.contract.submissions.time_s[one] for one in sent_by(model, [account])]
        assert np.diff(times).tolist() == [4 * 3_600] * (len(times) - 1)
    alone = finished(**steady, honest_agents=0)
    assert model.malicious_accepted == alone.malicious_accepted
    together = sorted(model.contract.submissions.time_s)
    assert np.diff(together).tolist() == [3_600] * (len(together) - 1)
    assert all(isinstance(agent.behaviour, Sybil) for agent in model.contributors)


# Attacks on the price

HONEST_THREE: dict[str, Any] = {
    "honest_mean_deposit": 3.0,
    "honest_stdev_deposit": 0.0,
    "honest_tolerance": 1.0,
}
"""For 3 tokens or less one can submit from 256 s on after the last submission: 60 / 16."""


def grieved(**parameters: Any) -> CMLModel:
    attack = {"malicious_behaviour": "price-griefing", "malicious_target_deposit": 3.0}
    return finished(**HONEST_THREE | attack | parameters)


def test_griefing_keeps_the_honest_out_as_long_as_it_has_data() -> None:
    model = grieved()
    assert model.honest_accepted == 0
    assert model.malicious_accepted == 460
    refusals = model.refusals().query("account == 'honest-1' and call == 'submit'")
    assert len(refusals) > 150
    assert set(refusals["reason"]) == {Refusal.OFFER_TOO_LOW}
    assert finished(**HONEST_THREE, malicious_agents=0).honest_accepted == 460


def test_griefing_submits_as_seldom_as_it_can() -> None:
    model = grieved()
    assert set(np.diff(model.contract.submissions.time_s)) == {255}
    assert set(model.contract.submissions.deposit) == {4 * TOKEN}
    refunds = paid(model, Reason.REFUND, model.accounts("malicious")[0])
    assert sum(refunds) > 0.5 * 460 * 4 * TOKEN, "echoes should come back"


def test_griefing_ends_with_the_money() -> None:
    model = grieved(malicious_start_balance=100.0)
    (griefer,) = model.accounts("malicious")
    submissions = model.contract.submissions
    first_honest = submissions.sender.index(model.accounts("honest")[0])
    before = sum(submissions.deposit[:first_honest])
    assert set(submissions.sender[:first_honest]) == {griefer}
    assert 100 - 4 <= before / TOKEN < 100
    assert model.honest_accepted > 100


@pytest.mark.parametrize("behaviour", ["price-griefing", "liquidity-squeeze"])
def test_who_pays_whatever_is_asked_pays_no_more_where_the_offer_is_locked(behaviour: str) -> None:
    """Or the first submission would lock the whole purse, and the attack be over."""
    attack = {"malicious_behaviour": behaviour, "malicious_target_deposit": 3.0, **HONEST_THREE}
    at_cost, at_offer = finished(**attack), finished(**attack, lock="offer")
    assert at_offer.malicious_accepted == at_cost.malicious_accepted > 100
    (attacker,) = at_offer.accounts("malicious")
    submissions = at_offer.contract.submissions
    deposits = [submissions.deposit[number] for number in sent_by(at_offer, [attacker])]
    assert max(deposits) <= 60 * TOKEN


def honest_deposits(model: CMLModel) -> list[int]:
    honest = sent_by(model, model.accounts("honest"))
    return [model.contract.submissions.deposit[number] for number in honest]


def lowest_balance(model: CMLModel, account: int) -> int:
    """Return the least that an account ever held."""
    held = lowest = model.ledger.started_with([account])
    for _, source, target, amount, _, _ in model.ledger.movements().tolist():
        if source != OUTSIDE:
            held += amount * ((target == account) - (source == account))
        lowest = min(lowest, held)
    return lowest


def test_a_squeeze_makes_honest_money_wait_until_it_runs_out() -> None:
    purse: dict[str, Any] = {"honest_start_balance": 1_000.0, "honest_tolerance": 1.0}
    free = finished(**purse, malicious_agents=0)
    squeezed = finished(**purse, malicious_behaviour="liquidity-squeeze")
    assert np.mean(honest_deposits(free)) == 2 * TOKEN
    assert np.mean(honest_deposits(squeezed)) > 5 * np.mean(honest_deposits(free))
    (honest,) = squeezed.accounts("honest")
    assert lowest_balance(free, honest) > 500 * TOKEN
    assert lowest_balance(squeezed, honest) < 50 * TOKEN


def test_a_squeeze_itself_pays_little() -> None:
    model = finished(malicious_behaviour="liquidity-squeeze", honest_tolerance=1.0)
    (attacker,) = model.accounts("malicious")
    submissions = model.contract.submissions
    own = [submissions.deposit[number] for number in sent_by(model, [attacker])]
    assert len(own) > 100
    assert np.mean(own) < 0.2 * np.mean(honest_deposits(model))


def test_a_squeeze_without_data_waits_as_any_other() -> None:
    """Or several, whose submissions follow each other by the second, wake that often for days."""
    model = finished(malicious_behaviour="liquidity-squeeze", malicious_mean_wait_s=3600.0)
    (attacker,) = model.accounts("malicious")
    squeeze = next(agent for agent in model.contributors if agent.account == attacker).behaviour
    assert not squeeze.senses.queue
    assert min(squeeze.wait() for _ in range(20)) > 3590


# Honest behaviours


def budgets(model: CMLModel) -> list[Contributor]:
    return [agent for agent in model.contributors if isinstance(agent.behaviour, Budget)]


BAD_MARKET: dict[str, Any] = {
    "honest_mistake_probability": 1.0,
    "honest_tolerance": 1.0,
    "honest_mean_wait_s": 1_800.0,
    "malicious_behaviour": "echo",
    "malicious_mean_wait_s": 1_800.0,
    "train_size": 1_500,
    "initial_fraction": 0.4,
}
"""Whatever honest contributors send is wrong, and the model, kept steady by echoes, says so."""


def most_locked(model: CMLModel) -> float:
    """Return the largest share of its money that an honest one had locked after a deposit."""
    senders = model.contract.submissions.sender
    held: Counter[int] = Counter()
    locked: Counter[int] = Counter()
    most = 0.0
    for _, source, target, amount, reason, number in model.ledger.movements().tolist():
        held[source] -= amount
        held[target] += amount
        if REASONS[reason] is Reason.DEPOSIT:
            locked[source] += amount
            if source in model.accounts("honest"):
                most = max(most, locked[source] / (held[source] + locked[source]))
        elif source == Ledger.ESCROW:
            locked[senders[number]] -= amount
    return most


@pytest.mark.parametrize("lock", ["cost", "offer"])
@pytest.mark.parametrize("share", [0.05, 0.5])
def test_a_budget_never_locks_more_than_its_share(lock: str, share: float) -> None:
    """Of its balance and deposits together; one that does as in the study locks all of them."""
    market_of_two: dict[str, Any] = {
        "honest_agents": 2,
        "honest_start_balance": 100.0,
        "honest_mistake_probability": 0.2,
        "honest_locked_share": share,
        "honest_loss_share": 1.0,
        "lock": lock,
    }
    model = finished(**market_of_two, honest_behaviour="budget")
    assert 0.8 * share < most_locked(model) <= share
    assert all(agent.submits for agent in budgets(model))
    assert most_locked(finished(**market_of_two)) == 1.0


def test_a_budget_gives_up_once_it_has_lost_its_share() -> None:
    model = finished(**BAD_MARKET, honest_behaviour="budget", honest_start_balance=100.0)
    (agent,) = budgets(model)
    held, locked = model.ledger.started_with([agent.account]), 0
    wealth_at_deposit: list[int] = []
    senders = model.contract.submissions.sender
    for _, source, target, amount, reason, number in model.ledger.movements().tolist():
        if REASONS[reason] is Reason.START:
            continue
        if source == agent.account:
            wealth_at_deposit.append(held + locked)
            held, locked = held - amount, locked + amount
        elif target == agent.account:
            held += amount
        if source == Ledger.ESCROW and senders[number] == agent.account:
            locked -= amount
    assert min(wealth_at_deposit) >= 50 * TOKEN, "it should have given up before"
    assert held + locked < 50 * TOKEN
    assert not agent.submits
    assert agent.has_left
    assert model.contract.locked(agent.account) == 0, "it should have waited for its deposits"
    assert model.outcomes()["honest_driven_out"] == 1
    patient = finished(
        **BAD_MARKET, honest_behaviour="budget", honest_start_balance=100.0, honest_loss_share=1.0
    )
    assert patient.honest_accepted > model.honest_accepted


def test_who_gave_up_comes_back_for_the_deposits_it_is_owed() -> None:
    """Half of what it sends is wrong; of the rest, what is not refunded yet may still be."""
    model = market(
        **BAD_MARKET | {"honest_mistake_probability": 0.5},
        honest_behaviour="budget",
        honest_start_balance=100.0,
        honest_loss_share=0.05,
    )
    (agent,) = budgets(model)
    while agent.submits:
        model.step()
    assert not agent.has_left
    assert model.outcomes()["honest_driven_out"] == 1, "although it is still there"
    assert model.contract.locked(agent.account) > 5 * TOKEN
    before = len(model.movements())
    model.run()
    assert agent.has_left
    assert model.contract.locked(agent.account) == 0
    later = model.movements()[before:]
    assert ((later["target"] == "honest-1") & (later["reason"] == Reason.REFUND)).any()
    assert not ((later["source"] == "honest-1") & (later["reason"] == Reason.DEPOSIT)).any()


OWN_MODEL: dict[str, Any] = {
    "honest_agents": 2,
    "honest_own_samples": 60,
    "honest_mistake_probability": 0.1,
    "honest_tolerance": 1.0,
}


def agrees(agent: Contributor, model: CMLModel, number: int) -> bool:
    assert isinstance(agent.behaviour, SelfVerify)
    own = agent.behaviour._own_model
    assert own is not None
    submissions = model.contract.submissions
    return own.label(submissions.row[number]) == submissions.label[number]


def test_self_verify_sends_only_what_its_own_model_agrees_with() -> None:
    model = finished(**OWN_MODEL, malicious_agents=0, honest_behaviour="self-verify")
    plain = finished(**OWN_MODEL, malicious_agents=0)
    for agent in model.contributors:
        own = sent_by(model, [agent.account])
        assert len(own) > 100
        assert all(agrees(agent, model, number) for number in own)
    laid_aside = 460 - model.honest_accepted
    assert laid_aside > 20
    assert model.queues[0].taken == 460
    mistakes = [
        np.mean([not is_true(one, number) for number in range(len(one.contract.submissions))])
        for one in (model, plain)
    ]
    assert mistakes[0] < mistakes[1], "of its own mistakes, too, it should catch some"


def test_self_verify_learns_from_its_own_share_of_the_data() -> None:
    """A nearest-centroid model shows from how many samples, and which, it was made."""
    model = market(
        honest_agents=2,
        honest_behaviour="self-verify",
        honest_own_samples=1_000,
        data_dealing="even",
        malicious_agents=0,
        classifier="nearest-centroid",
    )
    for agent in model.contributors:
        assert isinstance(agent.behaviour, SelfVerify)
        own: Any = agent.behaviour._own_model
        hand = model.dataset.train.take(agent.queue.order)
        assert own.counts.sum() == len(hand) == 230
        for label in (0, 1):
            mine = hand.dense()[hand.labels == label]
            assert own.sums[label].tolist() == mine.sum(axis=0).tolist()


def test_self_verify_learns_from_as_many_samples_as_it_may() -> None:
    model = market(
        honest_behaviour="self-verify", honest_own_samples=50, classifier="nearest-centroid"
    )
    agent: Any = model.contributors[0]
    assert agent.behaviour._own_model.counts.sum() == 50


def test_who_has_one_class_only_cannot_verify_and_submits_all_the_same() -> None:
    model = finished(
        honest_behaviour="self-verify",
        honest_agents=12,
        honest_tolerance=1.0,
        data_dealing="dirichlet",
        data_alpha=0.01,
        malicious_agents=0,
    )
    one_sided = [
        agent
        for agent in model.contributors
        if len(set(model.dataset.train.labels[agent.queue.order])) == 1
    ]
    assert one_sided
    for agent in one_sided:
        assert model.contract.accepted[agent.account] == len(agent.queue.order)


def test_informative_sends_only_what_the_model_gets_wrong_and_its_own_gets_right() -> None:
    model = market(
        **OWN_MODEL | {"honest_mistake_probability": 0.0},
        malicious_agents=0,
        honest_behaviour="informative",
    )
    predicted = predictions_before_updates(model)
    model.run()
    labels = model.contract.submissions.label
    assert model.queues[0].taken == 460
    assert 10 < len(labels) < 230
    for agent in model.contributors:
        assert isinstance(agent.behaviour, Informative)
        for number in sent_by(model, [agent.account]):
            assert predicted[number] != labels[number]
            assert agrees(agent, model, number)
    assert labels == model.contract.submissions.truth


def test_who_is_ruined_is_driven_out() -> None:
    """Counted by hand: left for good, or with less than the least deposit."""
    model = finished(**BAD_MARKET | {"honest_agents": 3, "honest_start_balance": 20.0})
    left = [agent for agent in model.contributors if agent.kind == "honest" and agent.has_left]
    poor = [one for one in model.accounts("honest") if model.ledger.balances[one] < TOKEN]
    ruined = {agent.account for agent in left} | set(poor)
    assert model.outcomes()["honest_driven_out"] == len(ruined) > 1
    rich = finished(**BAD_MARKET | {"honest_agents": 3, "max_days": 2})
    assert rich.outcomes()["honest_driven_out"] == 0


def test_who_left_without_money_is_driven_out_even_if_it_was_paid_as_it_went() -> None:
    """Two tokens, two deposits; when the second is made, the first can be refunded."""
    model = finished(
        honest_start_balance=2.0,
        honest_mean_wait_s=2_000.0,
        honest_mistake_probability=0.0,
        honest_tolerance=1.0,
        refund_time_s=1_000,
        malicious_agents=0,
        data="breast-cancer",
    )
    (agent,) = model.contributors
    assert agent.has_left
    assert model.honest_balance == 1.0
    assert model.outcomes()["honest_driven_out"] == 1


# The mechanism's options


@pytest.mark.parametrize("may_claim", [False, True])
def test_a_bankrupt_comes_back_for_its_deposit_only_where_it_may(may_claim: bool) -> None:
    """One token, one deposit of a token; true labels, so that it is refunded if it asks."""
    model = finished(
        honest_agents=1,
        honest_start_balance=1.0,
        honest_mean_wait_s=3_600.0,
        honest_mistake_probability=0.0,
        honest_tolerance=1.0,
        malicious_agents=0,
        bankrupt_may_claim=may_claim,
    )
    (agent,) = model.contributors
    assert bool(paid(model, Reason.REFUND, agent.account)) is may_claim
    assert (model.honest_accepted > 1) is may_claim
    if not may_claim:
        assert agent.has_left
        assert model.escrow == 1.0


@pytest.mark.parametrize("lock", ["cost", "offer"])
def test_what_is_locked_is_the_cost_or_all_that_was_offered(lock: str) -> None:
    model = market(
        lock=lock,
        honest_mean_deposit=50.0,
        honest_stdev_deposit=0.0,
        honest_tolerance=1.0,
        malicious_agents=0,
    )
    model.step()
    assert len(honest_deposits(model)) > 50
    assert set(honest_deposits(model)) == ({50 * TOKEN} if lock == "offer" else {2 * TOKEN})
    model.run()
    assert model.escrow == 0
    assert model.honest_balance == 10_000


def test_a_locked_offer_is_refunded_and_taken_as_a_whole() -> None:
    model = finished(lock="offer")
    table = model.movements()
    deposits = table[table["reason"] == Reason.DEPOSIT].set_index("submission")["amount"]
    out = table[table["source"] == "escrow"].groupby("submission")["amount"].sum()
    assert out.to_dict() == deposits.to_dict()
    assert deposits.nunique() > 20
