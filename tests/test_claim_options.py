"""Which refunds count, where expired deposits go and what caps the price: amounts by hand."""

from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from small_market import DAY, RULES, TOKEN, Oracle, contract_with, market, sample

from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.contract.submissions import Fate
from cmlabm.mechanisms import MECHANISMS
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.diversity_cost import DiversityCost
from cmlabm.mechanisms.expiry import ExpiryTo, shares_of_expired
from cmlabm.mechanisms.interface import Standing, VerifiedCounts
from cmlabm.mechanisms.reputation_cost import ReputationCost

ADA, BOB, EVE = 1, 2, 3
PLENTY = 1_000 * TOKEN
LATE = 20 * DAY
"""When all that was sent in the first days has expired."""


def contract_under(oracle: Oracle, **options: Any) -> ContractAgent:
    return contract_with(oracle, PLENTY, PLENTY, PLENTY, rules=replace(RULES, **options))


def submit(contract: ContractAgent, account: int, now: int) -> int:
    """Submit a sample that bears the submission's number with the label 0, for 2 tokens."""
    number = len(contract.submissions)
    assert contract.submit(account, 2 * TOKEN, sample(number), 0, now) == number
    return number


def refund(contract: ContractAgent, account: int, number: int, now: int) -> None:
    assert not isinstance(contract.refund(account, number, now), Refusal)


def expiries(contract: ContractAgent) -> list[tuple[int, int, str]]:
    """Return to whom expired money went, how much, and why."""
    reasons = list(Reason)
    return [
        (target, amount, str(reasons[reason]))
        for _, _, target, amount, reason, _ in contract.ledger.movements().tolist()
        if reasons[reason] in {Reason.EXPIRY, Reason.BURN}
    ]


# verified_counts


@pytest.mark.parametrize(("counts", "verified"), [("all", 2), ("taught", 1)])
def test_a_refund_counts_only_if_the_model_was_taught_by_the_sample(
    counts: VerifiedCounts, verified: int
) -> None:
    """Both of Ada's samples are refunded; the model had the second right before it came."""
    oracle = Oracle()
    oracle.says, oracle.after_update = {0: 1}, {}
    contract = contract_under(oracle, verified_counts=counts)
    first, second = submit(contract, ADA, 600), submit(contract, ADA, 1_200)
    for number in (first, second):
        refund(contract, ADA, number, 2 * DAY)
    assert contract.verified[ADA] == contract.all_verified == verified
    assert contract.refunds == 2
    assert contract.verifications == [first, second]
    assert contract.ledger.balance(ADA) == PLENTY


def test_it_is_the_model_before_it_learns_that_is_asked() -> None:
    """Afterwards it would have every label right that it has just been taught."""
    oracle = Oracle()
    oracle.says, oracle.after_update = {0: 1}, {}
    contract = contract_under(oracle, verified_counts="taught")
    refund(contract, ADA, submit(contract, ADA, 600), 2 * DAY)
    assert contract.verified[ADA] == 1


@pytest.mark.parametrize("all_at_once", [False, True], ids=["take", "claim_all"])
def test_who_taught_nothing_cannot_take(all_at_once: bool) -> None:
    oracle = Oracle()
    oracle.says, oracle.after_update = {0: 1}, {}
    contract = contract_under(oracle, verified_counts="taught")
    taught, known, wrong = (
        submit(contract, account, now) for account, now in ((ADA, 600), (BOB, 1_200), (EVE, 1_800))
    )
    oracle.says = {wrong: 1}
    contract.lessons.changes += 1
    for account, own in ((BOB, known), (ADA, taught)):
        if all_at_once:
            contract.claim_all(account, 2 * DAY)
        else:
            refund(contract, account, own, 2 * DAY)
            contract.take(account, wrong, 2 * DAY)
    assert contract.refunds == 2
    assert contract.ledger.balance(BOB) == PLENTY
    assert contract.ledger.balance(ADA) == PLENTY + 2 * TOKEN, "of one verified sample all"


def test_the_price_of_reputation_falls_by_what_was_taught() -> None:
    oracle = Oracle()
    rules = ReputationCost(verified_counts="taught")
    contract = contract_with(oracle, PLENTY, PLENTY, rules=rules)
    oracle.says, oracle.after_update = {0: 1}, {}
    for account, now in ((ADA, 600), (BOB, 1_200)):
        submit(contract, account, now)
    for account, number in ((ADA, 0), (BOB, 1)):
        refund(contract, account, number, 2 * DAY)
    prices = [contract.required_deposit(account, 0, 1_201) for account in (ADA, BOB)]
    assert prices == [TOKEN, 60 * TOKEN]


# expiry_to


@pytest.mark.parametrize("all_at_once", [False, True], ids=["take", "claim_all"])
@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("first", [(EVE, 2 * TOKEN, "expiry")]),
        ("sender", [(ADA, 2 * TOKEN, "expiry")]),
        ("burnt", [(OUTSIDE, 2 * TOKEN, "burn")]),
        ("verified", [(ADA, 666_666, "expiry"), (BOB, 1_333_333, "expiry"), (OUTSIDE, 1, "burn")]),
    ],
)
def test_where_an_expired_deposit_goes(
    to: ExpiryTo, expected: list[tuple[int, int, str]], all_at_once: bool
) -> None:
    """Ada has one of three verified samples and sent what expires, Bob two, Eve asks first."""
    oracle = Oracle()
    contract = contract_under(oracle, expiry_to=to)
    verified = [submit(contract, who, 600 * (1 + n)) for n, who in enumerate((ADA, BOB, BOB))]
    lost = submit(contract, ADA, 2_400)
    oracle.says = {lost: 1}
    contract.lessons.changes += 1
    for number in verified:
        refund(contract, contract.submissions.sender[number], number, 2 * DAY)
    supply = contract.ledger.supply
    if all_at_once:
        contract.claim_all(EVE, LATE)
    else:
        to_eve = sum(amount for target, amount, _ in expected if target == EVE)
        assert contract.take(EVE, lost, LATE) == to_eve
    assert expiries(contract) == expected
    assert contract.submissions.fate[lost] is Fate.EXPIRED
    assert contract.submissions.closed_by[lost] == EVE
    assert contract.ledger.balance(Ledger.ESCROW) == 0
    assert contract.ledger.supply == supply - sum(
        amount for target, amount, _ in expected if target == OUTSIDE
    )
    assert contract.take(BOB, lost, LATE) is Refusal.NOTHING_CLAIMABLE
    contract.check()


def test_while_nobody_is_verified_what_would_be_shared_is_burnt() -> None:
    contract = contract_under(Oracle(), expiry_to="verified")
    lost = submit(contract, ADA, 600)
    assert contract.take(EVE, lost, LATE) == 0
    assert expiries(contract) == [(OUTSIDE, 2 * TOKEN, "burn")]


def test_only_what_takes_have_left_goes_back_to_the_sender() -> None:
    """Bob, with one of two verified samples, took a half."""
    oracle = Oracle()
    contract = contract_under(oracle, expiry_to="sender")
    sent = [submit(contract, who, 600 * (1 + n)) for n, who in enumerate((EVE, BOB, ADA))]
    oracle.says = {sent[2]: 1}
    contract.lessons.changes += 1
    for account, number in ((EVE, 0), (BOB, 1)):
        refund(contract, account, number, 2 * DAY)
    assert contract.take(BOB, sent[2], 2 * DAY) == TOKEN
    assert contract.take(EVE, sent[2], LATE) == 0
    assert contract.ledger.balance(ADA) == PLENTY - TOKEN


@given(
    to=st.sampled_from(["first", "sender", "burnt", "verified"]),
    left=st.integers(1, 2**62),
    verified=st.lists(st.integers(0, 10**6), min_size=3, max_size=6),
)
def test_never_more_than_is_left_is_shared(to: ExpiryTo, left: int, verified: list[int]) -> None:
    shares = shares_of_expired(to, left, ADA, BOB, verified)
    assert all(amount > 0 for amount in shares.values())
    burnt = left - sum(shares.values())
    if to == "burnt" or (to == "verified" and not any(verified)):
        assert not shares
    elif to == "verified":
        assert 0 <= burnt < len(verified)
        for account, own in enumerate(verified):
            assert shares.get(account, 0) == left * own // sum(verified)
    else:
        assert burnt == 0


# maximum_deposit


@pytest.mark.parametrize(
    ("maximum", "tokens"), [(0, [60, 30, 2, 1]), (5, [5, 5, 2, 1]), (1, [1, 1, 1, 1])]
)
def test_the_price_is_never_above_the_maximum(maximum: int, tokens: list[int]) -> None:
    rules = DepositRefundTake(maximum_deposit=maximum * TOKEN)
    prices = [rules.required_deposit(t, Standing(0, 0, [])) for t in (1, 8, 600, 3_600)]
    assert prices == [token * TOKEN for token in tokens]


def test_it_caps_what_is_paid_in_the_end_and_not_what_that_is_made_from() -> None:
    """60 tokens after a second, halved by reputation; divided by the entropy's floor of 0.1."""
    half = Standing(1, 2, [0, 0])
    assert ReputationCost(maximum_deposit=40 * TOKEN).required_deposit(1, half) == 30 * TOKEN
    assert ReputationCost(maximum_deposit=20 * TOKEN).required_deposit(1, half) == 20 * TOKEN
    assert DiversityCost(maximum_deposit=100 * TOKEN).required_deposit(1, half) == 100 * TOKEN
    assert DiversityCost().required_deposit(1, half) == 600 * TOKEN


def test_the_contract_asks_no_more() -> None:
    contract = contract_under(Oracle(), maximum_deposit=5 * TOKEN)
    submit(contract, ADA, 600)
    assert contract.required_deposit(BOB, 0, 601) == 5 * TOKEN
    assert contract.submit(BOB, 5 * TOKEN, sample(1), 0, 601) == 1
    assert contract.submissions.deposit[1] == 5 * TOKEN


# Markets


def test_all_variants_have_the_options_and_no_other_mechanism() -> None:
    names = {"verified_counts", "expiry_to", "maximum_deposit"}
    having = {
        known
        for known, owner in MECHANISMS.built_in.items()
        if names <= set(getattr(owner, "__dataclass_fields__", {}))
    }
    assert having == {"deposit-refund-take", "reputation-cost", "diversity-cost", "slashing"}


def test_a_sniper_earns_nothing_where_expired_deposits_go_back() -> None:
    gains = {}
    for to in ("first", "sender"):
        model = market(
            malicious_behaviour="sniper = 1, label-flip = 1", malicious_agents=2, expiry_to=to
        )
        model.run()
        sniper = model.ledger.names.index("malicious-1")
        gains[to] = model.ledger.balance(sniper) - 10_000 * TOKEN
    assert gains["first"] > 0 == gains["sender"]


def test_a_copycat_earns_nothing_by_takes_where_it_must_teach() -> None:
    """What it sends was verified before: the model has it right, so it is never verified."""
    verified = {}
    for counts in ("all", "taught"):
        model = market(malicious_behaviour="copycat", verified_counts=counts)
        model.run()
        verified[counts] = model.contract.verified[model.accounts("malicious")[0]]
    assert verified["taught"] < verified["all"] / 10
