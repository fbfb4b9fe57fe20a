"""What a market costs on a chain: its calls times the table of gas, and the prices of both."""

import numpy as np
import pandas as pd

from cmlabm.chain.compiled import FORMS, Form
from cmlabm.contract.chain import GWEI_PER_ETHER
from cmlabm.contract.gas import gas_table

SAMPLE, MARKET = "a sample", "the market"
ACCEPTED = ("submit-stays", "submit-learns")
ORACLE = "tell"


def costs(calls: pd.DataFrame, gas_price: float, ether_price: float) -> pd.DataFrame:
    """Return what the calls of a market cost with each form of the contract.

    Args:
        calls: as ``CallLog.frame`` returns them; their own gas does not matter.
        gas_price: in gwei.
        ether_price: in tokens.

    Returns:
        A row for each form and call, and two for each form at the end: of an accepted sample all
        calls together, and of the market. Columns ``form``, ``call``, ``calls`` (their number),
        ``gas`` (mean), ``p5`` and ``p95`` of it, ``cost`` (mean, in tokens), ``all_gas`` and
        ``all_cost``. Refused calls count as the table has them, refused for what the model says.
        With digests on the chain, refunds and takes cost also what the oracle pays to tell.
    """
    made = calls[calls["call"] != ORACLE]
    rows = [row for form in FORMS for row in _rows_of(form, made)]
    table = pd.DataFrame(rows, columns=["form", "call", "calls", "gas", "p5", "p95", "all_gas"])
    per_gas = tokens_per_gas(gas_price, ether_price)
    return table.assign(cost=table["gas"] * per_gas, all_cost=table["all_gas"] * per_gas)


def tokens_per_gas(gas_price: float, ether_price: float) -> float:
    """Return what a unit of gas costs in tokens, at gwei a unit and tokens an ether.

    Example:
        >>> 300_000 * tokens_per_gas(gas_price=0.25, ether_price=3000)
        0.225
    """
    return gas_price * ether_price / GWEI_PER_ETHER


def _rows_of(form: Form, calls: pd.DataFrame) -> list[tuple[object, ...]]:
    table = gas_table(form)
    rows: list[tuple[object, ...]] = []
    whole = accepted = 0
    for call, words in calls.groupby("call", sort=False)["words"]:
        gas = table.gas(str(call), words.to_numpy())
        p5, p95 = np.percentile(gas, (5, 95))
        rows.append((form, call, len(gas), gas.mean(), p5, p95, int(gas.sum())))
        whole += int(gas.sum())
        accepted += len(gas) if call in ACCEPTED else 0
    if accepted:
        rows.append((form, SAMPLE, accepted, whole / accepted, np.nan, np.nan, whole))
    rows.append((form, MARKET, 1, float(whole), np.nan, np.nan, whole))
    return rows
