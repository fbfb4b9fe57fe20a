"""The smart contract: takes submissions, trains the classifier, holds and pays out deposits."""

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from mesa import Agent
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.ledger import OUTSIDE, Ledger, Reason
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.pending import Pending
from cmlabm.refusals import Refusal
from cmlabm.submissions import Submissions

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
        verified: per account, how many of its samples were refunded.
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
        self.ledger = Ledger()
        self.classifier = classifier
        self.submissions = Submissions()
        self.pending = Pending(classifier.watch(test))
        self.verified = [0]
        self.accepted = [0]
        self.refused = [0]
        self.refunds = 0
        self.takes = 0
        self._test = test
        self._claimed: defaultdict[int, set[int]] = defaultdict(set)
        self._all_verified = 0
        self._last_accepted_at = 0
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
        for counts in (self.verified, self.accepted, self.refused):
            counts.append(0)
        return self.ledger.open(name, balance)

    def required_deposit(self, now: int) -> int | None:
        """Return what a submission costs at a time in units; None if none is possible then."""
        waited = now - self._last_accepted_at
        return self.rules.required_deposit(waited) if waited > 0 else None

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
        required = self.required_deposit(now)
        if required is None:
            return self._refuse(Refusal.SAME_SECOND, "submit", account, now)
        if offer < required:
            return self._refuse(Refusal.OFFER_TOO_LOW, "submit", account, now)
        if self.ledger.balances[account] < required:
            return self._refuse(Refusal.BALANCE_TOO_LOW, "submit", account, now)
        number = self.submissions.add(now, account, label, required)
        self._model_changes += self.classifier.update(row, label)
        if required:
            self.ledger.move(account, Ledger.ESCROW, required, Reason.DEPOSIT, now, number)
            self.pending.add(number, now, account, label, row)
        self.accepted[account] += 1
        self._last_accepted_at = now
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
        return self._pay_takes(account, [(position, submission)], now)

    def claim_all(self, account: int, now: int) -> None:
        """Pay an account all it can claim: refunds first, then takes, then what has expired.

        This is what calling ``refund`` and ``take`` for every pending submission comes to.
        """
        pending = self.pending
        if not pending:
            return
        ripe = pending.sent_before(self.rules.ripe_before(now))
        expired = pending.sent_before(self.rules.expired_before(now))
        start = self._first_new_position(account, now)
        if start < ripe:
            own, others = pending.claimable_by(account, start, ripe)
            for position in own:
                self._pay_refund(account, position, now)
            if self.verified[account]:
                others = others[others >= expired]
                places = zip(others.tolist(), pending.numbers(others), strict=True)
                claimed = self._claimed[account]
                self._pay_takes(
                    account, [place for place in places if place[1] not in claimed], now
                )
        if expired:
            for position in pending.open(expired):
                self._pay_rest(account, position, now, Reason.EXPIRY)

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
        if not self.submissions.claimable[submission]:
            return self._why_nothing_left(account, submission)
        if not self._is_ripe(submission, now):
            return Refusal.TOO_EARLY
        return None if self._agrees(submission) else Refusal.MODEL_DISAGREES

    def _why_not_take(self, account: int, submission: int, now: int) -> Refusal | None:
        if not 0 <= submission < len(self.submissions):
            return Refusal.UNKNOWN_SUBMISSION
        if not self.submissions.claimable[submission]:
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
        return None if self.verified[account] else Refusal.NOT_VERIFIED

    def _why_nothing_left(self, account: int, submission: int) -> Refusal:
        if submission in self._claimed[account]:
            return Refusal.ALREADY_CLAIMED
        return Refusal.NOTHING_CLAIMABLE

    def _is_ripe(self, submission: int, now: int) -> bool:
        return self.submissions.time_s[submission] < self.rules.ripe_before(now)

    def _is_expired(self, submission: int, now: int) -> bool:
        return self.submissions.time_s[submission] < self.rules.expired_before(now)

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
        return self.pending.sent_before(self.rules.ripe_before(last_time))

    def _agrees(self, submission: int) -> bool:
        return self.pending.agrees(self.pending.position(submission))

    def _pay_refund(self, account: int, position: int, now: int) -> int:
        self.verified[account] += 1
        self._all_verified += 1
        self.refunds += 1
        return self._pay_rest(account, position, now, Reason.REFUND)

    def _pay_takes(self, account: int, places: list[tuple[int, int]], now: int) -> int:
        """Pay a taker its share of submissions at some positions with their numbers."""
        deposit, claimable = self.submissions.deposit, self.submissions.claimable
        verified, all_verified = self.verified[account], self._all_verified
        share, reduce = self.rules.share, self._reduce
        payments = []
        for position, number in places:
            amount = share(deposit[number], claimable[number], verified, all_verified)
            payments.append((number, amount))
            self.pending.note_take(position, account)
            reduce(account, position, number, amount)
        self.takes += len(places)
        return self.ledger.pay(account, payments, Reason.TAKE, now)

    def _pay_rest(self, account: int, position: int, now: int, reason: Reason) -> int:
        number = self.pending.number(position)
        return self._pay(account, position, number, self.submissions.claimable[number], now, reason)

    def _pay(
        self, account: int, position: int, number: int, amount: int, now: int, reason: Reason
    ) -> int:
        self.ledger.move(Ledger.ESCROW, account, amount, reason, now, number)
        self._reduce(account, position, number, amount)
        return amount

    def _reduce(self, account: int, position: int, number: int, amount: int) -> None:
        """Note that an account claimed an amount of a submission."""
        self._claimed[account].add(number)
        left = self.submissions.claimable[number] - amount
        self.submissions.claimable[number] = left
        if not left:
            self.pending.close(position)
