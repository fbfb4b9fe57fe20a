"""The smart contract: takes submissions, trains the classifier, holds and pays out deposits."""

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from mesa import Agent
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Row, Samples
from cmlabm.ledger import OUTSIDE, Ledger, Reason
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake
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
        self, model: "CMLModel", rules: DepositRefundTake, classifier: Classifier, test: Samples
    ) -> None:
        super().__init__(model)
        self.rules = rules
        self.ledger = Ledger()
        self.classifier = classifier
        self.submissions = Submissions()
        self.pending = Pending(classifier.watch())
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
        self._model_changed = True
        self.accuracy = 0.0
        self.step()

    @property
    def balance(self) -> float:
        """The escrow in tokens."""
        return self.ledger.tokens(Ledger.ESCROW)

    def step(self) -> None:
        """Publish the accuracy on the hidden test set."""
        if self._model_changed:
            predicted = self.classifier.predict(self._test.features)
            self.accuracy = float(np.mean(predicted == self._test.labels))
            self._model_changed = False

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
        self.ledger.move(account, Ledger.ESCROW, required, Reason.DEPOSIT, now, number)
        self._model_changed |= self.classifier.update(row, label)
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
        return self._pay_refunds(account, self.pending.positions([submission]), now)

    def take(self, account: int, submission: int, now: int) -> int | Refusal:
        """Pay a taker its share of a submission that the classifier disagrees with.

        Once the claim time has passed, anybody gets all that is left.

        Returns:
            The amount in units, or why it was refused.
        """
        refusal = self._why_not_take(account, submission, now)
        if refusal is not None:
            return self._refuse(refusal, "take", account, now, submission)
        position = self.pending.positions([submission])
        if self._is_expired(submission, now):
            return self._pay_expired(account, position, now)
        return self._pay_takes(account, position, now)

    def claim_all(self, account: int, now: int) -> None:
        """Pay an account all it can claim: refunds first, then takes, then what has expired."""
        pending = self.pending
        ripe = pending.sent_before(self.rules.ripe_before(now))
        expired = pending.sent_before(self.rules.expired_before(now))
        if ripe:
            own = pending.sender[:ripe] == account
            agrees = pending.agrees(ripe)
            refundable = np.flatnonzero(pending.is_open[:ripe] & own & agrees)
            if len(refundable):
                self._pay_refunds(account, refundable, now)
            if self.verified[account]:
                takeable = np.flatnonzero((pending.is_open[:ripe] & ~own & ~agrees)[expired:])
                takeable = self._unclaimed(account, takeable + expired)
                if len(takeable):
                    self._pay_takes(account, takeable, now)
        left = np.flatnonzero(pending.is_open[:expired])
        if len(left):
            self._pay_expired(account, left, now)

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
        return self._why_not_claim(account, submission, now) or (
            None if self._agrees(submission) else Refusal.MODEL_DISAGREES
        )

    def _why_not_take(self, account: int, submission: int, now: int) -> Refusal | None:
        if not 0 <= submission < len(self.submissions):
            return Refusal.UNKNOWN_SUBMISSION
        if self._is_expired(submission, now):
            return None if self.submissions.claimable[submission] else Refusal.NOTHING_CLAIMABLE
        if self.submissions.sender[submission] == account:
            return Refusal.OWN_SUBMISSION
        refusal = self._why_not_claim(account, submission, now)
        if refusal is None and self._agrees(submission):
            return Refusal.MODEL_AGREES
        if refusal is None and not self.verified[account]:
            return Refusal.NOT_VERIFIED
        return refusal

    def _why_not_claim(self, account: int, submission: int, now: int) -> Refusal | None:
        if submission in self._claimed[account]:
            return Refusal.ALREADY_CLAIMED
        if not self.submissions.claimable[submission]:
            return Refusal.NOTHING_CLAIMABLE
        if self.submissions.time_s[submission] >= self.rules.ripe_before(now):
            return Refusal.TOO_EARLY
        return None

    def _is_expired(self, submission: int, now: int) -> bool:
        return bool(self.submissions.time_s[submission] < self.rules.expired_before(now))

    def _agrees(self, submission: int) -> bool:
        position = int(self.pending.positions([submission])[0])
        return bool(self.pending.agrees(position + 1)[position])

    def _unclaimed(self, account: int, positions: NDArray[np.intp]) -> NDArray[np.intp]:
        claimed = self._claimed[account]
        numbers = self.pending.numbers[positions].tolist()
        return positions[[number not in claimed for number in numbers]]

    def _pay_refunds(self, account: int, positions: NDArray[np.intp], now: int) -> int:
        self.verified[account] += len(positions)
        self._all_verified += len(positions)
        self.refunds += len(positions)
        return self._pay(account, positions, self._claimable(positions), Reason.REFUND, now)

    def _pay_takes(self, account: int, positions: NDArray[np.intp], now: int) -> int:
        self.takes += len(positions)
        shares = self.rules.share(
            self.submissions.deposit[self.pending.numbers[positions]],
            self._claimable(positions),
            self.verified[account],
            self._all_verified,
        )
        return self._pay(account, positions, shares, Reason.TAKE, now)

    def _pay_expired(self, account: int, positions: NDArray[np.intp], now: int) -> int:
        return self._pay(account, positions, self._claimable(positions), Reason.EXPIRY, now)

    def _claimable(self, positions: NDArray[np.intp]) -> NDArray[np.int64]:
        return self.submissions.claimable[self.pending.numbers[positions]]

    def _pay(
        self,
        account: int,
        positions: NDArray[np.intp],
        amounts: NDArray[np.int64],
        reason: Reason,
        now: int,
    ) -> int:
        numbers = self.pending.numbers[positions]
        self.submissions.claimable[numbers] -= amounts
        self.pending.close(positions[self.submissions.claimable[numbers] == 0])
        self._claimed[account].update(numbers.tolist())
        return self.ledger.pay_out(account, amounts, reason, now, numbers)
