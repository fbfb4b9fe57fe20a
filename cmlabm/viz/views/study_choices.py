"""Which part of a study is shown: its factor, outcome, and runs, as far as it has them."""

from typing import Any

import pandas as pd

from cmlabm.results.outcomes import OUTCOMES
from cmlabm.viz.drawing.study_charts import MOST_CURVES
from cmlabm.viz.fields.definitions import as_text, names
from cmlabm.viz.fields.entries import changed
from cmlabm.viz.views.study_reading import Reading

FIRST_OUTCOME = "final_accuracy"


def entries_of(row: dict[str, Any]) -> dict[str, str]:
    """Return a run's parameters as entries, where they differ from the base case."""
    return changed(
        {name: "" if pd.isna(row[name]) else as_text(row[name]) for name in names() if name in row}
    )


def shown_factor(reading: Reading, factor: str) -> str:
    """Return the factor that is shown: the chosen one, or else the study's first."""
    return factor if factor in reading.factors else (reading.factors or ("",))[0]


def outcomes_of(runs: pd.DataFrame) -> list[str]:
    """Return the outcomes that a study has: an earlier version's has fewer."""
    return [name for name in OUTCOMES if name in runs]


def shown_outcome(reading: Reading, outcome: str) -> str:
    """Return the outcome that is shown: the chosen one, or else the usual one."""
    known = outcomes_of(reading.runs)
    return outcome if outcome in known else (FIRST_OUTCOME if FIRST_OUTCOME in known else known[0])


def unknown(reading: Reading, factor: str, outcome: str) -> list[str]:
    """Return a sentence for each choice that the study does not have."""
    return [
        f"This study has no {what} {chosen[:80]!r}; {', '.join(known) or 'there is none'}."
        for what, chosen, known in (
            ("factor", factor, reading.factors),
            ("outcome", outcome, outcomes_of(reading.runs)),
        )
        if chosen and chosen not in known
    ]


def varied(reading: Reading) -> list[str]:
    """Return the parameters of which there is more than one value."""
    runs = reading.runs
    return [name for name in reading.parameters if name in runs and runs[name].nunique() > 1]


def filtered(runs: pd.DataFrame, kept: dict[str, list[str]]) -> pd.DataFrame:
    """Return the runs whose parameters have one of the kept values."""
    for name, values in kept.items():
        if values and name in runs:
            runs = runs[runs[name].map(as_text).isin(values)]
    return runs


def spread(runs: pd.DataFrame, picked: str) -> list[str]:
    """Return at most ``MOST_CURVES`` runs, of every level some, the picked one among them."""
    in_turn = runs.assign(turn=runs.groupby("level").cumcount()).sort_values("turn", kind="stable")
    ids = [str(run) for run in in_turn["run"][:MOST_CURVES]]
    if picked in set(runs["run"]) and picked not in ids:
        ids[-1] = picked
    return ids
