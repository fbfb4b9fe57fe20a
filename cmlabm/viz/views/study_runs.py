"""The runs as a table that is sorted by any column, a page at a time."""

import json
from collections.abc import Callable

import pandas as pd
import solara

from cmlabm.viz.drawing.study_charts import Axes
from cmlabm.viz.drawing.study_levels import as_level, number
from cmlabm.viz.markets.session import Session
from cmlabm.viz.views.study_choices import varied
from cmlabm.viz.views.study_reading import Reading

ROWS = 20
"""Rows of a page: the browser is sent no more, however many runs there are."""

MOST_COLUMNS = 12


@solara.component_vue("study_runs.vue")
def _Table(
    content: str,
    event_sorted: Callable[[str], object],
    event_turned: Callable[[int], object],
    event_picked: Callable[[str], object],
) -> None:
    """Show a page of the table, given as JSON."""


@solara.component
def RunsTable(session: Session, reading: Reading, runs: pd.DataFrame, axes: Axes) -> None:
    """A page of the runs; their order stands in the address."""
    page, set_page = solara.use_state(0)
    chosen = session.study.value
    names = columns_of(reading, axes)
    pages = max(1, -(-len(runs) // ROWS))
    here = min(page, pages - 1)
    name = chosen.sort.removeprefix("-")
    rows = ordered(runs, chosen.sort if name in names else "")[names]

    def sort(column: str) -> None:
        set_page(0)
        session.choose(sort=f"-{column}" if chosen.sort == column else column)

    content = {
        "count": f"{len(runs):,}",
        "columns": [{"name": it, "order": _order(it, chosen.sort)} for it in names],
        "rows": [
            [_cell(value) for value in row]
            for row in rows.iloc[here * ROWS : (here + 1) * ROWS].itertuples(index=False)
        ],
        "picked": chosen.run,
        "page": here,
        "pages": pages,
    }
    _Table(
        content=json.dumps(content),
        event_sorted=sort,
        event_turned=lambda number: set_page(int(number)),
        event_picked=lambda run: session.choose(run=run),
    )


def columns_of(reading: Reading, axes: Axes) -> list[str]:
    """Return the columns that are shown: the run, what varies, its outcome, and its status."""
    names = ["run", *varied(reading)[:MOST_COLUMNS], "seed", axes.outcome, "status"]
    return list(dict.fromkeys(name for name in names if name in reading.runs))


def ordered(runs: pd.DataFrame, sort: str) -> pd.DataFrame:
    """Return runs in the order of a column, turned round by ``-``; without a value comes last."""
    name = sort.removeprefix("-")
    if name not in runs:
        return runs
    values = runs[name]
    if not all(isinstance(value, int | float) for value in values.dropna().tolist()):
        values = values.map(as_level)
    rising = values.sort_values(
        ascending=not sort.startswith("-"), na_position="last", kind="stable"
    )
    return runs.loc[rising.index]


def _order(name: str, sort: str) -> str:
    if sort.removeprefix("-") != name:
        return "none"
    return "descending" if sort.startswith("-") else "ascending"


def _cell(value: object) -> str:
    if isinstance(value, float) and not value.is_integer() and not pd.isna(value):
        return number(value)
    return "" if pd.isna(value) else as_level(value)  # type: ignore[call-overload]
