"""A study drawn: runs as dots, means with intervals, and the curves of single runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import isnan, nan, sqrt
from typing import Any

import pandas as pd
from scipy.stats import t

from cmlabm.viz.drawing.charts import Curve, Option, axis, box, curves
from cmlabm.viz.drawing.colours import Colours
from cmlabm.viz.fields.definitions import as_text, limits

MOST_LEVELS = 30
"""With more levels (a sampled factor) runs are drawn along the factor's values, without means."""

MOST_CURVES = 60
CONFIDENCE = 0.95
_JITTER = (0.0, -0.1, 0.1, -0.05, 0.05, -0.15, 0.15)


@dataclass(frozen=True, slots=True)
class Mean:
    """The runs at one level of a factor. NaN stands for what so few runs do not show."""

    level: str
    runs: int
    missing: int
    mean: float
    low: float
    high: float


def means(runs: pd.DataFrame, outcome: str) -> list[Mean]:
    """Return mean and 95 % interval (Student's t) of an outcome at each level.

    Args:
        runs: a row a run, with the column ``level``.
        outcome: the outcome's column; runs without a value count as missing.
    """
    found = []
    for level, group in runs.groupby("level", sort=True):
        values = group[outcome].astype(float)
        known = values.dropna()
        half = (
            float(t.ppf((1 + CONFIDENCE) / 2, len(known) - 1)) * known.std() / sqrt(len(known))
            if len(known) > 1
            else nan
        )
        mean = float(known.mean()) if len(known) else nan
        missing = len(values) - len(known)
        found.append(Mean(as_text(level), len(known), missing, mean, mean - half, mean + half))
    return found


def dots(
    runs: pd.DataFrame, factor: str, outcome: str, palette: Colours, selected: str = ""
) -> Option:
    """Return every run as a dot over its level, with means and intervals.

    Args:
        runs: a row a run, with the columns ``run`` and ``level``.
        factor: the factor's name.
        outcome: the outcome's column.
        palette: the colours.
        selected: the run that is marked.
    """
    if runs["level"].nunique() > MOST_LEVELS:
        return _cloud(runs, factor, outcome, palette, selected)
    summary = means(runs, outcome)
    places = {mean.level: place for place, mean in enumerate(summary)}
    seen = [0] * len(summary)
    points = []
    for run, level, value in zip(runs["run"], runs["level"], runs[outcome], strict=True):
        if not _missing(value):
            place = places[as_text(level)]
            jitter = _JITTER[seen[place] % len(_JITTER)]
            seen[place] += 1
            points.append(_dot(run, place + jitter, value, palette, selected))
    known = [(place, mean) for place, mean in enumerate(summary) if not isnan(mean.mean)]
    wide = {"type": "value", "min": -0.5, "max": len(summary) - 0.5, "show": False}
    return _frame(palette, outcome) | {
        "xAxis": [
            {
                "type": "category",
                "data": [mean.level for mean in summary],
                "name": factor,
                "nameLocation": "middle",
                "nameGap": 26,
                **axis(palette),
            },
            wide,
        ],
        "series": [
            {"type": "scatter", "xAxisIndex": 1, "symbolSize": 9, "data": points},
            {
                "type": "scatter",
                "xAxisIndex": 1,
                "symbol": "diamond",
                "symbolSize": 14,
                "itemStyle": {"color": palette.malicious},
                "silent": True,
                "data": [[place, mean.mean] for place, mean in known],
                "markLine": {
                    "silent": True,
                    "precision": 9,
                    "symbol": "rect",
                    "symbolSize": [12, 2],
                    "symbolRotate": 0,
                    "label": {"show": False},
                    "lineStyle": {"color": palette.malicious, "width": 2, "type": "solid"},
                    "data": [
                        [{"coord": [place, mean.low]}, {"coord": [place, mean.high]}]
                        for place, mean in known
                        if not isnan(mean.low)
                    ],
                },
            },
        ],
    }


def run_curves(
    series: pd.DataFrame,
    levels: Mapping[str, str],
    column: str,
    palette: Colours,
    selected: str = "",
) -> Option:
    """Return the curve of each run, in the colour of its level; a selected one stands out.

    Args:
        series: columns ``run``, ``day`` and the one to draw.
        levels: the level of each run that is drawn.
        column: what to draw.
        palette: the colours.
        selected: the run that stands out.
    """
    order = list(dict.fromkeys(levels.values()))
    colours = palette.sequence
    lines = []
    for run, group in series.groupby("run", sort=False):
        level = levels[str(run)]
        lines.append(
            Curve(
                level,
                group[column].astype(float).tolist(),
                colours[order.index(level) % len(colours)],
                width=4 if run == selected else 1.2,
                opacity=1.0 if run == selected or not selected else 0.35,
                days=group["day"].tolist(),
            )
        )
    lines.sort(key=lambda line: order.index(line.name))
    return curves(palette, lines, digits=3 if column == "accuracy" else 0, from_zero=False)


def summary_html(summary: Sequence[Mean], factor: str) -> str:
    """Return the means as a table."""
    rows = "".join(
        f"<tr><td>{escape(mean.level)}</td><td>{mean.runs}</td><td>{mean.missing or ''}</td>"
        f"<td>{_number(mean.mean)}</td><td>{_interval(mean)}</td></tr>"
        for mean in summary
    )
    return (
        f"<table><thead><tr><th>{escape(factor)}</th><th>runs</th><th>without a value</th>"
        f"<th>mean</th><th>95 % interval</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _cloud(
    runs: pd.DataFrame, factor: str, outcome: str, palette: Colours, selected: str
) -> Option:
    points = [
        _dot(run, level, value, palette, selected)
        for run, level, value in zip(runs["run"], runs["level"], runs[outcome], strict=True)
        if not _missing(value)
    ]
    return _frame(palette, outcome) | {
        "xAxis": {
            "type": "category" if limits(factor) is None else "value",
            "scale": True,
            "name": factor,
            "nameLocation": "middle",
            "nameGap": 26,
            **axis(palette),
        },
        "series": [{"type": "scatter", "symbolSize": 7, "data": points}],
    }


def _frame(palette: Colours, outcome: str) -> Option:
    return {
        "animation": False,
        "textStyle": {"color": palette.text},
        "grid": {"left": 66, "right": 18, "top": 16, "bottom": 46},
        "tooltip": {"trigger": "item", "formatter": f"run {{b}}\n{outcome}", **box(palette)},
        "yAxis": {
            "type": "value",
            "scale": True,
            "splitLine": {"lineStyle": {"color": palette.faint, "opacity": 0.25}},
            **axis(palette),
        },
    }


def _dot(run: str, x: Any, value: Any, palette: Colours, selected: str) -> dict[str, Any]:
    is_selected = run == selected
    return {
        "name": run,
        "value": [x, float(value)],
        "itemStyle": {
            "color": palette.no_attack if is_selected else palette.honest,
            "opacity": 1.0 if is_selected else 0.55,
        },
        "symbolSize": 16 if is_selected else 9,
    }


def _missing(value: Any) -> bool:
    return bool(pd.isna(value))


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:,.4g}" if abs(value) < 100 else f"{value:,.1f}"


def _interval(mean: Mean) -> str:
    return "" if isnan(mean.low) else f"{_number(mean.low)} to {_number(mean.high)}"
