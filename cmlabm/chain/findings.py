"""What a market on a chain cost, as tables and a picture."""

from pathlib import Path

import pandas as pd
from rich.table import Column, Table

from cmlabm.analysis.figures.costs import draw_costs
from cmlabm.batch.export import replacing
from cmlabm.batch.store import StorageError
from cmlabm.batch.telling import written_page
from cmlabm.chain.costs import costs, tokens_per_gas
from cmlabm.chain.gas import UNKNOWN, gas_by_call


def costs_shown(calls: pd.DataFrame, gas_price: float, ether_price: float) -> Table:
    """Return what the calls of a market cost, as a table for the terminal.

    Args:
        calls: as ``CallLog.frame`` returns them.
        gas_price: in gwei.
        ether_price: in tokens.
    """
    table = Table(
        "on the chain",
        "call",
        *(Column(head, justify="right") for head in ("calls", "gas", "tokens", "tokens, all")),
        title=f"what it costs at {gas_price:g} gwei and {ether_price:,g} tokens an ether",
    )
    for row in costs(calls, gas_price, ether_price).itertuples(index=False):
        cells = (f"{row.calls:,}", f"{row.gas:,.0f}", f"{row.cost:,.4f}", f"{row.all_cost:,.2f}")
        table.add_row(str(row.form), str(row.call), *cells)
    return table


def write_findings(
    calls: pd.DataFrame, gas_price: float, ether_price: float, directory: Path
) -> list[Path]:
    """Write what the calls of a market used and cost, and return the files.

    Where the chain knew gas, ``gas.csv`` says what calls used; ``costs.csv`` and ``costs.png`` say
    what they cost with each form of the contract, by the table of gas, and so does ``report.html``,
    which is not written where the packages of ``cmlabm[report]`` are missing.

    Args:
        calls: as ``CallLog.frame`` returns them.
        gas_price: in gwei.
        ether_price: in tokens.
        directory: for the files; made if it is not there.

    Raises:
        StorageError: a file cannot be written.
        InputError: the report cannot be written there.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{directory}: cannot be made: {error.strerror or error}") from error
    table = costs(calls, gas_price, ether_price)
    tables = {"costs.csv": table}
    if not (calls["gas"] == UNKNOWN).any():
        tables["gas.csv"] = gas_by_call(calls)
    for name, rows in tables.items():
        with replacing(directory / name) as part:
            rows.to_csv(part, index=False, lineterminator="\n", float_format="%.10g")
    picture = directory / "costs.png"
    figure = draw_costs(table, tokens_per_gas(gas_price, ether_price))
    with replacing(picture) as part:
        figure.savefig(part, dpi=120, format="png")

    def write(page: Path) -> None:
        from cmlabm.chain.report import write_costs_report

        write_costs_report(calls, gas_price, ether_price, page)

    report = written_page(directory / "report.html", write)
    return [*(directory / name for name in tables), picture, *report]
