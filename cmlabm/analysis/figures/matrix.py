"""Attacks against mechanisms, or other contracts, as heat maps."""

import textwrap
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cmlabm.analysis.contracts import ATTACK, MECHANISM, Axis
from cmlabm.analysis.figures import style
from cmlabm.analysis.measures import REGRET, Measure
from cmlabm.analysis.protection import AND

MOST_PANELS = 4
_MANY_COLUMNS = 10
_NAME_WIDTH, _NARROW_NAME, _MORE_LETTERS = 14, 11, 3
_CELL_WIDTH, _NARROW_CELL, _CELL_HEIGHT = 1.05, 0.87, 0.4
_WORST_HEIGHT, _LINE_HEIGHT = 1.9, 0.13
_PLACES = {2: (-0.18, 0.22), 3: (-0.28, -0.07, 0.25)}
"""How far from a cell's middle its lines of text stand, by how many there are."""

_INSET = 0.08
_UNKNOWN = "#e6e6e6"


def draw_attack_matrix(
    matrix: pd.DataFrame,
    measure: Measure,
    best: pd.DataFrame | None = None,
    axis: Axis = MECHANISM,
    worst: pd.DataFrame | None = None,
) -> Figure:
    """Draw the mean of a measure for each attack and contract, a panel for each strength.

    The darker, the higher. A cell has the mean and, below, its 95 % interval; a cell of which
    nothing is known is grey. In each row the contract with the least mean regret has a frame, and
    those that cannot be told apart from it have a dashed one.

    Args:
        matrix: as ``attack_matrix`` returns it; its first four strengths are drawn.
        measure: ``REGRET`` or ``ATTACKER_RETURN``.
        best: as ``best_mechanisms`` returns it; without it there are no frames.
        axis: what the contracts differ in.
        worst: as ``protection`` returns it; above each panel there is a row with the largest mean
            regret under each contract, its interval, and which attack it is.
    """
    strengths = list(dict.fromkeys(matrix["strength"]))[:MOST_PANELS]
    shown = matrix[matrix["strength"].isin(strengths)]
    rows, columns = ATTACK.in_order(shown[ATTACK.noun]), axis.in_order(shown[axis.noun])
    above = 0.0 if worst is None else _WORST_HEIGHT
    many = len(columns) > _MANY_COLUMNS
    letters = _NARROW_NAME if many else _NAME_WIDTH
    names = [_wrapped(axis.shown(name), letters) for name in columns]
    below = 1.0 + _LINE_HEIGHT * max(name.count("\n") for name in ["", *names])
    height = max(3.0, len(strengths) * (_CELL_HEIGHT * (len(rows) + above) + below))
    width = max(5.0, (_NARROW_CELL if many else _CELL_WIDTH) * len(columns) + 2.2)
    figure, panels, tops = _panels(len(strengths), width, height, above / max(1, len(rows)))
    colours = _colours(shown[measure.name])
    frames = _frames(best, axis)
    for ax, top, strength in zip(panels, tops, strengths, strict=True):
        _name_cells(ax, rows, names)
        ax.set_xlabel(axis.noun)
        for cell in shown[shown["strength"] == strength].to_dict("records"):
            place = columns.index(cell[axis.noun]), rows.index(cell[ATTACK.noun])
            line = frames.get((strength, cell[ATTACK.noun], cell[axis.noun]))
            if np.isfinite(cell[measure.name]):
                runs = "pairs" if measure.name == REGRET.name else "n"
                lines = _numbers(cell, measure, measure.name, runs)
                _draw_cell(ax, place, lines, tuple(colours.to_rgba(cell[measure.name])), line)
        if worst is not None:
            here = worst[worst["strength"] == strength]
            _draw_worst(top, here, columns, letters, colours)
        top.set_title(textwrap.fill(strength, int(11 * width)), fontsize=9, y=1.0)
        for artist in (*ax.texts, *ax.patches, *top.texts, *top.patches):
            artist.set_in_layout(False)  # they are within the axes; leaving them out saves time
    bar = figure.colorbar(colours, ax=figure.axes, aspect=40, pad=0.02)
    bar.set_label(measure.axis, size=9)
    bar.ax.tick_params(labelsize=8)
    return figure


def _panels(
    count: int, width: float, height: float, above: float
) -> tuple[Figure, list[Axes], list[Axes]]:
    """Return a figure, its panels, and the axes above them, which are lower by a factor.

    The panels are the first of the figure's axes; without anything above them, the only ones.
    """
    if not above:
        figure, axes = style.new_figure(count, 1, width, height)
        return figure, list(axes.flat), list(axes.flat)
    figure, axes = style.new_figure(2 * count, 1, width, height, height_ratios=[above, 1.0] * count)
    tops: list[Axes] = list(axes[::2, 0])
    for top in tops:
        figure.delaxes(top)
        figure.add_axes(top)
    return figure, list(axes[1::2, 0]), tops


def _colours(means: "pd.Series[float]") -> ScalarMappable:
    """Return colours from light to dark, the same for all panels, in a range that has 0 in it."""
    known = means[np.isfinite(means)]
    low, high = min([0.0, *known]), max([0.0, *known])
    return ScalarMappable(Normalize(low, high if high > low else low + 1.0), colormaps["cividis_r"])


def _frames(best: pd.DataFrame | None, axis: Axis) -> dict[tuple[str, str, str], str]:
    """Return the kind of line around each cell that has a frame."""
    frames: dict[tuple[str, str, str], str] = {}
    for row in [] if best is None else best.dropna(subset=axis.noun).to_dict("records"):
        attack = row["strength"], row[ATTACK.noun]
        frames |= {(*attack, name): "--" for name in row["tied"].split(", ") if name}
        frames[*attack, row[axis.noun]] = "-"
    return frames


def _name_cells(ax: Axes, rows: list[str], columns: list[str]) -> None:
    attacks = [_wrapped(ATTACK.shown(name), 2 * _NAME_WIDTH, 2) for name in rows]
    _make_room(ax, len(columns), len(rows))
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), attacks)
    ax.set_ylabel("attack")


def _wrapped(name: str, letters: int, lines: int = 5) -> str:
    return textwrap.fill(name, letters, max_lines=lines, placeholder=" …")


def _make_room(ax: Axes, columns: int, rows: int) -> None:
    ax.set_facecolor(_UNKNOWN)
    ax.set_xlim(-0.5, columns - 0.5)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _draw_worst(
    ax: Axes, worst: pd.DataFrame, columns: list[str], letters: int, colours: ScalarMappable
) -> None:
    """Draw the row with the largest mean regret under each contract; the least has a frame."""
    _make_room(ax, len(columns), 1)
    ax.set_xticks([])
    ax.set_yticks([0], ["worst of these"])
    ax.tick_params(labelsize=8)
    known = worst[worst["worst_regret"].notna()]
    for row in known.to_dict("records"):
        attacks = AND.join(map(ATTACK.shown, row["worst_attack"].split(AND)))
        name = _wrapped(attacks, letters + _MORE_LETTERS, 2)
        lines = (*_numbers(row, REGRET, "worst_regret", "seeds"), name)
        line = "-" if row["worst_regret"] == known["worst_regret"].min() else None
        place = columns.index(row["contract"]), 0
        _draw_cell(ax, place, lines, tuple(colours.to_rgba(row["worst_regret"])), line)


def _draw_cell(
    ax: Axes,
    place: tuple[int, int],
    lines: tuple[str, ...],
    colour: tuple[float, ...],
    line: str | None,
) -> None:
    x, y = place
    ink = readable_on(colour)
    ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, fc=colour, ec="white", lw=0.8))
    if line:
        corner, size = (x - 0.5 + _INSET / 2, y - 0.5 + _INSET), (1 - _INSET, 1 - 2 * _INSET)
        width = 2.0 if line == "-" else 0.8
        ax.add_patch(Rectangle(corner, *size, fill=False, ec=ink, lw=width, ls=line))
    (mean, *others), (first, *rest) = lines, _PLACES[len(lines)]
    ax.text(x, y + first, mean, ha="center", va="center", color=ink, fontsize=8, weight="bold")
    for text, below in zip(others, rest, strict=True):
        ax.text(x, y + below, text, ha="center", va="center", color=ink, fontsize=6.5)


def _numbers(
    cell: Mapping[Hashable, Any], measure: Measure, name: str, runs: str
) -> tuple[str, str]:
    """Return a cell's mean and interval; where there is no interval, how many runs there are."""
    low, high = cell[f"{name}_low"], cell[f"{name}_high"]
    known = np.isfinite(low) and np.isfinite(high)
    interval = f"{measure.shown(low)} to {measure.shown(high)}" if known else f"n = {cell[runs]}"
    return measure.shown(cell[name]), interval


def readable_on(colour: tuple[float, ...]) -> str:
    """Return black or white, whichever has the higher contrast (relative luminance, WCAG 2).

    Example:
        >>> readable_on((1.0, 0.9, 0.3)), readable_on((0.0, 0.1, 0.3))
        ('black', 'white')
    """
    channels = np.asarray(colour[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ (0.2126, 0.7152, 0.0722))
    return "black" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "white"
