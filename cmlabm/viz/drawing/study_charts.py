"""A study drawn: runs as dots with means and intervals, as a heat map, and as curves by day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from cmlabm.viz.drawing.charts import Curve, Option, axis, box, curves
from cmlabm.viz.drawing.colours import Colours
from cmlabm.viz.drawing.study_levels import Mean, as_level, levels_of, means, numbers

MOST_LEVELS = 30
"""With more levels (a sampled factor) runs are drawn along the factor's values, without means."""

MOST_SERIES = 6
"""So many levels of a second factor have a colour each; more make a heat map or a colour scale."""

MOST_CURVES = 60
MOST_DOTS = 20_000

SYMBOLS = ("circle", "triangle", "rect", "diamond", "pin", "arrow")
_JITTER = (-0.1, 0.1, -0.05, 0.05, -0.15, 0.15)


@dataclass(frozen=True, slots=True)
class Axes:
    """What is drawn over what.

    Attributes:
        factor: along the axis.
        outcome: over it.
        second: the parameter whose values have colours of their own, if there is one.
        log_x, log_y: whether an axis is logarithmic.
    """

    factor: str
    outcome: str
    second: str = ""
    log_x: bool = False
    log_y: bool = False


def on_log_axes(runs: pd.DataFrame, axes: Axes) -> list[str]:
    """Return a sentence for each logarithmic axis that the runs cannot be drawn along."""
    found = []
    if axes.log_x and not _all_positive(runs["level"]):
        found.append(f"{axes.factor} is not above 0 in all runs, so its axis is not logarithmic.")
    if axes.log_y and not _all_positive(numbers(runs[axes.outcome]).dropna()):
        found.append(f"{axes.outcome} is not above 0 in all runs, so its axis is not logarithmic.")
    return found


def is_heat_map(runs: pd.DataFrame, axes: Axes) -> bool:
    """Return whether two factors have so many levels that means are shown as a heat map."""
    if not axes.second or runs["level"].nunique() > MOST_LEVELS:
        return False
    return MOST_SERIES < runs[axes.second].nunique(dropna=False) <= MOST_LEVELS


def dots(runs: pd.DataFrame, axes: Axes, palette: Colours, picked: str = "") -> Option:
    """Return every run as a dot over its level, with means and intervals.

    Args:
        runs: a row a run, with the columns ``run`` and ``level``.
        axes: what is drawn over what.
        palette: the colours.
        picked: the run that is marked.
    """
    known = runs.assign(**{axes.outcome: numbers(runs[axes.outcome])}).dropna(subset=axes.outcome)
    axes = replace(
        axes,
        log_x=axes.log_x and _all_positive(runs["level"]),
        log_y=axes.log_y and _all_positive(known[axes.outcome]),
    )
    places = _Places.of(runs, axes)
    scale = bool(axes.second) and runs[axes.second].nunique(dropna=False) > MOST_SERIES
    groups = [""] if scale or not axes.second else levels_of(runs[axes.second])
    series: list[Option] = []
    for turn, group in enumerate(groups):
        own = known if not group else known[known[axes.second].map(as_level) == group]
        shift = turn - (len(groups) - 1) / 2
        colour = palette.sequence[turn] if group else palette.honest
        name = f"{axes.second} = {group}" if group else "runs"
        drawn = own.iloc[:: max(1, -(-len(own) // MOST_DOTS))]
        series.append(
            _scatter(
                _points(drawn, places, axes, shift),
                axes,
                name=name,
                symbol=SYMBOLS[turn],
                symbolSize=9 if places.summary else 7,
                itemStyle={"color": colour, "opacity": 0.55},
            )
        )
        if places.summary:
            summary = means(own, axes.outcome) if group else places.summary
            colour = colour if group else palette.malicious
            series.append(_intervals(summary, places, axes, shift, colour, name))
    if picked in set(known["run"]):
        row = known[known["run"] == picked]
        group = as_level(row[axes.second].iloc[0]) if groups != [""] else ""
        shift = groups.index(group) - (len(groups) - 1) / 2
        series.append(
            _scatter(
                _points(row, places, axes, shift),
                axes,
                name="picked run",
                symbolSize=16,
                itemStyle={"color": palette.no_attack},
            )
        )
    legend = {"show": groups != [""], "data": [f"{axes.second} = {group}" for group in groups]}
    option = _frame(palette, legend) | {
        "xAxis": places.axes(axes, palette),
        "yAxis": _value_axis(palette, axes.outcome, axes.log_y),
        "series": series,
    }
    for one in series:
        one["xAxisIndex"] = len(option["xAxis"]) - 1
    if scale and _is_numeric(known[axes.second]) and len(known):
        option["visualMap"] = _colour_scale(palette, known[axes.second]) | {
            "dimension": 5,
            "seriesIndex": 0,
        }
        option["grid"] = option["grid"] | {"right": 96}
    return option


def heat_map(runs: pd.DataFrame, axes: Axes, palette: Colours) -> Option:
    """Return the mean of an outcome at each pair of levels of two factors."""
    across, up = levels_of(runs["level"]), levels_of(runs[axes.second])
    cells = []
    for place, level in enumerate(up):
        row = runs[runs[axes.second].map(as_level) == level]
        for mean in means(row, axes.outcome):
            if not isnan(mean.mean):
                low, high = (None if isnan(end) else end for end in (mean.low, mean.high))
                cells.append([across.index(mean.level), place, mean.mean, low, high, mean.runs])
    values = pd.Series([cell[2] for cell in cells], dtype=float)
    return _frame(palette, {"show": False}) | {
        "grid": {"left": 80, "right": 96, "top": 16, "bottom": 46},
        "xAxis": {"type": "category", "data": across, **_named(axes.factor, 26), **axis(palette)},
        "yAxis": {"type": "category", "data": up, "name": axes.second, **axis(palette)},
        "visualMap": _colour_scale(palette, values) | {"dimension": 2},
        "series": [
            {
                "type": "heatmap",
                "name": f"mean {axes.outcome}",
                "dimensions": [axes.factor, axes.second, "mean", "from", "to", "runs"],
                "encode": {"x": 0, "y": 1, "value": 2, "tooltip": [0, 1, 2, 3, 4, 5]},
                "data": cells,
            }
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
    return curves(
        palette,
        lines,
        digits=3 if column == "accuracy" else 0,
        from_zero=False,
        legend=len(order) <= MOST_LEVELS,
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where levels stand: side by side, or along the factor's values."""

    levels: list[str]
    summary: list[Mean]
    along_values: bool
    numeric: bool

    @classmethod
    def of(cls, runs: pd.DataFrame, axes: Axes) -> "_Places":
        levels = levels_of(runs["level"])
        few = len(levels) <= MOST_LEVELS
        return cls(
            levels,
            means(runs, axes.outcome) if few else [],
            along_values=not few or axes.log_x,
            numeric=_is_numeric(runs["level"]),
        )

    def at(self, level: str, shift: float, jitter: float = 0.0) -> Any:
        """Return where a dot of a level stands."""
        if not self.along_values:
            return self.levels.index(level) + 0.13 * shift + jitter
        if not self.numeric:
            return level
        return float(level) * (1 + 0.03 * shift) if self.summary else float(level)

    def axes(self, axes: Axes, palette: Colours) -> list[Option]:
        """Return the axis with the levels, and where they stand side by side an even one."""
        named = _named(axes.factor, 26) | axis(palette)
        if self.along_values:
            kind = "log" if axes.log_x else "value" if self.numeric else "category"
            return [{"type": kind, "scale": True, **named}]
        even = {"type": "value", "min": -0.5, "max": len(self.levels) - 0.5, "show": False}
        return [{"type": "category", "data": self.levels, **named}, even]


def _points(runs: pd.DataFrame, places: _Places, axes: Axes, shift: float) -> list[list[Any]]:
    """Return place, value, level, seed and run of each dot, and its value of the second factor."""
    texts = runs["level"].map(as_level)
    turns = runs.groupby(texts).cumcount()
    seeds = runs["seed"] if "seed" in runs else pd.Series("", index=runs.index)
    seconds = runs[axes.second] if axes.second else pd.Series("", index=runs.index)
    return [
        [places.at(text, shift, _JITTER[turn % len(_JITTER)]), value, text, seed, run, second]
        for text, turn, value, seed, run, second in zip(
            texts,
            turns,
            runs[axes.outcome].tolist(),
            seeds.map(as_level),
            runs["run"],
            [None if pd.isna(it) else it for it in seconds.tolist()],
            strict=True,
        )
    ]


def _scatter(points: list[list[Any]], axes: Axes, **style: Any) -> Option:
    texts = [*(axes.factor, "seed", "run"), axes.second or "second"]
    return {
        "type": "scatter",
        "progressive": 0,
        "z": 4,  # above the intervals, so that a click finds the dot
        "dimensions": ["place", axes.outcome, *({"name": it, "type": "ordinal"} for it in texts)],
        "encode": {
            "x": 0,
            "y": 1,
            "itemName": 4,
            "tooltip": [2, *([5] if axes.second else []), 1, 3],
        },
        "data": points,
        **style,
    }


def _intervals(
    summary: list[Mean], places: _Places, axes: Axes, shift: float, colour: str, name: str
) -> Option:
    """Return means with their intervals, to which the axis is fitted as to the dots."""
    data = []
    for mean in summary:
        if not isnan(mean.mean):
            low, high = (mean.mean if isnan(end) else end for end in (mean.low, mean.high))
            low = low if low > 0 or not axes.log_y else mean.mean
            data.append([places.at(mean.level, shift), mean.mean, low, high, mean.level, mean.runs])
    return {
        "type": "custom",
        "renderItem": "interval",
        "name": name,
        "dimensions": [
            *("place", "mean", "from", "to"),
            {"name": axes.factor, "type": "ordinal"},
            "runs",
        ],
        "encode": {"x": 0, "y": [1, 2, 3], "tooltip": [4, 1, 2, 3, 5]},
        "itemStyle": {"color": colour},
        "z": 3,
        "data": data,
    }


def _frame(palette: Colours, legend: Option) -> Option:
    return {
        "animation": False,
        "textStyle": {"color": palette.text},
        "grid": {"left": 66, "right": 18, "top": 40 if legend["show"] else 22, "bottom": 46},
        "legend": {"type": "scroll", "top": 0, "textStyle": {"color": palette.text}, **legend},
        "tooltip": {"trigger": "item", **box(palette)},
    }


def _value_axis(palette: Colours, name: str, logarithmic: bool) -> Option:
    return {
        "type": "log" if logarithmic else "value",
        "scale": True,
        "splitLine": {"lineStyle": {"color": palette.faint, "opacity": 0.25}},
        "name": name,
        "nameLocation": "middle",
        "nameGap": 50,
        **axis(palette),
    }


def _colour_scale(palette: Colours, values: "pd.Series[Any]") -> Option:
    known = values.dropna().astype(float)
    return {
        "type": "continuous",
        "min": float(known.min()) if len(known) else 0.0,
        "max": float(known.max()) if len(known) else 1.0,
        "text": ["high", "low"],
        "right": 0,
        "top": "middle",
        "inRange": {"color": list(palette.scale)},
        "textStyle": {"color": palette.text},
        "precision": 3,
    }


def _named(name: str, gap: int) -> Option:
    return {"name": name, "nameLocation": "middle", "nameGap": gap}


def _is_numeric(values: "pd.Series[Any]") -> bool:
    return all(isinstance(value, int | float) for value in values.dropna().tolist())


def _all_positive(values: "pd.Series[Any]") -> bool:
    return all(
        isinstance(value, int | float) and np.isfinite(value) and value > 0
        for value in values.tolist()
    )
