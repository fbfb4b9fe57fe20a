"""A small contract in the simulation and on a chain, to be called alike."""

from typing import Any

import numpy as np
from mesa import Model

from cmlabm.admission.everything import Everything
from cmlabm.chain.backends.embedded import Embedded
from cmlabm.chain.contract import NotCarriedOutError
from cmlabm.chain.differences import DifferenceError, compare
from cmlabm.chain.replay import ModelReplay, ReplayedContract
from cmlabm.chain.terms import ONE
from cmlabm.classifiers.perceptron import Perceptron
from cmlabm.contract.refusals import Refusal
from cmlabm.contract.submissions import Fate
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRows, content_of
from cmlabm.mechanisms.deposit_refund_take import DepositRefundTake

TOKEN = 1_000_000
REFUND_TIME, CLAIM_TIME = 20, 150
WAITS = (0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 4, 16)
AGES = (REFUND_TIME, REFUND_TIME + 1, REFUND_TIME + 1, CLAIM_TIME - 1, CLAIM_TIME)
OFFERS = (-1, 0, 1, 7 * TOKEN, 10_000 * TOKEN)
ACCOUNTS = 4
WORDS = 17

RULES = (
    # Prices of 3 tokens, 1 token and a single unit: shares of nothing are common.
    DepositRefundTake(
        cost_weight=0.05, minimum_deposit=1, refund_time=REFUND_TIME, claim_time=CLAIM_TIME
    ),
    # 2.05 * 60 is a little less than 123, and a third of it than 41.
    DepositRefundTake(
        cost_weight=2.05,
        minimum_deposit=2 * TOKEN,
        maximum_deposit=50 * TOKEN,
        lock="offer",
        refund_time=REFUND_TIME,
        claim_time=CLAIM_TIME,
    ),
)
ROWS = BinaryRows.of((np.random.default_rng(5).random((12, WORDS)) < 0.5).astype(np.float64))

# The spread of the weights of a first model, its bias, and how many samples it has seen. The first
# step of one that has seen none is 10: "edge" then predicts a margin of exactly 0 for row 0.
STARTS = {
    "zero": (0.0, 0.0, 0),
    "learnt": (5.0, 0.5, 40),
    "edge": (0.0, -10.0 * (len(ROWS.row(0).present) + 1), 0),
}


class Alike:
    """One market in both; whoever calls it finds out whether they still agree."""

    def __init__(self, rules: DepositRefundTake, start: str) -> None:
        """Open it.

        Args:
            rules: of the market.
            start: which first model it has, of ``STARTS``.
        """
        classifier = Perceptron()
        generator = np.random.default_rng(1)
        spread, bias, classifier.samples_seen = STARTS[start]
        classifier._start([generator.normal(0, spread, WORDS).round(3)], [bias])
        labels = np.array([0, 1] * 6, dtype=np.int64)
        samples = Samples(ROWS, labels)
        self.contract = ReplayedContract(
            Model(),
            rules,
            Everything(),
            classifier,
            initial=samples,
            root=samples.take(np.array([], dtype=np.int64)),
            test=samples,
            rng=generator,
        )
        for account in range(1, ACCOUNTS + 1):
            balance = 40 * TOKEN if account == ACCOUNTS else 4_000 * TOKEN
            self.contract.open_account(f"account-{account}", balance)
        self.contract.replay = self.replay = ModelReplay(self.contract, Embedded())
        self.now = 0

    def wait(self, seconds: int) -> None:
        self.now += seconds

    def wait_for(self, submission: int, age: int) -> None:
        """Wait until a submission is so old, if it is not older."""
        times = self.contract.submissions.time_s
        if submission < len(times):
            self.now = max(self.now, times[submission] + age)

    def submit(self, account: int, offer: int, row: int, label: int) -> None:
        """Submit with an offer that is above the price by some units, and not below 0."""
        price = self.contract.required_deposit(account, label, self.now)
        self.contract.submit(account, max(0, (price or 0) + offer), ROWS.row(row), label, self.now)

    def claim(self, name: str, account: int, submission: int) -> None:
        getattr(self.contract, name)(account, submission, self.now)

    def claim_all(self, account: int) -> None:
        self.contract.claim_all(account, self.now)

    def forge(self, submission: int) -> None:
        """Ask for a refund with the features of another sample, which must fail."""
        submissions, chained = self.contract.submissions, self.replay.chained
        if submission >= len(submissions) or submissions.fate[submission] is not Fate.PENDING:
            return
        if self.now - submissions.time_s[submission] <= REFUND_TIME:
            return
        content = content_of(submissions.row[submission])
        other = next(row for row in map(ROWS.row, range(len(ROWS))) if content_of(row) != content)
        account = submissions.sender[submission]
        self._must_fail(lambda: chained.refund(account, submission, other, self.now))

    def cheat(self) -> None:
        """Submit a word twice, and one that there is not, which must fail."""
        if self.contract.required_deposit(1, 0, self.now) is None:
            return
        if self.contract.ledger.balance(1) < 200 * TOKEN:
            return
        for words in ((3, 3), (WORDS + 1,)):
            packed = b"".join(word.to_bytes(2) for word in words)
            self._must_fail(lambda packed=packed: self._submit_packed(packed))

    def _submit_packed(self, packed: bytes) -> Any:
        chained = self.replay.chained
        data = b"".join(n.to_bytes(32) for n in (1, 64, 1)) + packed.ljust(32, b"\0")
        return chained._send("0xc0" + "0" * 37 + "1", "submit", data, self.now, value=200 * TOKEN)

    def _must_fail(self, call: Any) -> None:
        try:
            answer = call()
        except NotCarriedOutError:
            return
        raise DifferenceError("forged call", "answer", "failure", answer)

    def look(self) -> None:
        """Compare all that calls are not compared by: what is left, margins, all accounts."""
        contract, chained, now = self.contract, self.replay.chained, self.now
        for number in range(len(contract.submissions)):
            left = chained.submission(number, now)[4]
            compare(f"submission {number}", "left", contract.left_of(number), left)
        classifier: Any = contract.classifier
        for row in map(ROWS.row, range(len(ROWS))):
            margins = classifier.margin(row)[0], chained.margin(row, now) / ONE
            if abs(margins[0] - margins[1]) > 1e-9:
                raise DifferenceError("sample", "margin", *margins)
        price = contract.required_deposit(1, 0, now)
        compare(
            "price",
            "",
            Refusal.SAME_SECOND if price is None else price,
            chained.required_deposit(now),
        )
        self.replay.compare_everything()


def play_on_the_edge() -> None:
    """Have both claim where the margin is exactly 0."""
    alike = Alike(RULES[0], "edge")
    alike.wait(1)
    alike.submit(1, 0, row=0, label=1)
    alike.wait(REFUND_TIME + 1)
    alike.claim("refund", 1, 0)
    alike.look()


def play(seed: int, calls: int) -> Alike:
    """Call both alike at random.

    Raises:
        DifferenceError: they did not do the same.
    """
    rng = np.random.default_rng(seed)
    alike = Alike(RULES[seed % 2], ("zero", "learnt")[seed // 2 % 2])

    def drawn(count: int) -> int:
        return int(rng.integers(count))

    for _ in range(calls):
        alike.wait(WAITS[drawn(len(WAITS))])
        account = 1 + drawn(ACCOUNTS)
        latest = len(alike.contract.submissions)
        submission = max(0, latest - drawn(8))
        if drawn(4) == 0:
            alike.wait_for(submission, AGES[drawn(len(AGES))])
        match drawn(9):
            case 0 | 1 | 2:
                alike.submit(account, OFFERS[drawn(len(OFFERS))], drawn(len(ROWS)), drawn(2))
            case 3:
                alike.claim("refund", account, submission)
            case 4:
                sender = alike.contract.submissions.sender
                alike.claim("refund", sender[submission] if submission < latest else 1, submission)
            case 5 | 8:
                alike.claim("take", account, submission)
            case 6:
                alike.claim_all(account)
            case 7:
                alike.forge(submission)
                alike.cheat()
    alike.look()
    return alike
