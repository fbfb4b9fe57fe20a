"""Attacks against mechanisms as heat maps."""

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

from cmlabm.analysis.attack_matrix import display_name, in_order
from cmlabm.analysis.figures import style
from cmlabm.analysis.measures import Measure
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS
from cmlabm.mechanisms import MECHANISMS

MOST_PANELS = 4
_NAME_WIDTH = 14
_CELL_WIDTH, _CELL_HEIGHT = 1.05, 0.4
_INSET = 0.08
_UNKNOWN = "#e6e6e6"


def draw_attack_matrix(
    matrix: pd.DataFrame, measure: Measure, best: pd.DataFrame | None = None
) -> Figure:
    """Draw the mean of a measure for each attack and mechanism, a panel for each strength.

    The darker, the higher. A cell has the mean and, below, its 95 % interval; a cell of which
    nothing is known is grey. In each row the mechanism with the least mean regret has a frame, and
    those that cannot be told apart from it have a dashed one.

    Args:
        matrix: as ``attack_matrix`` returns it; its first four strengths are drawn.
        measure: ``REGRET`` or ``ATTACKER_RETURN``.
        best: as ``best_mechanisms`` returns it; without it there are no frames.
    """
    strengths = list(dict.fromkeys(matrix["strength"]))[:MOST_PANELS]
    shown = matrix[matrix["strength"].isin(strengths)]
    rows = in_order(shown["behaviour"], MALICIOUS_BEHAVIOURS)
    columns = in_order(shown["mechanism"], MECHANISMS)
    height = max(3.0, len(strengths) * (_CELL_HEIGHT * len(rows) + 1.0))
    width = max(5.0, _CELL_WIDTH * len(columns) + 2.2)
    figure, axes = style.new_figure(len(strengths), 1, width, height)
    colours = _colours(shown[measure.name])
    frames = _frames(best)
    for ax, strength in zip(axes[:, 0], strengths, strict=True):
        _name_cells(ax, rows, columns)
        ax.set_title(textwrap.fill(strength, int(11 * width)), fontsize=9, y=1.0)
        for cell in shown[shown["strength"] == strength].to_dict("records"):
            place = columns.index(cell["mechanism"]), rows.index(cell["behaviour"])
            line = frames.get((strength, cell["behaviour"], cell["mechanism"]))
            if np.isfinite(cell[measure.name]):
                colour = tuple(colours.to_rgba(cell[measure.name]))
                _draw_cell(ax, place, _text(cell, measure), colour, line)
        for artist in (*ax.texts, *ax.patches):
            artist.set_in_layout(False)  # they are within the axes; leaving them out saves time
    bar = figure.colorbar(colours, ax=list(axes.flat), aspect=40, pad=0.02)
    bar.set_label(measure.axis, size=9)
    bar.ax.tick_params(labelsize=8)
    return figure


def _colours(means: "pd.Series[float]") -> ScalarMappable:
    """Return colours from light to dark, the same for all panels, in a range that has 0 in it."""
    known = means[np.isfinite(means)]
    low, high = min([0.0, *known]), max([0.0, *known])
    return ScalarMappable(Normalize(low, high if high > low else low + 1.0), colormaps["cividis_r"])


def _frames(best: pd.DataFrame | None) -> dict[tuple[str, str, str], str]:
    """Return the kind of line around each cell that has a frame."""
    frames: dict[tuple[str, str, str], str] = {}
    for row in [] if best is None else best.dropna(subset="mechanism").to_dict("records"):
        attack = row["strength"], row["behaviour"]
        frames |= {(*attack, name): "--" for name in row["tied"].split(", ") if name}
        frames[*attack, row["mechanism"]] = "-"
    return frames


def _name_cells(ax: Axes, rows: list[str], columns: list[str]) -> None:
    mechanisms = [display_name(name, MECHANISMS) for name in columns]
    attacks = [display_name(name, MALICIOUS_BEHAVIOURS) for name in rows]
    ax.set_facecolor(_UNKNOWN)
    ax.set_xticks(range(len(columns)), [textwrap.fill(name, _NAME_WIDTH) for name in mechanisms])
    ax.set_yticks(range(len(rows)), [textwrap.fill(name, 2 * _NAME_WIDTH) for name in attacks])
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("mechanism")
    ax.set_ylabel("attack")


def _draw_cell(
    ax: Axes,
    place: tuple[int, int],
    text: tuple[str, str],
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
    mean, interval = text
    ax.text(x, y - 0.18, mean, ha="center", va="center", color=ink, fontsize=8, weight="bold")
    ax.text(x, y + 0.22, interval, ha="center", va="center", color=ink, fontsize=6.5)


def _text(cell: Mapping[Hashable, Any], measure: Measure) -> tuple[str, str]:
    """Return a cell's mean and interval; where there is no interval, how many runs there are."""
    low, high = cell[f"{measure.name}_low"], cell[f"{measure.name}_high"]
    runs = cell["pairs" if measure.name == "regret" else "n"]
    known = np.isfinite(low) and np.isfinite(high)
    interval = f"{measure.shown(low)} to {measure.shown(high)}" if known else f"n = {runs}"
    return measure.shown(cell[measure.name]), interval


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
