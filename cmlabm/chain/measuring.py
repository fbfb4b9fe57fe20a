"""How much gas each call of the contract uses: ``python -m cmlabm.chain.measuring``.

It writes the table by which the simulation charges fees, and is run after a change to the contract.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

import cmlabm.contract
from cmlabm.chain.addresses import ORACLE, OWNER, address_of
from cmlabm.chain.backends import open_backend
from cmlabm.chain.backends.interface import Backend
from cmlabm.chain.compiled import FORMS, Form
from cmlabm.chain.contract import Contract, DigestsContract, ModelContract
from cmlabm.chain.terms import ONE, Terms
from cmlabm.data.rows import BinaryRow
from cmlabm.units import UNITS_PER_TOKEN

TABLE = Path(cmlabm.contract.__file__).with_name("gas.csv")
WORDS = (0, 1, 10, 50, 82, 100, 200, 500, 1000)
"""The numbers of words that are measured."""

ALL_WORDS = 1000
SENDER, TAKER = 1, 2
WAIT, DAY = 600, 86_400
TERMS = Terms(
    cost=60 * ONE,
    token=UNITS_PER_TOKEN,
    minimum=UNITS_PER_TOKEN,
    maximum=0,
    locks_offer=False,
    refund_time=DAY,
    claim_time=9 * DAY,
)
OFFER = 50 * UNITS_PER_TOKEN
"""Above every price: what is left of it comes back, as it nearly always does."""


class Measured(NamedTuple):
    """The gas that a call used, with a sample of so many words."""

    form: Form
    call: str
    words: int
    gas: int


def measured(backend: Backend, form: Form, words: Iterable[int] = WORDS) -> Iterator[Measured]:
    """Make each call of a form of the contract on a chain that knows gas, and yield what it used.

    The calls are those of a market that has been going on for a while. Who calls has called before
    and has verified samples; no weight is 0, neither before nor after; offers are above the price.
    A submission is refused as its offer is too low; a refund, as the model disagrees; a take, as it
    agrees; an expiry, as nothing is left. The oracle tells once for each submission.

    Args:
        backend: a chain; whatever is on it, the market is new.
        form: of the contract.
        words: the numbers of words that samples have, spread evenly over 1,000. Calls to which no
            features are sent are measured once, with none.
    """
    market = _Market(backend, form)
    for count in words if form == "model" else [0]:
        for call, gas in market.calls(_sample(count)):
            yield Measured(form, call, count, gas)
    for call, gas in market.expire():
        yield Measured(form, call, 0, gas)


def write_table(rows: Iterable[Measured], path: Path) -> None:
    """Write the table that ``cmlabm.contract.gas`` reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Measured._fields)
        writer.writerows(sorted(rows))


class _Market:
    """A market that was played until everything in it had been done once."""

    def __init__(self, backend: Backend, form: Form) -> None:
        for account in (SENDER, TAKER):
            backend.fund(address_of(account), 10**6 * UNITS_PER_TOKEN)
        for address in (OWNER, ORACLE):
            backend.fund(address, 1)
        self._contract: Contract
        if form == "model":
            self._contract = model = ModelContract(backend, TERMS, ALL_WORDS, seen_before=1000)
            model.set_weights([100 * ONE] * (ALL_WORDS + 1))
        else:
            self._contract = DigestsContract(backend, TERMS)
        self._contract.open()
        self._now = 0
        for account in (SENDER, TAKER):
            number = self._submitted(account, _sample(0), 1)
            self._now += DAY + WAIT
            self._tell(number)
            self._contract.refund(account, number, _sample(0), self._now)

    def calls(self, row: BinaryRow) -> Iterator[tuple[str, int]]:
        """Make every call with a sample, and yield its name and gas."""
        contract = self._contract
        right = self._submitted(SENDER, row, 1)
        yield "submit-stays", self._gas(True)
        contract.submit(SENDER, 1, row, 1, self._now + 1)
        yield "submit-refused", self._gas(False)
        wrong = self._submitted(SENDER, row, 0)
        yield "submit-learns", self._gas(True)
        self._now += DAY + WAIT
        if self._tell(right):
            yield "tell", self._gas(True)
        self._tell(wrong)
        contract.refund(SENDER, wrong, row, self._now)
        yield "refund-refused", self._gas(False)
        contract.take(TAKER, right, row, self._now)
        yield "take-refused", self._gas(False)
        contract.take(TAKER, wrong, row, self._now)
        yield "take", self._gas(True)
        contract.refund(SENDER, right, row, self._now)
        yield "refund", self._gas(True)

    def expire(self) -> Iterator[tuple[str, int]]:
        """Let a submission expire, ask for it twice, and yield what that used."""
        number = self._submitted(SENDER, _sample(0), 1)
        self._now += TERMS.claim_time
        self._contract.take(TAKER, number, None, self._now)
        yield "expiry", self._gas(True)
        self._contract.take(TAKER, number, None, self._now)
        yield "expiry-refused", self._gas(False)

    def _submitted(self, sender: int, row: BinaryRow, label: int) -> int:
        """Submit a sample a while after the last one, and return its number."""
        self._now += WAIT
        number = self._contract.submit(sender, OFFER, row, label, self._now)
        assert isinstance(number, int), number
        return number

    def _tell(self, number: int) -> bool:
        """Have the oracle say that the model predicts 1, and return whether there is an oracle."""
        if not isinstance(self._contract, DigestsContract):
            return False
        self._contract.tell(number, 1, self._now)
        return True

    def _gas(self, succeeds: bool) -> int:
        """Return what the last call used, which was to succeed or to be refused."""
        receipt = self._contract.last
        assert receipt is not None
        assert receipt.succeeded == succeeds, receipt
        assert receipt.gas is not None, "the chain does not know gas"
        return receipt.gas


def _sample(words: int) -> BinaryRow:
    features = np.zeros(ALL_WORDS, dtype=np.bool)
    features[np.arange(words) * ALL_WORDS // max(words, 1)] = True
    return BinaryRow.of(features)


if __name__ == "__main__":
    write_table((row for form in FORMS for row in measured(open_backend("exact"), form)), TABLE)
