"""Whatever many accounts do, in whatever order: the contract follows the rules, money is kept.

The rules are written down once more as ``PlainContract``, word by word and without any of the
contract's shortcuts, and each call is made to both: where calls are free, and where they cost fees.
"""

from dataclasses import dataclass, field, replace
from math import isqrt
from typing import ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from small_market import Oracle, contract_with, sample

from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.chain import Chain
from cmlabm.contract.gas import REFUSED, SUCCEEDED, gas_table
from cmlabm.contract.ledger import Ledger, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake

ACCOUNTS = (1, 2, 3, 4)
START = 40
"""Units that each account starts with: few, so that shares round and balances run out."""

RULES = DepositRefundTake(cost_weight=0.0, minimum_deposit=7, refund_time=50, claim_time=200)

type Movement = tuple[int, int, int, Reason, int]


@dataclass
class PlainSubmission:
    time_s: int
    sender: int
    label: int
    claimable: int
    deposit: int
    claimed_by: set[int] = field(default_factory=set)


@dataclass
class PlainContract:
    """Deposit, refund, take as the specification says it; refused calls return None."""

    oracle: Oracle
    balances: list[int]
    verified: list[int]
    submissions: list[PlainSubmission] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    last_accepted: int = 0
    learns: bool = False
    """Whether the model changes with the next submission."""

    def asked(self, call: str, account: int, number: int, now: int) -> int | None:
        """Answer a single ``refund`` or ``take``."""
        answer: int | None = getattr(self, call)(account, number, now)
        return answer

    def submit(self, account: int, offer: int, label: int, now: int) -> int | None:
        waited = now - self.last_accepted
        if waited <= 0:
            return None
        tokens = int(RULES.cost_weight * 60 / isqrt(waited))
        required = max(RULES.minimum_deposit, tokens * 1_000_000)
        if offer < required or self.balances[account] < offer:
            return None
        self.submissions.append(PlainSubmission(now, account, label, required, required))
        self.last_accepted = now
        number = len(self.submissions) - 1
        return self._move(account, Ledger.ESCROW, required, Reason.DEPOSIT, number) and number

    def refund(self, account: int, number: int, now: int) -> int | None:
        one = self.submissions[number]
        if (
            account != one.sender
            or now - one.time_s <= RULES.refund_time
            or not one.claimable
            or account in one.claimed_by
            or self._predicted(number) != one.label
        ):
            return None
        paid = self._pay(account, number, one.claimable, Reason.REFUND)
        self.verified[account] += paid is not None
        return paid

    def take(self, account: int, number: int, now: int) -> int | None:
        one = self.submissions[number]
        if one.claimable and now - one.time_s >= RULES.claim_time:
            return self._pay(account, number, one.claimable, Reason.EXPIRY)
        if (
            account == one.sender
            or now - one.time_s <= RULES.refund_time
            or not one.claimable
            or account in one.claimed_by
            or self._predicted(number) == one.label
            or not self.verified[account]
        ):
            return None
        share = one.deposit * self.verified[account] // sum(self.verified)
        if share == 0 or share > one.claimable:
            share = one.claimable
        return self._pay(account, number, share, Reason.TAKE)

    def claim_all(self, account: int, now: int) -> None:
        """Refund all its own, take all of the others', then all that has expired, one by one."""
        numbers = range(len(self.submissions))
        expired = [n for n in numbers if now - self.submissions[n].time_s >= RULES.claim_time]
        for number in numbers:
            self.refund(account, number, now)
        for number in numbers:
            if number not in expired:
                self.take(account, number, now)
        for number in expired:
            self.take(account, number, now)

    def _predicted(self, number: int) -> int:
        return self.oracle.says.get(number, 0)

    def _pay(self, account: int, number: int, amount: int, reason: Reason) -> int | None:
        self.submissions[number].claimable -= amount
        self.submissions[number].claimed_by.add(account)
        return self._move(Ledger.ESCROW, account, amount, reason, number)

    def _move(self, source: int, target: int, amount: int, reason: Reason, number: int) -> int:
        self.balances[source] -= amount
        self.balances[target] += amount
        self.movements.append((source, target, amount, reason, number))
        return amount


CHAIN = Chain(gas_price=0.02, ether_price=1.0)
"""Calls cost a few units each."""

FEES = {
    call: [CHAIN.fee(gas) for gas in gas_table("model").gas(call, [0, 1]).tolist()]
    for call in (*SUCCEEDED, *REFUSED)
}
"""Of each call, by the number of words of its sample: none of the first, one of all others."""

TO_FEES = len(ACCOUNTS) + 1


@dataclass
class ChargingContract(PlainContract):
    """The same, but that calls cost fees: one that its sender cannot pay is not sent."""

    must_be_worth_it: bool = False
    is_unsent: bool = False

    def asked(self, call: str, account: int, number: int, now: int) -> int | None:
        self.is_unsent = False
        answer = super().asked(call, account, number, now)
        if answer is None and not self.is_unsent:
            self._charge(account, f"{call}-refused", number, number)
        return answer

    def submit(self, account: int, offer: int, label: int, now: int) -> int | None:
        words = min(len(self.submissions), 1)
        most = max(FEES[f"submit-{end}"][words] for end in ("stays", "learns", "refused"))
        if self.balances[account] < offer + most:
            return None
        number = super().submit(account, offer, label, now)
        if number is None:
            self._charge(account, "submit-refused", words, -1)
        else:
            self._charge(account, "submit-learns" if self.learns else "submit-stays", words, number)
        return number

    def _charge(self, account: int, call: str, words: int, number: int) -> bool:
        fee = FEES[call][min(words, 1)]
        if fee > self.balances[account]:
            return False
        self._move(account, TO_FEES, fee, Reason.FEE, number)
        return True

    def _pay(self, account: int, number: int, amount: int, reason: Reason) -> int | None:
        is_worth_it = amount >= FEES[reason][min(number, 1)]
        if self.must_be_worth_it > is_worth_it or not self._charge(account, reason, number, number):
            self.is_unsent = True
            return None
        return super()._pay(account, number, amount, reason)


accounts = st.sampled_from(ACCOUNTS)
labels = st.integers(0, 1)
recent = st.integers(0, 11)
"""Which submission, counted from the newest: most of the older ones are paid out."""


class Interleavings(RuleBasedStateMachine):
    REASONS: ClassVar[list[Reason]] = list(Reason)

    @initialize()
    def open(self) -> None:
        self.now = 0
        self.oracle = Oracle()
        self.contract, self.plain = self.contracts()
        self.opened = len(self.contract.ledger.names) - 1

    def contracts(self) -> tuple[ContractAgent, PlainContract]:
        contract = contract_with(self.oracle, *(START for _ in ACCOUNTS), rules=RULES)
        return contract, PlainContract(self.oracle, [0, *(START for _ in ACCOUNTS)], [0] * 5)

    @rule(seconds=st.sampled_from([1, 9, 49, 50, 51, 150, 200]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule(
        account=accounts,
        offer=st.sampled_from([6, 7, 8, 40]),
        label=labels,
        answers=st.none() | st.lists(labels, max_size=12),
    )
    def submit(self, account: int, offer: int, label: int, answers: list[int] | None) -> None:
        """Learning from the sample may turn the predictions for the newest submissions around."""
        number = len(self.contract.submissions)
        if answers is not None:
            self.oracle.after_update = {
                **self.oracle.says,
                **{number - back: answer for back, answer in enumerate(answers)},
            }
        self.plain.learns = answers is not None
        answer = self.contract.submit(account, offer, sample(number), label, self.now)
        self.oracle.after_update = None
        self.same(answer, self.plain.submit(account, offer, label, self.now))

    @rule(account=accounts, back=recent)
    def refund(self, account: int, back: int) -> None:
        number = len(self.contract.submissions) - 1 - back
        if number >= 0:
            answer = self.contract.refund(account, number, self.now)
            self.same(answer, self.plain.asked("refund", account, number, self.now))

    @rule(account=accounts, back=recent)
    def take(self, account: int, back: int) -> None:
        number = len(self.contract.submissions) - 1 - back
        if number >= 0:
            answer = self.contract.take(account, number, self.now)
            self.same(answer, self.plain.asked("take", account, number, self.now))

    @rule(
        sent=st.lists(st.tuples(accounts, labels), min_size=4, max_size=12),
        seconds=st.sampled_from([30, 60]),
        claiming=st.lists(accounts, max_size=4),
        answers=st.lists(labels, min_size=12, max_size=12),
    )
    def trade(
        self,
        sent: list[tuple[int, int]],
        seconds: int,
        claiming: list[int],
        answers: list[int],
    ) -> None:
        """A busy while, so that the contract gets to drop what is paid out."""
        for account, label in sent:
            self.wait(1)
            self.submit(account, RULES.minimum_deposit, label, answers)
        self.wait(seconds)
        for account in claiming:
            self.claim_all(account)

    @rule(account=accounts)
    def claim_all(self, account: int) -> None:
        self.contract.claim_all(account, self.now)
        self.plain.claim_all(account, self.now)

    def same(self, answer: int | Refusal, plain: int | None) -> None:
        assert (None if isinstance(answer, Refusal) else answer) == plain

    @invariant()
    def the_same_money_moved(self) -> None:
        """As the plain contract's refused calls do nothing, nor may the contract's."""
        rows = self.contract.ledger.movements()[self.opened :, 1:].tolist()
        moved = [(*row[:3], self.REASONS[row[3]], row[4]) for row in rows]
        assert moved == self.plain.movements
        assert [*self.contract.ledger.balances] == self.plain.balances
        assert self.contract.verified == self.plain.verified
        assert len(self.oracle.learnt) == len(self.plain.submissions)

    @invariant()
    def money_is_neither_made_nor_lost(self) -> None:
        balances = self.contract.ledger.balances
        assert sum(balances) == START * len(ACCOUNTS)
        assert min(balances) >= 0

    @invariant()
    def escrow_is_what_can_be_claimed(self) -> None:
        submissions = range(len(self.contract.submissions))
        claimable = [self.contract.left_of(number) for number in submissions]
        assert self.contract.ledger.balances[Ledger.ESCROW] == sum(claimable)
        assert len(self.contract.pending) == sum(left > 0 for left in claimable)

    @invariant()
    def nobody_claims_twice_before_expiry(self) -> None:
        taken = [
            (target, number)
            for _, target, _, reason, number in self.plain.movements
            if reason in {Reason.REFUND, Reason.TAKE}
        ]
        assert len(taken) == len(set(taken))


class FeeInterleavings(Interleavings):
    must_be_worth_it = False

    def contracts(self) -> tuple[ContractAgent, PlainContract]:
        chain = replace(CHAIN, claims_worth_fee=self.must_be_worth_it)
        balances = [START for _ in ACCOUNTS]
        contract = contract_with(self.oracle, *balances, rules=RULES, chain=chain)
        return contract, ChargingContract(
            self.oracle, [0, *balances, 0], [0] * 6, must_be_worth_it=self.must_be_worth_it
        )

    @invariant()
    def the_fees_are_what_each_paid(self) -> None:
        fees = self.contract.fees
        assert fees is not None
        assert fees.paid.total() == self.contract.ledger.balance(TO_FEES)
        self.contract.check()


class WorthInterleavings(FeeInterleavings):
    must_be_worth_it = True


TestInterleavings = Interleavings.TestCase
TestFeeInterleavings = FeeInterleavings.TestCase
TestWorthInterleavings = WorthInterleavings.TestCase
