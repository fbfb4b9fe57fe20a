"""The contract's rules one by one, with amounts worked out by hand."""

from dataclasses import replace
from typing import Any, Literal

import pytest
from small_market import DAY, RULES, TOKEN, Oracle, contract_with, sample

from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.ledger import Ledger
from cmlabm.contract.refusals import Refusal
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake

ADA, BOB, EVE = 1, 2, 3
PLENTY = 1_000 * TOKEN

AT = 600
"""When the first submission is made: it costs floor(60 / floor(sqrt(600))) = 2 tokens."""


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture
def contract(oracle: Oracle) -> ContractAgent:
    return contract_with(oracle, PLENTY, PLENTY, PLENTY)


def everything(contract: ContractAgent) -> dict[str, Any]:
    """Return all that a refused call must leave as it is."""
    submissions, oracle = contract.submissions, contract.classifier
    assert isinstance(oracle, Oracle)
    return {
        "balances": list(contract.ledger.balances),
        "movements": contract.ledger.movements().tolist(),
        "submissions": [
            list(column)
            for column in (
                submissions.time_s,
                submissions.sender,
                submissions.label,
                submissions.deposit,
                submissions.fate,
                [contract.left_of(number) for number in range(len(submissions))],
            )
        ],
        "learnt": list(oracle.learnt),
        "verified": list(contract.verified),
        "taken": contract.pending._takers.tolist(),
        "counts": (contract.accepted[:], contract.refunds, contract.takes, len(contract.pending)),
        "next deposit": contract.required_deposit(ADA, 0, 10**9),
    }


def refused(contract: ContractAgent, call: str, *arguments: Any) -> Refusal:
    """Make a call that must be refused, change nothing, and be recorded, and return why."""
    before = everything(contract)
    records = len(contract.refusals())
    answer = getattr(contract, call)(*arguments)
    assert isinstance(answer, Refusal)
    assert everything(contract) == before
    account, now = arguments[0], arguments[-1]
    submission = -1 if call == "submit" else arguments[1]
    assert len(contract.refusals()) == records + 1
    assert contract.refusals()[-1].tolist() == [
        now,
        account,
        contract.CALLS.index(call),
        answer.code,
        submission,
    ]
    return answer


def submit(contract: ContractAgent, account: int, now: int, label: int = 0) -> int:
    """Submit a sample that bears the submission's number, and return that."""
    number, offer = len(contract.submissions), contract.ledger.balance(account)
    assert contract.submit(account, offer, sample(number), label, now) == number
    return number


def verify(contract: ContractAgent, account: int, samples: int, now: int) -> None:
    """Have some samples of an account refunded, sent from a time on, one every ten minutes."""
    sent = [submit(contract, account, now + 600 * i) for i in range(samples)]
    for number in sent:
        answer = contract.refund(account, number, now + 600 * samples + 2 * DAY)
        assert not isinstance(answer, Refusal)


# Submit


def test_exactly_the_required_deposit_moves_into_escrow(contract: ContractAgent) -> None:
    assert contract.submit(ADA, 50 * TOKEN, sample(0), 1, AT) == 0
    assert contract.ledger.balances == (2 * TOKEN, PLENTY - 2 * TOKEN, PLENTY, PLENTY)
    assert contract.submissions.deposit == [contract.left_of(0)] == [2 * TOKEN]
    assert contract.accepted[ADA] == 1


def test_the_classifier_learns_the_submitted_label(contract: ContractAgent, oracle: Oracle) -> None:
    contract.submit(ADA, 2 * TOKEN, sample(7), 1, AT)
    assert oracle.learnt == [(7, 1)]


def test_the_deposit_falls_with_the_time_since_the_last_accepted_submission(
    contract: ContractAgent,
) -> None:
    submit(contract, ADA, AT)
    assert contract.required_deposit(ADA, 0, AT + 1) == 60 * TOKEN
    assert contract.required_deposit(ADA, 0, AT + 8) == 30 * TOKEN
    assert contract.required_deposit(ADA, 0, AT + 9) == 20 * TOKEN
    refused(contract, "submit", BOB, TOKEN, sample(1), 0, AT + 300)
    assert contract.required_deposit(ADA, 0, AT + 400) == 3 * TOKEN


def test_an_offer_of_the_required_deposit_is_enough_and_a_unit_less_is_not(
    contract: ContractAgent,
) -> None:
    answer = refused(contract, "submit", ADA, 2 * TOKEN - 1, sample(0), 1, AT)
    assert answer is Refusal.OFFER_TOO_LOW
    assert contract.submit(ADA, 2 * TOKEN, sample(0), 1, AT) == 0
    assert contract.refused[ADA] == 1


def test_a_balance_of_the_required_deposit_is_enough_and_a_unit_less_is_not() -> None:
    contract = contract_with(Oracle(), 2 * TOKEN - 1, 2 * TOKEN)
    answer = refused(contract, "submit", ADA, 2 * TOKEN, sample(0), 1, AT)
    assert answer is Refusal.BALANCE_TOO_LOW
    assert contract.submit(BOB, 2 * TOKEN, sample(0), 1, AT) == 0
    assert contract.ledger.balance(BOB) == 0


@pytest.mark.parametrize("lock", ["cost", "offer"])
def test_nobody_offers_more_than_it_has(lock: Literal["cost", "offer"]) -> None:
    """Even if the price is lower: no contract could receive such an offer."""
    contract = contract_with(Oracle(), 3 * TOKEN, rules=replace(RULES, lock=lock))
    answer = refused(contract, "submit", ADA, 3 * TOKEN + 1, sample(0), 1, AT)
    assert answer is Refusal.BALANCE_TOO_LOW
    assert contract.submit(ADA, 3 * TOKEN, sample(0), 1, AT) == 0


def test_an_offer_that_is_too_low_and_not_covered_is_refused_for_being_too_low() -> None:
    contract = contract_with(Oracle(), TOKEN - 1)
    answer = refused(contract, "submit", ADA, TOKEN, sample(0), 1, AT)
    assert answer is Refusal.OFFER_TOO_LOW


def test_one_submission_a_second(contract: ContractAgent) -> None:
    first = refused(contract, "submit", ADA, PLENTY, sample(0), 1, 0)
    submit(contract, ADA, AT)
    again = refused(contract, "submit", BOB, PLENTY, sample(1), 1, AT)
    assert first is again is Refusal.SAME_SECOND
    submit(contract, BOB, AT + 1)


# Refund


def test_a_refund_pays_all_that_is_claimable_and_counts_as_verified(
    contract: ContractAgent,
) -> None:
    number = submit(contract, ADA, AT)
    assert contract.refund(ADA, number, AT + 2 * DAY) == 2 * TOKEN
    assert contract.ledger.balances == (0, PLENTY, PLENTY, PLENTY)
    assert (contract.verified[ADA], contract.refunds, len(contract.pending)) == (1, 1, 0)


def test_a_refund_needs_more_than_the_refund_time(contract: ContractAgent) -> None:
    number = submit(contract, ADA, AT)
    assert refused(contract, "refund", ADA, number, AT + DAY) is Refusal.TOO_EARLY
    assert contract.refund(ADA, number, AT + DAY + 1) == 2 * TOKEN


def test_a_refund_needs_the_classifier_to_agree_when_it_is_asked_for(
    contract: ContractAgent, oracle: Oracle
) -> None:
    number = submit(contract, ADA, AT, label=1)
    now = AT + 2 * DAY
    assert refused(contract, "refund", ADA, number, now) is Refusal.MODEL_DISAGREES
    oracle.says = {number: 1}
    assert contract.refund(ADA, number, now) == 2 * TOKEN


def test_only_the_sender_is_refunded(contract: ContractAgent) -> None:
    number = submit(contract, ADA, AT)
    assert refused(contract, "refund", BOB, number, AT + 2 * DAY) is Refusal.NOT_SENDER


def test_nobody_is_refunded_twice(contract: ContractAgent) -> None:
    number = submit(contract, ADA, AT)
    contract.refund(ADA, number, AT + 2 * DAY)
    for now in (AT + 2 * DAY, AT + 20 * DAY):
        assert refused(contract, "refund", ADA, number, now) is Refusal.ALREADY_CLAIMED


def test_a_late_refund_still_counts_as_verified(contract: ContractAgent) -> None:
    number = submit(contract, ADA, AT)
    assert contract.refund(ADA, number, AT + 30 * DAY) == 2 * TOKEN
    assert contract.verified[ADA] == 1


def test_what_others_took_is_not_refunded(contract: ContractAgent, oracle: Oracle) -> None:
    verify(contract, ADA, 1, AT)
    verify(contract, BOB, 2, 4 * DAY)
    number = submit(contract, EVE, 9 * DAY, label=1)
    assert contract.required_deposit(ADA, 0, 20 * DAY) == TOKEN
    assert contract.take(ADA, number, 11 * DAY) == 333_333
    oracle.says = {number: 1}
    assert contract.refund(EVE, number, 11 * DAY) == 666_667


@pytest.mark.parametrize("call", ["refund", "take"])
@pytest.mark.parametrize("number", [-1, 1, 99])
def test_there_must_be_such_a_submission(contract: ContractAgent, call: str, number: int) -> None:
    submit(contract, ADA, AT)
    answer = refused(contract, call, ADA, number, AT + 2 * DAY)
    assert answer is Refusal.UNKNOWN_SUBMISSION


def test_a_submission_without_a_deposit_has_nothing_to_claim_and_verifies_nobody() -> None:
    rules = DepositRefundTake(cost_weight=0, minimum_deposit=0, refund_time=DAY, claim_time=9 * DAY)
    contract = contract_with(Oracle(), 10, 10, rules=rules)
    number = submit(contract, ADA, AT)
    assert contract.submissions.deposit[number] == len(contract.pending) == 0
    answer = refused(contract, "refund", ADA, number, 2 * DAY)
    assert answer is Refusal.NOTHING_CLAIMABLE
    contract.claim_all(ADA, 2 * DAY)
    contract.claim_all(BOB, 20 * DAY)
    assert (contract.verified[ADA], contract.refunds) == (0, 0)


# Take


def test_a_take_pays_by_share_of_verified_samples_rounded_down(contract: ContractAgent) -> None:
    verify(contract, ADA, 1, AT)
    verify(contract, BOB, 2, 4 * DAY)
    number = submit(contract, EVE, 10 * DAY, label=1)
    before = list(contract.ledger.balances)
    assert contract.submissions.deposit[number] == TOKEN
    assert contract.take(ADA, number, 12 * DAY) == 333_333
    assert contract.take(BOB, number, 12 * DAY) == 666_666
    assert contract.left_of(number) == 1
    assert contract.ledger.balances == (
        1,
        before[ADA] + 333_333,
        before[BOB] + 666_666,
        before[EVE],
    )
    assert contract.takes == 2


def test_a_share_larger_than_what_is_left_gets_what_is_left(contract: ContractAgent) -> None:
    verify(contract, ADA, 2, AT)
    verify(contract, BOB, 1, 4 * DAY)
    number = submit(contract, EVE, 8 * DAY, label=1)
    assert contract.take(ADA, number, 10 * DAY) == 666_666
    verify(contract, BOB, 1, 10 * DAY)
    assert (contract.verified[ADA], contract.verified[BOB]) == (2, 2)
    assert contract.take(BOB, number, 13 * DAY) == 333_334


def test_a_share_of_nothing_gets_all_that_is_left() -> None:
    rules = DepositRefundTake(cost_weight=0, minimum_deposit=1, refund_time=DAY, claim_time=9 * DAY)
    contract = contract_with(Oracle(), 10, 10, 10, rules=rules)
    for account in (ADA, BOB):
        assert contract.refund(account, submit(contract, account, AT * account), 2 * DAY) == 1
    number = submit(contract, EVE, 2 * DAY, label=1)
    assert contract.take(ADA, number, 4 * DAY) == 1
    assert contract.ledger.balances == (0, 11, 10, 9)


def test_a_take_needs_more_than_the_refund_time(contract: ContractAgent) -> None:
    verify(contract, ADA, 1, AT)
    number = submit(contract, EVE, 5 * DAY, label=1)
    assert refused(contract, "take", ADA, number, 6 * DAY) is Refusal.TOO_EARLY
    assert contract.take(ADA, number, 6 * DAY + 1) == TOKEN


def test_a_take_needs_the_classifier_to_disagree(contract: ContractAgent, oracle: Oracle) -> None:
    verify(contract, ADA, 1, AT)
    number = submit(contract, EVE, 5 * DAY)
    assert refused(contract, "take", ADA, number, 7 * DAY) is Refusal.MODEL_AGREES
    oracle.says = {number: 1}
    assert contract.take(ADA, number, 7 * DAY) == TOKEN


def test_a_taker_needs_a_verified_sample(contract: ContractAgent) -> None:
    number = submit(contract, EVE, AT, label=1)
    assert refused(contract, "take", ADA, number, AT + 2 * DAY) is Refusal.NOT_VERIFIED


def test_nobody_takes_twice_from_a_submission(contract: ContractAgent) -> None:
    verify(contract, ADA, 1, AT)
    verify(contract, BOB, 1, 4 * DAY)
    number = submit(contract, EVE, 8 * DAY, label=1)
    assert contract.take(ADA, number, 10 * DAY) == 500_000
    assert refused(contract, "take", ADA, number, 11 * DAY) is Refusal.ALREADY_CLAIMED
    assert contract.take(BOB, number, 11 * DAY) == 500_000
    assert refused(contract, "take", BOB, number, 12 * DAY) is Refusal.ALREADY_CLAIMED
    assert refused(contract, "take", EVE, number, 12 * DAY) is Refusal.NOTHING_CLAIMABLE


def test_the_sender_takes_nothing_before_expiry(contract: ContractAgent) -> None:
    verify(contract, EVE, 1, AT)
    number = submit(contract, EVE, 5 * DAY, label=1)
    assert refused(contract, "take", EVE, number, 7 * DAY) is Refusal.OWN_SUBMISSION


# Expiry


@pytest.mark.parametrize("account", [ADA, EVE], ids=["another", "the sender"])
@pytest.mark.parametrize("label", [0, 1], ids=["agreed", "disagreed"])
def test_from_the_claim_time_on_whoever_asks_first_gets_all_that_is_left(
    contract: ContractAgent, account: int, label: int
) -> None:
    number = submit(contract, EVE, AT, label)
    refused(contract, "take", account, number, AT + 9 * DAY - 1)
    assert contract.take(account, number, AT + 9 * DAY) == 2 * TOKEN
    assert contract.ledger.balances[Ledger.ESCROW] == 0
    assert refused(contract, "take", BOB, number, AT + 9 * DAY) is Refusal.NOTHING_CLAIMABLE


def test_who_has_taken_its_share_may_still_be_first_at_expiry(contract: ContractAgent) -> None:
    verify(contract, ADA, 1, AT)
    verify(contract, BOB, 1, 4 * DAY)
    number = submit(contract, EVE, 8 * DAY, label=1)
    assert contract.take(ADA, number, 10 * DAY) == 500_000
    assert contract.take(ADA, number, 17 * DAY) == 500_000


def test_an_expired_deposit_verifies_nobody_and_is_no_take(contract: ContractAgent) -> None:
    number = submit(contract, ADA, AT)
    contract.take(ADA, number, AT + 9 * DAY)
    assert (contract.verified[ADA], contract.refunds, contract.takes) == (0, 0, 0)


# Claim all


def test_claiming_all_refunds_first_so_that_its_own_samples_count_in_its_takes(
    contract: ContractAgent,
) -> None:
    verify(contract, BOB, 1, AT)
    submit(contract, ADA, 5 * DAY)
    submit(contract, EVE, 5 * DAY + AT, label=1)
    start = contract.ledger.balances[ADA]
    contract.claim_all(ADA, 7 * DAY)
    assert contract.ledger.balances[ADA] == start + TOKEN + 2 * TOKEN // 2


def test_claiming_all_again_finds_what_the_classifier_has_since_changed_its_mind_about(
    contract: ContractAgent, oracle: Oracle
) -> None:
    verify(contract, ADA, 1, AT)
    number = submit(contract, ADA, 5 * DAY, label=1)
    contract.claim_all(ADA, 7 * DAY)
    assert contract.left_of(number) == TOKEN
    oracle.after_update = {number: 1}
    submit(contract, EVE, 7 * DAY)
    contract.claim_all(ADA, 7 * DAY + 1)
    assert contract.left_of(number) == 0


def test_the_accuracy_is_what_was_last_published(contract: ContractAgent, oracle: Oracle) -> None:
    assert contract.accuracy == 1.0
    oracle.after_update = {-1: 1}
    submit(contract, ADA, AT)
    assert contract.accuracy == 1.0
    contract.step()
    assert contract.accuracy == 0.0
