"""Which part of a study is shown: its factor, outcome, and runs, as far as it has them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cmlabm.model import CMLModel
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.results.quantity import Quantity
from cmlabm.viz.drawing.study_charts import MOST_CURVES, Axes
from cmlabm.viz.drawing.study_levels import as_level, levels_of
from cmlabm.viz.fields.definitions import as_text, names
from cmlabm.viz.fields.entries import changed
from cmlabm.viz.fields.study_choice import StudyChoice
from cmlabm.viz.views.study_reading import Reading

FIRST_OUTCOME = "final_accuracy"
FIRST_CURVE = "accuracy"

MOST_LISTED = 40
"""A sentence names so many possible values."""


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


def described(quantity: Quantity) -> str:
    """Return what a figure of a run means, with its unit.

    Example:
        >>> described(OUTCOMES["final_accuracy"]), described(OUTCOMES["malicious_depleted"])[:7]
        ('share correct: accuracy at the end', 'whether')
    """
    return ": ".join(filter(None, (quantity.unit, quantity.meaning)))


def shown_curve(curve: str) -> str:
    """Return the daily series that is drawn: the chosen one, or else the usual one."""
    return curve if curve in CMLModel.SERIES else FIRST_CURVE


def axes_of(reading: Reading, chosen: StudyChoice) -> Axes:
    """Return what is drawn over what, as far as the study has it."""
    factor = shown_factor(reading, chosen.factor)
    return Axes(
        factor,
        shown_outcome(reading, chosen.outcome),
        chosen.second if chosen.second in seconds_of(reading, factor) else "",
        "x" in chosen.log,
        "y" in chosen.log,
    )


def seconds_of(reading: Reading, factor: str) -> list[str]:
    """Return the parameters by which runs can be told apart beside a factor."""
    own = reading.spec.factors.get(factor, ()) if reading.spec else (factor,)
    return [name for name in varied(reading) if name not in own]


def unknown(reading: Reading, chosen: StudyChoice) -> list[str]:
    """Return a sentence for each choice that the study does not have."""
    runs = reading.runs
    wanted = [
        ("factor", chosen.factor, reading.factors),
        ("outcome", chosen.outcome, outcomes_of(runs)),
        (
            "second factor",
            chosen.second,
            seconds_of(reading, shown_factor(reading, chosen.factor)),
        ),
        ("curve", chosen.curve, list(CMLModel.SERIES)),
    ]
    for name, kept in chosen.kept.items():
        if name in varied(reading):
            wanted += [(f"{name} of", value, values_of(runs, name)) for value in kept]
        else:
            wanted.append(("parameter that varies, called", name, varied(reading)))
    found = [
        f"This study has no {what} {text[:80]!r}; {_listed(known)}."
        for what, text, known in wanted
        if text and text not in known
    ]
    if chosen.run and chosen.run not in set(runs["run"]):
        found.append(f"This study has no run {chosen.run[:80]!r} that shows this factor.")
    return found


def varied(reading: Reading) -> list[str]:
    """Return the parameters of which there is more than one value."""
    runs = reading.runs
    return [name for name in reading.parameters if name in runs and runs[name].nunique() > 1]


def values_of(runs: pd.DataFrame, name: str) -> list[str]:
    """Return a parameter's values as text, numbers in rising order."""
    return levels_of(runs[name])


def filtered(runs: pd.DataFrame, kept: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the runs whose parameters have one of the kept values.

    Values that no run has, as a link may name them, keep nothing out.
    """
    for name, values in kept.items():
        if name in runs:
            own = runs[name].map(as_level)
            wanted = own.isin(values)
            if wanted.any():
                runs = runs[wanted]
    return runs


def spread(runs: pd.DataFrame, picked: str) -> list[str]:
    """Return at most ``MOST_CURVES`` runs, of every level some, the picked one among them."""
    in_turn = runs.assign(turn=runs.groupby("level").cumcount()).sort_values("turn", kind="stable")
    ids = [str(run) for run in in_turn["run"][:MOST_CURVES]]
    if picked in set(runs["run"]) and picked not in ids:
        ids[-1] = picked
    return ids


def _listed(known: Sequence[str]) -> str:
    shown = ", ".join(known[:MOST_LISTED])
    more = len(known) - MOST_LISTED
    return (shown or "there is none") + (f" and {more} more" if more > 0 else "")
