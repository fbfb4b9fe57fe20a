"""Do the runs that Ding & Hu published lie within the spread of ours?

Runs each published setting with several seeds and prints as Markdown what was published, then our
mean and range. A published value outside our range is bold.

    uv run python benchmarks/published.py --data imdb --data-path ARCHIVE [--seeds 5] [--out CSV]
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from cmlabm.contract.ledger import Ledger, Reason
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.results.outcomes import depletion_time
from cmlabm.units import SECONDS_PER_DAY

PUBLISHED = Path(__file__).with_name("published_runs.csv")

SETTINGS = [
    "num_words",
    "initial_fraction",
    "honest_mean_deposit",
    "honest_stdev_deposit",
    "honest_mean_wait_s",
    "honest_mistake_probability",
    "honest_start_balance",
    "malicious_start_balance",
    "malicious_mean_deposit",
    "malicious_stdev_deposit",
    "malicious_mean_wait_s",
]

QUANTITIES = {
    "initial_accuracy": ("initial accuracy", ".3f"),
    "final_accuracy": ("final accuracy", ".3f"),
    "malicious_below_50pct_days": ("malicious balance ≤ 50 % (day)", ".1f"),
    "malicious_below_10pct_days": ("≤ 10 % (day)", ".1f"),
    "malicious_below_1pct_days": ("≤ 1 % (day)", ".1f"),
    "days": ("last sample (day)", ".1f"),
    "honest_final": ("honest balance that day", ",.0f"),
    "malicious_final": ("malicious balance that day", ",.0f"),
    "accuracy_then": ("accuracy that day", ".3f"),
    "run_ends": ("our run ends (day)", ".0f"),
    "honest_at_end": ("honest balance at our end", ",.0f"),
}
"""What is compared; the last three are only ours."""

type Setting = tuple[float, ...]
"""The values of ``SETTINGS`` in a published run."""


def published_runs() -> pd.DataFrame:
    """Return the published runs, one a row: their ``SETTINGS`` and what they came to."""
    published = pd.read_csv(PUBLISHED, comment="#")
    balance = published["start_balance"]
    return published.assign(honest_start_balance=balance, malicious_start_balance=balance)


def measure(data: dict[str, str | None], setting: Setting, seed: int) -> pd.DataFrame:
    """Run a market and return its daily series, with what holds for the whole run in ``attrs``."""
    model = CMLModel(rng=seed, **data, **dict(zip(SETTINGS, setting, strict=True)))
    outcomes = model.run()
    movements = model.ledger.movements()
    is_deposit = movements[:, Ledger.COLUMNS.index("reason")] == Reason.DEPOSIT.code
    series = model.series()
    series.attrs = {
        "seed": seed,
        "initial_accuracy": outcomes["initial_accuracy"],
        "final_accuracy": outcomes["final_accuracy"],
        "days": movements[is_deposit, 0].max() / SECONDS_PER_DAY,
        "run_ends": outcomes["days"],
        "honest_at_end": outcomes["honest_final_balance"],
    }
    for percent in (50, 10, 1):
        reached = depletion_time(movements, model.accounts("malicious"), percent / 100)
        series.attrs[f"malicious_below_{percent}pct_days"] = (reached or np.nan) / SECONDS_PER_DAY
    return series


def at_day(series: pd.DataFrame, published_days: float) -> dict[str, float]:
    """Return a run's quantities, balances on the last day of the published run.

    Where that is not published, on the day of the last sample.
    """
    last = series.attrs["days"] if np.isnan(published_days) else published_days
    day = series.iloc[min(round(last), len(series) - 1)]
    return {
        **{str(name): value for name, value in series.attrs.items()},
        "honest_final": day["honest_balance"],
        "malicious_final": day["malicious_balance"],
        "accuracy_then": day["accuracy"],
    }


def what_differs(setting: Setting) -> str:
    """Return what a setting changes in the base case."""
    base = Parameters()
    changed = [
        f"{name} {value:g}"
        for name, value in zip(SETTINGS, setting, strict=True)
        if getattr(base, name) != value
    ]
    return ", ".join(changed) or "base case"


def cells(published: "pd.Series[Any]", ours: pd.DataFrame) -> Iterator[str]:
    """Return a published run's line of the table."""
    for quantity, (_, form) in QUANTITIES.items():
        values = ours[quantity].dropna()
        cell = "never" if values.empty else f"{values.mean():{form}}"
        if len(values) > 1:
            cell += f" ({values.min():{form}} to {values.max():{form}})"
        if 0 < len(values) < len(ours):
            cell += f", {len(values)} of {len(ours)} runs"
        value = published.get(quantity, np.nan)
        if not np.isnan(value):
            inside = not values.empty and values.min() <= value <= values.max()
            cell = (f"{value:{form}}" if inside else f"**{value:{form}}**") + f"; {cell}"
        yield cell


def main(
    data: str = "synthetic-reviews",
    data_path: Annotated[str | None, typer.Option()] = None,
    seeds: int = 5,
    processes: int = 2,
    out: Annotated[Path | None, typer.Option(help="A CSV file for every run's numbers.")] = None,
) -> None:
    """Print the comparison."""
    published = published_runs()
    settings: list[Setting] = list(published[SETTINGS].itertuples(index=False, name=None))
    tasks = list(product(dict.fromkeys(settings), range(seeds)))
    run = partial(measure, {"data": data, "data_path": data_path})
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        runs = list(pool.map(run, *zip(*tasks, strict=True)))
    tables = []
    print("| published run |", " | ".join(name for name, _ in QUANTITIES.values()), "|")
    print("|---" * (len(QUANTITIES) + 1), "|", sep="")
    for number, setting in enumerate(settings):
        row = published.iloc[number]
        ours = pd.DataFrame(
            at_day(series, row["days"])
            for series, (own, _) in zip(runs, tasks, strict=True)
            if own == setting
        )
        print(f"| {what_differs(setting)} |", " | ".join(cells(row, ours)), "|")
        tables.append(ours.assign(published_run=number, setting=what_differs(setting)))
    if out:
        pd.concat(tables).to_csv(out, index=False)


if __name__ == "__main__":
    typer.run(main)
