"""A study in a few lines: mean and spread of the outcomes at each setting."""

import pandas as pd
from rich.table import Table

from cmlabm.batch.study import Study

SHOWN = {
    "initial_accuracy": ("initial accuracy", ".3f"),
    "final_accuracy": ("final accuracy", ".3f"),
    "malicious_depletion_days": ("depleted (day)", ".1f"),
    "days": ("days", ".0f"),
    "honest_final_balance": ("honest (tokens)", ",.0f"),
    "malicious_final_balance": ("malicious (tokens)", ",.0f"),
}
MOST_ROWS = 80


def by_setting(
    runs: pd.DataFrame, parameters: list[str]
) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """Return the finished runs of each setting, in the order of the design.

    Args:
        runs: one row a run.
        parameters: the swept parameters.
    """
    done = runs[runs["status"] == "done"]
    if not parameters:
        return [((), done)]
    return [
        (tuple(f"{v:g}" if isinstance(v, float) else str(v) for v in setting), group)
        for setting, group in done.groupby(parameters, sort=False, dropna=False)
    ]


def summary_table(study: Study, runs: pd.DataFrame) -> Table:
    """Return mean ± standard deviation of the main outcomes, a row a setting.

    A depletion time is averaged only where every run of the setting was depleted; elsewhere the
    table says how many were.
    """
    parameters = list(dict.fromkeys(p for names in study.factors.values() for p in names))
    table = Table(*parameters, "runs", *(title for title, _ in SHOWN.values()), title=study.name)
    groups = by_setting(runs, parameters)
    for setting, group in groups[:MOST_ROWS]:
        table.add_row(
            *setting,
            str(len(group)),
            *(_cell(group, outcome, form) for outcome, (_, form) in SHOWN.items()),
        )
    if len(groups) > MOST_ROWS:
        table.caption = f"the first {MOST_ROWS} of {len(groups)} settings; runs.csv has all runs"
    return table


def _cell(group: pd.DataFrame, outcome: str, form: str) -> str:
    values = group[outcome].astype("float64")
    if values.isna().any():
        return f"{values.notna().sum()} of {len(group)} runs"
    mean = f"{values.mean():{form}}"
    return mean if len(values) < 2 else f"{mean} ± {values.std():{form}}"
