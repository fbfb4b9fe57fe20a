"""The smart contract: takes submissions, trains the classifier, holds and pays out deposits."""

from array import array
from collections import deque
from typing import Any

import numpy as np
from mesa import Agent
from numpy.typing import NDArray

from cmlabm.admission.interface import Admission
from cmlabm.classifiers.interface import Classifier
from cmlabm.contract.chain import Chain
from cmlabm.contract.claims import Claims
from cmlabm.contract.fees import Fees
from cmlabm.contract.fund import Fund
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.lessons import Lessons
from cmlabm.contract.pending import Pending
from cmlabm.contract.refusals import UNSENT, Refusal
from cmlabm.contract.sales import Sales
from cmlabm.contract.submissions import Fate, Submissions
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.errors import InputError, class_of, shown
from cmlabm.mechanisms import checked_if_own
from cmlabm.mechanisms.interface import Closing, Mechanism, Opening, Settlement, Standing
from cmlabm.units import SECONDS_PER_DAY
from cmlabm.whole_numbers import MOST, whole

UNKNOWN = -1
"""The true label of a sample of which it is not known."""


class ContractAgent(Agent[Any]):
    """The contract as an agent whose daily step publishes the classifier's accuracy.

    Calls that break a rule are refused: they return the ``Refusal``, cost their fee, and change
    nothing else. All calls take effect in the next block of the chain.

    Attributes:
        rules: the incentive mechanism.
        chain: that the contract is on.
        ledger: all accounts; the contract's is the escrow.
        lessons: the shared model, and what it learnt.
        fund: the bounty, and deposits that wait for no claims.
        submissions: every accepted submission.
        pending: those that wait for claims.
        claims: refunds, takes, and who has how many verified samples.
        sales: of predictions; None where none are sold.
        fees: that calls cost; None where they are free.
        least_fee: what the cheapest call that may succeed costs, in units.
        accuracy: the share of hidden test samples predicted right, as last published.
        accepted, refused: per account, how many of its submissions were.
        refused_words: of the samples of refused calls, how many features were not 0.
    """

    REFUSAL_COLUMNS = ("time_s", "account", "call", "reason", "submission")
    CALLS = ("submit", "refund", "take", "predict")

    def __init__(
        self,
        model: Any,
        rules: Mechanism,
        admission: Admission,
        classifier: Classifier,
        *,
        initial: Samples,
        root: Samples,
        test: Samples,
        rng: np.random.Generator,
        chain: Chain | None = None,
    ) -> None:
        """Open the market.

        Args:
            model: that it is an agent of.
            rules: the incentive mechanism.
            admission: which decides what the classifier learns.
            classifier: fitted to the initial samples.
            initial: the initial samples.
            root: samples that are trusted for checks; none if nobody needs them.
            test: the hidden test set.
            rng: from which the mechanism draws.
            chain: that the contract is on; None for one that asks for nothing.
        """
        super().__init__(model)
        self.rules = rules
        self.chain = chain or Chain()
        self._asked = checked_if_own(rules)
        self.ledger = Ledger()
        self.submissions = Submissions()
        self.lessons = Lessons(admission, classifier, self.submissions, initial, root)
        self.fund = Fund(
            self.ledger, self.submissions, whole(rules.bounty, 0, MOST, rules, "bounty")
        )
        self.pending = Pending(self.classifier.watch(test))
        self.accepted = [0]
        self.refused = [0]
        self._test = test
        self._last_accepted_at = 0
        self._must_teach = rules.verified_counts == "taught"
        self._recent_labels: deque[int] = deque(maxlen=rules.label_window)
        self._errors = self.classifier.error_count(test)
        admission.adopt(self.lessons)
        self._settlement = self._asked.opened(
            Opening(
                classifier=self.classifier,
                test=test,
                errors=self._errors,
                root=root,
                classes=int(initial.labels.max(initial=0)) + 1,
                submissions=self.submissions,
                fund=self.fund,
                rng=rng,
                teach=admission.teach,
            )
        )
        self.claims = Claims(
            self._asked,
            rules.lets_take,
            rules.expiry_to,
            self.ledger,
            self.submissions,
            self.pending,
            self.lessons,
            self._settlement,
        )
        self.sales: Sales | None = None
        self.fees: Fees | None = None
        self.least_fee = 0
        self.refused_words = array("q")
        self._refusals = array("q")
        self._changes_told = 0
        self._published_after = -1
        self.accuracy = 0.0
        self._publish()

    @property
    def classifier(self) -> Classifier:
        """The shared model."""
        return self.lessons.classifier

    @property
    def test(self) -> Samples:
        """The hidden test set, which no contributor sees."""
        return self._test

    @property
    def balance(self) -> float:
        """The escrow in tokens."""
        return self.ledger.tokens(Ledger.ESCROW)

    @property
    def verified(self) -> list[int]:
        """Per account, how many of its samples were verified: refunded, and counted."""
        return self.claims.verified

    @property
    def all_verified(self) -> int:
        """How many samples of all accounts were verified."""
        return self.claims.all_verified

    @property
    def verifications(self) -> list[int]:
        """The refunded submissions, in the order in which they were."""
        return self.claims.verifications

    @property
    def refunds(self) -> int:
        """How many refunds were paid."""
        return self.claims.refunds

    @property
    def takes(self) -> int:
        """How many takes were paid."""
        return self.claims.takes

    def locked(self, account: int) -> int:
        """Return how much of an account's deposits the contract still holds, in units."""
        return self.fund.kept[account] + self.pending.held_of(account)

    def left_of(self, submission: int) -> int:
        """Return how much of a submission's deposit the contract still holds, in units."""
        match self.submissions.fate[submission]:
            case Fate.PENDING:
                return self.pending.left(self.pending.position(submission))
            case Fate.KEPT:
                return self.submissions.deposit[submission]
        return 0

    def step(self) -> None:
        """End a day: learn what is due, settle what is due, publish the accuracy."""
        self.lessons.catch_up()
        self._settlement.midnight(round(self.model.time * SECONDS_PER_DAY))
        self._publish()

    def open_account(self, name: str, balance: int) -> int:
        """Open a contributor's account with a balance in units and return its number."""
        for per_account in (self.fund.kept, self.accepted, self.refused):
            per_account.append(0)
        self.lessons.open_account()
        account = self.ledger.open(name, balance)
        self.claims.open_account(account)
        return account

    def open_sales(self) -> None:
        """Sell predictions from now on; what is left of what they bring is the owner's."""
        self.sales = Sales(self.ledger, self.open_account("owner", 0))

    def open_fees(self) -> None:
        """Charge calls from now on, into an account that opens behind all others."""
        features = self._test.row(0).size
        account = self.open_account("fees", 0)
        self.fees = Fees(self.chain, self.ledger, self.submissions, account, features)
        self.claims.fees = self.fees
        self.least_fee = self.fees.least

    def submission_fee(self, row: Row) -> int:
        """Return the most that a submission of a sample may cost beside its deposit, in units."""
        return self.fees.of_submission(row.nonzero) if self.fees else 0

    def predict(self, customer: int, row: Row, price: int, now: int) -> int | Refusal:
        """Sell a prediction, and share what it brings among those whose samples were verified.

        Args:
            customer: the account that pays.
            row: the features of the sample.
            price: in units.
            now: the time in seconds.

        Returns:
            The predicted label, or why it was refused.

        Raises:
            InputError: sales were not opened.
        """
        if self.sales is None:
            raise InputError("predictions are not sold here: open_sales comes first")
        now = self.chain.block_at(now)
        if price > self.ledger.balance(customer):
            return self._refuse(Refusal.BALANCE_TOO_LOW, "predict", customer, now)
        self.sales.sell(customer, price, self.verified, now)
        return self.classifier.label(row)

    def required_deposit(self, account: int, label: int, now: int) -> int | None:
        """Return what a submission costs at a time in units; None if none is possible then."""
        return self._price(account, label, self.chain.block_at(now))

    def price_after(self, waited: int, account: int) -> int:
        """Return what a submission costs some seconds after one that is accepted, in units."""
        return self._asked.required_deposit(waited, self._standing(account, ()))

    def next_expiry(self, now: int) -> int | None:
        """Return when the next pending submission expires after a time; None if there is none."""
        now = self.chain.block_at(now)
        age = now - self._asked.expired_before(now) + 1
        sent_at = self.pending.next_open(now - age + 1)
        return None if sent_at is None else sent_at + age

    def submit(
        self, account: int, offer: int, row: Row, label: int, now: int, truth: int = UNKNOWN
    ) -> int | Refusal:
        """Hold the required deposit, and learn from the sample if it is admitted.

        Args:
            account: the sender's.
            offer: the most that the sender is willing to deposit, in units.
            row: the features, shape (features,).
            label: the label that the sender gives.
            now: the time in seconds.
            truth: the true label, for the record: the contract makes no use of it.

        Returns:
            The submission's number, or why it was refused.
        """
        now = self.chain.block_at(now)
        required = self._price(account, label, now)
        due, balance = offer + self.submission_fee(row), self.ledger.balance(account)
        if self.fees and due > balance:
            return self._refuse(Refusal.BALANCE_TOO_LOW, "submit", account, now, words=row.nonzero)
        if required is None:
            return self._refuse(Refusal.SAME_SECOND, "submit", account, now, words=row.nonzero)
        if offer < required:
            return self._refuse(Refusal.OFFER_TOO_LOW, "submit", account, now, words=row.nonzero)
        if due > balance:
            return self._refuse(Refusal.BALANCE_TOO_LOW, "submit", account, now, words=row.nonzero)
        deposit = self._asked.locked(required, offer)
        waits = self.rules.awaits_claims and (deposit > 0 or not self.rules.needs_money)
        lessons = self.lessons
        lessons.catch_up()
        number = self.submissions.add(
            now, account, row, label, truth, deposit, Fate.PENDING if waits else Fate.KEPT
        )
        if waits and self._must_teach and self.classifier.label(row) == label:
            self.claims.known.add(number)
        changes = lessons.changes
        lessons.submitted(number)
        self.submissions.changed[number] = lessons.changes > changes
        if deposit:
            self.ledger.move(account, Ledger.ESCROW, deposit, Reason.DEPOSIT, now, number)
        if self.fees:
            call = "submit-learns" if self.submissions.changed[number] else "submit-stays"
            self.fees.charge(account, call, row.nonzero, now, number)
        if waits:
            self.pending.add(number, now, account, label, deposit, row)
        else:
            self.fund.keep(account, deposit)
        self._settlement.accepted(number, lessons.changes != self._changes_told)
        self._changes_told = lessons.changes
        self.accepted[account] += 1
        self._last_accepted_at = now
        self._recent_labels.append(label)
        return number

    def refund(self, account: int, submission: int, now: int) -> int | Refusal:
        """Pay a submission's sender all that is claimable, if the classifier agrees with it.

        Returns:
            The amount in units, or why it was refused.
        """
        now = self.chain.block_at(now)
        answer = self.claims.refund(account, submission, now)
        if isinstance(answer, Refusal):
            return self._refuse(answer, "refund", account, now, submission)
        return answer

    def take(self, account: int, submission: int, now: int) -> int | Refusal:
        """Pay a taker its share of a submission that the classifier disagrees with.

        Once the claim time has passed, anybody gets all that is left.

        Returns:
            The amount in units, or why it was refused.
        """
        now = self.chain.block_at(now)
        answer = self.claims.take(account, submission, now)
        if isinstance(answer, Refusal):
            return self._refuse(answer, "take", account, now, submission)
        return answer

    def claim_all(self, account: int, now: int) -> None:
        """Pay an account all it can claim: refunds first, then takes, then what has expired.

        This is what calling ``refund`` and ``take`` for every pending submission comes to.
        """
        now = self.chain.block_at(now)
        if self.pending:
            self.claims.claim_all(account, now, self.lessons.changes)
        self._settlement.visited(account, now)

    def close(self, now: int) -> None:
        """End the market: what is due is learnt, and what the mechanism settles at the end paid.

        Raises:
            InputError: a user's mechanism settles in a way that there is not.
        """
        self.lessons.catch_up()
        count = len(self.submissions)
        left = [self.left_of(number) for number in range(count)]
        closing = self._settlement.closed(self.submissions, left, self._test)
        if closing is None:
            return
        if not isinstance(closing, Closing) or not hasattr(closing.classifier, "error_count"):
            raise InputError(
                f"{class_of(self.rules)}: closed gave {shown(closing)}: must be None, or a Closing"
                f" with the final classifier"
            )
        for paid, payment in closing.payouts.items():
            account = whole(paid, 1, len(self.accepted) - 1, self.rules, "account of a payout")
            amount = whole(payment, 0, self.ledger.balance(Ledger.ESCROW), self.rules, "payout")
            self.ledger.move(Ledger.ESCROW, account, amount, Reason.REWARD, now, OUTSIDE)
        self.ledger.burn(self.ledger.balance(Ledger.ESCROW), Reason.BOUNTY, now)
        self.fund.empty()
        self.claims.settle()
        self.lessons.replace(closing.classifier)
        self._errors = self.classifier.error_count(self._test)
        self._settlement = Settlement()

    def check(self) -> None:
        """Check that all money is where the movements put it, and the escrow what deposits left.

        Raises:
            InputError: something else has changed a balance or emptied the escrow.
        """
        self.ledger.check()
        escrow = self.ledger.balance(Ledger.ESCROW)
        due = self.fund.available + sum(self.fund.kept) + self.pending.held()
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

    def _price(self, account: int, label: int, block: int) -> int | None:
        """Return what a submission costs in a block in units; None if it has one already."""
        waited = block - self._last_accepted_at
        if waited <= 0:
            return None
        return self._asked.required_deposit(waited, self._standing(account, (label,)))

    def _refuse(
        self,
        refusal: Refusal,
        call: str,
        account: int,
        now: int,
        submission: int = OUTSIDE,
        words: int = 0,
    ) -> Refusal:
        if 0 <= submission < len(self.submissions):
            words = self.submissions.words[submission]
        if self.fees and refusal not in UNSENT:
            paid = self.fees.charge(account, f"{call}-refused", words, now, submission)
            refusal = refusal if paid else Refusal.BALANCE_TOO_LOW
        self._refusals.extend((now, account, self.CALLS.index(call), refusal.code, submission))
        self.refused_words.append(words)
        if call == "submit":
            self.refused[account] += 1
        return refusal

    def _publish(self) -> None:
        """Publish the accuracy on the hidden test set."""
        if self._published_after != self.lessons.changes:
            size = len(self._test)
            self.accuracy = (size - self._errors.now()) / size
            self._published_after = self.lessons.changes

    def _standing(self, account: int, next_label: tuple[int, ...]) -> Standing:
        labels = (*self._recent_labels, *next_label) if self.rules.label_window else ()
        return Standing(self.claims.verified[account], self.claims.all_verified, labels)
