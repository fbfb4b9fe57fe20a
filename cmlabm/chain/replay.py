"""A market whose every call is made on a chain as well, and compared."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from time import process_time
from typing import Any

from cmlabm.chain.addresses import NOWHERE, address_of
from cmlabm.chain.backends.interface import Backend
from cmlabm.chain.compiled import Form
from cmlabm.chain.contract import (
    START,
    Contract,
    DigestsContract,
    ModelContract,
    NotCarriedOutError,
)
from cmlabm.chain.differences import Call, DifferenceError, compare
from cmlabm.chain.terms import ONE, terms_of
from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.ledger import Ledger, Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.data.rows import BinaryRow, Row
from cmlabm.errors import InputError

CLOSE = 1e-6
"""Margins in floating and in fixed point may be so far from each other."""

_AFTER_PREDICTION = (Refusal.MODEL_AGREES, Refusal.MODEL_DISAGREES, Refusal.NOT_VERIFIED)
_REASONS = tuple(Reason)


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made on the chain.

    Attributes:
        call: ``submit``, ``refund``, ``take``, ``expiry`` or ``tell``.
        words: how many the sample has.
        refusal: why it was refused; None if it was not.
        moved: whether the model moved.
        gas: what it used; None where the backend does not know.
    """

    call: str
    words: int
    refusal: Refusal | None
    moved: bool
    gas: int | None


class Replay(ABC):
    """A contract on a chain that is called whenever the simulated one is.

    Attributes:
        chained: the contract on the chain.
        calls: how many were made and compared.
        seconds: of the processor, which all that the chain does and its comparison took.
        spectator: told of each call on the chain.
        largest_difference: between a margin in floating and in fixed point.
    """

    def __init__(self, simulated: ContractAgent, backend: Backend) -> None:
        """Deploy the contract as the simulated one is, before anybody has called it.

        Args:
            simulated: the contract of the market.
            backend: the chain.
        """
        self.calls = 0
        self.seconds = 0.0
        self.spectator: Callable[[Made], None] | None = None
        self.largest_difference = 0.0
        self._simulated = simulated
        self._backend = backend
        self._ledger = simulated.ledger
        self._balances = list(self._ledger.balances)
        self._verified = [0] * len(self._balances)
        self._end = self._ledger.end
        self._now = 0
        self.chained = self._deployed()
        for account in range(Ledger.ESCROW + 1, len(self._balances)):
            backend.fund(address_of(account), self._balances[account])
        self.chained.open()

    @abstractmethod
    def _deployed(self) -> Contract:
        """Return the contract, on the chain and ready to open."""

    @abstractmethod
    def _before_claim(self, submission: int, row: BinaryRow, now: int) -> None:
        """Have the chain know what it needs to know for a claim that depends on a prediction."""

    @abstractmethod
    def _compare_prediction(self, call: Call, margin: float) -> None:
        """Compare what both models said of a sample before they learnt it."""

    def follow(self) -> None:
        """Move on the chain what was moved past the contract: transfers, and costs of samples."""
        for time_s, source, target, amount, reason, _ in self._news():
            if _REASONS[reason] not in (Reason.TRANSFER, Reason.COST):
                raise InputError(
                    f"{self._ledger.names[source]}: has moved money as {_REASONS[reason]!r} at"
                    f" {time_s} s without the contract, which a chain cannot follow"
                )
            to = NOWHERE if _REASONS[reason] is Reason.COST else address_of(target)
            self._backend.send(address_of(source), to, b"", START + time_s, amount)
            self._move(source, None if to == NOWHERE else target, amount)

    def submitted(
        self,
        account: int,
        offer: int,
        row: Row,
        label: int,
        now: int,
        answer: int | Refusal,
        margin: float,
    ) -> None:
        """Submit what was submitted, and compare.

        Args:
            account: the sender's.
            offer: in units.
            row: the features.
            label: that the sender gives.
            now: the time in seconds.
            answer: of the simulation.
            margin: that the sample had in the simulation before it was learnt.
        """
        start = process_time()
        words, call = _words(row), self._call("submit", account, now)
        on_chain = self._answer(
            call, lambda: self.chained.submit(account, offer, words, label, now)
        )
        moved = not isinstance(answer, Refusal) and bool(self._moved)
        self._tell("submit", words, on_chain, moved)
        compare(call, "answer", answer, on_chain)
        for _, source, target, amount, _, _ in self._news():
            self._move(source, target, amount)
        self._compare(call)
        if not isinstance(answer, Refusal):
            self._compare_prediction(call, margin)
        self.seconds += process_time() - start

    def refused(self, name: str, account: int, submission: int, now: int, refusal: Refusal) -> None:
        """Make a claim that was refused, and compare why."""
        start = process_time()
        call = self._call(name, account, now, submission)
        rows = self._simulated.submissions.row
        row = _words(rows[submission]) if 0 <= submission < len(rows) else None
        if row and refusal in _AFTER_PREDICTION:
            self._before_claim(submission, row, now)
        claim = self.chained.refund if name == "refund" else self.chained.take
        on_chain = self._answer(call, lambda: claim(account, submission, row, now))
        self._tell(name, row, on_chain)
        compare(call, "answer", refusal, on_chain or "no refusal")
        self._compare(call)
        self.seconds += process_time() - start

    def claimed(self) -> None:
        """Make the claims that were paid, one by one in their order, and compare."""
        start = process_time()
        for time_s, source, account, amount, reason, submission in self._news():
            self._claim(_REASONS[reason], account, submission, time_s)
            self._move(source, account, amount)
            self._compare(self._last)
        self.seconds += process_time() - start

    def compare_everything(self) -> None:
        """Compare all balances, and how many samples of each account were verified."""
        start = process_time()
        self.follow()
        where = f"after {self._last}" if self.calls else "before the first call"
        compare(where, "balances", self._ledger.balances, tuple(self._balances))
        compare(where, "verified samples", self._simulated.verified, self._verified)
        for account, name in enumerate(self._ledger.names):
            if account == Ledger.ESCROW:
                continue
            on_chain = self.chained.balance(account)
            compare(where, f"balance of {name!r}", self._balances[account], on_chain)
            verified = self.chained.standing(account, self._now)[0]
            compare(where, f"verified samples of {name!r}", self._verified[account], verified)
        self.seconds += process_time() - start

    @property
    def _moved(self) -> tuple[float, ...]:
        classifier: Any = self._simulated.classifier
        moved: tuple[float, ...] = classifier.last_change
        return moved

    def _claim(self, reason: Reason, account: int, submission: int, now: int) -> None:
        row = _words(self._simulated.submissions.row[submission])
        name = "refund" if reason is Reason.REFUND else "take"
        call = self._call(name, account, now, submission)
        if reason is not Reason.EXPIRY:
            self._before_claim(submission, row, now)
        if reason is Reason.REFUND:
            self._verified[account] += 1
            answer = self._answer(call, lambda: self.chained.refund(account, submission, row, now))
        else:
            given = None if reason is Reason.EXPIRY else row
            answer = self._answer(call, lambda: self.chained.take(account, submission, given, now))
        self._tell("expiry" if reason is Reason.EXPIRY else name, row, answer)
        compare(call, "answer", "no refusal", answer or "no refusal")

    def _call(self, name: str, account: int, now: int, submission: int | None = None) -> Call:
        self.calls += 1
        self._now = now
        self._last = Call(self.calls, name, account, self._ledger.names[account], now, submission)
        return self._last

    def _answer[T](self, call: Call, make: Callable[[], T]) -> T:
        """Return what a call on the chain answers; that it fails is a difference too."""
        try:
            return make()
        except NotCarriedOutError as error:
            raise DifferenceError(call, "answer", "none of it", f"failed ({error})") from error

    def _tell(self, name: str, row: BinaryRow | None, answer: object, moved: bool = False) -> None:
        receipt = self.chained.last
        if self.spectator and receipt:
            refusal = answer if isinstance(answer, Refusal) else None
            words = len(row.present) if row else 0
            self.spectator(Made(name, words, refusal, moved, receipt.gas))

    def _news(self) -> Iterable[tuple[int, int, int, int, int, int]]:
        """Return the movements of money since the last time."""
        start, self._end = self._end, self._ledger.end
        return self._ledger.since(start) if start != self._end else ()

    def _move(self, source: int, target: int | None, amount: int) -> None:
        self._balances[source] -= amount
        if target is not None:
            self._balances[target] += amount

    def _compare(self, call: Call) -> None:
        """Compare what a call may have changed: the caller's money, the contract's, standing."""
        chained, account = self.chained, call.account
        compare(call, "balance", self._balances[account], chained.balance(account))
        compare(call, "escrow", self._balances[Ledger.ESCROW], chained.escrow)
        verified, all_verified = chained.standing(account, call.now)
        compare(call, "verified samples", self._verified[account], verified)
        compare(call, "verified samples of all", sum(self._verified), all_verified)


class ModelReplay(Replay):
    """A replay on the contract that keeps the model itself."""

    chained: ModelContract

    def _deployed(self) -> ModelContract:
        classifier: Any = self._simulated.classifier
        weights = [classifier.intercepts[0], *classifier.weights[0]]
        contract = ModelContract(
            self._backend,
            terms_of(self._simulated.rules),
            len(weights) - 1,
            classifier.samples_seen,
        )
        contract.set_weights([round(Fraction(float(weight)) * ONE) for weight in weights])
        return contract

    def _before_claim(self, submission: int, row: BinaryRow, now: int) -> None:
        """Do nothing: the contract knows its model."""

    def _compare_prediction(self, call: Call, margin: float) -> None:
        on_chain = self.chained.margin_before()
        difference = abs(on_chain / ONE - margin)
        self.largest_difference = max(self.largest_difference, difference)
        if difference > CLOSE:
            raise DifferenceError(call, "margin", margin, on_chain / ONE)
        compare(call, "prediction", int(margin > 0), int(on_chain > 0))


class DigestsReplay(Replay):
    """A replay on the contract that keeps digests only: the simulated model is its oracle."""

    chained: DigestsContract

    def _deployed(self) -> DigestsContract:
        self._told: dict[int, int] = {}
        return DigestsContract(self._backend, terms_of(self._simulated.rules))

    def _before_claim(self, submission: int, row: BinaryRow, now: int) -> None:
        label = self._simulated.classifier.label(row)
        if self._told.get(submission) != label:
            self._told[submission] = label
            self.chained.tell(submission, label, now)
            self._tell("tell", row, None)

    def _compare_prediction(self, call: Call, margin: float) -> None:
        """Do nothing: the chain predicts nothing."""


def _words(row: Row) -> BinaryRow:
    """Return a row, which is one of words where a market can be carried."""
    assert isinstance(row, BinaryRow)
    return row


REPLAYS: dict[Form, type[Replay]] = {"model": ModelReplay, "digests": DigestsReplay}
"""What plays a market on each form of the contract."""


class ReplayedContract(ContractAgent):
    """A simulated contract that has every call made on a chain as well.

    Attributes:
        replay: that makes them; to be set before the first.
    """

    replay: Replay

    def step(self) -> None:
        """End a day, and compare everything."""
        super().step()
        self.replay.compare_everything()

    def submit(
        self, account: int, offer: int, row: Row, label: int, now: int, truth: int = -1
    ) -> int | Refusal:
        """Submit a sample to both: see ``ContractAgent.submit``."""
        self.replay.follow()
        classifier: Any = self.classifier
        margin = classifier.margin(row)[0]
        answer = super().submit(account, offer, row, label, now, truth)
        self.replay.submitted(account, offer, row, label, now, answer, margin)
        return answer

    def refund(self, account: int, submission: int, now: int) -> int | Refusal:
        """Ask both for a refund: see ``ContractAgent.refund``."""
        self.replay.follow()
        answer = super().refund(account, submission, now)
        self._claimed("refund", account, submission, now, answer)
        return answer

    def take(self, account: int, submission: int, now: int) -> int | Refusal:
        """Take from both: see ``ContractAgent.take``."""
        self.replay.follow()
        answer = super().take(account, submission, now)
        self._claimed("take", account, submission, now, answer)
        return answer

    def claim_all(self, account: int, now: int) -> None:
        """Claim all, and on the chain what it comes to: see ``ContractAgent.claim_all``."""
        self.replay.follow()
        super().claim_all(account, now)
        self.replay.claimed()

    def _claimed(
        self, name: str, account: int, submission: int, now: int, answer: int | Refusal
    ) -> None:
        if isinstance(answer, Refusal):
            self.replay.refused(name, account, submission, now, answer)
        else:
            self.replay.claimed()
