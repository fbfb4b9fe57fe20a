"""Findings in plain sentences."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from cmlabm.analysis.comparison import ALPHA, shown_p
from cmlabm.analysis.factors import Factor
from cmlabm.analysis.measures import Measure
from cmlabm.analysis.survival import Hazard
from cmlabm.analysis.trend import Trend

_SIZES = ((0.14, "large"), (0.06, "medium"), (0.01, "small"), (0.0, "negligible"))
"""Shares of explained variance and what they are called (Cohen 1988)."""


def describe_comparison(
    factor: Factor,
    measure: Measure,
    row: Mapping[Hashable, Any],
    found: Trend,
    summary: pd.DataFrame,
) -> str:
    """Return a sentence on what a factor does to an outcome.

    Args:
        factor: the factor.
        measure: the outcome.
        row: its row in the table of ``compare_all``.
        found: its trend.
        summary: the table of ``summarise``.
    """
    if row["note"]:
        return f"{_first_upper(factor.subject)} and {measure.label}: {row['note']}."
    means = summary[summary["outcome"] == measure.name].dropna(subset=["mean"])
    lowest, *_, highest = means.sort_values("mean").to_dict("records")
    span = (
        f"from {measure.shown(lowest['mean'])} at {lowest['level']} to"
        f" {measure.shown(highest['mean'])} at {highest['level']}"
    )
    test = f"{row['test']}, {shown_p(row['p_holm'])} after Holm"
    if row["p_holm"] >= ALPHA:
        return (
            f"No effect of {factor.subject} on {measure.label} is shown ({test}, n = {row['n']});"
            f" the means of its levels go {span}."
        )
    size = next(name for least, name in _SIZES if row["effect"] >= least)
    variance = "variance" if row["test"] == "one-way ANOVA" else "ranks' variance"
    return (
        f"{_first_upper(factor.subject)} changes {measure.label} ({test}; it explains"
        f" {row['effect']:.0%} of the {variance}, a {size} effect): {span}{_direction(found)}."
    )


def describe_depletion(factor: Factor, row: Mapping[Hashable, Any], hazard: Hazard) -> str:
    """Return a sentence on what a factor does to the depletion time.

    Args:
        factor: the factor.
        row: its row in the table of ``log_rank_all``.
        hazard: its hazard ratio along the levels.
    """
    if row["note"]:
        return f"{_first_upper(factor.subject)} and the depletion time: {row['note']}."
    seen = f"{row['depleted']} of {row['n']} runs depleted, the others censored"
    test = f"log-rank, {shown_p(row['p_holm'])} after Holm; {seen}"
    if row["p_holm"] >= ALPHA:
        return f"No effect of {factor.subject} on the depletion time is shown ({test})."
    sentence = f"{_first_upper(factor.subject)} changes the depletion time ({test})"
    if hazard.sign == 0:
        return f"{sentence}."
    if hazard.p >= ALPHA:
        return f"{sentence}, without a trend over its levels."
    direction = "sooner" if hazard.sign > 0 else "later"
    ratio = "" if hazard.note else f" (hazard ratio of {hazard.contrast}: {hazard.ratio:.3g})"
    return f"{sentence}: the higher, the {direction}{ratio}."


def _first_upper(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _direction(found: Trend) -> str:
    if found.note or found.rho_p >= ALPHA:
        return ""
    way = "rises" if found.rho > 0 else "falls"
    return f"; it {way} with the levels (Spearman's rho {found.rho:.2f})"
