"""The prediction market: who is paid what, and that it is paid out of what is there."""

from copy import deepcopy
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from small_market import TOKEN, market

from cmlabm.contract.ledger import Ledger, Reason
from cmlabm.data.dataset import Samples
from cmlabm.mechanisms.prediction_market.loss_record import digest
from cmlabm.mechanisms.prediction_market.payments import payments
from cmlabm.mechanisms.prediction_market.settlement import LossSettlement
from cmlabm.model import CMLModel

ADA, BOB, EVE = 1, 2, 3


def settled(
    senders: list[int], errors: list[int], *, grouped: bool, stake: int = 10
) -> tuple[dict[int, int], list[bool]]:
    """Settle a market with a bounty of 100 and a test set of 10: an error is worth 10."""
    payouts, stayed = payments(
        senders, [stake] * len(senders), errors, size=10, bounty=100, grouped=grouped
    )
    return payouts, stayed.tolist()


# By hand


def test_a_contribution_is_paid_the_bountys_share_of_the_loss_that_it_removes() -> None:
    """From 5 errors of 10 to 3: a fifth of 100, and the stake."""
    assert settled([ADA], [5, 3], grouped=True) == ({ADA: 20 + 10}, [True])


def test_who_raises_the_loss_pays_out_of_its_stake() -> None:
    assert settled([ADA], [5, 6], grouped=True, stake=15) == ({ADA: 15 - 10}, [True])


def test_a_stake_may_be_used_up_to_the_last_unit() -> None:
    assert settled([ADA], [5, 6], grouped=True, stake=10) == ({ADA: 0}, [True])


def test_who_cannot_cover_its_loss_drops_out_with_its_stake() -> None:
    assert settled([ADA], [5, 6], grouped=True, stake=9) == ({}, [False])


def test_after_who_dropped_out_the_next_is_measured_from_the_one_before() -> None:
    """Eve's mistake from 4 to 8 is not counted: Ada's 3 follows Bob's 4 as if she had not come."""
    payouts, stayed = settled([BOB, EVE, ADA], [5, 4, 8, 3], grouped=False)
    assert stayed == [True, False, True]
    assert payouts == {BOB: 10 + 10, ADA: 10 + 10}


def test_grouped_a_good_contribution_pays_for_a_bad_one_of_the_same_sender() -> None:
    """Ada: down by 3, up by 2; together 10 more than her two stakes."""
    payouts, stayed = settled([ADA, ADA], [5, 2, 4], grouped=True)
    assert (payouts, stayed) == ({ADA: 30 - 20 + 20}, [True, True])


def test_each_by_itself_the_bad_one_drops_out() -> None:
    payouts, stayed = settled([ADA, ADA], [5, 2, 4], grouped=False)
    assert (payouts, stayed) == ({ADA: 30 + 10}, [True, False])


def test_grouped_all_of_a_senders_contributions_drop_out_together() -> None:
    """Eve: up by 1, up by 4, down by 1: she owes 40 and has staked 30. Bob goes from 5 to 3."""
    payouts, stayed = settled([EVE, EVE, EVE, BOB], [5, 6, 10, 9, 3], grouped=True)
    assert stayed == [False, False, False, True]
    assert payouts == {BOB: 20 + 10}


def test_who_seemed_good_only_because_of_a_worse_one_drops_out_after_it() -> None:
    """Eve takes 5 errors to 9 and goes. Bob's 8 were better than her 9, but not than 5: he goes.

    Ada, from 8 to 4, would have gained 40; measured from the start she gains 10.
    """
    payouts, stayed = settled([EVE, BOB, ADA], [5, 9, 8, 4], grouped=True)
    assert stayed == [False, False, True]
    assert payouts == {ADA: 10 + 10}


def test_who_seemed_bad_only_because_of_a_worse_one_stays() -> None:
    """After Eve's 1 error Bob's 4 look bad; Eve, who later takes 4 to 10 and 4 to 9, owes more.

    Without her, Bob takes 5 to 4 and Ada stays at 4.
    """
    payouts, stayed = settled([EVE, BOB, EVE, ADA, EVE], [5, 1, 4, 10, 4, 9], grouped=True)
    assert stayed == [False, True, False, True, False]
    assert payouts == {BOB: 10 + 10, ADA: 0 + 10}


def test_without_contributions_nobody_is_paid() -> None:
    assert settled([], [5], grouped=True) == ({}, [])


def test_worth_is_rounded_down_to_units_so_that_payments_still_telescope() -> None:
    """A bounty of 100 over a test set of 7: 4, 3 and 2 errors are worth 57, 42 and 28."""
    payouts, _ = payments([ADA, BOB], [1, 1], [4, 3, 2], size=7, bounty=100, grouped=True)
    assert payouts == {ADA: 15 + 1, BOB: 14 + 1}


# Whatever comes


@st.composite
def contributions(draw: st.DrawFn) -> tuple[list[int], list[int], list[int], int]:
    """Return senders, stakes, errors and the size of the test set."""
    size = draw(st.integers(1, 40))
    count = draw(st.integers(0, 25))
    senders = draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))
    stakes = draw(st.lists(st.integers(1, 60), min_size=count, max_size=count))
    errors = draw(st.lists(st.integers(0, size), min_size=count + 1, max_size=count + 1))
    return senders, stakes, errors, size


def worth(bounty: int, errors: int, size: int) -> int:
    return bounty * errors // size


@pytest.mark.parametrize("grouped", [True, False])
@given(come=contributions(), bounty=st.integers(0, 500))
def test_payments_telescope_and_are_covered_by_bounty_and_stakes(
    grouped: bool, come: tuple[list[int], list[int], list[int], int], bounty: int
) -> None:
    senders, stakes, errors, size = come
    payouts, stayed = payments(senders, stakes, errors, size=size, bounty=bounty, grouped=grouped)
    kept = np.flatnonzero(stayed).tolist()
    last = errors[kept[-1] + 1] if kept else errors[0]
    gain = worth(bounty, errors[0], size) - worth(bounty, last, size)
    assert sum(payouts.values()) == gain + sum(stakes[number] for number in kept)
    assert sum(payouts.values()) <= bounty + sum(stakes)
    assert min(payouts.values(), default=0) >= 0
    assert set(payouts) == {senders[number] for number in kept}


@pytest.mark.parametrize("grouped", [True, False])
@given(come=contributions(), bounty=st.integers(0, 500))
def test_each_payment_is_the_stake_and_the_change_since_the_last_that_stayed(
    grouped: bool, come: tuple[list[int], list[int], list[int], int], bounty: int
) -> None:
    """Summed up once more, one by one; grouped, a sender stays with all it sent or with nothing."""
    senders, stakes, errors, size = come
    payouts, stayed = payments(senders, stakes, errors, size=size, bounty=bounty, grouped=grouped)
    due = dict.fromkeys(payouts, 0)
    before = errors[0]
    for number in np.flatnonzero(stayed).tolist():
        after = errors[number + 1]
        payment = worth(bounty, before, size) - worth(bounty, after, size) + stakes[number]
        assert grouped or payment >= 0
        due[senders[number]] += payment
        before = after
    assert payouts == due
    if grouped:
        for sender in set(senders):
            fates = {bool(stayed[one]) for one, other in enumerate(senders) if other == sender}
            assert len(fates) == 1


@pytest.mark.parametrize("grouped", [True, False])
@given(come=contributions(), bounty=st.integers(0, 500))
def test_if_all_can_cover_their_losses_nobody_drops_out(
    grouped: bool, come: tuple[list[int], list[int], list[int], int], bounty: int
) -> None:
    senders, _, errors, size = come
    rich, poor = [bounty * 30] * len(senders), [bounty] * len(senders)
    _, stayed = payments(senders, poor, errors, size=size, bounty=bounty, grouped=grouped)
    assert grouped or stayed.all()
    _, stayed = payments(senders, rich, errors, size=size, bounty=bounty, grouped=grouped)
    assert stayed.all()


# In a market


def opened(**parameters: Any) -> CMLModel:
    """Return a market with attackers who are too bad for their stakes."""
    small: dict[str, Any] = {
        "incentive": "prediction-market",
        "bounty": 100.0,
        "market_stake": 0.01,
        "honest_agents": 2,
        "malicious_mean_wait_s": 1_200.0,
    }
    return market(**small | parameters)


def rows(model: CMLModel, reason: Reason) -> list[tuple[int, str, str, int]]:
    table = model.movements()
    columns = ["time_s", "source", "target", "amount"]
    chosen = table.loc[table["reason"] == reason, columns]
    return [tuple(row) for row in chosen.itertuples(index=False)]


@pytest.mark.parametrize("grouped", [True, False])
def test_the_sponsors_bounty_comes_in_contributors_are_paid_and_the_rest_goes_back(
    grouped: bool,
) -> None:
    model = opened(group_contributions=grouped)
    assert model.ledger.balances[Ledger.ESCROW] == 100 * TOKEN
    first, test = deepcopy(model.contract.classifier), model.dataset.test
    model.run()
    submissions, end = model.contract.submissions, round(model.time * 86_400)
    size = len(submissions)
    assert size == 460
    assert submissions.deposit == [TOKEN // 100] * size

    errors = [np.count_nonzero(first.predict(test.features) != test.labels)]
    for number in range(size):
        first.update(submissions.row[number], submissions.label[number])
        errors.append(np.count_nonzero(first.predict(test.features) != test.labels))
    payouts, stayed = payments(
        submissions.sender,
        submissions.deposit,
        list(map(int, errors)),
        size=len(test),
        bounty=100 * TOKEN,
        grouped=grouped,
    )
    assert 0 < stayed.sum() < size

    names = model.ledger.names
    rewards = {target: amount for _, _, target, amount in rows(model, Reason.REWARD)}
    assert rewards == {names[account]: amount for account, amount in payouts.items()}
    assert {(time, source) for time, source, _, _ in rows(model, Reason.REWARD)} == {
        (end, "escrow")
    }
    rest = 100 * TOKEN + sum(submissions.deposit) - sum(payouts.values())
    assert rows(model, Reason.BOUNTY) == [
        (0, "outside", "escrow", 100 * TOKEN),
        (end, "escrow", "outside", rest),
    ]
    assert model.escrow == 0
    assert {model.contract.locked(account) for account in range(3)} == {0}


@pytest.mark.parametrize(
    "data",
    [
        {"data": "synthetic-reviews"},
        {"data": "breast-cancer", "initial_fraction": 0.2},
        {"data": "digits", "train_size": 150, "initial_fraction": 0.3},
    ],
    ids=lambda data: data["data"],
)
@pytest.mark.parametrize("classifier", ["perceptron", "nearest-centroid", "bernoulli-naive-bayes"])
def test_the_errors_recorded_are_those_of_predicting_anew_after_each_submission(
    classifier: str, data: dict[str, Any]
) -> None:
    model = opened(classifier=classifier, **data)
    settlement, first = model.contract._settlement, deepcopy(model.contract.classifier)
    assert isinstance(settlement, LossSettlement)
    test, submissions = model.contract._test, model.contract.submissions
    model.run()
    errors = [np.count_nonzero(first.predict(test.features) != test.labels)]
    for row, label in zip(submissions.row, submissions.label, strict=True):
        first.update(row, label)
        errors.append(np.count_nonzero(first.predict(test.features) != test.labels))
    assert settlement.losses.reveal(test) == errors
    assert len(set(errors)) > 3


def learnt(model: CMLModel, classifier: Any, stayed: NDArray[np.bool]) -> None:
    submissions = model.contract.submissions
    for number in np.flatnonzero(stayed).tolist():
        classifier.update(submissions.row[number], submissions.label[number])


def test_the_final_model_has_learnt_only_from_what_was_paid_for() -> None:
    model = opened()
    with_all: Any = deepcopy(model.contract.classifier)
    without_dropped: Any = deepcopy(model.contract.classifier)
    model.run()
    paid = {target for _, _, target, _ in rows(model, Reason.REWARD)}
    names = model.ledger.names
    stayed = np.array([names[sender] in paid for sender in model.contract.submissions.sender])
    assert 0 < stayed.sum() < len(stayed)
    learnt(model, without_dropped, stayed)
    learnt(model, with_all, np.ones_like(stayed))
    final: Any = model.contract.classifier
    assert final.weights.tolist() == without_dropped.weights.tolist()
    assert final.weights.tolist() != with_all.weights.tolist()
    test = model.dataset.test
    accuracy = np.mean(final.predict(test.features) == test.labels)
    assert model.outcomes()["final_accuracy"] == accuracy


def test_nobody_is_refunded_takes_or_waits_for_an_expiry() -> None:
    model = opened()
    model.run()
    assert set(model.movements()["reason"]) == {
        Reason.START,
        Reason.BOUNTY,
        Reason.DEPOSIT,
        Reason.REWARD,
    }
    assert model.refunds == model.takes == model.pending == 0


def test_a_market_that_is_stopped_by_the_clock_pays_for_what_has_come() -> None:
    model = opened(max_days=1, market_stake=5.0)
    model.run()
    assert model.time == 1
    assert len(model.contract.submissions) < 460
    assert rows(model, Reason.REWARD)
    assert model.escrow == 0


def test_a_market_is_closed_once() -> None:
    model = opened()
    model.run()
    before = model.ledger.movements().tolist()
    model.contract.close(10**9)
    model.step()
    assert model.ledger.movements().tolist() == before


@pytest.mark.parametrize(
    "without",
    [{"honest_agents": 0, "malicious_agents": 0}, {"initial_fraction": 1.0}],
    ids=["agents", "data"],
)
def test_a_market_that_is_over_before_it_begins_gives_the_bounty_back(
    without: dict[str, Any],
) -> None:
    model = opened(**without)
    model.run()
    assert len(model.contract.submissions) == 0
    assert model.escrow == 0


# The commitment


def test_the_test_set_revealed_must_be_the_one_committed_to() -> None:
    model = opened()
    test, settlement = model.dataset.test, model.contract._settlement
    assert isinstance(settlement, LossSettlement)
    record = settlement.losses
    assert record.commitment == digest(test)
    assert record.reveal(test) == [round((1 - model.accuracy) * len(test))]
    relabelled = Samples(test.rows, 1 - test.labels)
    another = Samples(test.take(np.arange(len(test))[::-1]).rows, test.labels)
    for wrong in (relabelled, another, test.take(np.arange(len(test) - 1))):
        with pytest.raises(ValueError, match="is not the one committed to"):
            record.reveal(wrong)


def test_the_contract_refuses_to_close_on_another_test_set() -> None:
    model = opened()
    model.step()
    before = model.ledger.movements().tolist()
    test = model.dataset.test
    model.contract._test = Samples(test.rows, 1 - test.labels)
    with pytest.raises(ValueError, match="is not the one committed to"):
        model.contract.close(86_400)
    assert model.ledger.movements().tolist() == before


def test_the_digest_tells_numbers_labels_and_their_order_apart() -> None:
    features, labels = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1])
    sets = [
        Samples(features, labels),
        Samples(features, labels[::-1].copy()),
        Samples(features[::-1].copy(), labels),
        Samples(features + 1e-9, labels),
    ]
    assert len({digest(one) for one in sets}) == len(sets)
    assert digest(Samples(features.copy(), labels.copy())) == digest(sets[0])
