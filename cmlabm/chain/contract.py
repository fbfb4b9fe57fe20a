"""The deployed contract, called as the simulated one is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, ClassVar

from eth_abi.abi import decode, encode

from cmlabm.chain.addresses import ORACLE, OWNER, address_of
from cmlabm.chain.backends.interface import Backend, Receipt
from cmlabm.chain.compiled import Form, packaged
from cmlabm.chain.terms import Terms
from cmlabm.chain.words import packed_words
from cmlabm.contract.refusals import Refusal
from cmlabm.data.rows import BinaryRow

START = 2_000_000_000
"""When the market opens, as a timestamp: later than what any chain has when it is new."""

CHUNK = 500
"""So many weights go into a call, whose gas is limited."""

_REFUSED = bytes.fromhex("590a5151")  # Refused(uint256)
_ERROR = bytes.fromhex("08c379a0")  # Error(string)
_REFUSALS = {_REFUSED + code.to_bytes(32): refusal for code, refusal in enumerate(Refusal)}


class NotCarriedOutError(Exception):
    """A call failed for a reason that the simulation does not know."""


class Contract(ABC):
    """A contract on a chain, of either form, whose calls give what the simulated one's give.

    Accounts and submissions are numbered as in the simulation, times are seconds since the market
    opened, and amounts units.

    Attributes:
        form: what it was compiled from.
        address: where it is.
        last: what came of the last call, or of the deployment; None if it could not be sent.
    """

    form: ClassVar[Form]

    def __init__(self, backend: Backend, terms: Terms, *more: Any) -> None:
        """Deploy it.

        Args:
            backend: the chain.
            terms: of the market.
            more: what this form is deployed with beside them.
        """
        self._backend = backend
        compiled = packaged(self.form)
        self._selectors = {
            name: int(selector, 16).to_bytes(4) for name, selector in compiled.selectors.items()
        }
        self._outputs = {
            entry["name"]: [value["type"] for value in entry["outputs"]]
            for entry in compiled.abi
            if entry["type"] == "function"
        }
        types = next(
            [value["type"] for value in entry["inputs"]]
            for entry in compiled.abi
            if entry["type"] == "constructor"
        )
        code = compiled.code + encode(types, [*terms.values, *more])
        self.address, receipt = backend.deploy(code, OWNER, START)
        if not receipt.succeeded:
            raise NotCarriedOutError(f"deployment: {_reason_of(receipt)}")
        self.last: Receipt | None = receipt

    def open(self) -> None:
        """Open the market at time 0."""
        self._must(OWNER, "open", b"", 0)

    def submit(
        self, account: int, offer: int, row: BinaryRow, label: int, now: int
    ) -> int | Refusal:
        """Submit a sample with an offer, and return its number, or why it was refused.

        Nobody can send more than they have. Who offers it asks for the price first, as a wallet
        would, and calls only if nothing else stands against it.
        """
        if offer > self.balance(account):
            self.last = None
            price = self.required_deposit(now)
            if isinstance(price, Refusal):
                return price
            return Refusal.OFFER_TOO_LOW if offer < price else Refusal.BALANCE_TOO_LOW
        answer = self._send(
            address_of(account), "submit", self._sample(row, label), now, value=offer
        )
        return answer if isinstance(answer, Refusal) else int.from_bytes(answer[:32])

    def refund(
        self, account: int, submission: int, row: BinaryRow | None, now: int
    ) -> Refusal | None:
        """Ask for the refund of a submission, whose features are given again."""
        answer = self._send(address_of(account), "refund", self._claim(submission, row), now)
        return answer if isinstance(answer, Refusal) else None

    def take(
        self, account: int, submission: int, row: BinaryRow | None, now: int
    ) -> Refusal | None:
        """Take from a submission, whose features are given again: None if it has expired."""
        answer = self._send(address_of(account), "take", self._claim(submission, row), now)
        return answer if isinstance(answer, Refusal) else None

    def required_deposit(self, now: int) -> int | Refusal:
        """Return what a submission costs at a time, or why none is possible."""
        answer = self._view("required_deposit", b"", now)
        return answer if isinstance(answer, Refusal) else int.from_bytes(answer)

    def standing(self, account: int, now: int) -> tuple[int, int]:
        """Return how many samples of an account were verified, and how many of all."""
        answer = self._known(
            "standing", bytes.fromhex(address_of(account)[2:]).rjust(32, b"\0"), now
        )
        return int.from_bytes(answer[:32]), int.from_bytes(answer[32:])

    def balance(self, account: int) -> int:
        """Return what an account has."""
        return self._backend.balance(address_of(account))

    @property
    def escrow(self) -> int:
        """What the contract holds."""
        return self._backend.balance(self.address)

    def submission(self, number: int, now: int) -> tuple[Any, ...]:
        """Return sender, timestamp, label, deposit, what is left of it, and digest."""
        return decode(self._outputs["submission"], self._known("submission", _number(number), now))

    @abstractmethod
    def _sample(self, row: BinaryRow, label: int) -> bytes:
        """Return the encoded arguments of a submission."""

    @abstractmethod
    def _claim(self, submission: int, row: BinaryRow | None) -> bytes:
        """Return the encoded arguments of a claim."""

    def _send(
        self, sender: str, name: str, arguments: bytes, now: int, value: int = 0
    ) -> bytes | Refusal:
        """Call a function, and return its encoded answer or why it was refused.

        Raises:
            NotCarriedOutError: it failed otherwise.
        """
        data = self._selectors[name] + arguments
        receipt = self._backend.send(sender, self.address, data, START + now, value)
        self.last = receipt
        return receipt.output if receipt.succeeded else _refusal_of(receipt, name)

    def _must(self, sender: str, name: str, arguments: bytes, now: int) -> None:
        """Call a function that has no reason to refuse.

        Raises:
            NotCarriedOutError: it refused, or failed.
        """
        answer = self._send(sender, name, arguments, now)
        if isinstance(answer, Refusal):
            raise NotCarriedOutError(f"{name}: {answer}")

    def _view(self, name: str, arguments: bytes, now: int) -> bytes | Refusal:
        receipt = self._backend.view(self.address, self._selectors[name] + arguments, START + now)
        return receipt.output if receipt.succeeded else _refusal_of(receipt, name)

    def _known(self, name: str, arguments: bytes, now: int) -> bytes:
        """Return what a view, which has no reason to refuse, answers."""
        answer = self._view(name, arguments, now)
        if isinstance(answer, Refusal):
            raise NotCarriedOutError(f"{name}: {answer}")
        return answer


class ModelContract(Contract):
    """The contract with the model on the chain, in fixed point at 10**18."""

    form: ClassVar[Form] = "model"

    def __init__(self, backend: Backend, terms: Terms, words: int, seen_before: int) -> None:
        """Deploy it.

        Args:
            backend: the chain.
            terms: of the market.
            words: how many there are.
            seen_before: how many samples the model has learnt from, each epoch counted.
        """
        super().__init__(backend, terms, words, seen_before)

    def set_weights(self, weights: Sequence[int]) -> None:
        """Upload the first model: the bias and the weight of each word, in chunks."""
        for first in range(0, len(weights), CHUNK):
            chunk = weights[first : first + CHUNK]
            self._must(OWNER, "set_weights", encode(["uint256", "int128[]"], [first, chunk]), 0)

    def margin_before(self) -> int:
        """Return the margin that the sample of the last call had before it was learnt."""
        assert self.last
        return int.from_bytes(self.last.output[32:], signed=True)

    def margin(self, row: BinaryRow, now: int) -> int:
        """Return how far a sample lies on the side of label 1."""
        answer = self._known("margin", _array(packed_words(row), before=0), now)
        return int.from_bytes(answer, signed=True)

    def weight(self, place: int, now: int) -> int:
        """Return the weight of a word, counted from 1, or the bias, which is at 0."""
        return int.from_bytes(self._known("weights", _number(place), now), signed=True)

    def _sample(self, row: BinaryRow, label: int) -> bytes:
        return _number(label) + _array(packed_words(row), before=1)

    def _claim(self, submission: int, row: BinaryRow | None) -> bytes:
        words = b"" if row is None else packed_words(row)
        return _number(submission) + _array(words, before=1)


class DigestsContract(Contract):
    """The contract with only digests of the samples on the chain."""

    form: ClassVar[Form] = "digests"

    def __init__(self, backend: Backend, terms: Terms) -> None:
        """Deploy it, with an oracle that tells predictions."""
        super().__init__(backend, terms, ORACLE)

    def tell(self, submission: int, label: int, now: int) -> None:
        """Have the oracle tell what the model predicts for a submission."""
        self._must(ORACLE, "tell", _number(submission) + _number(label), now)

    def _sample(self, row: BinaryRow, label: int) -> bytes:
        return _number(label) + sha256(packed_words(row)).digest()

    def _claim(self, submission: int, row: BinaryRow | None) -> bytes:  # noqa: ARG002
        return _number(submission)


def _number(value: int) -> bytes:
    return value.to_bytes(32)


def _array(words: bytes, before: int) -> bytes:
    """Return an array of numbers as the last argument, behind some others; sooner than eth-abi."""
    return _number(32 * (before + 1)) + _number(len(words) // 32) + words


def _refusal_of(receipt: Receipt, name: str) -> Refusal:
    """Return why a call was refused.

    Raises:
        NotCarriedOutError: the simulation does not know the reason.
    """
    refusal = _REFUSALS.get(receipt.output)
    if refusal is None:
        raise NotCarriedOutError(f"{name}: {_reason_of(receipt)}")
    return refusal


def _reason_of(receipt: Receipt) -> str:
    if receipt.output[:4] == _ERROR:
        return str(decode(["string"], receipt.output[4:])[0])
    return "the chain gives no reason, as when gas runs out or a number is too large"
