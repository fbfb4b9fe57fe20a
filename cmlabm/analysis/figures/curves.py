"""Accuracy and balances day by day, at each level of a factor."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cmlabm.analysis.factors import Factor, label_of
from cmlabm.analysis.figures import style
from cmlabm.results.series import SERIES

MOST_LEVELS = 6
MOST_DAYS = 120
"""So many points of a curve are drawn; more would stand closer than a line is wide."""
_SHOWN = (5, 95)
_TITLE_WIDTH = 24


def shown_levels(factor: Factor) -> list[object]:
    """Return the levels that ``draw_curves`` shows: all, or six spread over them."""
    places = np.linspace(0, len(factor.levels) - 1, min(MOST_LEVELS, len(factor.levels)))
    return [factor.levels[round(place)] for place in places]


def draw_curves(factor: Factor, series: pd.DataFrame) -> Figure:
    """Draw the mean over the runs at each level, with a band that holds 90 % of them.

    A run that has ended counts on with its last values, as nothing changes in it any more.

    Args:
        factor: the factor.
        series: the daily series of its runs, as ``FinishedStudy.series`` returns them.
    """
    levels = shown_levels(factor)
    figure, axes = style.new_figure(
        2, len(levels), max(4.0, 1.7 * len(levels)), 4.4, sharey="row", sharex=True
    )
    for column, level in enumerate(levels):
        runs = factor.done.loc[factor.done["level"] == level, "run"]
        chosen = series[series["run"].isin(runs)]
        accuracy, balance = axes[:, column]
        title = textwrap.fill(f"{label_of(level)} (n\u00a0=\u00a0{len(runs)})", _TITLE_WIDTH)
        accuracy.set_title(title, fontsize=9, y=1.0)
        if not len(chosen):
            style.say_nothing_to_show(accuracy, "no finished run")
            continue
        _band(accuracy, chosen, "accuracy", style.NEUTRAL, "-")
        for kind, colour in (("honest", style.HONEST), ("malicious", style.MALICIOUS)):
            _band(balance, chosen, f"{kind}_balance", colour, style.LINES[kind], kind)
        balance.set_xlabel("time (days)")
    axes[0, 0].set_ylabel(f"accuracy ({SERIES['accuracy'].unit})")
    axes[1, 0].set_ylabel(f"balance, all of a kind ({SERIES['honest_balance'].unit})")
    if axes[1, 0].lines:
        axes[1, 0].legend(fontsize=8, frameon=False)
    figure.suptitle(factor.axis, fontsize=9)
    return figure


def _band(
    ax: Axes, series: pd.DataFrame, name: str, colour: str, line: str, label: str | None = None
) -> None:
    wide = series.pivot(index="day", columns="run", values=name).ffill()
    shown = np.unique(np.linspace(0, len(wide) - 1, min(MOST_DAYS, len(wide))).round())
    wide = wide.iloc[shown.astype(np.intp)]
    days = wide.index.to_numpy(dtype=np.float64)
    values = wide.to_numpy(dtype=np.float64)
    low, high = np.percentile(values, _SHOWN, axis=1)
    ax.fill_between(days, low, high, color=colour, alpha=0.25, lw=0)
    ax.plot(days, values.mean(axis=1), color=colour, ls=line, lw=1.3, label=label)
