"""How well contracts protect the model, beside what that costs."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cmlabm.analysis.contracts import ATTACK, Axis
from cmlabm.analysis.figures import style
from cmlabm.analysis.measures import FINAL_ACCURACY, REGRET
from cmlabm.analysis.protection import AND

MOST_ROWS = 40
MOST_STRENGTHS = 4
_LONGEST_CONTRACT, _LONGEST_ATTACK = 50, 24
_PANEL_WIDTH, _ROW_HEIGHT = 3.4, 0.26


def draw_protection(table: pd.DataFrame, axis: Axis) -> Figure:
    """Draw the worst regret and the cost of protection of each contract, with 95 % intervals.

    A panel for each strength has the largest mean regret and says which attack it is; the last one
    has the accuracy that the contract costs without an attack. The contract that protects best
    against the strongest attacks stands first; without a known regret, last.

    Args:
        table: as ``protection`` returns it; four strengths and the first ``MOST_ROWS`` contracts
            are drawn.
        axis: what the contracts differ in.
    """
    strengths = list(dict.fromkeys(table["strength"]))[:MOST_STRENGTHS]
    order = rows_in_order(table[table["strength"].isin(strengths)])[:MOST_ROWS]
    height = max(2.2, _ROW_HEIGHT * len(order) + 1.1)
    width = _PANEL_WIDTH * (len(strengths) + 1) + 1.0
    figure, axes = style.new_figure(1, len(strengths) + 1, width, height, sharey=True)
    *panels, last = axes.flat
    for ax, strength in zip(panels, strengths, strict=True):
        here = table[table["strength"] == strength].set_index("contract").reindex(order)
        _draw_means(ax, here, "worst_regret", "^")
        _name_attacks(ax, here)
        ax.set_title(textwrap.fill(strength, 40), fontsize=9, y=1.0)
        ax.set_xlabel(f"largest mean regret ({REGRET.unit})")
    costs = table.drop_duplicates("contract").set_index("contract").reindex(order)
    _draw_means(last, costs, "cost_of_protection", "o")
    last.set_title("without an attack", fontsize=9, y=1.0)
    last.locator_params(axis="x", nbins=4)
    last.set_xlabel(f"cost of protection ({FINAL_ACCURACY.unit})")
    names = [style.shortened(axis.shown(name), _LONGEST_CONTRACT) for name in order]
    panels[0].set_yticks(range(len(order)), names)
    panels[0].set_ylim(len(order) - 0.5, -0.5)
    return figure


def rows_in_order(table: pd.DataFrame) -> list[str]:
    """Return the contracts, the least worst regret under the strongest attacks first."""
    strongest = table.groupby("contract", sort=False).tail(1)
    return list(strongest.sort_values("worst_regret", kind="stable")["contract"])


def _draw_means(ax: Axes, rows: pd.DataFrame, name: str, marker: str) -> None:
    colour = style.MALICIOUS if marker == style.MARKERS["malicious"] else style.HONEST
    middle, low, high = (
        rows[f"{name}{end}"].to_numpy(dtype=np.float64) for end in ("", "_low", "_high")
    )
    places = np.arange(len(rows))
    ax.axvline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
    ax.hlines(places, low, high, color=colour, lw=1.4)
    ax.plot(middle, places, marker, color=colour, ms=5)
    ax.grid(axis="y", color=style.FAINT, alpha=0.3, lw=0.5)
    if not np.isfinite(middle).any():
        style.say_nothing_to_show(ax, "not known")


def _name_attacks(ax: Axes, rows: pd.DataFrame) -> None:
    """Say at the right edge which attack is the worst under each contract."""
    for place, attacks in enumerate(rows["worst_attack"]):
        if isinstance(attacks, str):
            names = AND.join(map(ATTACK.shown, attacks.split(AND)))
            text = style.shortened(names, _LONGEST_ATTACK)
            ax.annotate(
                text,
                (1.0, place),
                xycoords=("axes fraction", "data"),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
                color=style.NEUTRAL,
            )
