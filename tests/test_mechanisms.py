"""Payment rules, beside their formulas; what every registered mechanism must do."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from cmlabm.mechanisms import MECHANISMS
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.interface import Standing
from cmlabm.parameters import Parameters

TOKEN = 1_000_000


@pytest.mark.parametrize(
    ("waited", "tokens"),
    [
        (1, 60),
        (3, 60),
        (4, 30),
        (8, 30),
        (9, 20),
        (599, 2),
        (600, 2),
        (900, 2),
        (961, 1),
        (10**6, 1),
    ],
)
def test_the_required_deposit_in_the_base_case(waited: int, tokens: int) -> None:
    rules = DepositRefundTake.from_parameters(Parameters())
    assert rules.base_deposit(waited) == tokens * TOKEN


def test_the_minimum_deposit_may_be_a_fraction_and_the_rest_is_whole_tokens() -> None:
    rules = DepositRefundTake.from_parameters(Parameters(minimum_deposit=2.5, cost_weight=0.5))
    assert rules.base_deposit(1) == 30 * TOKEN
    assert rules.base_deposit(64) == 3 * TOKEN
    assert rules.base_deposit(121) == 2_500_000


def test_a_cost_weight_that_binary_fractions_miss_is_not_a_token_short() -> None:
    # In floating point 1.15 * 60 is a little less than 69.
    rules = DepositRefundTake(cost_weight=1.15, minimum_deposit=TOKEN, refund_time=1, claim_time=9)
    assert rules.base_deposit(1) == 69 * TOKEN


@pytest.mark.parametrize(
    ("deposit", "claimable", "verified", "all_verified", "share"),
    [
        (2 * TOKEN, 2 * TOKEN, 1, 3, 666_666),
        (2 * TOKEN, 2 * TOKEN, 3, 3, 2 * TOKEN),
        (2 * TOKEN, 666_666, 1, 3, 666_666),
        (2 * TOKEN, 666_665, 1, 3, 666_665),
        (2, 2, 1, 3, 2),
        (2, 1, 1, 3, 1),
    ],
    ids=["rounded down", "all", "just what is left", "too much", "nothing", "nothing of a rest"],
)
def test_the_share_of_a_taker(
    deposit: int, claimable: int, verified: int, all_verified: int, share: int
) -> None:
    rules = DepositRefundTake.from_parameters(Parameters())
    assert rules.take(deposit, claimable, verified, all_verified) == (share, 0, 0)


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_knows_its_id_and_its_name(name: str) -> None:
    mechanism = MECHANISMS[name].from_parameters(Parameters(incentive=name))
    assert mechanism.id == name
    assert mechanism.display_name


@pytest.mark.parametrize("name", MECHANISMS)
@given(waited=st.integers(1, 10**8), data=st.data())
def test_every_mechanism_pays_some_of_what_is_there(
    name: str, waited: int, data: st.DataObject
) -> None:
    """A share of nothing would let takers come again and again and never close a submission."""
    mechanism = MECHANISMS[name].from_parameters(Parameters(incentive=name))
    all_verified = data.draw(st.integers(1, 10**6))
    verified = data.draw(st.integers(1, all_verified))
    labels = data.draw(st.lists(st.integers(0, 2), min_size=1, max_size=20))
    standing = Standing(verified, all_verified, labels)
    deposit = mechanism.required_deposit(waited, standing)
    assert deposit >= 0
    assert mechanism.required_deposit(waited + 1, standing) <= deposit
    assert mechanism.ripe_before(waited) <= waited
    if mechanism.lets_take:
        claimable = data.draw(st.integers(1, deposit))
        parts = mechanism.take(deposit, claimable, verified, all_verified)
        assert min(parts) >= 0
        assert 0 < sum(parts) <= claimable
