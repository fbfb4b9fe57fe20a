"""Games among contributors: gains, payoffs, and where populations go."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from cmlabm.analysis.figures import style
from cmlabm.analysis.games import PayoffTable, RestPoint, rest_points, trajectories
from cmlabm.analysis.intervals import mean_interval

_PANELS_A_ROW = 4
_PANEL_WIDTH, _ROW_HEIGHT = 3.1, 0.2
_LONGEST_TITLE = 34
_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
_FILLED = {"stable": "full", "unstable": "none", "saddle": "left", "neutral": "none"}
_STARTS_A_SIDE = 6


def draw_gains(gains: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw what a player gains by leaving honesty, a panel for each contract.

    Args:
        gains: by the name of the contract, as ``deviation_gains`` returns them.
    """
    strategies = list(dict.fromkeys(name for rows in gains.values() for name in rows["strategy"]))
    columns = min(len(gains), _PANELS_A_ROW)
    rows = -(-len(gains) // columns)
    height = rows * (_ROW_HEIGHT * len(strategies) + 1.1)
    figure, axes = style.new_figure(
        rows, columns, _PANEL_WIDTH * columns + 1.2, height, sharey=True, sharex=True
    )
    for ax, (contract, table) in zip(axes.flat, gains.items(), strict=False):
        here = table.set_index("strategy").reindex(strategies)
        places = np.arange(len(strategies))
        pays = (here["gain_low"] > 0).to_numpy()
        colours = np.where(pays, style.MALICIOUS, style.HONEST)
        ax.axvline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
        ax.hlines(places, here["gain_low"], here["gain_high"], color=colours, lw=1.4)
        ax.scatter(here["gain"], places, c=colours, s=16, zorder=3)
        ax.grid(axis="y", color=style.FAINT, alpha=0.3, lw=0.5)
        ax.set_title(textwrap.fill(contract, _LONGEST_TITLE), fontsize=8, y=1.0)
    for ax in axes.flat[len(gains) :]:
        ax.set_visible(False)
    for ax in axes.flat[max(0, len(gains) - columns) : len(gains)]:  # nothing is below these
        ax.tick_params(labelbottom=True)
        ax.set_xlabel("gain (tokens)")
    axes[0, 0].locator_params(axis="x", nbins=6)
    axes[0, 0].set_yticks(range(len(strategies)), strategies)
    axes[0, 0].set_ylim(len(strategies) - 0.5, -0.5)
    return figure


def draw_payoffs(tables: Mapping[str, PayoffTable]) -> Figure:
    """Draw what players of two strategies get, by how many play the second; a panel a contract."""
    figure, axes = _panels(len(tables), 2.6)
    for ax, (contract, table) in zip(axes.flat, tables.items(), strict=False):
        for strategy, (name, kind) in enumerate(zip(table.strategies, style.MARKERS, strict=True)):
            played = np.flatnonzero(table.counts[:, strategy] > 0)
            played = played[np.argsort(table.counts[played, 1])]
            x = table.counts[played, 1]
            got = table.payoffs[:, played, strategy]
            low, high = np.array([mean_interval(column) for column in got.T]).T
            colour = style.HONEST if kind == "honest" else style.MALICIOUS
            ax.plot(
                x,
                got.mean(axis=0),
                marker=style.MARKERS[kind],
                ls=style.LINES[kind],
                color=colour,
                ms=3.5,
                lw=1.2,
                label=name,
            )
            ax.fill_between(x, low, high, color=colour, alpha=0.15, lw=0)
        ax.set_title(textwrap.fill(contract, _LONGEST_TITLE), fontsize=8, y=1.0)
        ax.set_xlabel(f"players of {table.strategies[1]}")
    axes[0, 0].set_ylabel("payoff (tokens)")
    axes[0, 0].legend(fontsize=7, frameon=False)
    return figure


def draw_phase_lines(tables: Mapping[str, PayoffTable]) -> Figure:
    """Draw where populations of two strategies go: a line for each contract.

    Arrows show where the share of the second strategy goes; filled points attract, empty ones
    repel, and a grey line is a population that stays as it is.
    """
    figure, axes = style.new_figure(1, 1, 7.0, 0.36 * len(tables) + 1.0)
    ax = axes[0, 0]
    for place, table in enumerate(tables.values()):
        points = rest_points(table)
        rests = any(point.extent == "all" for point in points)
        ax.plot([0, 1], [place, place], color=style.FAINT, lw=3.0 if rests else 0.8, zorder=1)
        if not rests:
            _draw_arrows(ax, table, points, place)
        for point in [] if rests else points:
            ax.plot(
                point.shares[1],
                place,
                "o",
                color=style.NEUTRAL,
                fillstyle="full" if point.stability == "stable" else "none",
                markerfacecoloralt="white",
                ms=6,
                zorder=3,
            )
    second = next(iter(tables.values())).strategies[1]
    ax.set_xlabel(f"share of {second}")
    ax.set_xlim(-0.03, 1.03)
    ax.set_yticks(range(len(tables)), [style.shortened(name, 60) for name in tables])
    ax.set_ylim(len(tables) - 0.5, -0.5)
    return figure


def draw_simplexes(tables: Mapping[str, PayoffTable]) -> Figure:
    """Draw where populations of three strategies go: a triangle for each contract.

    Lines are populations under the replicator dynamics, the thicker the later; points as in
    ``draw_phase_lines``, saddles half filled.
    """
    figure, axes = _panels(len(tables), 3.0)
    for ax, (contract, table) in zip(axes.flat, tables.items(), strict=False):
        _draw_triangle(ax, table)
        ax.set_title(textwrap.fill(contract, _LONGEST_TITLE), fontsize=8, y=1.0)
    return figure


def _draw_triangle(ax: Axes, table: PayoffTable) -> None:
    ax.plot(*_CORNERS[[0, 1, 2, 0]].T, color=style.FAINT, lw=0.8)
    path = trajectories(table, _starts()).shares @ _CORNERS
    for line in path:
        ax.plot(*line.T, color=style.HONEST, lw=0.7, alpha=0.7)
        middle = len(line) // 12
        start, end = line[middle], line[middle + 1]
        if np.hypot(*(end - start)) > 1e-4:
            ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": style.HONEST})
    for point in rest_points(table):
        if point.extent == "point":
            ax.plot(
                *(np.array(point.shares) @ _CORNERS),
                "o",
                color=style.NEUTRAL,
                fillstyle=_FILLED[point.stability],
                markerfacecoloralt="white",
                ms=6,
                zorder=3,
            )
    for corner, name, side in zip(
        _CORNERS, table.strategies, ("top", "top", "bottom"), strict=True
    ):
        ax.annotate(
            style.shortened(name, 18),
            corner,
            (0, -8 if side == "top" else 8),
            textcoords="offset points",
            ha="center",
            va=side,
            fontsize=7,
        )
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.margins(0.15)


def _starts() -> NDArray[np.float64]:
    """Return populations that are spread evenly within the simplex, shape (starts, 3)."""
    sides = range(1, _STARTS_A_SIDE + 1)
    whole = _STARTS_A_SIDE + 2
    return np.array([(a, b, whole - a - b) for a in sides for b in sides if a + b < whole]) / whole


def _draw_arrows(ax: Axes, table: PayoffTable, points: Sequence[RestPoint], place: int) -> None:
    """Draw between rest points whether the second strategy spreads or dies out."""
    at = sorted(point.shares[1] for point in points)
    for low, high in pairwise(at):
        middle = (low + high) / 2
        first, second = table.expected(np.array([1 - middle, middle]))
        way = 0.02 if second > first else -0.02
        ax.annotate(
            "",
            (middle + way, place),
            (middle - way, place),
            arrowprops={"arrowstyle": "-|>", "color": style.NEUTRAL},
        )


def _panels(count: int, height: float) -> tuple[Figure, NDArray[np.object_]]:
    columns = min(count, _PANELS_A_ROW)
    rows = -(-count // columns)
    figure, axes = style.new_figure(rows, columns, _PANEL_WIDTH * columns + 0.6, height * rows)
    for ax in axes.flat[count:]:
        ax.set_visible(False)
    return figure, axes
