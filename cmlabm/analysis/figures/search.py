"""Searches: how they went, what matters, and what was confirmed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cmlabm.analysis.figures import style

_ROW_HEIGHT = 0.26
_STAGE_MARKERS = {"attack": "^", "contract": "o"}
_STAGE_COLOURS = {"attack": style.MALICIOUS, "contract": style.HONEST}


def draw_history(
    trials: pd.DataFrame, confirmed: pd.DataFrame, objective: str, limits: Mapping[str, float]
) -> Figure:
    """Draw what each trial came to in the search, the best so far, and what was confirmed of it.

    Args:
        trials: a row for each, with ``trial``, the objective and, where contracts are searched for
            as well, ``round`` and ``search``.
        confirmed: the candidates, with the objective and its ends.
        objective: its column.
        limits: columns, and the most that a contract may have there; one beyond them is drawn
            hollow and is never the best.
    """
    figure, axes = style.new_figure(1, 1, 8.0, 3.6)
    ax = axes[0, 0]
    if "round" not in trials:
        trials = trials.assign(round=1, search="attack")
    named: set[str] = set()
    for _, rows in trials.groupby(["round", "search"], sort=False):
        kind = str(rows["search"].iloc[0])
        values = rows[objective].to_numpy(dtype=np.float64)
        counts = np.full(len(rows), True)
        if kind == "contract":
            for name, most in limits.items():
                counts &= (rows[name] <= most).to_numpy()
        counting = np.where(counts, values, np.nan)
        best = np.fmax.accumulate(counting) if kind == "attack" else np.fmin.accumulate(counting)
        label = None if kind in named else f"{kind}, in the search"
        named.add(kind)
        colour = _STAGE_COLOURS[kind]
        marker = _STAGE_MARKERS[kind]
        ax.plot(rows["trial"], counting, marker, ms=4, color=colour, alpha=0.5)
        if not counts.all():
            beyond = np.where(counts, np.nan, values)
            hollow = None if "beyond" in named else "beyond the limits"
            named.add("beyond")
            ax.plot(
                rows["trial"], beyond, marker, ms=4, mec=colour, mfc="none", alpha=0.5, label=hollow
            )
        ax.step(rows["trial"], best, where="post", color=colour, lw=1.2, label=label)
    numbers = pd.to_numeric(confirmed["candidate"], errors="coerce")
    here = confirmed[numbers.notna()]
    _with_ends(ax, numbers.dropna(), here, objective, "on fresh seeds")
    ax.axhline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
    ax.set_xlabel("trial")
    ax.set_ylabel(objective.replace("_", " "))
    ax.legend(fontsize=8, frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


def draw_confirmed(confirmed: pd.DataFrame, labels: Sequence[str], objective: str) -> Figure:
    """Draw what candidates come to on fresh seeds, and what the search said of them.

    Args:
        confirmed: a row for each, with the objective and its ends, and ``_searched``.
        labels: what they are called.
        objective: its column.
    """
    height = 1.0 + _ROW_HEIGHT * len(confirmed)
    figure, axes = style.new_figure(1, 1, 7.5, height)
    ax = axes[0, 0]
    places = np.arange(len(confirmed))
    defaults = (confirmed["candidate"] == "default").to_numpy()
    colours = np.where(defaults, style.FAINT, style.MALICIOUS)
    low, high = confirmed[f"{objective}_low"], confirmed[f"{objective}_high"]
    ax.hlines(places, low, high, color=colours, lw=1.4)
    ax.scatter(confirmed[objective], places, c=colours, s=18, zorder=3)
    searched = confirmed[f"{objective}_searched"]
    ax.plot(searched, places, "x", color=style.NEUTRAL, ms=5, label="in the search")
    ax.axvline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
    ax.set_yticks(places, [style.shortened(label, 60) for label in labels])
    ax.set_ylim(len(confirmed) - 0.5, -0.5)
    ax.set_xlabel(f"{objective.replace('_', ' ')} on fresh seeds")
    if searched.notna().any():
        ax.legend(fontsize=8, frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0))
    return figure


def draw_front(
    trials: pd.DataFrame, confirmed: pd.DataFrame, objectives: Sequence[str], signs: Sequence[int]
) -> Figure:
    """Draw two objectives of all trials against each other, and what was confirmed.

    Args:
        trials: a row for each.
        confirmed: the candidates, with both objectives and their ends.
        objectives: two columns.
        signs: 1 for an objective that is to be large, -1 for one that is to be small.
    """
    first, second = objectives[:2]
    figure, axes = style.new_figure(1, 1, 5.5, 4.2)
    ax = axes[0, 0]
    known = trials[[first, second]].dropna()
    values = known.to_numpy(dtype=np.float64) * np.array(signs[:2])
    better = (values[:, None] >= values).all(axis=2) & (values[:, None] > values).any(axis=2)
    front = known[~better.any(axis=0)].sort_values(first)
    ax.plot(known[first], known[second], ".", ms=4, color=style.FAINT, label="in the search")
    ax.plot(front[first], front[second], ls=":", lw=0.9, color=style.FAINT)
    for kind, rows in confirmed.groupby(confirmed["candidate"] == "default", sort=False):
        colour = style.HONEST if kind else style.MALICIOUS
        ax.errorbar(
            rows[first],
            rows[second],
            xerr=_ends(rows, first),
            yerr=_ends(rows, second),
            fmt="s" if kind else "o",
            ms=4,
            lw=0.9,
            color=colour,
            label=f"{'defaults' if kind else 'found'}, on fresh seeds",
        )
    ax.set_xlabel(first.replace("_", " "))
    ax.set_ylabel(second.replace("_", " "))
    ax.legend(fontsize=8, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return figure


def draw_importances(table: pd.DataFrame) -> Figure:
    """Draw what matters, a panel for the choices that are always there and for each nested table.

    Args:
        table: with ``where``, ``trials``, ``parameter`` and ``importance``.
    """
    groups = list(table.groupby("where", sort=False))
    heights = [len(rows) + 1.5 for _, rows in groups]
    figure, axes = style.new_figure(
        len(groups),
        1,
        6.5,
        0.8 + _ROW_HEIGHT * sum(heights),
        sharex=True,
        gridspec_kw={"height_ratios": heights},
    )
    for ax, (where, rows) in zip(axes.flat, groups, strict=True):
        places = np.arange(len(rows))
        ax.barh(places, rows["importance"], color=style.FAINT, height=0.7)
        ax.set_yticks(places, rows["parameter"].tolist())
        ax.set_ylim(len(rows) - 0.5, -0.5)
        among = f"where {where!s} is chosen" if where else "all"
        ax.set_title(f"{among} (n\u00a0=\u00a0{rows['trials'].iloc[0]})", fontsize=9, y=1.0)
    axes[-1, 0].set_xlabel("share of what single choices explain")
    return figure


def _with_ends(
    ax: Axes, places: "pd.Series[float]", rows: pd.DataFrame, name: str, label: str
) -> None:
    if len(rows):
        ax.errorbar(
            places,
            rows[name],
            yerr=_ends(rows, name),
            fmt="s",
            ms=4,
            lw=1.2,
            color="black",
            zorder=5,
            label=label,
        )


def _ends(rows: pd.DataFrame, name: str) -> np.ndarray:
    """Return the lengths of error bars, shape (2, rows); none where an end is not known."""
    low, high = rows[name] - rows[f"{name}_low"], rows[f"{name}_high"] - rows[name]
    return np.nan_to_num(np.array([low, high], dtype=np.float64)).clip(0)
