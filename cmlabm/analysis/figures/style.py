"""What all figures have in common: colours, markers, sizes."""

import textwrap
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from cmlabm.batch.figure import COLOURS

HONEST, MALICIOUS = COLOURS["honest"], COLOURS["malicious"]
"""The colours of the two kinds of agent, from Okabe & Ito's palette for colour-blind readers."""

MARKERS = {"honest": "o", "malicious": "^"}
LINES = {"honest": "-", "malicious": "--"}
"""Kinds differ in shape as well, so that a print in grey still tells them apart."""

NEUTRAL = "#333333"
FAINT = "#8c8c8c"
_MOST_SLANTED = 12
_AXIS_WIDTH = 48
INCHES_A_LETTER = 0.06
DASHES = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), ":")


def new_figure(
    rows: int, columns: int, width: float, height: float, **options: Any
) -> tuple[Figure, NDArray[np.object_]]:
    """Return a figure drawn with Agg and its axes, shape (rows, columns), without a global state.

    Args:
        rows: how many rows of axes.
        columns: how many columns of axes.
        width: in inches.
        height: in inches.
        **options: for ``Figure.subplots``.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False, **options)
    for ax in axes.flat:
        ax.set_title("", y=1.0)  # a title that need not be placed halves the time to draw
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=8)
        ax.xaxis.label.set_size(9)
        ax.yaxis.label.set_size(9)
    return figure, axes


def shades(count: int) -> list[tuple[float, ...]]:
    """Return colours for levels in rising order, dark to light: they keep their order in grey."""
    from matplotlib import colormaps

    return [tuple(colormaps["cividis"](x)) for x in np.linspace(0.0, 0.8, count)]


def jitter(size: int, width: float = 0.28) -> NDArray[np.float64]:
    """Return offsets that spread dots at the same place, always the same."""
    if size < 2:
        return np.zeros(size)
    return np.random.default_rng(0).permutation(np.linspace(-width / 2, width / 2, size))


def label_levels(ax: Axes, labels: list[str], axis: str) -> None:
    """Put a factor's levels under an axis, evenly spaced; long ones slanted, many upright."""
    ax.set_xticks(range(len(labels)), labels)
    if are_long(labels):
        angle, size = (90, 7) if len(labels) > _MOST_SLANTED else (45, 8)
        ax.tick_params(axis="x", labelsize=size)
        for text in ax.get_xticklabels():
            text.set(rotation=angle, ha="right", va="center", rotation_mode="anchor")
    ax.set_xlim(-0.6, len(labels) - 0.4)
    ax.set_xlabel(textwrap.fill(axis, _AXIS_WIDTH))


def are_long(labels: list[str]) -> bool:
    """Return whether levels are too long to stand beside each other under an axis.

    Example:
        >>> are_long(["100", "200", "300"]), are_long(["prediction-market", "reputation-cost"] * 2)
        (False, True)
    """
    return sum(map(len, labels)) > 40


def room_for(labels: list[str]) -> float:
    """Return how many inches levels need below an axis beyond those of a line of text.

    Example:
        >>> room_for(["100", "200"]), round(room_for(["label-flip / 1 / 5400"] * 25), 1)
        (0.0, 1.3)
    """
    return max(map(len, labels)) * INCHES_A_LETTER if are_long(labels) else 0.0


def shortened(text: str, length: int) -> str:
    """Return a text, of a long one the beginning.

    Example:
        >>> shortened("Label flip", 10), shortened("my.attacks:Own", 10)
        ('Label flip', 'my.attack…')
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def say_nothing_to_show(ax: Axes, why: str) -> None:
    """Say in an empty panel why it is empty."""
    ax.text(0.5, 0.5, why, transform=ax.transAxes, ha="center", va="center", fontsize=8, wrap=True)
