"""The levels of a factor, and an outcome's mean with its interval at each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isnan, nan, sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t

from cmlabm.viz.fields.definitions import as_text

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Mean:
    """The runs at one level of a factor. NaN stands for what so few runs do not show."""

    level: str
    runs: int
    missing: int
    mean: float
    low: float
    high: float


def as_level(value: Any) -> str:
    """Return a level as text.

    Example:
        >>> as_level(4.0), as_level(None), as_level(float("nan"))
        ('4', 'none', 'none')
    """
    return "none" if pd.isna(value) else as_text(value)


def levels_of(values: "pd.Series[Any]") -> list[str]:
    """Return levels as text, each once: numbers in rising order, then text, then none.

    Example:
        >>> levels_of(pd.Series([10, 9.5, "many", None, 10]))
        ['9.5', '10', 'many', 'none']
    """

    def place(value: Any) -> tuple[int, Any]:
        if pd.isna(value):
            return 2, 0
        return (0, value) if isinstance(value, int | float) else (1, str(value))

    return list(dict.fromkeys(map(as_level, sorted(values.unique().tolist(), key=place))))


def numbers(values: "pd.Series[Any]") -> "pd.Series[float]":
    """Return an outcome as floats, NaN where it is missing or not finite."""
    found = values.astype("Float64").astype("float64")
    return found.where(np.isfinite(found))


def means(runs: pd.DataFrame, outcome: str) -> list[Mean]:
    """Return mean and 95 % interval (Student's t) of an outcome at each level.

    Args:
        runs: a row a run, with the column ``level``.
        outcome: the outcome's column; runs without a value count as missing.
    """
    found = []
    texts = runs["level"].map(as_level)
    for level in levels_of(runs["level"]):
        values = numbers(runs.loc[texts == level, outcome])
        known = values.dropna()
        half = (
            float(t.ppf((1 + CONFIDENCE) / 2, len(known) - 1)) * known.std() / sqrt(len(known))
            if len(known) > 1
            else nan
        )
        mean = float(known.mean()) if len(known) else nan
        missing = len(values) - len(known)
        found.append(Mean(level, len(known), missing, mean, mean - half, mean + half))
    return found


def summary_html(summary: Sequence[Mean], factor: str) -> str:
    """Return the means as a table."""
    rows = "".join(
        f"<tr><td>{escape(mean.level)}</td><td>{mean.runs}</td><td>{mean.missing or ''}</td>"
        f"<td>{number(mean.mean)}</td><td>{_interval(mean)}</td></tr>"
        for mean in summary
    )
    return (
        f"<table><thead><tr><th>{escape(factor)}</th><th>runs</th><th>without a value</th>"
        f"<th>mean</th><th>95 % interval</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def summary_text(summary: Sequence[Mean], factor: str, outcome: str) -> str:
    """Return the means as a sentence.

    Example:
        >>> summary_text([Mean("4", 3, 0, 0.8, 0.7, 0.9)], "cost_weight", "final_accuracy")
        'Mean final_accuracy by cost_weight: at 4, 0.8 (0.7 to 0.9) of 3 runs.'
    """
    parts = [
        f"at {mean.level}, {number(mean.mean) or 'no value'}"
        + (f" ({_interval(mean)})" if _interval(mean) else "")
        + f" of {mean.runs} runs"
        for mean in summary
    ]
    return f"Mean {outcome} by {factor}: {'; '.join(parts) or 'no run'}."


def number(value: float) -> str:
    """Return a value as it is shown, empty if there is none."""
    return "" if isnan(value) else f"{value:,.4g}" if abs(value) < 100 else f"{value:,.1f}"


def _interval(mean: Mean) -> str:
    return "" if isnan(mean.low) else f"{number(mean.low)} to {number(mean.high)}"
