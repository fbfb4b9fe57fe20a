"""How much gas each call of the contract takes, as measured and kept in ``gas.csv``."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

SUCCEEDED = ("submit-stays", "submit-learns", "refund", "take", "expiry")
REFUSED = ("submit-refused", "refund-refused", "take-refused", "expiry-refused")
"""The calls. A submission ``learns`` if the model changes with it, and else ``stays``."""

TOLD = ("refund", "take")
"""Claims before which an oracle, if there is one, has to tell what the model predicts."""

_FILE = Path(__file__).with_name("gas.csv")


@dataclass(frozen=True)
class GasTable:
    """The gas of calls by the number of words (features that are not 0) of the sample.

    It is interpolated linearly between measured numbers of words, and extrapolated beyond them. A
    call measured at one number of words takes as much gas at any other.

    Attributes:
        measured: by call and number of words. If ``tell`` is among the calls, whoever claims pays
            for it as well.

    Example:
        >>> table = GasTable({"take": {0: 70_000, 100: 300_000}, "expiry": {0: 36_000}})
        >>> table.gas("take", [0, 50, 200]).tolist(), table.gas("expiry", 80).tolist()
        ([70000, 185000, 530000], 36000)
    """

    measured: Mapping[str, Mapping[int, int]]

    def gas(self, call: str, words: ArrayLike) -> NDArray[np.int64]:
        """Return the gas of a call for samples of so many words, of the same shape."""
        gas = self._measured_gas(call, np.asarray(words))
        if call in TOLD and "tell" in self.measured:
            gas = gas + self._measured_gas("tell", np.asarray(words))
        return gas

    def _measured_gas(self, call: str, words: NDArray[np.int64]) -> NDArray[np.int64]:
        known, gas = np.array(sorted(self.measured[call].items())).T
        if len(known) == 1:
            return np.full(words.shape, gas[0])
        before = np.clip(np.searchsorted(known, words, side="right") - 1, 0, len(known) - 2)
        per_word = np.diff(gas) / np.diff(known)
        found = gas[before] + per_word[before] * (words - known[before])
        rounded: NDArray[np.int64] = np.rint(found).astype(np.int64)
        return rounded


@cache
def gas_table(form: str) -> GasTable:
    """Return the gas of a form of the contract: of deposit-refund-take with binary features.

    Args:
        form: what of the market is on the chain: the ``model``, or ``digests`` of samples while an
            oracle tells what the model predicts.
    """
    measured: dict[str, dict[int, int]] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["form"] == form:
                measured.setdefault(row["call"], {})[int(row["words"])] = int(row["gas"])
    return GasTable(measured)
