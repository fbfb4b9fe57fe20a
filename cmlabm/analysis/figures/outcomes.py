"""Every run as a dot, with means and intervals, at each level of a factor."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from cmlabm.analysis.factors import Factor, values_of
from cmlabm.analysis.figures import style
from cmlabm.analysis.measures import (
    ACCURACY_GAP,
    DEPLETION,
    FINAL_ACCURACY,
    HONEST_BALANCE,
    MALICIOUS_BALANCE,
    Measure,
)
from cmlabm.analysis.summary import summarise
from cmlabm.analysis.survival import depletion_summary, depletion_times


def draw_outcomes(
    factor: Factor, summary: pd.DataFrame | None = None, depletion: pd.DataFrame | None = None
) -> Figure:
    """Draw the outcomes over the levels of a factor.

    Each dot is a run; a bar is a mean with its 95 % bootstrap interval, of depletion times the
    median after Kaplan and Meier with its own. Open triangles are runs in which the malicious money
    was not used up, at the time at which they ended.

    Args:
        factor: the factor.
        summary: the table of ``summarise``, if at hand.
        depletion: that of ``depletion_summary``.
    """
    summary = summarise(factor) if summary is None else summary
    depletion = depletion_summary(factor) if depletion is None else depletion
    figure, axes = style.new_figure(2, 2, 9.0, 6.4 + style.room_for(factor.labels))
    accuracy, gap, days, balance = axes.flat
    _dots(accuracy, factor, summary, FINAL_ACCURACY, style.FAINT, "o")
    _dots(gap, factor, summary, ACCURACY_GAP, style.FAINT, "o")
    gap.axhline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
    _depletion(days, factor, depletion)
    _dots(balance, factor, summary, HONEST_BALANCE, style.HONEST, "o", "honest", -0.17)
    _dots(balance, factor, summary, MALICIOUS_BALANCE, style.MALICIOUS, "^", "malicious", 0.17)
    balance.set_ylabel(f"final balance, all of a kind ({HONEST_BALANCE.unit})")
    _legend_above(balance)
    for ax in axes.flat:
        style.label_levels(ax, factor.labels, factor.axis)
    if style.are_long(factor.labels):  # the lower panels' do for the upper ones
        for ax in axes[0]:
            ax.tick_params(axis="x", labelbottom=False)
            ax.set_xlabel("")
    return figure


def _dots(
    ax: Axes,
    factor: Factor,
    summary: pd.DataFrame,
    measure: Measure,
    colour: str,
    marker: str,
    label: str | None = None,
    shift: float = 0.0,
) -> None:
    groups = [values_of(runs, measure.name) for _, runs in factor.by_level()]
    places = np.arange(len(groups)) + shift
    ax.plot(
        _beside(places, groups),
        np.concatenate(groups),
        marker,
        ms=3,
        mfc=colour,
        mec="none",
        alpha=0.55,
        label=label,
        rasterized=True,
    )
    _bars(ax, places, summary.loc[summary["outcome"] == measure.name, ["mean", "low", "high"]])
    ax.set_ylabel(measure.axis)


def _depletion(ax: Axes, factor: Factor, table: pd.DataFrame) -> None:
    times = depletion_times(factor.runs)
    places = np.arange(len(factor.levels))
    for depleted, marker, face, label in (
        (True, "o", style.MALICIOUS, "used up"),
        (False, "^", "none", "not used up when the run ended"),
    ):
        here = times[times["depleted"] == depleted]
        groups = [here.loc[here["level"] == level, "days"].to_numpy() for level in factor.levels]
        if len(here):
            ax.plot(
                _beside(places, groups),
                np.concatenate(groups),
                marker,
                ms=3 if depleted else 4,
                mfc=face,
                mec="none" if depleted else style.MALICIOUS,
                mew=0.7,
                alpha=0.65,
                label=label,
                rasterized=True,
            )
    _bars(ax, places, table[["median", "low", "high"]])
    if len(times):
        ax.set_ylim(bottom=0)
        _legend_above(ax)
    else:
        style.say_nothing_to_show(ax, "no finished run has malicious money")
    ax.set_ylabel(DEPLETION.axis)


def _legend_above(ax: Axes) -> None:
    ax.legend(fontsize=8, frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def _beside(places: NDArray[Any], groups: list[NDArray[Any]]) -> Any:
    """Return where on the horizontal axis the values of groups go."""
    spread = zip(places, groups, strict=True)
    return np.concatenate([place + style.jitter(len(values)) for place, values in spread])


def _bars(ax: Axes, places: NDArray[Any], table: pd.DataFrame) -> None:
    """Draw a middle with its interval at each place; what is not known is left out."""
    middle, low, high = table.to_numpy(dtype=np.float64).T
    known = np.isfinite(middle)
    places, middle, low, high = places[known], middle[known], low[known], high[known]
    ax.hlines(middle, places - 0.16, places + 0.16, color="black", lw=1.6, zorder=5)
    low, high = np.where(np.isnan(low), middle, low), np.where(np.isnan(high), middle, high)
    ax.vlines(places, low, high, color="black", lw=1.2, zorder=5)
