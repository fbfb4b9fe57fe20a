"""What calls cost, when they take effect, and at which gas price nothing is gained any more."""

import tracemalloc
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_market import DAY, TOKEN, Oracle, contract_with, market, sample

from cmlabm.batch.run import Run
from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.chain import Chain
from cmlabm.contract.gas import REFUSED, SUCCEEDED, GasTable, gas_table
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.data.rows import BinaryRow, NumericRow, Row
from cmlabm.data.weighted_rows import WeightedRow
from cmlabm.kinds import KINDS
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.results.gas_used import break_even_gas_price, gas_by_account

UNIT_A_GAS: dict[str, Any] = {"gas_price": 0.5, "ether_price": 2000.0}
"""Prices at which a call costs as many units as it takes gas."""

RICH = 100 * TOKEN


def gas(call: str, words: int = 1, form: str = "model") -> int:
    return int(gas_table(form).gas(call, words))


def charging(oracle: Oracle, *balances: int, **chain: Any) -> ContractAgent:
    return contract_with(oracle, *balances, chain=Chain(**UNIT_A_GAS | chain))


def fees_of(contract: ContractAgent) -> list[list[int]]:
    """Return every fee that was charged: when, whom, how much, for which submission."""
    rows = contract.ledger.movements()
    fees: list[list[int]] = rows[rows[:, 4] == Reason.FEE.code][:, [0, 1, 3, 5]].tolist()
    return fees


def finished(**parameters: Any) -> CMLModel:
    model = market(**parameters)
    model.run()
    return model


# The gas of a call


@given(
    points=st.dictionaries(st.integers(0, 50), st.integers(0, 10**7), min_size=2, max_size=5),
    words=st.integers(0, 100),
)
def test_gas_is_on_the_line_through_the_two_nearest_measurements(
    points: dict[int, int], words: int
) -> None:
    known = sorted(points)
    pairs = [(left, right) for left, right in pairwise(known) if left <= words]
    left, right = pairs[-1] if pairs else (known[0], known[1])
    slope = (points[right] - points[left]) / (right - left)
    found = GasTable({"take": points}).gas("take", words)
    assert found == pytest.approx(points[left] + slope * (words - left), abs=0.5 + 1e-6)


@pytest.mark.parametrize("form", ["model", "digests"])
def test_the_table_has_every_call_of_either_form(form: str) -> None:
    for call in (*SUCCEEDED, *REFUSED):
        few, many = gas_table(form).gas(call, [1, 1000]).tolist()
        assert 21_000 < few <= many, "no transaction takes less than 21,000"


def test_who_claims_pays_the_oracle_that_tells_what_the_model_predicts() -> None:
    measured = gas_table("digests").measured
    for call in ("refund", "take"):
        assert gas(call, form="digests") == measured[call][0] + measured["tell"][0]
    assert gas("expiry", form="digests") == measured["expiry"][0]


@pytest.mark.parametrize(
    "row",
    [
        BinaryRow.of(np.array([0, 1, 0, 1])),
        NumericRow(np.array([0.0, -2.0, 0.0, 0.5])),
        WeightedRow.of(np.array([0.0, 2.0, 0.0, 0.5])),
    ],
    ids=lambda row: type(row).__name__,
)
def test_the_words_of_a_sample_are_its_features_that_are_not_0(row: Row) -> None:
    assert row.nonzero == 2


def test_the_words_of_submissions_are_those_of_the_data() -> None:
    submissions = finished().contract.submissions
    assert submissions.words == [len(row.dense().nonzero()[0]) for row in submissions.row]


@given(gas=st.integers(0, 10**7), cents=st.integers(0, 10**5), tokens=st.integers(1, 10**4))
def test_a_fee_is_rounded_up_to_a_whole_unit(gas: int, cents: int, tokens: int) -> None:
    fee = Chain(gas_price=cents / 100, ether_price=tokens).fee(gas)
    assert (fee - 1) * 10**5 < gas * cents * tokens <= fee * 10**5


# Charging


def test_a_submission_costs_more_if_the_model_learns_from_it() -> None:
    oracle = Oracle()
    contract = charging(oracle, RICH)
    contract.submit(1, 60 * TOKEN, sample(0), 0, now=1)
    oracle.after_update = {1: 1}
    contract.submit(1, 2 * TOKEN, sample(1), 1, now=601)
    fees = gas("submit-stays", 0), gas("submit-learns", 1)
    assert fees_of(contract) == [[1, 1, fees[0], 0], [601, 1, fees[1], 1]]
    assert contract.ledger.balances == (62 * TOKEN, 38 * TOKEN - sum(fees), sum(fees))
    contract.check()


def test_a_refused_call_costs_its_fee_and_changes_nothing_else() -> None:
    contract = charging(Oracle(), RICH, RICH)
    contract.submit(1, 60 * TOKEN, sample(1), 0, now=1)
    before = contract.ledger.balances
    assert contract.submit(2, 60 * TOKEN, sample(2), 0, now=1) is Refusal.SAME_SECOND
    assert contract.submit(2, 1, sample(0), 0, now=2) is Refusal.OFFER_TOO_LOW
    assert contract.refund(1, 0, now=3) is Refusal.TOO_EARLY
    assert contract.take(2, 0, now=4) is Refusal.TOO_EARLY
    assert contract.take(2, 99, now=5) is Refusal.UNKNOWN_SUBMISSION
    assert fees_of(contract)[1:] == [
        [1, 2, gas("submit-refused", 1), OUTSIDE],
        [2, 2, gas("submit-refused", 0), OUTSIDE],
        [3, 1, gas("refund-refused", 1), 0],
        [4, 2, gas("take-refused", 1), 0],
        [5, 2, gas("take-refused", 0), 99],
    ]
    paid = [0, *(contract.fees.paid[account] for account in (1, 2))] if contract.fees else []
    first = gas("submit-stays")
    assert contract.ledger.balances[:2] == (before[0], before[1] - paid[1] + first)
    assert contract.ledger.balance(3) == paid[1] + paid[2]


def test_refund_take_and_expiry_cost_their_fees() -> None:
    oracle = Oracle()
    contract = charging(oracle, RICH, RICH)
    for number, now in enumerate((600, 1200, 1800), start=1):
        contract.submit(1 if number == 1 else 2, 60 * TOKEN, sample(number), number > 1, now)
    contract.claim_all(1, 2 * DAY)
    contract.claim_all(1, 20 * DAY)
    assert [*map(tuple, fees_of(contract)[3:])] == [
        (2 * DAY, 1, gas("refund"), 0),
        (2 * DAY, 1, gas("take"), 1),
        (2 * DAY, 1, gas("take"), 2),
    ]
    late = charging(oracle, RICH, RICH)
    late.submit(2, 60 * TOKEN, sample(1), 1, now=600)
    late.claim_all(1, 20 * DAY)
    assert fees_of(late)[1:] == [[20 * DAY, 1, gas("expiry"), 0]]


def test_a_submission_that_the_balance_does_not_cover_is_not_sent() -> None:
    """Whatever else there is against it, nothing is charged: it must have the highest fee."""
    needed = 60 * TOKEN + max(gas(f"submit-{end}") for end in ("stays", "learns", "refused"))
    contract = charging(Oracle(), needed - 1, needed)
    assert contract.submit(1, 60 * TOKEN, sample(1), 0, now=0) is Refusal.BALANCE_TOO_LOW
    assert contract.submit(1, 60 * TOKEN, sample(1), 0, now=1) is Refusal.BALANCE_TOO_LOW
    assert fees_of(contract) == []
    assert contract.submit(2, 60 * TOKEN, sample(1), 0, now=1) == 0


def test_a_claim_that_the_balance_does_not_cover_is_made_later() -> None:
    contract = charging(Oracle(), 60 * TOKEN + gas("submit-learns"), RICH)
    contract.submit(1, 60 * TOKEN, sample(1), 0, now=1)
    spare = contract.ledger.balance(1) - (gas("refund") - 1)
    contract.ledger.move(1, 2, max(0, spare), Reason.TRANSFER, 2, OUTSIDE)
    contract.claim_all(1, 2 * DAY)
    assert contract.refund(1, 0, 2 * DAY) is Refusal.BALANCE_TOO_LOW
    assert len(fees_of(contract)) == 1
    contract.ledger.move(2, 1, gas("refund"), Reason.TRANSFER, 2 * DAY, OUTSIDE)
    contract.claim_all(1, 2 * DAY + 1)
    assert fees_of(contract)[1:] == [[2 * DAY + 1, 1, gas("refund"), 0]]


def test_who_wants_its_claims_worth_their_fee_leaves_the_others() -> None:
    """At 1 unit a gas a deposit of 1 token is worth its refund; at 100 units it is not."""
    for times, refunds in ((1, 1), (100, 0)):
        contract = charging(Oracle(), 9 * RICH, gas_price=0.5 * times, claims_worth_fee=True)
        contract.submit(1, TOKEN, sample(1), 0, now=9 * DAY)
        contract.claim_all(1, 11 * DAY)
        assert contract.refunds == refunds
    assert contract.refund(1, 0, 11 * DAY) is Refusal.NOT_WORTH_FEE
    contract.claim_all(1, 30 * DAY)
    assert contract.left_of(0) == TOKEN


def test_a_contributor_keeps_the_fee_back_of_what_it_offers() -> None:
    """It has 20 tokens and offers 50: without fees all it has, and with them what is left."""
    offers: list[int] = []
    model = market(gas_price=0.1, honest_start_balance=20.0, malicious_agents=0)
    submit = model.contract.submit

    def watched(account: int, offer: int, row: Row, *rest: Any) -> Any:
        offers.append(offer + model.contract.submission_fee(row) - model.ledger.balance(account))
        return submit(account, offer, row, *rest)

    contract: Any = model.contract
    contract.submit = watched
    model.step()
    assert offers
    assert set(offers) == {0}


def test_who_cannot_pay_for_any_call_leaves() -> None:
    left = set()
    for money in range(55, 80, 5):
        model = finished(
            gas_price=50.0, honest_start_balance=money, malicious_agents=0, max_days=30
        )
        contributor = model.contributors[0]
        assert contributor.has_left == (contributor.money < model.contract.least_fee)
        assert model.time < 30
        left.add(contributor.has_left)
    assert left == {False, True}


def test_what_is_not_worth_its_fee_does_not_keep_a_market_open() -> None:
    model = finished(
        gas_price=5.0,
        ether_price=30_000.0,
        claims_worth_fee=True,
        max_days=400,
        honest_start_balance=1e5,
        malicious_start_balance=1e5,
    )
    assert model.pending > 0
    assert model.time < 30
    assert model.outcomes()["honest_return"] < 0


# Blocks


def test_one_submission_is_accepted_in_a_block_and_prices_are_those_of_blocks() -> None:
    contract = contract_with(Oracle(), RICH, RICH, chain=Chain(block_time=12))
    assert contract.required_deposit(1, 0, now=1) == 20 * TOKEN
    assert contract.submit(1, 60 * TOKEN, sample(1), 0, now=1) == 0
    assert contract.submit(2, 60 * TOKEN, sample(2), 0, now=12) is Refusal.SAME_SECOND
    assert contract.submit(2, 60 * TOKEN, sample(2), 0, now=13) == 1
    assert contract.submissions.time_s == [12, 24]
    assert contract.submissions.deposit == [20 * TOKEN, 20 * TOKEN]


def test_claims_are_made_at_the_time_of_their_block() -> None:
    """A submission of second 12 can be refunded from second 86,413 on: in the block of 86,424."""
    contract = contract_with(Oracle(), RICH, chain=Chain(block_time=12))
    contract.submit(1, 60 * TOKEN, sample(1), 0, now=1)
    assert contract.refund(1, 0, now=DAY + 12) is Refusal.TOO_EARLY
    assert contract.next_expiry(DAY) == 12 + 9 * DAY
    assert contract.refund(1, 0, now=DAY + 13) == 20 * TOKEN
    assert contract.ledger.movements()[-1, 0] == DAY + 24


def test_in_a_market_with_blocks_no_block_has_two_submissions() -> None:
    model = finished(block_time_s=60, honest_agents=5, malicious_agents=5)
    times = model.contract.submissions.time_s
    assert all(time % 60 == 0 for time in times)
    assert len(set(times)) == len(times)
    movements = model.ledger.movements()[:, 0]
    assert (np.diff(movements) >= 0).all()


# Whole markets


def test_by_default_nothing_is_charged_and_nothing_is_different() -> None:
    free = {"ether_price": 1.0, "contract_form": "digests", "claims_worth_fee": True}
    one, other = finished(), finished(**free)
    assert "fees" not in one.ledger.names
    counted = ("honest_gas", "malicious_gas", "break_even_gas_price")
    assert {n: v for n, v in one.outcomes().items() if n not in counted} == pytest.approx(
        {n: v for n, v in other.outcomes().items() if n not in counted}, nan_ok=True
    )
    assert one.ledger.movements().tolist() == other.ledger.movements().tolist()
    assert Run(Parameters(gas_price=0.0), 1).id == Run(Parameters(), 1).id


@pytest.mark.parametrize("form", ["model", "digests"])
def test_all_that_was_charged_is_the_gas_that_was_counted(form: str) -> None:
    """One is counted call by call in the run, the other from its records at the end."""
    model = finished(
        contract_form=form, honest_agents=3, malicious_agents=2, block_time_s=7, **UNIT_A_GAS
    )
    used = gas_by_account(model.contract)
    fees = model.contract.fees
    assert fees is not None
    assert used.sum() > 0
    assert {account: int(gas) for account, gas in enumerate(used) if gas} == fees.paid
    outcomes = model.outcomes()
    assert outcomes["honest_fees"] * TOKEN == pytest.approx(outcomes["honest_gas"])
    assert outcomes["malicious_fees"] * TOKEN == pytest.approx(outcomes["malicious_gas"])
    assert model.series()["fees"].iloc[-1] == model.ledger.tokens(fees.account)
    assert sum(model.ledger.balances) == 5 * 10_000 * TOKEN
    assert model.ledger.balance(Ledger.ESCROW) == 0


def test_counting_the_gas_of_takes_needs_less_than_fifty_bytes_for_each() -> None:
    """Takes may be thousands of times as many as submissions."""
    daily = {"mean_wait_s": DAY, "stdev_wait_s": DAY, "agents": 100}
    both = {f"{kind}_{name}": value for kind in KINDS for name, value in daily.items()}
    model = finished(train_size=2_000, max_days=30, **both)
    assert model.takes > 50 * len(model.contract.submissions)
    tracemalloc.start()
    gas_by_account(model.contract)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50 * model.takes


def test_gas_is_the_same_whether_it_is_charged_or_not() -> None:
    free, charged = finished(), finished(gas_price=0.1)
    for name in ("honest_gas", "malicious_gas", "break_even_gas_price", "final_accuracy"):
        assert charged.outcomes()[name] == pytest.approx(free.outcomes()[name])


def test_at_the_break_even_price_honest_contributors_gain_nothing() -> None:
    """The attacker has money enough to send all the same, so that all calls are as they were."""
    rich = {"malicious_start_balance": 1e6}
    outcomes = finished(**rich).outcomes()
    price = outcomes["break_even_gas_price"]
    assert outcomes["honest_return"] > 0.005
    there = finished(**rich, gas_price=price).outcomes()
    assert there["honest_gas"] == outcomes["honest_gas"]
    assert abs(there["honest_return"]) < 1e-6
    above = finished(**rich, gas_price=2 * price).outcomes()
    assert above["honest_return"] == pytest.approx(-outcomes["honest_return"], abs=1e-6)


def test_where_nothing_is_gained_no_price_is_break_even() -> None:
    assert isnan(break_even_gas_price(gained=0, gas=1, ether_price=1.0))
    assert isnan(break_even_gas_price(gained=1, gas=0, ether_price=1.0))
    assert isnan(finished(malicious_agents=0).outcomes()["break_even_gas_price"])
