"""Calls in every order that Hypothesis finds, in the simulation and on a chain alike."""

from alike import ACCOUNTS, AGES, OFFERS, ROWS, RULES, STARTS, WAITS, Alike
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake

accounts = st.integers(1, ACCOUNTS)
submissions = st.integers(0, 12)


class CallsAlike(RuleBasedStateMachine):
    """One market, called in both."""

    @initialize(rules=st.sampled_from(RULES), start=st.sampled_from(sorted(STARTS)))
    def open(self, rules: DepositRefundTake, start: str) -> None:
        self.alike = Alike(rules, start)

    @rule(seconds=st.sampled_from(WAITS))
    def wait(self, seconds: int) -> None:
        self.alike.wait(seconds)

    @rule(submission=submissions, age=st.sampled_from(AGES))
    def wait_for(self, submission: int, age: int) -> None:
        self.alike.wait_for(submission, age)

    @rule(
        account=accounts,
        offer=st.sampled_from(OFFERS),
        row=st.integers(0, len(ROWS) - 1),
        label=st.integers(0, 1),
    )
    def submit(self, account: int, offer: int, row: int, label: int) -> None:
        self.alike.submit(account, offer, row, label)

    @rule(account=accounts, submission=submissions)
    def refund(self, account: int, submission: int) -> None:
        self.alike.claim("refund", account, submission)

    @rule(account=accounts, submission=submissions)
    def take(self, account: int, submission: int) -> None:
        self.alike.claim("take", account, submission)

    @rule(account=accounts)
    def claim_all(self, account: int) -> None:
        self.alike.claim_all(account)

    @rule(submission=submissions)
    def forge(self, submission: int) -> None:
        self.alike.forge(submission)

    @rule()
    def cheat(self) -> None:
        self.alike.cheat()

    @invariant()
    def they_agree(self) -> None:
        if hasattr(self, "alike"):
            self.alike.look()


TestCallsAlike = CallsAlike.TestCase
TestCallsAlike.settings = settings(max_examples=25, stateful_step_count=30)
