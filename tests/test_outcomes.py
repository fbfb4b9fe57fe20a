"""What a run came to, from the movements of money: when it was used up, who won, who lost."""

import math
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from small_market import TOKEN, market

from cmlabm.contract.ledger import Ledger, Reason
from cmlabm.model import CMLModel
from cmlabm.results.outcomes import OUTCOMES, depletion_time, gini
from cmlabm.results.series import SERIES


@pytest.fixture
def ledger() -> Ledger:
    """Return a ledger with accounts 1 and 2 of 1,000 units each, and 3 of none."""
    ledger = Ledger()
    for name, balance in (("eve", 1_000), ("mallory", 1_000), ("poor", 0)):
        ledger.open(name, balance)
    return ledger


def spend(ledger: Ledger, account: int, amount: int, time_s: int) -> None:
    ledger.move(account, Ledger.ESCROW, amount, Reason.DEPOSIT, time_s, 0)


def test_used_up_is_one_per_cent_of_the_start_and_no_unit_more(ledger: Ledger) -> None:
    spend(ledger, 1, 989, 60)
    assert depletion_time(ledger.movements(), [1]) is None
    spend(ledger, 1, 1, 120)
    assert depletion_time(ledger.movements(), [1]) == 120


def test_it_is_the_first_time_even_if_money_comes_back(ledger: Ledger) -> None:
    spend(ledger, 1, 1_000, 60)
    ledger.move(Ledger.ESCROW, 1, 500, Reason.REFUND, 90, 0)
    spend(ledger, 1, 500, 120)
    assert depletion_time(ledger.movements(), [1]) == 60


def test_a_groups_money_is_counted_together(ledger: Ledger) -> None:
    spend(ledger, 1, 1_000, 60)
    assert depletion_time(ledger.movements(), [1, 2]) is None
    spend(ledger, 2, 980, 120)
    assert depletion_time(ledger.movements(), [1, 2]) == 120
    assert depletion_time(ledger.movements(), [1, 2], share=0.5) == 60


def test_money_that_passes_between_members_is_still_theirs(ledger: Ledger) -> None:
    ledger.move(1, 2, 1_000, Reason.TAKE, 60, 0)
    assert depletion_time(ledger.movements(), [1, 2]) is None


@pytest.mark.parametrize("accounts", [[], [3]], ids=["nobody", "who started with nothing"])
def test_nothing_cannot_be_used_up(ledger: Ledger, accounts: list[int]) -> None:
    spend(ledger, 1, 1_000, 60)
    assert depletion_time(ledger.movements(), accounts) is None


@given(
    balances=st.lists(st.integers(0, 30), min_size=4, max_size=4),
    happenings=st.lists(
        st.tuples(
            st.sampled_from([Reason.DEPOSIT, Reason.TAKE, Reason.BOUNTY]),
            st.integers(1, 4),
            st.lists(st.integers(0, 9), max_size=4),
        ),
        max_size=20,
    ),
    group=st.sets(st.integers(1, 4)),
    share=st.sampled_from([0.0, 0.01, 0.3, 0.99]),
)
def test_the_totals_of_payments_made_together_tell_the_same_time(
    balances: list[int],
    happenings: list[tuple[Reason, int, list[int]]],
    group: set[int],
    share: float,
) -> None:
    ledger = Ledger()
    for balance in balances:
        ledger.open("somebody", balance)
    for time_s, (reason, account, amounts) in enumerate(happenings, start=1):
        if reason == Reason.BOUNTY:
            ledger.mint(sum(amounts), reason, time_s)
        elif reason == Reason.DEPOSIT:
            deposit = min(10 * sum(amounts), ledger.balance(account))
            ledger.move(account, Ledger.ESCROW, deposit, reason, time_s, 0)
        elif sum(amounts) <= ledger.balance(Ledger.ESCROW):
            ledger.pay(account, range(len(amounts)), amounts, reason, time_s)
    at = depletion_time(ledger.totals(), group, share)
    assert at == depletion_time(ledger.movements(), group, share)


# The Gini coefficient


@pytest.mark.parametrize(
    ("balances", "coefficient"),
    [
        ([7], 0.0),
        ([4, 4, 4], 0.0),
        ([1, 3], 0.25),
        ([3, 1], 0.25),
        ([0, 0, 5], 2 / 3),
        ([1, 2, 3, 4], 0.25),
    ],
)
def test_the_gini_coefficient_of_a_few(balances: list[int], coefficient: float) -> None:
    assert gini(balances) == pytest.approx(coefficient, abs=1e-12)


@given(balances=st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(any))
def test_it_is_half_the_mean_difference_over_the_mean(balances: list[int]) -> None:
    """Its definition, without sorting; the unit of money does not matter."""
    money = np.array(balances, dtype=float)
    differences = np.abs(money[:, np.newaxis] - money).mean()
    assert gini(balances) == pytest.approx(differences / (2 * money.mean()), abs=1e-9)
    assert gini([100 * balance for balance in balances]) == pytest.approx(gini(balances), abs=1e-9)


@pytest.mark.parametrize("balances", [[], [0], [0, 0]], ids=repr)
def test_nobody_can_share_no_money(balances: list[int]) -> None:
    assert math.isnan(gini(balances))


# In a market


MARKETS: dict[str, dict[str, Any]] = {
    "deposits": {},
    "slashing": {"incentive": "slashing"},
    "prediction market": {"incentive": "prediction-market"},
    "no incentive": {"incentive": "none"},
    "sybils, stopped early": {"malicious_behaviour": "sybil", "max_days": 3},
    "unequal agents": {"honest_balance_variation": 0.7, "malicious_balance_variation": 0.7},
    "budgets that give up": {"honest_behaviour": "budget", "honest_loss_share": 0.01},
    "ruin": {"honest_start_balance": 5.0, "malicious_start_balance": 20.0},
}


@pytest.fixture(scope="module", params=MARKETS)
def finished(request: pytest.FixtureRequest) -> CMLModel:
    agents = {"honest_agents": 3, "malicious_agents": 2, "honest_mistake_probability": 0.1}
    model = market(**agents | MARKETS[request.param])
    model.run()
    return model


def accounts(table: pd.DataFrame, kind: str) -> list[str]:
    """Return whose names begin with a kind."""
    names = table.loc[table["reason"] == Reason.START, "target"]
    return [name for name in names if name.startswith(kind)]


def total(table: pd.DataFrame, end: str, names: list[str], *reasons: Reason) -> int:
    """Return the sum of the movements at one of whose ends is one of some accounts."""
    chosen = table[end].isin(names)
    if reasons:
        chosen &= table["reason"].isin(reasons)
    return int(table.loc[chosen, "amount"].sum())


@pytest.mark.parametrize("kind", ["honest", "malicious"])
def test_the_return_of_a_kind_is_what_it_gained_over_what_it_began_with(
    finished: CMLModel, kind: str
) -> None:
    """What the contract paid less what was deposited, as a share of the first balances."""
    table = finished.movements()
    names = accounts(table, kind)
    start = total(table, "target", names, Reason.START)
    gained = total(table, "target", names) - start - total(table, "source", names)
    assert finished.outcomes()[f"{kind}_return"] == pytest.approx(gained / start, abs=1e-12)
    assert gained >= -start


def test_the_deposits_of_the_malicious_are_all_they_ever_made(finished: CMLModel) -> None:
    table = finished.movements()
    made = total(table, "source", accounts(table, "malicious"), Reason.DEPOSIT)
    assert finished.outcomes()["malicious_deposited"] == made / TOKEN
    assert made == total(table, "source", accounts(table, "malicious"))
    assert (made > 0) is (finished.parameters.incentive != "none")


def test_the_gini_coefficient_is_that_of_all_balances_without_the_escrow(
    finished: CMLModel,
) -> None:
    table = finished.movements()
    held = [
        total(table, "target", [name]) - total(table, "source", [name])
        for name in accounts(table, "")
    ]
    assert len(held) == len(finished.contributors)
    assert finished.outcomes()["gini"] == gini(held)


def test_driven_out_is_who_left_without_money_gave_up_or_cannot_pay(finished: CMLModel) -> None:
    """Who has nothing after a deposit leaves, even if it is paid once more as it goes."""
    table = finished.movements()
    least = finished.contract.rules.least_deposit
    out = set()
    for name in accounts(table, "honest"):
        pays = table["source"] == name
        gains = table["amount"].where(table["target"] == name, 0)
        held = (gains - table["amount"].where(pays, 0)).cumsum()
        if (held[pays] == 0).any() or held.iloc[-1] < least:
            out.add(name)
    gave_up = {
        finished.ledger.names[agent.account]
        for agent in finished.contributors
        if agent.kind == "honest" and not agent.submits
    }
    assert finished.outcomes()["honest_driven_out"] == len(out | gave_up)


def test_in_these_markets_some_are_driven_out_and_some_are_not() -> None:
    counts = {}
    for name in ("deposits", "budgets that give up", "ruin"):
        model = market(honest_agents=3, honest_mistake_probability=0.1, **MARKETS[name])
        counts[name] = model.run()["honest_driven_out"]
    assert counts["deposits"] == 0
    assert counts["budgets that give up"] > 0
    assert counts["ruin"] > 0


def test_a_kind_that_began_with_nothing_has_no_return() -> None:
    outcomes = market(malicious_agents=0, max_days=1).run()
    assert math.isnan(outcomes["malicious_return"])
    assert outcomes["malicious_deposited"] == 0
    assert math.isnan(market(malicious_start_balance=0.0, max_days=1).run()["malicious_return"])


def test_money_in_escrow_counts_as_lost() -> None:
    model = market(malicious_start_balance=2.0, honest_agents=0, max_days=1)
    outcomes = model.run()
    assert outcomes["escrow_final"] == outcomes["malicious_deposited"] == 2.0
    assert outcomes["malicious_return"] == -1.0


def test_a_market_gives_what_is_declared_and_of_the_declared_types() -> None:
    """Tables, figures and documents go by the declarations."""
    model = market(seed=1)
    found = {name: type(value) for name, value in model.run().items()}
    assert found == {name: figure.kind for name, figure in OUTCOMES.items()}
    last = model.series().iloc[-1].drop("day").to_dict()
    assert [*last] == [*SERIES]
    counts = [name for name, figure in SERIES.items() if figure.kind is int]
    assert all(float(last[name]).is_integer() for name in counts)
