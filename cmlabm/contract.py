"""The smart contract: takes submissions, trains the classifier, holds and pays out deposits."""

from array import array
from collections import defaultdict, deque
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
from mesa import Agent
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.errors import InputError
from cmlabm.ledger import OUTSIDE, Ledger, Reason
from cmlabm.loss_record import LossRecord
from cmlabm.mechanisms import checked_if_own
from cmlabm.mechanisms.interface import Mechanism, Standing
from cmlabm.mechanisms.prediction_market import PredictionMarket
from cmlabm.pending import Pending
from cmlabm.refusals import Refusal
from cmlabm.submissions import Submissions
from cmlabm.whole_numbers import whole

if TYPE_CHECKING:
    from cmlabm.model import CMLModel


class ContractAgent(Agent["CMLModel"]):
    """The contract as an agent whose daily step publishes the classifier's accuracy.

    Calls that break a rule are refused: they return the ``Refusal`` and change nothing else.

    Attributes:
        rules: the incentive mechanism.
        ledger: all accounts; the contract's is the escrow.
        classifier: the shared model.
        submissions: every accepted submission.
        pending: those that still hold money.
        accuracy: the share of hidden test samples predicted right, as last published.
        verified: per account, how many of its samples were verified (refunded).
        all_verified: how many of all accounts.
        verifications: the verified submissions, in the order in which they were.
        locked: per account, how much of its deposits the contract still holds, in units.
        accepted, refused: per account, how many of its submissions were.
        refunds, takes: how many were paid.
    """

    REFUSAL_COLUMNS = ("time_s", "account", "call", "reason", "submission")
    CALLS = ("submit", "refund", "take")

    def __init__(
        self, model: "CMLModel", rules: Mechanism, classifier: Classifier, test: Samples
    ) -> None:
        super().__init__(model)
        self.rules = rules
        self._asked = checked_if_own(rules)
        self.ledger = Ledger()
        self.classifier = classifier
        self.submissions = Submissions()
        self.pending = Pending(classifier.watch(test))
        self.verified = [0]
        self.all_verified = 0
        self.verifications: list[int] = []
        self.locked = [0]
        self.accepted = [0]
        self.refused = [0]
        self.refunds = 0
        self.takes = 0
        self._test = test
        self._claimed: defaultdict[int, set[int]] = defaultdict(set)
        self._last_accepted_at = 0
        self._recent_labels: deque[int] = deque(maxlen=rules.label_window)
        self._losses: LossRecord | None = None
        self._bounty = 0
        if isinstance(rules, PredictionMarket):
            self._bounty = rules.bounty
            self.ledger.mint(rules.bounty, Reason.BOUNTY, 0)
            self._losses = LossRecord(classifier, test)
        self._refusals = array("q")
        self._last_claims: dict[int, tuple[int, int]] = {}
        self._model_changes = 0
        self._published_after = -1
        self.accuracy = 0.0
        self.step()

    @property
    def balance(self) -> float:
        """The escrow in tokens."""
        return self.ledger.tokens(Ledger.ESCROW)

    def step(self) -> None:
        """Publish the accuracy on the hidden test set."""
        if self._published_after != self._model_changes:
            predicted = self.classifier.predict(self._test.features)
            self.accuracy = float(np.mean(predicted == self._test.labels))
            self._published_after = self._model_changes

    def open_account(self, name: str, balance: int) -> int:
        """Open a contributor's account with a balance in units and return its number."""
        for per_account in (self.verified, self.locked, self.accepted, self.refused):
            per_account.append(0)
        return self.ledger.open(name, balance)

    def required_deposit(self, account: int, label: int, now: int) -> int | None:
        """Return what a submission costs at a time in units; None if none is possible then."""
        waited = now - self._last_accepted_at
        if waited <= 0:
            return None
        return self._asked.required_deposit(waited, self._standing(account, (label,)))

    def price_after(self, waited: int, account: int) -> int:
        """Return what a submission costs some seconds after one that is accepted, in units."""
        return self._asked.required_deposit(waited, self._standing(account, ()))

    def next_expiry(self, now: int) -> int | None:
        """Return when the next open submission after a time expires; None if there is none."""
        age = now - self._asked.expired_before(now) + 1
        sent_at = self.pending.next_open(now - age + 1)
        return None if sent_at is None else sent_at + age

    def submit(self, account: int, offer: int, row: Row, label: int, now: int) -> int | Refusal:
        """Train the classifier with a sample and hold the required deposit.

        Args:
            account: the sender's.
            offer: the most that the sender is willing to deposit, in units.
            row: the features, shape (features,).
            label: the label that the sender gives.
            now: the time in seconds.

        Returns:
            The submission's number, or why it was refused.
        """
        required = self.required_deposit(account, label, now)
        if required is None:
            return self._refuse(Refusal.SAME_SECOND, "submit", account, now)
        if offer < required:
            return self._refuse(Refusal.OFFER_TOO_LOW, "submit", account, now)
        if offer > self.ledger.balance(account):
            return self._refuse(Refusal.BALANCE_TOO_LOW, "submit", account, now)
        deposit = self._asked.locked(required, offer)
        is_open = self.rules.awaits_claims and (deposit > 0 or not self.rules.needs_money)
        number = self.submissions.add(now, account, row, label, deposit, is_open)
        changed = self.classifier.update(row, label)
        self._model_changes += changed
        if deposit:
            self.ledger.move(account, Ledger.ESCROW, deposit, Reason.DEPOSIT, now, number)
            self.locked[account] += deposit
        if is_open:
            self.pending.add(number, now, account, label, deposit, row)
        if self._losses is not None:
            self._losses.note(self.classifier, changed)
        self.accepted[account] += 1
        self._last_accepted_at = now
        self._recent_labels.append(label)
        return number

    def refund(self, account: int, submission: int, now: int) -> int | Refusal:
        """Pay a submission's sender all that is claimable, if the classifier agrees with it.

        Returns:
            The amount in units, or why it was refused.
        """
        refusal = self._why_not_refund(account, submission, now)
        if refusal is not None:
            return self._refuse(refusal, "refund", account, now, submission)
        return self._pay_refund(account, self.pending.position(submission), now)

    def take(self, account: int, submission: int, now: int) -> int | Refusal:
        """Pay a taker its share of a submission that the classifier disagrees with.

        Once the claim time has passed, anybody gets all that is left.

        Returns:
            The amount in units, or why it was refused.
        """
        refusal = self._why_not_take(account, submission, now)
        if refusal is not None:
            return self._refuse(refusal, "take", account, now, submission)
        position = self.pending.position(submission)
        if self._is_expired(submission, now):
            return self._pay_rest(account, position, now, Reason.EXPIRY)
        return self._pay_takes(account, np.array([position]), [submission], now)

    def claim_all(self, account: int, now: int) -> None:
        """Pay an account all it can claim: refunds first, then takes, then what has expired.

        This is what calling ``refund`` and ``take`` for every pending submission comes to.
        """
        pending = self.pending
        if not pending:
            return
        ripe = pending.sent_before(self._asked.ripe_before(now))
        expired = pending.sent_before(self._asked.expired_before(now))
        start = self._first_new_position(account, now)
        if start < ripe:
            own, others = pending.claimable_by(account, start, ripe)
            for position in own:
                self._pay_refund(account, position, now)
            if len(others) and self.verified[account] and self.rules.lets_take:
                self._take_all(account, others[others >= expired] if expired else others, now)
        if expired:
            for position in pending.open(expired):
                self._pay_rest(account, position, now, Reason.EXPIRY)

    def close(self, now: int) -> None:
        """End the market: where payment is by loss, reveal the test set and pay."""
        if self._losses is None or not isinstance(self.rules, PredictionMarket):
            return
        errors = self._losses.reveal(self._test)
        submissions = self.submissions
        payouts, stayed = self.rules.settle(
            submissions.sender, submissions.deposit, errors, len(self._test)
        )
        for account, payment in payouts.items():
            amount = whole(payment, 0, self.ledger.balance(Ledger.ESCROW), self.rules, "settle")
            self.ledger.move(Ledger.ESCROW, account, amount, Reason.REWARD, now, OUTSIDE)
        self.ledger.burn(self.ledger.balance(Ledger.ESCROW), Reason.BOUNTY, now)
        self._bounty = 0
        self.locked = [0] * len(self.locked)
        submissions.claimable = [0] * len(submissions)
        self.classifier = self._losses.retrained(submissions, stayed)
        self._model_changes += 1
        self._losses = None

    def check(self) -> None:
        """Check that all money is where the movements put it, and the escrow what deposits left.

        Raises:
            InputError: something else has changed a balance or emptied the escrow.
        """
        self.ledger.check()
        escrow, due = self.ledger.balance(Ledger.ESCROW), self._bounty + sum(self.locked)
        if escrow != due:
            raise InputError(
                f"the escrow holds {escrow} units where {due} are left of deposits and bounties:"
                f" money must leave it by the contract's payments only"
            )

    def refusals(self) -> NDArray[np.int64]:
        """Return every refused call so far, shape (refusals, 5), columns ``REFUSAL_COLUMNS``.

        ``call`` counts in ``CALLS`` and ``reason`` in ``Refusal``; no submission is -1.
        """
        return np.array(self._refusals, dtype=np.int64).reshape(-1, len(self.REFUSAL_COLUMNS))

    def _refuse(
        self, refusal: Refusal, call: str, account: int, now: int, submission: int = OUTSIDE
    ) -> Refusal:
        self._refusals.extend((now, account, self.CALLS.index(call), refusal.code, submission))
        if call == "submit":
            self.refused[account] += 1
        return refusal

    def _why_not_refund(self, account: int, submission: int, now: int) -> Refusal | None:
        if not 0 <= submission < len(self.submissions):
            return Refusal.UNKNOWN_SUBMISSION
        if self.submissions.sender[submission] != account:
            return Refusal.NOT_SENDER
        if not self.submissions.is_open[submission]:
            return self._why_nothing_left(account, submission)
        if not self._is_ripe(submission, now):
            return Refusal.TOO_EARLY
        return None if self._agrees(submission) else Refusal.MODEL_DISAGREES

    def _why_not_take(self, account: int, submission: int, now: int) -> Refusal | None:
        if not 0 <= submission < len(self.submissions):
            return Refusal.UNKNOWN_SUBMISSION
        if not self.submissions.is_open[submission]:
            return self._why_nothing_left(account, submission)
        if self._is_expired(submission, now):
            return None
        if self.submissions.sender[submission] == account:
            return Refusal.OWN_SUBMISSION
        if submission in self._claimed[account]:
            return Refusal.ALREADY_CLAIMED
        if not self._is_ripe(submission, now):
            return Refusal.TOO_EARLY
        if self._agrees(submission):
            return Refusal.MODEL_AGREES
        if not self.rules.lets_take:
            return Refusal.NO_TAKES
        return None if self.verified[account] else Refusal.NOT_VERIFIED

    def _why_nothing_left(self, account: int, submission: int) -> Refusal:
        if submission in self._claimed[account]:
            return Refusal.ALREADY_CLAIMED
        return Refusal.NOTHING_CLAIMABLE

    def _is_ripe(self, submission: int, now: int) -> bool:
        return self.submissions.time_s[submission] < self._asked.ripe_before(now)

    def _is_expired(self, submission: int, now: int) -> bool:
        return self.submissions.time_s[submission] < self._asked.expired_before(now)

    def _first_new_position(self, account: int, now: int) -> int:
        """Return before which pending submission nothing new can be claimed by an account.

        While the classifier stays as it is, there is nothing new but what has ripened since a
        verified account last claimed all.
        """
        if not self.verified[account]:
            return 0
        last_changes, last_time = self._last_claims.get(account, (-1, 0))
        self._last_claims[account] = (self._model_changes, now)
        if last_changes != self._model_changes:
            return 0
        return self.pending.sent_before(self._asked.ripe_before(last_time))

    def _agrees(self, submission: int) -> bool:
        return self.pending.agrees(self.pending.position(submission))

    def _pay_refund(self, account: int, position: int, now: int) -> int:
        self.verified[account] += 1
        self.all_verified += 1
        self.refunds += 1
        self.verifications.append(self.pending.number(position))
        return self._pay_rest(account, position, now, Reason.REFUND)

    def _take_all(self, account: int, positions: NDArray[np.intp], now: int) -> None:
        """Pay a taker its share of the submissions at some positions that it has not claimed."""
        numbers = self.pending.numbers(positions)
        claimed = self._claimed[account]
        if not claimed.isdisjoint(numbers):
            is_new = [number not in claimed for number in numbers]
            positions, numbers = positions[is_new], list(compress(numbers, is_new))
        if numbers:
            self._pay_takes(account, positions, numbers, now)

    def _pay_takes(
        self, account: int, positions: NDArray[np.intp], numbers: list[int], now: int
    ) -> int:
        """Pay a taker its share of submissions, given by their positions and their numbers."""
        rules, pending, submissions = self.rules, self.pending, self.submissions
        deposits, claimable = pending.money(positions)
        verified = self.verified[account]
        taken = self._asked.take(deposits, claimable, verified, self.all_verified)
        left = claimable - taken
        total = self.ledger.pay(account, numbers, taken, Reason.TAKE, now)
        if rules.slashes:
            back, burnt = self._asked.slashed(deposits, left)
            left = left - back - burnt
            self._pay_back_and_burn(numbers, back, burnt, now)
        pending.note_takes(positions, account, left)
        self._claimed[account].update(numbers)
        self.takes += len(numbers)
        for position, number, rest in zip(positions.tolist(), numbers, left.tolist(), strict=True):
            self.locked[submissions.sender[number]] -= submissions.claimable[number] - rest
            submissions.claimable[number] = rest
            if not rest:
                self._close(position, number)
        return total

    def _pay_back_and_burn(
        self, numbers: list[int], back: NDArray[np.int64], burnt: NDArray[np.int64], now: int
    ) -> None:
        accounts = [(self.submissions.sender[number], OUTSIDE) for number in numbers]
        self.ledger.pay_each(
            np.ravel(accounts),
            np.repeat(numbers, 2),
            np.stack([back, burnt], axis=1).ravel(),
            (Reason.RETURN, Reason.BURN),
            now,
        )

    def _pay_rest(self, account: int, position: int, now: int, reason: Reason) -> int:
        """Pay an account all that is left of the submission at a position."""
        submissions = self.submissions
        number = self.pending.number(position)
        amount = submissions.claimable[number]
        if amount:
            self.ledger.move(Ledger.ESCROW, account, amount, reason, now, number)
            self.locked[submissions.sender[number]] -= amount
            submissions.claimable[number] = 0
        self._claimed[account].add(number)
        self._close(position, number)
        return amount

    def _close(self, position: int, number: int) -> None:
        self.submissions.is_open[number] = False
        self.pending.close(position)

    def _standing(self, account: int, next_label: tuple[int, ...]) -> Standing:
        labels = (*self._recent_labels, *next_label) if self.rules.label_window else ()
        return Standing(self.verified[account], self.all_verified, labels)
