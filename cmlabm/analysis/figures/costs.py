"""What the calls of a contract on a chain cost, and what a market of them does."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from cmlabm.analysis.figures import style

MARKERS = ("o", "^")
KILO, GIGA = 10**3, 10**9


def draw_costs(table: pd.DataFrame, tokens_per_gas: float) -> Figure:
    """Draw the gas of each call, from the 5th to the 95th percentile, and that of the market.

    Args:
        table: as ``cmlabm.chain.costs.costs`` returns it.
        tokens_per_gas: for a second axis with costs; 0 for none.
    """
    calls = table.dropna(subset="p5")
    forms = list(dict.fromkeys(table["form"]))
    names = list(dict.fromkeys(calls["call"]))
    figure, axes = style.new_figure(1, 2, 9.0, max(3.2, 0.32 * len(names) + 1.6))
    each, market = axes.flat
    if not names:
        style.say_nothing_to_show(each, "no call was made")
        return figure
    for place, form in enumerate(forms):
        own = calls[calls["form"] == form].set_index("call").reindex(names)
        _draw_calls(each, own, form, place, len(forms))
    each.set_yticks(range(len(names)), names)
    each.set_ylim(len(names) - 0.5, -0.5)
    each.set_xlim(left=0.0)
    each.set_xlabel("gas of a call (1,000): mean, 5th to 95th percentile")
    each.legend(title="on the chain", fontsize=8, title_fontsize=8, frameon=False)
    _draw_market(market, calls, forms, names)
    if tokens_per_gas:
        _add_costs(each, tokens_per_gas * KILO, "tokens a call")
        _add_costs(market, tokens_per_gas * GIGA, "tokens")
    return figure


def _draw_calls(ax: Axes, rows: pd.DataFrame, form: str, place: int, forms: int) -> None:
    at = np.arange(len(rows)) + 0.3 * (place - (forms - 1) / 2)
    colour = style.shades(forms)[place]
    ax.hlines(at, rows["p5"] / KILO, rows["p95"] / KILO, color=colour, lw=1.4)
    ax.plot(rows["gas"] / KILO, at, MARKERS[place % len(MARKERS)], color=colour, ms=5, label=form)


def _draw_market(ax: Axes, calls: pd.DataFrame, forms: list[str], names: list[str]) -> None:
    ends = np.zeros(len(forms))
    for name, colour in zip(names, style.shades(len(names)), strict=True):
        own = calls[calls["call"] == name].set_index("form").reindex(forms)
        widths = own["all_gas"].to_numpy(dtype=np.float64) / GIGA
        ax.barh(range(len(forms)), widths, left=ends, color=colour, label=name, ec="white", lw=0.5)
        ends += widths
    ax.set_yticks(range(len(forms)), forms)
    ax.set_ylim(len(forms) - 0.5, -0.5)
    ax.set_xlabel("gas of all calls of the market (10⁹)")
    ax.legend(fontsize=8, frameon=False)


def _add_costs(ax: Axes, tokens: float, label: str) -> None:
    """Add an axis above, in tokens."""
    above = ax.secondary_xaxis("top", functions=(_times(tokens), _times(1 / tokens)))
    above.set_xlabel(label, fontsize=9)
    above.tick_params(labelsize=8)


def _times(factor: float) -> Callable[[ArrayLike], NDArray[np.float64]]:
    return lambda values: np.asarray(values, dtype=np.float64) * factor
