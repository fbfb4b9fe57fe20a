"""A study in a few lines: mean and spread of the outcomes at each setting."""

from typing import Any

import pandas as pd
from rich.table import Column, Table
from rich.text import Text

from cmlabm.batch.design import Setting
from cmlabm.batch.study import Study

SHOWN = {
    "initial_accuracy": ("accuracy", ".3f"),
    "final_accuracy": ("at the end", ".3f"),
    "malicious_depletion_days": ("depleted (day)", ".1f"),
    "days": ("days", ".0f"),
    "honest_final_balance": ("honest", ",.0f"),
    "malicious_final_balance": ("malicious", ",.0f"),
}
MOST_ROWS = 80


def by_setting(study: Study, base: Setting, runs: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the finished runs of each setting with its name, in the order of the design.

    Args:
        study: what was run.
        base: what its factors are at where nothing is swept.
        runs: one row a run.
    """
    done = runs[runs["status"] == "done"]
    parameters = list(base)
    if not parameters:
        return [("base case", done)] if len(done) else []
    is_apart = study.design == "one-at-a-time"
    grouped = done.groupby(parameters, sort=False, dropna=False)
    return [
        (_name(dict(zip(parameters, setting, strict=True)), base if is_apart else {}), group)
        for setting, group in grouped
    ]


def summary_table(study: Study, base: Setting, runs: pd.DataFrame) -> Table:
    """Return mean ± standard deviation of the main outcomes, a row a setting.

    A depletion time is averaged only where every run of the setting was depleted; elsewhere the
    table says how many were. Balances are in tokens.
    """
    titles = ("runs", *(title for title, _ in SHOWN.values()))
    table = Table("setting", *(Column(title, no_wrap=True) for title in titles), title=study.name)
    groups = by_setting(study, base, runs)
    for name, group in groups[:MOST_ROWS]:
        cells = (_cell(group, outcome, form) for outcome, (_, form) in SHOWN.items())
        table.add_row(Text(name), str(len(group)), *cells)
    if len(groups) > MOST_ROWS:
        table.caption = f"the first {MOST_ROWS} of {len(groups)} settings; runs.csv has all runs"
    return table


def summary(study: Study, base: Setting, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the same for scripts: a row a setting, with the mean and standard deviation (``_sd``).

    A depletion time is missing where not every run of the setting was depleted.
    """
    parameters = list(base)
    rows = []
    for name, group in by_setting(study, base, runs):
        row = {"setting": name, **group[parameters].iloc[0].to_dict(), "runs": len(group)}
        for outcome in SHOWN:
            values = group[outcome].astype("float64")
            row[outcome] = values.mean(skipna=False)
            row[f"{outcome}_sd"] = values.std(skipna=False)
        rows.append(row)
    return pd.DataFrame(rows)


def _name(setting: dict[str, Any], base: Setting) -> str:
    changed = {name: value for name, value in setting.items() if base.get(name, ...) != value}
    return (
        ", ".join(
            f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}"
            for name, value in changed.items()
        )
        or "base case"
    )


def _cell(group: pd.DataFrame, outcome: str, form: str) -> str:
    values = group[outcome].astype("float64")
    if values.isna().any():
        return f"{values.notna().sum()} of {len(group)} runs"
    mean = f"{values.mean():{form}}"
    return mean if len(values) < 2 else f"{mean} ± {values.std():{form}}"
