"""Payment rules, beside their formulas; what every registered mechanism must do."""

from math import log2
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import example, given
from small_market import DAY, TOKEN, Oracle, market, opened, sample

from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.mechanisms import MECHANISMS
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
from cmlabm.mechanisms.diversity_cost import DiversityCost, entropy
from cmlabm.mechanisms.interface import Mechanism, Standing
from cmlabm.mechanisms.points import Points
from cmlabm.mechanisms.reputation_cost import ReputationCost
from cmlabm.mechanisms.slashing import Slashing
from cmlabm.parameters import Parameters

ADA, BOB, EVE = 1, 2, 3
BASE: dict[str, Any] = {
    "cost_weight": 1.0,
    "minimum_deposit": TOKEN,
    "refund_time": DAY,
    "claim_time": 9 * DAY,
}


def contract_under(rules: Mechanism, oracle: Oracle | None = None) -> ContractAgent:
    """Return a contract with accounts of 1,000 tokens for Ada, Bob and Eve."""
    contract = opened(rules, oracle or Oracle())
    for name in ("ada", "bob", "eve"):
        contract.open_account(name, 1_000 * TOKEN)
    return contract


def taken(
    rules: Mechanism, deposit: int, claimable: int, verified: int, all_verified: int
) -> tuple[int, int, int]:
    """Return what of one submission goes to a taker, back to the sender, and is burnt."""
    deposits, left = np.array([deposit]), np.array([claimable])
    split = rules.take(deposits, left, verified, all_verified)
    taker, sender, burnt = (0 if part is None else int(part[0]) for part in split)
    return taker, sender, burnt


def submit(contract: ContractAgent, account: int, now: int, label: int = 0) -> int:
    """Submit a sample that bears the submission's number, and return that."""
    number, offer = len(contract.submissions), contract.ledger.balance(account)
    assert contract.submit(account, offer, sample(number), label, now) == number
    return number


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


@pytest.mark.parametrize(("cost_weight", "tokens"), [(2.05, 123), (4.1, 246), (8.2, 492)])
def test_a_cost_weight_that_binary_fractions_miss_is_not_a_token_short(
    cost_weight: float, tokens: int
) -> None:
    """In floating point 2.05 * 60 is a little less than 123."""
    assert cost_weight * 60 < tokens
    rules = DepositRefundTake.from_parameters(Parameters(cost_weight=cost_weight))
    assert rules.base_deposit(1) == tokens * TOKEN


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
    assert taken(rules, deposit, claimable, verified, all_verified) == (share, 0, 0)


@given(
    deposit=st.integers(1, 2**62),
    verified=st.integers(1, 10**6),
    others=st.integers(0, 10**6),
)
def test_the_largest_deposits_are_shared_to_the_unit(
    deposit: int, verified: int, others: int
) -> None:
    """In 64 bits the product of a deposit and a count would overflow."""
    rules = DepositRefundTake.from_parameters(Parameters())
    everybody = verified + others
    share = deposit * verified // everybody
    assert taken(rules, deposit, deposit, verified, everybody) == (share or deposit, 0, 0)


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
    assert mechanism.refundable_before(waited) <= waited
    if mechanism.lets_take:
        claimable = data.draw(st.integers(1, deposit))
        parts = taken(mechanism, deposit, claimable, verified, all_verified)
        assert min(parts) >= 0
        assert 0 < sum(parts) <= claimable


@pytest.mark.parametrize("name", MECHANISMS)
@given(waited=st.integers(1, 10**8), labels=st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_nobody_ever_submits_for_less_than_the_least_deposit(
    name: str, waited: int, labels: list[int]
) -> None:
    mechanism = MECHANISMS[name].from_parameters(Parameters(incentive=name))
    for standing in (Standing(0, 0, labels), Standing(1, 3, labels), Standing(3, 3, labels)):
        assert mechanism.required_deposit(waited, standing) >= mechanism.least_deposit
    known = Standing(1, 1, list(range(10)))
    assert mechanism.required_deposit(10**8, known) == mechanism.least_deposit


# Cheaper with reputation


@pytest.mark.parametrize(
    ("waited", "verified", "all_verified", "units"),
    [
        (1, 0, 0, 60 * TOKEN),
        (1, 0, 4, 60 * TOKEN),
        (1, 1, 4, 45 * TOKEN),
        (1, 3, 4, 15 * TOKEN),
        (9, 1, 3, 13_333_333),
        (9, 2, 3, 6_666_666),
        (1, 4, 4, TOKEN),
        (900, 1, 2, TOKEN),
        (900, 3, 4, TOKEN),
    ],
)
def test_a_deposit_falls_by_the_senders_share_of_all_verified_samples(
    waited: int, verified: int, all_verified: int, units: int
) -> None:
    """60 tokens after a second, 20 after 9, 2 after 900; down to the minimum of 1."""
    rules = ReputationCost(**BASE)
    assert rules.required_deposit(waited, Standing(verified, all_verified, [])) == units


def test_the_contract_asks_each_for_the_price_of_its_reputation() -> None:
    contract = contract_under(ReputationCost(**BASE))
    for account, now in ((ADA, 600), (ADA, 1_200), (ADA, 1_800), (BOB, 2_400)):
        number = submit(contract, account, now)
        assert not isinstance(contract.refund(account, number, now + 2 * DAY), Refusal)
    now = 3 * DAY
    submit(contract, EVE, now)
    prices = [contract.required_deposit(account, 0, now + 1) for account in (ADA, BOB, EVE)]
    assert prices == [15 * TOKEN, 45 * TOKEN, 60 * TOKEN]
    assert contract.submit(BOB, 45 * TOKEN - 1, sample(9), 0, now + 1) is Refusal.OFFER_TOO_LOW
    assert contract.submit(ADA, 15 * TOKEN, sample(9), 0, now + 1) == 5
    assert contract.submissions.deposit[5] == 15 * TOKEN


# Cheaper for rare labels


@pytest.mark.parametrize(
    ("labels", "bits"),
    [
        ([], 0.0),
        ([1], 0.0),
        ([3, 3, 3, 3], 0.0),
        ([0, 1], 1.0),
        ([0, 1, 2, 3], 2.0),
        ([0, 0, 1, 2], 1.5),
        ([0, 0, 0, 1], 2 - 0.75 * log2(3)),
    ],
)
def test_the_entropy_of_labels(labels: list[int], bits: float) -> None:
    assert entropy(labels) == pytest.approx(bits, abs=1e-12)
    assert entropy(labels[::-1]) == pytest.approx(bits, abs=1e-12)


@pytest.mark.parametrize(
    ("waited", "labels", "units"),
    [
        (1, [0, 1], 60 * TOKEN),
        (1, [0, 1, 2, 3], 30 * TOKEN),
        (1, [0, 0, 1, 2], 40 * TOKEN),
        (1, [0, 0, 0, 0], 240 * TOKEN),
        (1, [0, 0, 0, 1], int(60 * TOKEN / (2 - 0.75 * log2(3)))),
        (900, [0, 1, 2, 3], TOKEN),
        (10_000, [0, 1, 2, 3], TOKEN),
        (10_000, [0], 4 * TOKEN),
    ],
)
def test_a_deposit_is_divided_by_the_entropy_of_the_labels(
    waited: int, labels: list[int], units: int
) -> None:
    """By a quarter at least, here; down to the minimum of 1 token."""
    rules = DiversityCost(**BASE, label_window=4, floor=0.25)
    assert rules.required_deposit(waited, Standing(0, 0, labels)) == units


def test_the_contract_counts_the_last_accepted_labels_and_the_one_to_come() -> None:
    contract = contract_under(DiversityCost(**BASE, label_window=3, floor=0.25))
    now = 0
    for label in (1, 1, 1, 1, 0, 0, 1):
        now += 10_000
        submit(contract, ADA, now, label)
    refused = contract.submit(ADA, TOKEN, sample(9), 1, now + 1)
    assert refused is Refusal.OFFER_TOO_LOW
    # The last three are 0, 0, 1, whatever came before them and was refused after them.
    common, rare, new = (contract.required_deposit(BOB, label, now + 1) for label in (0, 1, 2))
    assert common == int(60 * TOKEN / (2 - 0.75 * log2(3)))
    assert rare == 60 * TOKEN
    assert new == 40 * TOKEN


def test_rare_labels_cost_less_in_a_market_of_many_classes() -> None:
    model = market(
        data="digits",
        initial_fraction=0.2,
        incentive="diversity-cost",
        malicious_agents=0,
        honest_tolerance=1.0,
    )
    model.run()
    labels, deposits = model.contract.submissions.label, model.contract.submissions.deposit
    for number in range(1, len(labels)):
        window = labels[max(0, number - 100) : number + 1]
        waited = (
            model.contract.submissions.time_s[number]
            - model.contract.submissions.time_s[number - 1]
        )
        base = DepositRefundTake.from_parameters(Parameters()).base_deposit(waited)
        counts = np.bincount(window)
        shares = counts[counts > 0] / len(window)
        bits = max(0.1, -float(np.sum(shares * np.log2(shares))))
        assert abs(deposits[number] - max(TOKEN, base / bits)) <= 1


# Slashing


@pytest.mark.parametrize(
    ("deposit", "burnt_share", "reporter_share", "parts"),
    [
        (4 * TOKEN, 0.5, 0.25, (TOKEN, TOKEN, 2 * TOKEN)),
        (7, 0.5, 0.25, (1, 3, 3)),
        (3 * TOKEN, 0.29, 0.25, (750_000, 1_380_000, 870_000)),
        (1, 0.5, 0.5, (0, 1, 0)),
        (10, 1.0, 0.0, (0, 0, 10)),
        (10, 0.0, 1.0, (10, 0, 0)),
        (10, 0.0, 0.0, (0, 10, 0)),
    ],
)
def test_a_reported_deposit_is_burnt_paid_and_sent_back_in_shares(
    deposit: int, burnt_share: float, reporter_share: float, parts: tuple[int, int, int]
) -> None:
    """To the reporter, back to the sender, burnt; shares rounded down, the rest goes back."""
    rules = Slashing.from_parameters(
        Parameters(slashing_burnt_share=burnt_share, slashing_reporter_share=reporter_share)
    )
    assert taken(rules, deposit, deposit, 1, 3) == parts


@given(
    deposit=st.integers(1, 2**62),
    burnt=st.integers(0, 1_000_000),
    data=st.data(),
)
@example(deposit=10**10, burnt=690_000, data=None)  # in floating point one unit short
def test_shares_of_a_deposit_are_exact_and_all_of_it_goes_somewhere(
    deposit: int, burnt: int, data: st.DataObject | None
) -> None:
    """Parts per million, of which most are not to be had in floating point."""
    reporter = data.draw(st.integers(0, 1_000_000 - burnt)) if data else 0
    rules = Slashing.from_parameters(
        Parameters(slashing_burnt_share=burnt / 1e6, slashing_reporter_share=reporter / 1e6)
    )
    reward, back, destroyed = taken(rules, deposit, deposit, 1, 1)
    assert destroyed == burnt * deposit // 1_000_000
    assert reward == reporter * deposit // 1_000_000
    assert reward + back + destroyed == deposit


def slashing_contract() -> tuple[ContractAgent, int]:
    """Return a contract on day 5 in which Ada and Bob are verified and Eve sent a wrong label."""
    contract = contract_under(Slashing.from_parameters(Parameters()))
    for account, now in ((ADA, 600), (BOB, 1_200)):
        assert contract.refund(account, submit(contract, account, now), 2 * DAY) == 2 * TOKEN
    submit(contract, BOB, 5 * DAY - 4)
    return contract, submit(contract, EVE, 5 * DAY, label=1)


def test_the_first_reporter_ends_it() -> None:
    """Of Eve's 30 tokens 15 leave the market, 7.5 go to Ada, 7.5 back; nothing is left for Bob."""
    contract, number = slashing_contract()
    assert contract.submissions.deposit[number] == 30 * TOKEN
    before, supply = list(contract.ledger.balances), contract.ledger.supply
    assert contract.take(ADA, number, 7 * DAY) == 7_500_000
    after = contract.ledger.balances
    assert [new - old for new, old in zip(after, before, strict=True)] == [
        -30 * TOKEN,
        7_500_000,
        0,
        7_500_000,
    ]
    assert contract.ledger.supply == supply - 15 * TOKEN == sum(after)
    moved = contract.ledger.movements()[-3:].tolist()
    assert [(row[1], row[2], row[3], list(Reason)[row[4]], row[5]) for row in moved] == [
        (Ledger.ESCROW, ADA, 7_500_000, Reason.TAKE, number),
        (Ledger.ESCROW, EVE, 7_500_000, Reason.RETURN, number),
        (Ledger.ESCROW, OUTSIDE, 15_000_000, Reason.BURN, number),
    ]
    assert (contract.left_of(number), contract.locked(EVE)) == (0, 0)
    for account in (BOB, EVE):
        assert contract.take(account, number, 20 * DAY) is Refusal.NOTHING_CLAIMABLE
    assert len(contract.pending) == 1


def test_claiming_all_reports_too() -> None:
    contract, number = slashing_contract()
    supply = contract.ledger.supply
    contract.claim_all(ADA, 7 * DAY)
    assert contract.left_of(number) == 0
    assert contract.ledger.supply == supply - 15 * TOKEN
    contract.claim_all(BOB, 7 * DAY)
    assert contract.ledger.balances == (0, 1_007_500_000, 1_000 * TOKEN, 977_500_000)


def test_a_reporter_needs_a_verified_sample_and_the_models_word() -> None:
    contract, number = slashing_contract()
    other = submit(contract, ADA, 5 * DAY + 10_000)
    contract.verified[EVE] = 0
    assert contract.take(EVE, other, 8 * DAY) is Refusal.MODEL_AGREES
    bad = submit(contract, ADA, 8 * DAY, label=1)
    assert contract.take(EVE, bad, 10 * DAY) is Refusal.NOT_VERIFIED
    assert contract.take(BOB, number, 6 * DAY) is Refusal.TOO_EARLY


def test_what_nobody_reports_expires_as_a_whole() -> None:
    contract, number = slashing_contract()
    supply = contract.ledger.supply
    assert contract.take(EVE, number, 14 * DAY) == 30 * TOKEN
    assert contract.ledger.supply == supply


# Points


def test_points_are_counts_of_verified_samples_and_no_money_moves() -> None:
    oracle = Oracle()
    contract = contract_under(Points(refund_time=DAY, claim_time=9 * DAY), oracle)
    right, wrong = submit(contract, ADA, 1), submit(contract, ADA, 2, label=1)
    assert contract.submissions.deposit == [0, 0]
    assert contract.refund(ADA, right, DAY) is Refusal.TOO_EARLY
    assert contract.refund(ADA, right, 2 * DAY) == 0
    assert contract.refund(ADA, wrong, 2 * DAY) is Refusal.MODEL_DISAGREES
    assert contract.refund(ADA, right, 3 * DAY) is Refusal.ALREADY_CLAIMED
    assert contract.take(BOB, wrong, 2 * DAY) is Refusal.NO_TAKES
    assert (contract.verified[ADA], contract.all_verified, contract.refunds) == (1, 1, 1)
    oracle.says = {wrong: 1}
    contract.claim_all(ADA, 4 * DAY)
    assert (contract.verified[ADA], len(contract.pending)) == (2, 0)
    assert len(contract.ledger.movements()) == 3, "only the first balances"


def test_what_is_not_verified_in_time_never_will_be() -> None:
    oracle = Oracle()
    contract = contract_under(Points(refund_time=DAY, claim_time=9 * DAY), oracle)
    number = submit(contract, ADA, 1, label=1)
    contract.claim_all(BOB, 9 * DAY)
    assert len(contract.pending) == 1
    contract.claim_all(BOB, 9 * DAY + 1)
    assert len(contract.pending) == 0
    oracle.says = {number: 1}
    assert contract.refund(ADA, number, 10 * DAY) is Refusal.NOTHING_CLAIMABLE
    assert contract.verified == [0, 0, 0, 0]


def test_where_nobody_takes_no_fewer_samples_are_verified() -> None:
    """The same samples at the same times as with deposits of one unit, which anybody can pay."""
    points, deposits = (
        market(incentive=name, cost_weight=0.0, minimum_deposit=1e-6)
        for name in ("points", "deposit-refund-take")
    )
    points.run()
    deposits.run()
    for column in ("time_s", "sender", "label"):
        sent = [getattr(model.contract.submissions, column) for model in (points, deposits)]
        assert sent[0] == sent[1]
    pairs = zip(points.contract.verified[1:], deposits.contract.verified[1:], strict=True)
    assert all(earned > refunded > 0 for earned, refunded in pairs)
    assert points.ledger.balances == (0, 10_000 * TOKEN, 10_000 * TOKEN)
    assert points.takes == 0 < deposits.takes


def test_a_floor_that_binary_fractions_miss_is_not_a_unit_short() -> None:
    # In floating point 7,000,000 / 0.07 is a little less than 100,000,000.
    rules = DiversityCost(**BASE | {"minimum_deposit": 7 * TOKEN}, label_window=3, floor=0.07)
    assert rules.required_deposit(10**9, Standing(0, 0, [1, 1])) == 100 * TOKEN
