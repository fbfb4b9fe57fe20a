"""Every run as a dot, with means and intervals, at each level of a factor."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cmlabm.analysis.factors import Factor, label_of, values_of
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
    figure, axes = style.new_figure(2, 2, 9.0, 6.4)
    accuracy, gap, days, balance = axes.flat
    _dots(accuracy, factor, summary, FINAL_ACCURACY, style.FAINT, "o")
    _dots(gap, factor, summary, ACCURACY_GAP, style.FAINT, "o")
    gap.axhline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
    _depletion(days, factor, depletion)
    _dots(balance, factor, summary, HONEST_BALANCE, style.HONEST, "o", "honest", -0.17)
    _dots(balance, factor, summary, MALICIOUS_BALANCE, style.MALICIOUS, "^", "malicious", 0.17)
    balance.set_ylabel("final balance, all of a kind (tokens)")
    balance.legend(fontsize=8, frameon=False)
    for ax in axes.flat:
        style.label_levels(ax, factor.labels, factor.axis)
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
    rows = summary[summary["outcome"] == measure.name].set_index("level")[["mean", "low", "high"]]
    for place, (level, runs) in enumerate(factor.by_level()):
        values = values_of(runs, measure.name)
        if not len(values):
            continue
        ax.plot(
            place + shift + style.jitter(len(values)),
            values,
            marker,
            ms=3,
            mfc=colour,
            mec="none",
            alpha=0.55,
            label=label,
            rasterized=True,
        )
        label = None
        _bar(ax, place + shift, *rows.loc[label_of(level)])
    ax.set_ylabel(measure.axis)


def _depletion(ax: Axes, factor: Factor, table: pd.DataFrame) -> None:
    times = depletion_times(factor.runs)
    labels: list[str | None] = ["used up", "not used up when the run ended"]
    for place, level in enumerate(factor.levels):
        here = times[times["level"] == level]
        for number, (depleted, face) in enumerate(((True, style.MALICIOUS), (False, "none"))):
            days = here.loc[here["depleted"] == depleted, "days"].to_numpy()
            if len(days):
                ax.plot(
                    place + style.jitter(len(days)),
                    days,
                    "o" if depleted else "^",
                    ms=3 if depleted else 4,
                    mfc=face,
                    mec="none" if depleted else style.MALICIOUS,
                    mew=0.7,
                    alpha=0.65,
                    label=labels[number],
                    rasterized=True,
                )
                labels[number] = None
        row = table.iloc[place]
        if np.isfinite(row["median"]):
            _bar(ax, place, row["median"], row["low"], row["high"])
    if len(times):
        ax.set_ylim(bottom=0)
        ax.legend(fontsize=8, frameon=False)
    else:
        style.say_nothing_to_show(ax, "no finished run has malicious money")
    ax.set_ylabel(DEPLETION.axis)


def _bar(ax: Axes, place: float, middle: float, low: float, high: float) -> None:
    ax.plot([place - 0.16, place + 0.16], [middle, middle], color="black", lw=1.6, zorder=5)
    if np.isfinite(low) or np.isfinite(high):
        ends = [low if np.isfinite(low) else middle, high if np.isfinite(high) else middle]
        ax.plot([place, place], ends, color="black", lw=1.2, zorder=5)
