"""How much gas the calls of a market took, whatever it cost."""

from math import nan

import numpy as np
from numpy.typing import NDArray

from cmlabm.contract.agent import ContractAgent
from cmlabm.contract.chain import GWEI_PER_ETHER
from cmlabm.contract.gas import gas_table
from cmlabm.contract.ledger import Reason
from cmlabm.contract.refusals import UNSENT
from cmlabm.contract.submissions import Fate
from cmlabm.units import UNITS_PER_TOKEN


def gas_by_account(contract: ContractAgent) -> NDArray[np.int64]:
    """Return how much gas the calls of each account took so far, shape (accounts,).

    It is counted from what was recorded of submissions, claims and refusals.
    """
    of = contract.submissions
    words, sender, closed_by = (
        np.array(column, dtype=np.int64) for column in (of.words, of.sender, of.closed_by)
    )
    has_changed = np.array(of.changed, dtype=np.bool)
    refunded, expired = (
        [number for number, fate in enumerate(of.fate) if fate is wanted]
        for wanted in (Fate.REFUNDED, Fate.EXPIRED)
    )
    calls = [
        ("submit-stays", sender[~has_changed], words[~has_changed]),
        ("submit-learns", sender[has_changed], words[has_changed]),
        ("refund", closed_by[refunded], words[refunded]),
        ("expiry", closed_by[expired], words[expired]),
    ]
    _, refused, call, reason, _ = contract.refusals().T
    refused_words = np.array(contract.refused_words, dtype=np.int64)
    is_sent = ~np.isin(reason, [refusal.code for refusal in UNSENT])
    for code, name in enumerate(contract.CALLS):
        its = is_sent & (call == code)
        if its.any():
            calls.append((f"{name}-refused", refused[its], refused_words[its]))
    table = gas_table(contract.chain.contract_form)
    used = np.zeros(len(contract.ledger.names), dtype=np.int64)
    for name, callers, its_words in calls:
        np.add.at(used, callers, table.gas(name, its_words))
    takers, taken = contract.ledger.paid(Reason.TAKE)  # may be many times as many as submissions
    np.add.at(used, takers, table.gas("take", words)[taken])
    return used


def break_even_gas_price(gained: int, gas: int, ether_price: float) -> float:
    """Return the gas price in gwei at which a gain would be just enough for the gas it took.

    All calls being made that were made, and no others.

    Args:
        gained: in units, before fees.
        gas: that was used for it.
        ether_price: in tokens.

    Returns:
        The price; NaN if nothing was gained or no gas used.

    Example:
        >>> break_even_gas_price(gained=930_000, gas=310_000, ether_price=3000.0)
        1.0
    """
    if gained <= 0 or not gas:
        return nan
    return gained / UNITS_PER_TOKEN / (gas / GWEI_PER_ETHER * ether_price)
