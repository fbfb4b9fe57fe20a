"""The report on what a market costs on a chain."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from cmlabm.analysis.figures.costs import draw_costs
from cmlabm.chain.costs import MARKET, SAMPLE, costs, tokens_per_gas
from cmlabm.report.parts import Opening, Picture, Section, Table, Text
from cmlabm.report.write import write_page

_FIGURE = """Gas of each call (mean, 5th to 95th percentile), and of all calls of the market, with
each form of the contract."""

_TABLE = """What the calls cost. Gas is that of the table of gas; costs are in tokens; the last rows
of each form are all calls together, for an accepted sample and for the market."""


def write_costs_report(
    calls: pd.DataFrame, gas_price: float, ether_price: float, out: Path
) -> None:
    """Write a report as one HTML page, and its figure and table beside it.

    Args:
        calls: as ``CallLog.frame`` returns them.
        gas_price: in gwei.
        ether_price: in tokens.
        out: the page.

    Raises:
        InputError: the page cannot be written there.
    """
    table = costs(calls, gas_price, ether_price)
    picture = Picture("costs", _FIGURE, draw_costs(table, tokens_per_gas(gas_price, ether_price)))
    prices = f"Prices: {gas_price:g} gwei a unit of gas, {ether_price:,g} tokens an ether."
    sections: list[Section | Opening] = [
        Opening([*_sentences(table)], [picture]),
        Section("What calls cost", [Text([prices]), picture, Table("costs", _TABLE, table)]),
    ]
    write_page("Costs on a chain", sections, out)


def _sentences(table: pd.DataFrame) -> Iterator[str]:
    for form, rows in table.groupby("form", sort=False):
        by_call = rows.set_index("call")
        market = by_call.loc[MARKET]
        each = ""
        if SAMPLE in by_call.index:
            gas, cost = by_call.loc[SAMPLE, ["gas", "cost"]]
            each = f", an accepted sample {gas:,.0f} or {cost:,.4g}"
        yield (
            f"With the {form} on the chain the market takes {market['all_gas']:,.0f} gas or"
            f" {market['all_cost']:,.4g} tokens{each}."
        )
