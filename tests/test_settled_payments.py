"""What contracts pay while the market runs and at its end: amounts by hand, calls one by one."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mesa import Model
from small_market import DAY, Oracle, sample

from cmlabm.admission.everything import Everything
from cmlabm.admission.interface import Admission
from cmlabm.admission.verified import Verified
from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.ledger import Ledger
from cmlabm.data.dataset import Samples
from cmlabm.mechanisms.challenge_bond import ChallengeBond
from cmlabm.mechanisms.correlated_agreement import CorrelatedAgreement
from cmlabm.mechanisms.determinant_mi import DeterminantMI
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.mechanisms.judges import stands
from cmlabm.mechanisms.knn_shapley import KNNShapley
from cmlabm.mechanisms.leave_one_out import LeaveOneOut
from cmlabm.mechanisms.loss_payment import LossPayment, evenly, payable, worth
from cmlabm.mechanisms.output_agreement import OutputAgreement
from cmlabm.mechanisms.peer_truth_serum import PeerTruthSerum
from cmlabm.mechanisms.staked_score import Day, StakedScore

ADA, BOB, EVE = 1, 2, 3
START = 1_000
"""Units that each account begins with; sponsors put in as many."""

ROOT = 10
"""Samples of the root set, numbered -1, -2, …, all of class 0: an oracle has all right at first."""


def wrong(count: int) -> dict[int, int]:
    """Return what an oracle says that has so many samples of the root set wrong."""
    return dict.fromkeys(range(-count, 0), 1)


def contract_under(
    rules: Mechanism, oracle: Oracle, admission: Admission | None = None
) -> ContractAgent:
    root = Samples(-np.arange(1.0, ROOT + 1)[:, np.newaxis], np.zeros(ROOT, dtype=np.int64))
    initial = Samples(np.array([[-1.0], [-2.0]]), np.array([0, 1]))
    contract = ContractAgent(
        Model(),
        rules,
        admission or Everything(),
        oracle,
        initial=initial,
        root=root,
        test=initial,
        rng=np.random.default_rng(1),
    )
    for name in ("ada", "bob", "eve"):
        contract.open_account(name, START)
    return contract


def submit(
    contract: ContractAgent, account: int, now: int, label: int = 0, number: int | None = None
) -> int:
    """Submit a sample, by default one that bears the submission's number, and return that."""
    count = len(contract.submissions)
    row = sample(count if number is None else number)
    offer = contract.ledger.balance(account)
    assert contract.submit(account, offer, row, label, now) == count
    contract.check()
    return count


def gains(contract: ContractAgent) -> list[int]:
    contract.check()
    return [contract.ledger.balance(account) - START for account in (ADA, BOB, EVE)]


def closed(contract: ContractAgent) -> list[int]:
    """Close the market and return what each has gained."""
    contract.close(30 * DAY)
    assert contract.ledger.balance(Ledger.ESCROW) == 0
    return gains(contract)


# Paid by the loss


def loss_contract(
    oracle: Oracle, admission: Admission | None = None, **rules: Any
) -> ContractAgent:
    """Return a contract that pays 10 units for each error less, for stakes of 25."""
    return contract_under(
        LossPayment(**{"price": 100, "stake": 25, "bounty": START} | rules), oracle, admission
    )


def test_a_submission_is_paid_at_once_for_what_it_does_to_the_loss() -> None:
    """3 errors less are worth 30; 2 more cost 20 of the stake of 25."""
    oracle = Oracle()
    oracle.says, oracle.after_update = wrong(5), wrong(2)
    contract = loss_contract(oracle)
    submit(contract, ADA, 600)
    assert gains(contract) == [30, 0, 0]
    oracle.after_update = wrong(4)
    submit(contract, BOB, 1_200)
    assert gains(contract) == [30, -20, 0]
    assert contract.fund.available == START - 30 + 20
    assert contract.locked(ADA) == contract.locked(BOB) == 0
    assert closed(contract) == [30, -20, 0]


def test_a_loss_ends_with_the_stake() -> None:
    oracle = Oracle()
    oracle.after_update = wrong(9)
    contract = loss_contract(oracle)
    submit(contract, ADA, 600)
    assert gains(contract) == [-25, 0, 0]


def test_what_the_bounty_does_not_cover_is_not_paid() -> None:
    """35 of the 50 that are due. Who is due something next gets nothing, nor later."""
    oracle = Oracle()
    oracle.says, oracle.after_update = wrong(9), wrong(4)
    contract = loss_contract(oracle, bounty=35)
    submit(contract, ADA, 600)
    oracle.after_update = wrong(3)
    submit(contract, BOB, 1_200)
    oracle.after_update = wrong(5)
    submit(contract, EVE, 1_800)
    assert gains(contract) == [35, 0, -20]
    assert closed(contract) == [35, 0, -20]


def test_who_changes_nothing_has_its_stake_back() -> None:
    contract = loss_contract(Oracle())
    submit(contract, ADA, 600)
    assert gains(contract) == [0, 0, 0]
    assert contract.fund.available == START


class Postponing(Admission):
    """Learns nothing before the third submission, and then all but the second at once."""

    def submitted(self, submission: int) -> None:
        if submission == 2:
            for number in (0, 2):
                self.lessons.learn(number)
            self.lessons.discard(1, "the second")


def test_stakes_wait_until_it_is_known_what_is_learnt_and_what_is_learnt_together_shares() -> None:
    """From 8 errors to 1: 70 for two."""
    oracle = Oracle()
    oracle.says, oracle.after_update = wrong(8), wrong(1)
    contract = loss_contract(oracle, Postponing())
    for account, now in ((ADA, 600), (BOB, 1_200)):
        submit(contract, account, now)
    assert gains(contract) == [-25, -25, 0]
    submit(contract, EVE, 1_800)
    assert gains(contract) == [35, 0, 35]


def test_stakes_of_what_is_never_learnt_go_back_at_the_end() -> None:
    """The admission waits for refunds, and this mechanism gives none."""
    contract = loss_contract(Oracle(), Verified())
    submit(contract, ADA, 600)
    assert gains(contract) == [-25, 0, 0]
    assert closed(contract) == [0, 0, 0]


@given(errors=st.lists(st.integers(0, 50), min_size=2, max_size=20), price=st.integers(0, 10**15))
def test_what_changes_are_worth_telescopes(errors: list[int], price: int) -> None:
    changes = [worth(a, b, 50, price) for a, b in pairwise(errors)]
    assert sum(changes) == worth(errors[0], errors[-1], 50, price)


@given(st.integers(-1000, 1000), st.integers(1, 30))
def test_evenly_divides_to_the_unit(amount: int, count: int) -> None:
    parts = evenly(amount, count)
    assert sum(parts) == amount
    assert max(parts) - min(parts) <= 1


@given(st.integers(-100, 100), st.integers(0, 50), st.integers(0, 50))
def test_no_more_is_payable_than_there_is(owed: int, stake: int, available: int) -> None:
    paid = payable(owed, stake, available)
    assert -stake <= paid <= available
    assert paid == owed or paid in {-stake, available}


# Peers


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (OutputAgreement(price=10, bounty=START), [20, 20, 0]),
        (OutputAgreement(price=10, bounty=20), [10, 10, 0]),
        (PeerTruthSerum(price=10, stake=50, bounty=START), [20, 15, -10]),
        (PeerTruthSerum(price=10, stake=50, bounty=5), [8, 6, -10]),
        (PeerTruthSerum(price=10, stake=5, bounty=START), [20, 15, -5]),
    ],
    ids=["agreement", "a small bounty", "serum", "serum, small bounty", "serum, small stakes"],
)
def test_peers_are_paid_when_the_market_closes(rules: Mechanism, expected: list[int]) -> None:
    """Ada and Bob say 1 of one sample and 0 of another; of a third Eve says 1 and Bob 0.

    Agreement pays four reports 10 each. The serum pays Ada 10·(1/(2/4) - 1) for her 1 and as much
    for her 0; Bob 10·(1/(2/3) - 1) for his 1, 10·(1/(1/3) - 1) for the 0 that Ada said too, and -10
    for the other; Eve -10. A bounty of 5 and Eve's 10 are shared by 20 to 15.
    """
    contract = contract_under(rules, Oracle())
    for now, (account, label, number) in enumerate(
        [(ADA, 1, 0), (BOB, 1, 0), (ADA, 0, 1), (BOB, 0, 1), (EVE, 1, 2), (BOB, 0, 2)]
    ):
        submit(contract, account, 600 * (now + 1), label, number)
    stake = rules.required_deposit(1, None)  # type: ignore[arg-type]
    assert gains(contract) == [-2 * stake, -3 * stake, -stake]
    assert closed(contract) == expected


def test_a_copy_is_a_report_on_the_sample_and_a_spoilt_sample_another() -> None:
    contract = contract_under(OutputAgreement(price=10, bounty=START), Oracle())
    for now, (account, number) in enumerate([(ADA, 0), (BOB, 0), (EVE, 1)]):
        submit(contract, account, 600 * (now + 1), 0, number)
    assert closed(contract) == [10, 10, 0]


@pytest.mark.parametrize(
    ("rules", "each"),
    [
        (CorrelatedAgreement(price=70, stake=10, bounty=10_000), 8 * 70 - 8 * 70 * 18 // 42),
        (DeterminantMI(price=9, stake=10, bounty=10_000), 8 * 9 * 16 * 4 * 4 // (12 * 12)),
    ],
    ids=lambda value: getattr(value, "id", ""),
)
def test_scores_are_paid_by_the_price(rules: Mechanism, each: int) -> None:
    """Ada and Bob agree on eight samples, four of each class.

    A bonus of 1 for each; the penalty is the share of agreement among the 7 · 6 pairs of others:
    of the sample's own class 3 are left, of the other 4: 3 · 2 + 4 · 3 agree. Each half of four
    samples has two of each class, det = 4; 16/(12 · 12) makes the score of each sample.
    """
    contract = contract_under(rules, Oracle())
    for number, label in enumerate([0, 0, 1, 1, 0, 0, 1, 1]):
        for place, account in enumerate((ADA, BOB)):
            submit(contract, account, 600 * (2 * number + place + 1), label, number)
    submit(contract, EVE, 30_000, 1, 9)
    assert closed(contract) == [each, each, 0]


# Values


def test_knn_shapley_divides_the_bounty_by_positive_values() -> None:
    """Nearest to all of the root set is Ada's 0, then Bob's 1, then Eve's 0: 5/6, -1/6, 1/3."""
    contract = contract_under(KNNShapley(neighbours=1, bounty=705), Oracle())
    for now, (account, label) in enumerate([(ADA, 0), (BOB, 1), (EVE, 0)]):
        submit(contract, account, 600 * (now + 1), label)
    assert closed(contract) == [503, 0, 201]


def test_leaving_one_out_of_two_who_teach_the_same_changes_nothing() -> None:
    oracle = Oracle()
    oracle.says, oracle.after_update = wrong(5), wrong(2)
    contract = contract_under(LeaveOneOut(bounty=700), oracle)
    submit(contract, ADA, 600)
    submit(contract, BOB, 1_200)
    supply = contract.ledger.supply
    assert closed(contract) == [0, 0, 0]
    assert contract.ledger.supply == supply - 700


def test_whoever_alone_taught_the_model_is_paid_all() -> None:
    oracle = Oracle()
    oracle.says, oracle.after_update = wrong(5), wrong(2)
    contract = contract_under(LeaveOneOut(bounty=700), oracle)
    for now in (600, 1_200):
        submit(contract, BOB, now)
    assert closed(contract) == [0, 700, 0]
    assert contract.classifier is oracle


def test_who_teaches_harm_is_not_paid() -> None:
    oracle = Oracle()
    oracle.after_update = wrong(2)
    contract = contract_under(LeaveOneOut(bounty=700), oracle)
    submit(contract, BOB, 600)
    assert closed(contract) == [0, 0, 0]


@pytest.mark.parametrize("rules", [KNNShapley(bounty=700), LeaveOneOut(bounty=700)])
def test_what_the_model_did_not_learn_is_worth_nothing(rules: Mechanism) -> None:
    contract = contract_under(rules, Oracle(), Verified())
    submit(contract, ADA, 600)
    assert closed(contract) == [0, 0, 0]


# Staked scores


def score_contract(**rules: Any) -> ContractAgent:
    """Return a contract whose root set's model predicts 0: stakes of 100, 5 % for a score of ½."""
    chosen = {"stake": 100, "factor": 0.1, "limit": 0.05, "bounty": START} | rules
    return contract_under(StakedScore(**chosen), Oracle())


def send_a_day(contract: ContractAgent, day: int = 0) -> None:
    """Ada sends two right labels, Bob one right and one wrong, Eve two wrong ones."""
    sent = [(ADA, 0), (ADA, 0), (BOB, 0), (BOB, 1), (EVE, 1), (EVE, 1)]
    for number, (account, label) in enumerate(sent):
        submit(contract, account, day * DAY + 600 * (number + 1), label)


def test_stakes_go_back_at_midnight_with_what_they_earned() -> None:
    contract = score_contract()
    send_a_day(contract)
    assert gains(contract) == [-200, -200, -200]
    contract.step()
    assert gains(contract) == [10, 0, -10]
    assert contract.locked(ADA) == 0


def test_lost_stakes_pay_nobody_and_what_the_bounty_does_not_cover_is_shared() -> None:
    """4 units for gains of 10; the next day nothing is left."""
    contract = score_contract(bounty=4)
    send_a_day(contract)
    contract.step()
    assert gains(contract) == [4, 0, -10]
    send_a_day(contract, day=1)
    contract.step()
    assert gains(contract) == [4, 0, -20]
    assert closed(contract) == [4, 0, -20]


def test_the_last_day_is_scored_when_the_market_closes() -> None:
    contract = score_contract()
    send_a_day(contract)
    assert closed(contract) == [10, 0, -10]


@given(st.integers(0, 10**9), st.integers(1, 50), st.data())
def test_a_score_earns_and_loses_at_most_the_limit(
    stake: int, sent: int, data: st.DataObject
) -> None:
    right = data.draw(st.integers(0, sent))
    rules = StakedScore(factor=0.3, limit=0.05)
    paid = rules.payment(Day(stake, right, sent), classes=4)
    assert abs(paid) <= -(-stake // 20)
    assert (paid > 0) <= (4 * right > sent)


# Challenges


def challenge_contract(oracle: Oracle, **rules: Any) -> ContractAgent:
    """Return a contract for deposits of 100 and bonds of 60, half of which the winner gets.

    A model of the root set, and the shared one at first, predict 0 for every sample.
    """
    return contract_under(ChallengeBond(**{"stake": 100, "bond": 60} | rules), oracle)


def test_a_challenge_that_is_upheld_costs_the_sender_its_deposit() -> None:
    contract = challenge_contract(Oracle())
    submit(contract, ADA, 600, label=1)
    contract.claim_all(BOB, 700)
    assert gains(contract) == [-100, 50, 0]
    contract.claim_all(EVE, 800)
    assert gains(contract) == [-100, 50, 0], "a submission is challenged once"
    assert contract.fund.available == 50
    assert closed(contract) == [-100, 50, 0]


def test_a_challenge_that_is_not_costs_the_challenger_its_bond() -> None:
    """The shared model has been taught that Ada's 0 is wrong; the root set's model knows better."""
    oracle = Oracle()
    contract = challenge_contract(oracle)
    number = submit(contract, ADA, 600, label=0)
    oracle.says = {number: 1}
    contract.claim_all(BOB, 700)
    assert gains(contract) == [30, -60, 0]
    assert contract.locked(ADA) == 0
    assert closed(contract) == [30, -60, 0]


def test_nobody_challenges_itself_or_what_the_model_agrees_with() -> None:
    contract = challenge_contract(Oracle())
    submit(contract, ADA, 600, label=1)
    submit(contract, BOB, 1_200, label=0)
    contract.claim_all(ADA, 1_300)
    assert gains(contract) == [-100, -100, 0]


def test_a_deposit_goes_back_when_nobody_challenged_in_time() -> None:
    contract = challenge_contract(Oracle(), challenge_time=3_600)
    submit(contract, ADA, 600, label=1)
    contract.claim_all(ADA, 600 + 3_599)
    assert gains(contract) == [-100, 0, 0]
    contract.claim_all(BOB, 600 + 3_600)
    assert gains(contract) == [0, 0, 0], "and then it is too late to challenge"


def test_what_waits_at_the_end_goes_back() -> None:
    contract = challenge_contract(Oracle())
    submit(contract, ADA, 600, label=1)
    assert closed(contract) == [0, 0, 0]


def test_who_cannot_post_the_bond_does_not_challenge() -> None:
    contract = challenge_contract(Oracle(), bond=START + 1)
    submit(contract, ADA, 600, label=1)
    contract.claim_all(BOB, 700)
    assert gains(contract) == [-100, 0, 0]
    assert closed(contract) == [0, 0, 0]


def test_several_are_challenged_until_the_money_is_gone() -> None:
    """Bob has 1,000 for bonds of 600: he loses the first, and the second is left to Eve."""
    oracle = Oracle()
    contract = challenge_contract(oracle, bond=600)
    for now in (600, 1_200):
        submit(contract, ADA, now, label=0)
    oracle.says = {0: 1, 1: 1}
    contract.claim_all(BOB, 1_300)
    assert gains(contract) == [200, -600, 0]
    contract.claim_all(EVE, 1_400)
    assert gains(contract) == [600, -600, -600]


def test_the_majority_of_reports_decides_where_the_root_set_does_not() -> None:
    """All three reported on one sample, which the shared model now has otherwise than Ada and Bob.

    Eve challenges both and loses both bonds; then Ada challenges her, and wins.
    """
    oracle = Oracle()
    contract = challenge_contract(oracle, judge="majority")
    for now, (account, label) in enumerate([(ADA, 0), (BOB, 0), (EVE, 1)]):
        submit(contract, account, 600 * (now + 1), label, number=7)
    oracle.says = {7: 1}
    contract.claim_all(EVE, 2_000)
    assert gains(contract) == [30, 30, -100 - 120]
    oracle.says = {}
    contract.claim_all(ADA, 2_100)
    assert gains(contract) == [30 + 50, 30, -100 - 120]


def test_without_another_report_the_majority_cannot_be_asked() -> None:
    contract = challenge_contract(Oracle(), judge="majority")
    submit(contract, ADA, 600, label=1)
    contract.claim_all(BOB, 700)
    assert gains(contract) == [-100, 0, 0]
    submit(contract, EVE, 1_200, label=0, number=0)
    contract.claim_all(BOB, 1_300)
    assert gains(contract) == [30, -60, -100], "one against one: it stands, and Bob loses his bond"


def test_a_label_stands_unless_another_has_more_reports() -> None:
    assert stands(1, {ADA: 1, BOB: 0})
    assert not stands(1, {ADA: 1, BOB: 0, EVE: 0})
    assert not stands(2, {ADA: 1, BOB: 0})


def test_only_a_root_set_that_decides_is_set_aside() -> None:
    assert ChallengeBond().needs_root
    assert not ChallengeBond(judge="majority").needs_root


@given(st.integers(1, 2**50), st.integers(1, 2**50), st.integers(0, 1_000_000), st.booleans())
def test_no_more_is_paid_than_was_posted(
    deposit: int, bond: int, share_ppm: int, is_upheld: bool
) -> None:
    decided = ChallengeBond(bond=bond, share_ppm=share_ppm).decided(deposit, is_upheld)
    assert min(decided) == 0
    assert sum(decided) <= deposit + bond
