"""What is paid where a bounty does not cover all: never more than there is, and all alike."""

from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import given

from cmlabm.mechanisms.budget import by_account, in_proportion, settled

ADA, BOB, EVE = 1, 2, 3

accounts = st.integers(1, 6)
amounts = st.integers(0, 2**62)


def test_an_amount_is_divided_by_what_is_positive() -> None:
    assert in_proportion(10, {ADA: 3, BOB: -7, EVE: 1}) == {ADA: 7, EVE: 2}
    assert in_proportion(10, {ADA: Fraction(1, 3), BOB: Fraction(2, 3)}) == {ADA: 3, BOB: 6}
    assert in_proportion(10, {ADA: 0, BOB: -1}) == {}


def test_all_gains_are_paid_if_the_bounty_covers_them() -> None:
    assert settled({ADA: 5, BOB: 5}, {ADA: 7, BOB: 3}, bounty=10) == {ADA: 12, BOB: 8}


def test_what_some_lose_pays_what_others_gain() -> None:
    """Bob owes 4 and has staked 5; with the bounty of 3 that is what Ada is paid."""
    assert settled({ADA: 5, BOB: 5}, {ADA: 7, BOB: -4}, bounty=3) == {ADA: 12, BOB: 1}


def test_a_loss_ends_with_the_stake() -> None:
    assert settled({ADA: 5}, {ADA: -9}, bounty=0) == {ADA: 0}
    assert settled({}, {ADA: -9}, bounty=0) == {ADA: 0}


def test_gains_that_are_not_covered_are_paid_in_proportion() -> None:
    """6 and Eve's 2 for gains of 12 and 4: a half of each."""
    paid = settled({ADA: 1, EVE: 2}, {ADA: 12, BOB: 4, EVE: -3}, bounty=6)
    assert paid == {ADA: 1 + 6, BOB: 2, EVE: 0}


def test_stakes_without_payments_go_back() -> None:
    assert settled({ADA: 5, BOB: 6}, {}, bounty=100) == {ADA: 5, BOB: 6}


def test_amounts_are_summed_by_account() -> None:
    assert by_account([ADA, BOB, ADA], [1, 2, 3]) == {ADA: 4, BOB: 2}


@given(amount=amounts, values=st.dictionaries(accounts, st.floats(-1e6, 1e6)))
def test_what_is_divided_is_never_more_than_there_is(amount: int, values: dict[int, float]) -> None:
    parts = in_proportion(amount, values)
    assert set(parts) == {account for account, value in values.items() if value > 0}
    assert all(part >= 0 for part in parts.values())
    if parts:
        assert amount - len(parts) < sum(parts.values()) <= amount


@given(
    stakes=st.dictionaries(accounts, amounts),
    payments=st.dictionaries(accounts, st.integers(-(2**62), 2**62)),
    bounty=amounts,
)
def test_what_is_settled_is_never_more_than_stakes_and_bounty(
    stakes: dict[int, int], payments: dict[int, int], bounty: int
) -> None:
    paid = settled(stakes, payments, bounty)
    assert min(paid.values(), default=0) >= 0
    assert sum(paid.values()) <= sum(stakes.values()) + bounty
    for account in set(stakes) | set(payments):
        owed, stake = payments.get(account, 0), stakes.get(account, 0)
        if owed <= 0:
            assert paid[account] == max(stake + owed, 0), (
                "losses are paid in full, gains may not be"
            )
        else:
            assert stake <= paid[account] <= stake + owed
