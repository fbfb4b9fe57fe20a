"""The calls of a market on a chain, and what they used."""

from array import array

import numpy as np
import pandas as pd

from cmlabm.chain.replay import Made

UNKNOWN = -1
"""The gas of a call on a chain that does not know it."""


class CallLog:
    """Every call of a market, in order.

    Example:
        >>> log = CallLog()
        >>> log.add(Made("refund", 80, refusal=None, moved=False, gas=238_000))
        >>> log.add(Made("refund", 100, refusal=None, moved=False, gas=284_000))
        >>> gas_by_call(log.frame())
             call  calls    median        p5       p95  per_word
        0  refund      2  261000.0  240300.0  281700.0    2300.0
    """

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._rows = array("q")

    def __len__(self) -> int:
        """Return how many calls were made."""
        return len(self._rows) // 3

    def add(self, made: Made) -> None:
        """Add a call; one whose gas is not known counts as one of ``UNKNOWN`` gas."""
        name = self._names.setdefault(name_of(made), len(self._names))
        self._rows.extend((name, made.words, UNKNOWN if made.gas is None else made.gas))

    def frame(self) -> pd.DataFrame:
        """Return all calls, columns ``call``, ``words`` and ``gas``."""
        rows = np.array(self._rows, dtype=np.int64).reshape(-1, 3)
        names = np.array(list(self._names), dtype=np.object_)
        return pd.DataFrame({"call": names[rows[:, 0]], "words": rows[:, 1], "gas": rows[:, 2]})


def name_of(made: Made) -> str:
    """Return what a call is called in the table of gas, by what came of it.

    Example:
        >>> name_of(Made("submit", 80, refusal=None, moved=True, gas=None))
        'submit-learns'
    """
    if made.refusal is not None:
        return f"{made.call}-refused"
    if made.call == "submit":
        return "submit-learns" if made.moved else "submit-stays"
    return made.call


def gas_by_call(calls: pd.DataFrame) -> pd.DataFrame:
    """Return what each kind of call used.

    Args:
        calls: as ``CallLog.frame`` returns them, all with known gas.

    Returns:
        Columns ``call``, ``calls`` (their number), ``median``, ``p5`` and ``p95`` (gas), and
        ``per_word``: the slope of gas over words by least squares, NaN where all have as many.
    """
    rows = [
        (call, len(own), *np.percentile(own["gas"], (50, 5, 95)), _slope(own["words"], own["gas"]))
        for call, own in calls.groupby("call", sort=False)
    ]
    return pd.DataFrame(rows, columns=["call", "calls", "median", "p5", "p95", "per_word"])


def _slope(words: pd.Series, gas: pd.Series) -> float:
    x = words.to_numpy(dtype=np.float64)
    x -= x.mean()
    return float(x @ gas.to_numpy(dtype=np.float64) / (x @ x)) if x.any() else np.nan
