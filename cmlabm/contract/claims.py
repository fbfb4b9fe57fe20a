"""Who can claim what of the submissions, and the payments that come of it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmlabm.contract.fees import Fees
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.lessons import Lessons
from cmlabm.contract.pending import NEVER, Pending
from cmlabm.contract.refusals import Refusal
from cmlabm.contract.submissions import Fate, Submissions
from cmlabm.mechanisms.expiry import ExpiryTo, shares_of_expired
from cmlabm.mechanisms.interface import Mechanism, Settlement


class Claims:
    """Refunds, takes and what is paid when deposits expire.

    Attributes:
        submissions: every accepted submission.
        pending: those that wait for claims.
        verified: per account, how many of its samples were verified: refunded, and not ``known``.
        all_verified: how many of all accounts.
        verifications: the refunded submissions, in the order in which they were.
        known: the submissions whose refunds do not count as verifications.
        refunds, takes: how many were paid.
        fees: that claims cost; None where they are free. A claim that is not paid for is not made.
    """

    def __init__(
        self,
        rules: Mechanism,
        lets_take: bool,
        expiry_to: ExpiryTo,
        ledger: Ledger,
        submissions: Submissions,
        pending: Pending,
        lessons: Lessons,
        settlement: Settlement,
    ) -> None:
        self.submissions = submissions
        self.pending = pending
        self.verified = [0]
        self.all_verified = 0
        self.verifications: list[int] = []
        self.known: set[int] = set()
        self.refunds = 0
        self.takes = 0
        self.fees: Fees | None = None
        self._rules = rules
        self._lets_take = lets_take
        self._expiry_to: ExpiryTo = expiry_to
        self._ledger = ledger
        self._lessons = lessons
        hears = type(settlement).claimed is not Settlement.claimed
        self._tell = settlement.claimed if hears else None
        self._last_claims = [(NEVER, False)]

    def open_account(self, account: int) -> None:
        """Make room for one more account."""
        self.verified.append(0)
        self._last_claims.append((NEVER, False))
        self.pending.make_room_for(account)

    def refund(self, account: int, submission: int, now: int) -> int | Refusal:
        """Pay a submission's sender all that is left, or return why not."""
        refusal = self._why_not_refund(account, submission, now)
        if refusal is not None:
            return refusal
        return self._pay_refund(account, self.pending.position(submission), now)

    def take(self, account: int, submission: int, now: int) -> int | Refusal:
        """Pay a taker its share of a submission, or all if it has expired, or return why not."""
        refusal = self._why_not_take(account, submission, now)
        if refusal is not None:
            return refusal
        position = self.pending.position(submission)
        if self._is_expired(submission, now):
            return self._pay_expired(account, position, now)
        return self._pay_take(account, position, now)

    def claim_all(self, account: int, now: int, model_changes: int) -> None:
        """Pay an account all it can claim: refunds first, then takes, then what has expired.

        Args:
            account: whose claims they are.
            now: the time in seconds.
            model_changes: how often the classifier has changed.
        """
        pending, rules = self.pending, self._rules
        ripe = pending.sent_before(rules.refundable_before(now))
        expired = pending.sent_before(rules.expired_before(now))
        may_take = self._lets_take and self.verified[account] > 0
        look = pending.look(ripe, model_changes)
        last_look, could_take = self._last_claims[account]
        is_news = last_look != look or could_take != may_take
        if is_news and (may_take or pending.has_open(account)):
            since = last_look if could_take == may_take else NEVER
            refunds, takes = pending.claimable(account, since, expired if may_take else ripe)
            taken: list[int | Refusal] = []
            refunded = [self._pay_refund(account, position, now) for position in refunds]
            if self._lets_take and not may_take and self.verified[account]:  # for the first time
                may_take = True
                _, takes = pending.claimable(account, NEVER, expired)
            if len(takes) == 1 or self.fees:
                taken = [self._pay_take(account, int(position), now) for position in takes]
            elif len(takes):
                self._pay_takes(account, np.asarray(takes), now)
            # What a refund brings never grows: one that is not worth its fee never will be.
            is_left = Refusal.BALANCE_TOO_LOW in refunded
            is_left = is_left or any(isinstance(answer, Refusal) for answer in taken)
            self._last_claims[account] = (NEVER if is_left else look), may_take
        for position in pending.drain(expired):
            if isinstance(self._pay_expired(account, position, now), Refusal):
                pending.leave(position)

    def settle(self) -> None:
        """Note that all money that was still held has been paid out: nothing waits any more."""
        self.pending.clear()
        held = (Fate.PENDING, Fate.KEPT)
        fates = self.submissions.fate
        fates[:] = [Fate.SETTLED if fate in held else fate for fate in fates]

    def _why_not_refund(self, account: int, submission: int, now: int) -> Refusal | None:
        if not 0 <= submission < len(self.submissions):
            return Refusal.UNKNOWN_SUBMISSION
        if self.submissions.sender[submission] != account:
            return Refusal.NOT_SENDER
        if self.submissions.fate[submission] is not Fate.PENDING:
            return self._why_nothing_left(account, submission)
        if not self._is_ripe(submission, now):
            return Refusal.TOO_EARLY
        return None if self._agrees(submission) else Refusal.MODEL_DISAGREES

    def _why_not_take(self, account: int, submission: int, now: int) -> Refusal | None:
        if not 0 <= submission < len(self.submissions):
            return Refusal.UNKNOWN_SUBMISSION
        if self.submissions.fate[submission] is not Fate.PENDING:
            return self._why_nothing_left(account, submission)
        if self._is_expired(submission, now):
            return None
        if self.submissions.sender[submission] == account:
            return Refusal.OWN_SUBMISSION
        if self.pending.has_taken(account, self.pending.position(submission)):
            return Refusal.ALREADY_CLAIMED
        if not self._is_ripe(submission, now):
            return Refusal.TOO_EARLY
        if self._agrees(submission):
            return Refusal.MODEL_AGREES
        if not self._lets_take:
            return Refusal.NO_TAKES
        return None if self.verified[account] else Refusal.NOT_VERIFIED

    def _why_nothing_left(self, account: int, submission: int) -> Refusal:
        if self.submissions.closed_by[submission] == account:
            return Refusal.ALREADY_CLAIMED
        if self._ledger.has_paid(account, submission, Reason.TAKE):
            return Refusal.ALREADY_CLAIMED
        return Refusal.NOTHING_CLAIMABLE

    def _is_ripe(self, submission: int, now: int) -> bool:
        return self.submissions.time_s[submission] < self._rules.refundable_before(now)

    def _is_expired(self, submission: int, now: int) -> bool:
        return self.submissions.time_s[submission] < self._rules.expired_before(now)

    def _agrees(self, submission: int) -> bool:
        return self.pending.agrees(self.pending.position(submission))

    def _pay_refund(self, account: int, position: int, now: int) -> int | Refusal:
        number, fees = self.pending.number(position), self.fees
        if fees:
            left = self.pending.left(position)
            if refusal := fees.charge_claim(account, "refund", number, left, now):
                return refusal
        if number not in self.known:
            self.verified[account] += 1
            self.all_verified += 1
        self.refunds += 1
        self.verifications.append(number)
        return self._pay_rest(account, position, now, Reason.REFUND, Fate.REFUNDED)

    def _pay_rest(self, account: int, position: int, now: int, reason: Reason, fate: Fate) -> int:
        """Pay an account all that is left of the submission at a position."""
        number, amount = self.pending.number(position), self.pending.left(position)
        if amount:
            self._ledger.move(Ledger.ESCROW, account, amount, reason, now, number)
        self.pending.close(position)
        self.submissions.close(number, fate, account)
        self._lessons.claimed(number, reason)
        if self._tell:
            self._tell(number, account, reason, amount)
        return amount

    def _pay_expired(self, account: int, position: int, now: int) -> int | Refusal:
        """Settle the expired submission at a position, and return what the asking account gets."""
        pending, ledger = self.pending, self._ledger
        number, left = pending.number(position), pending.left(position)
        sender = pending.sender(position)
        shares = shares_of_expired(self._expiry_to, left, sender, account, self.verified)
        if self.fees:
            brings = shares.get(account, 0)
            if refusal := self.fees.charge_claim(account, "expiry", number, brings, now):
                return refusal
        if self._expiry_to == "first":
            return self._pay_rest(account, position, now, Reason.EXPIRY, Fate.EXPIRED)
        for target, amount in shares.items():
            ledger.move(Ledger.ESCROW, target, amount, Reason.EXPIRY, now, number)
        if rest := left - sum(shares.values()):
            ledger.burn(rest, Reason.BURN, now, number)
        pending.close(position)
        self.submissions.close(number, Fate.EXPIRED, account)
        self._lessons.claimed(number, Reason.EXPIRY)
        if self._tell:
            for target, amount in shares.items():
                self._tell(number, target, Reason.EXPIRY, amount)
        return shares.get(account, 0)

    def _pay_take(self, account: int, position: int, now: int) -> int | Refusal:
        """Pay a taker its share of the submission at a position: sooner than as one of several."""
        pending, ledger = self.pending, self._ledger
        number = pending.number(position)
        deposit: Any = pending.deposit(position)
        claimable: Any = pending.left(position)
        taker, sender, burnt = self._rules.take(
            deposit, claimable, self.verified[account], self.all_verified
        )
        amount = int(taker)
        if self.fees and (refusal := self.fees.charge_claim(account, "take", number, amount, now)):
            return refusal
        ledger.move(Ledger.ESCROW, account, amount, Reason.TAKE, now, number)
        left: int = claimable - amount
        if sender is not None or burnt is not None:
            back, destroyed = int(sender or 0), int(burnt or 0)
            ledger.move(Ledger.ESCROW, pending.sender(position), back, Reason.RETURN, now, number)
            ledger.burn(destroyed, Reason.BURN, now, number)
            left -= back + destroyed
        pending.note_takes(position, account, left)
        self.takes += 1
        self._lessons.claimed(number, Reason.TAKE)
        if self._tell:
            self._tell(number, account, Reason.TAKE, amount)
        if not left:
            pending.close(position)
            self.submissions.close(number, Fate.TAKEN, account)
        return amount

    def _pay_takes(self, account: int, positions: NDArray[np.intp], now: int) -> int:
        """Pay a taker its share of the submissions at some positions."""
        pending, ledger = self.pending, self._ledger
        numbers = pending.numbers(positions)
        deposits, claimable = pending.money(positions)
        taker, sender, burnt = self._rules.take(
            deposits, claimable, self.verified[account], self.all_verified
        )
        total = ledger.pay(account, numbers, taker, Reason.TAKE, now)
        left = claimable - taker
        if sender is not None or burnt is not None:
            nothing = np.zeros_like(left)
            back = nothing if sender is None else sender
            destroyed = nothing if burnt is None else burnt
            ledger.pay_each(
                np.stack([pending.senders(positions), np.full_like(left, OUTSIDE)], axis=1).ravel(),
                numbers.repeat(2),
                np.stack([back, destroyed], axis=1).ravel(),
                (Reason.RETURN, Reason.BURN),
                now,
            )
            left = left - back - destroyed
        pending.note_takes(positions, account, left)
        self.takes += len(numbers)
        self._lessons.all_claimed(numbers, Reason.TAKE)
        if self._tell:
            for number, amount in zip(numbers.tolist(), taker.tolist(), strict=True):
                self._tell(number, account, Reason.TAKE, amount)
        for place in (left == 0).nonzero()[0].tolist():
            pending.close(int(positions[place]))
            self.submissions.close(int(numbers[place]), Fate.TAKEN, account)
        return total
