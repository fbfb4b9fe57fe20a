"""Customers pay for predictions, and honest contributors for their samples."""

from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_market import DAY, TOKEN, Oracle, contract_with, market, record, sample

from cmlabm.batch.run import Run, execute
from cmlabm.contract.ledger import OUTSIDE, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.errors import InputError
from cmlabm.mechanisms.budget import among_verified
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.results.outcomes import gini
from cmlabm.testing import it_can_be_pickled_every_night, it_is_reproducible, money_is_conserved

CUSTOMERS: dict[str, Any] = {"customers": 2, "customer_start_balance": 1_000.0}

type Moved = list[tuple[int, str, str, int]]


def finished(**parameters: Any) -> CMLModel:
    model = market(**parameters)
    model.run()
    return model


def moved(model: CMLModel, reason: Reason) -> Moved:
    """Return when money moved for a reason, from whom, to whom, and how much."""
    rows = model.movements()
    chosen = rows.loc[rows["reason"] == reason, ["time_s", "source", "target", "amount"]]
    return [*chosen.itertuples(index=False, name=None)]


# How a price is shared


@given(
    price=st.integers(0, 10**15),
    verified=st.lists(st.integers(0, 10**6), min_size=1, max_size=20),
)
def test_shares_are_in_proportion_and_never_more_than_the_price(
    price: int, verified: list[int]
) -> None:
    shares = among_verified(price, verified)
    assert sum(shares.values()) <= price
    for account, share in shares.items():
        assert share * sum(verified) <= price * verified[account] < (share + 1) * sum(verified)
    if any(verified):
        assert price - sum(shares.values()) < len(verified)


def test_a_prediction_is_paid_to_the_verified_and_the_remainder_to_the_owner() -> None:
    oracle = Oracle()
    oracle.says = {7: 1}
    contract = contract_with(oracle, 0, 0, 1_000)
    contract.open_sales()
    contract.verified[1], contract.verified[2] = 2, 1
    contract.claims.all_verified = 3
    assert contract.predict(3, sample(7), 50, now=60) == 1
    assert contract.ledger.balances == (0, 33, 16, 950, 1)
    assert contract.sales is not None
    assert (contract.sales.paid, dict(contract.sales.received)) == (50, {1: 33, 2: 16, 4: 1})


def test_while_nobody_is_verified_all_stays_with_the_owner() -> None:
    contract = contract_with(Oracle(), 0, 1_000)
    contract.open_sales()
    contract.predict(2, sample(7), 50, now=60)
    assert contract.ledger.balances == (0, 0, 950, 50)


def test_who_cannot_pay_gets_no_prediction() -> None:
    contract = contract_with(Oracle(), 0, 49)
    contract.open_sales()
    assert contract.predict(2, sample(7), 50, now=60) is Refusal.BALANCE_TOO_LOW
    assert contract.ledger.balances == (0, 0, 49, 0)
    assert contract.refusals().tolist() == [[60, 2, 3, Refusal.BALANCE_TOO_LOW.code, OUTSIDE]]


def test_where_no_predictions_are_sold_none_can_be_bought() -> None:
    with pytest.raises(InputError, match="not sold here"):
        contract_with(Oracle(), 1_000).predict(1, sample(7), 50, now=60)


# Customers


def test_customers_buy_as_often_as_the_model_is_right() -> None:
    model = market(**CUSTOMERS | {"customers": 20, "prediction_price": 0.01}, max_days=60)
    expected = 0.0
    while model.running:
        accuracy = model.accuracy
        wakings = 20 * 12
        model.step()
        expected += accuracy * wakings
    bought = sum(customer.bought for customer in model.customers)
    assert bought == pytest.approx(expected, rel=0.02)
    right = sum(customer.right for customer in model.customers)
    assert right / bought == pytest.approx(np.mean(model.series()["accuracy"]), abs=0.03)


def test_a_customer_pays_the_price_for_each_prediction_and_leaves_when_it_cannot() -> None:
    model = finished(customers=3, customer_start_balance=120.0, max_days=10)
    for customer in model.customers:
        assert (customer.bought, customer.balance, customer.has_left) == (2, 20.0, True)
    assert model.outcomes()["revenue"] == 3 * 2 * 50.0


def test_who_starts_with_too_little_never_comes() -> None:
    model = finished(customers=1, customer_start_balance=49.0)
    assert model.customers[0].has_left
    assert model.outcomes()["revenue"] == 0


def test_what_customers_pay_goes_to_contributors_and_the_owner() -> None:
    model = finished(**CUSTOMERS)
    first_refund = moved(model, Reason.REFUND)[0][0]
    payments = moved(model, Reason.REVENUE)
    assert {source for _, source, _, _ in payments} == {"customer-1", "customer-2"}
    assert {target for _, _, target, _ in payments} == {"honest-1", "malicious-1", "owner"}
    before = [target for time, _, target, _ in payments if time < first_refund]
    assert len(before) > 5
    assert set(before) == {"owner"}
    assert sum(model.ledger.balances) == 22_000 * TOKEN
    assert sum(amount for *_, amount in payments) == model.outcomes()["revenue"] * TOKEN


def test_the_return_without_revenue_is_the_return_less_what_customers_paid() -> None:
    model = finished(**CUSTOMERS)
    outcomes, payments = model.outcomes(), moved(model, Reason.REVENUE)
    for kind in ("honest", "malicious"):
        received = sum(amount for _, _, target, amount in payments if target == f"{kind}-1")
        gained = outcomes[f"{kind}_return"] - outcomes[f"{kind}_return_without_revenue"]
        assert received > 0
        assert gained == pytest.approx(received / (10_000 * TOKEN))


def test_without_customers_everything_is_as_it_was() -> None:
    """The other parameters of customers then do not matter, to the last movement."""
    assert record(finished()) == record(finished(customer_mean_wait_s=1.0, prediction_price=7.0))
    outcomes = finished().outcomes()
    assert outcomes["revenue"] == 0
    assert outcomes["honest_return"] == outcomes["honest_return_without_revenue"]


def test_customers_do_not_change_what_contributors_draw() -> None:
    with_them, without = finished(**CUSTOMERS), finished()
    for model in (with_them, without):
        model.contract.submissions.row.clear()
    assert repr(with_them.contract.submissions) == repr(without.contract.submissions)


def test_accounts_and_gini_are_those_of_contributors() -> None:
    model = finished(**CUSTOMERS, honest_agents=3, malicious_agents=2)
    assert model.accounts("honest") == range(1, 4)
    assert model.accounts("malicious") == range(4, 6)
    assert [customer.account for customer in model.customers] == [6, 7]
    assert model.ledger.names[8:] == ["owner"]
    assert model.outcomes()["gini"] == gini(model.ledger.balances[1:6])


def test_stored_balances_have_the_customers() -> None:
    result = execute(
        Run(Parameters(**CUSTOMERS, train_size=100, test_size=50, num_words=20, max_days=2), 1),
        with_agents=True,
    )
    assert result.error == ""
    assert set(result.agents["agent"]) == {
        "contract",
        "honest-1",
        "malicious-1",
        "customer-1",
        "customer-2",
    }


@pytest.mark.parametrize("incentive", ["none", "prediction-market", "slashing", "loss-payment"])
@pytest.mark.parametrize(
    "check", [it_is_reproducible, it_can_be_pickled_every_night, money_is_conserved]
)
def test_what_holds_in_every_market_holds_with_customers(incentive: str, check: Any) -> None:
    check(CUSTOMERS | {"incentive": incentive, "sample_cost": 0.05})


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"customers": -1}, "customers = -1"),
        ({"prediction_price": -1.0}, "prediction_price = -1"),
        ({"sample_cost": -0.5}, "sample_cost = -0.5"),
        (
            {"customer_mean_wait_s": 0.0, "customer_stdev_wait_s": 0.1},
            "customer_mean_wait = 0 with a standard deviation of 0.1 almost never gives 1 second",
        ),
        (
            {"customers": 1_000_000, "customer_start_balance": 1e9},
            "all start balances together",
        ),
    ],
)
def test_impossible_customers_are_refused(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Parameters.checked(parameters)


# What a sample costs


def test_each_sample_that_an_honest_contributor_sends_costs_it_once() -> None:
    model = finished(sample_cost=0.25)
    costs = moved(model, Reason.COST)
    assert len(costs) == model.honest_accepted
    assert {(source, target, amount) for _, source, target, amount in costs} == {
        ("honest-1", "outside", TOKEN // 4)
    }
    assert sum(model.ledger.balances) == 20_000 * TOKEN - len(costs) * TOKEN // 4
    sent = model.contract.submissions
    times = [time for time, sender in zip(sent.time_s, sent.sender, strict=True) if sender == 1]
    assert [time for time, *_ in costs] == times


def test_a_refused_sample_is_paid_for_when_it_is_sent_at_last() -> None:
    """It was made once, and is still next in line."""
    model = finished(sample_cost=0.25, honest_mean_deposit=2.0, honest_stdev_deposit=1.0)
    assert model.honest_refused > 20
    assert len(moved(model, Reason.COST)) == model.honest_accepted


def test_a_discarded_sample_costs_as_much_as_one_that_is_sent() -> None:
    model = finished(sample_cost=0.25, honest_behaviour="self-verify", malicious_agents=0)
    costs = moved(model, Reason.COST)
    assert model.honest_accepted < len(costs) == model.queues[0].taken


def test_who_cannot_pay_for_a_sample_makes_none_and_still_claims() -> None:
    model = finished(
        sample_cost=3.0,
        honest_start_balance=10.0,
        honest_mean_wait_s=3_600.0,
        malicious_agents=0,
        max_days=4,
    )
    balances = np.cumsum(
        [
            (amount if target == "honest-1" else -amount)
            for _, source, target, amount in model.movements()[
                ["time_s", "source", "target", "amount"]
            ].itertuples(index=False)
            if "honest-1" in (source, target)
        ]
    )
    assert balances.min() >= 0
    assert balances[-1] < 4 * TOKEN
    assert len(moved(model, Reason.REFUND)) >= 1
    assert model.outcomes()["honest_driven_out"] == 1


def test_it_keeps_back_of_its_offer_what_the_sample_costs() -> None:
    model = finished(
        sample_cost=3.0, honest_start_balance=9.0, lock="offer", malicious_agents=0, max_days=1
    )
    assert model.contract.submissions.deposit[0] == 6 * TOKEN
    assert model.ledger.balance(1) == 0


def test_attackers_make_no_samples() -> None:
    model = finished(sample_cost=1.0, honest_agents=0)
    assert moved(model, Reason.COST) == []
    assert isnan(model.outcomes()["honest_return"])


def test_revenue_can_pay_for_samples() -> None:
    """What the issue is about: honest data cost, and the model's users pay."""
    cost = {"sample_cost": 2.0, "malicious_agents": 0}
    alone, paid = finished(**cost), finished(**cost, customers=1, customer_start_balance=5_000.0)
    assert alone.outcomes()["honest_return"] < 0 < paid.outcomes()["honest_return"]
    assert paid.outcomes()["honest_return_without_revenue"] < 0
    assert paid.time * DAY > 0
