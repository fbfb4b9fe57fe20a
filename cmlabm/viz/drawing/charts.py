"""Curves over days, as options of ECharts: plain dicts of plain numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cmlabm.viz.drawing.colours import Colours

MOST_POINTS = 400
"""A curve is drawn through at most so many days, the last always among them."""

HEIGHT = 262
"""Of a market's charts, in pixels; a picture of many contributors needs more."""

type Option = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over the days from 0 on, or ``days`` if given; ``listed`` ones are in the legend."""

    name: str
    values: Sequence[float]
    colour: str
    width: float = 2.0
    dashed: bool = False
    right_axis: bool = False
    opacity: float = 1.0
    days: Sequence[float] | None = None
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Level:
    """A level across all days, or a day across all levels."""

    name: str
    value: float
    colour: str
    is_day: bool = False

    def label(self, digits: int) -> str:
        """Return the level's name with its value, which zero has in its name."""
        if not self.value:
            return self.name
        return f"{self.name} {self.value:,.{1 if self.is_day else digits}f}"


def thinned(length: int, most: int = MOST_POINTS) -> list[int]:
    """Return the places of at most so many values, evenly spaced, with the first and the last.

    Example:
        >>> thinned(3), len(thinned(10_000)), thinned(10_000)[-1]
        ([0, 1, 2], 400, 9999)
    """
    if length <= most:
        return list(range(length))
    return [round(i * (length - 1) / (most - 1)) for i in range(most)]


def curves(
    colours: Colours,
    lines: Sequence[Curve],
    levels: Sequence[Level] = (),
    *,
    digits: int = 0,
    from_zero: bool = True,
    legend: bool = True,
) -> Option:
    """Return a chart of curves over days.

    Args:
        colours: for text and axes.
        lines: the curves; those of the same name stand in the legend once.
        levels: straight lines with their names.
        digits: decimals of the axis and of the values shown at the pointer.
        from_zero: whether the left axis must show zero.
        legend: whether the curves' names are shown above.
    """
    right = any(line.right_axis for line in lines)
    return {
        "animation": False,
        "textStyle": {"color": colours.text},
        "grid": {"left": 58, "right": 52 if right else 18, "top": 34, "bottom": 40},
        "legend": {
            "show": legend,
            "type": "scroll",
            "top": 0,
            "data": list(dict.fromkeys(line.name for line in lines if line.listed)),
            "textStyle": {"color": colours.text},
            "inactiveColor": colours.faint,
            "icon": "circle",
            "itemWidth": 11,
            "itemHeight": 12,
            "pageTextStyle": {"color": colours.text},
            "pageIconColor": colours.text,
        },
        "tooltip": {"trigger": "axis", **box(colours)},
        "xAxis": {
            "type": "value",
            "name": "day",
            "nameLocation": "middle",
            "nameGap": 24,
            "min": 0,
            "max": "dataMax",
            "minInterval": 1,
            "splitLine": {"show": False},
            **axis(colours),
        },
        "yAxis": [
            _value_axis(colours, digits, from_zero),
            *([_value_axis(colours, 0, True, grid=False)] if right else []),
        ],
        "series": [_line(line, digits) for line in lines] + [_levels(colours, levels, digits)],
    }


def areas(colours: Colours, layers: Sequence[Curve], days: Sequence[float]) -> Option:
    """Return a chart of areas on top of each other, over some days.

    Args:
        colours: for text and axes.
        layers: the areas from below, whose values add up to the height of the chart.
        days: of the values.

    Example:
        >>> from cmlabm.viz.drawing.colours import LIGHT
        >>> option = areas(LIGHT, [Curve("a", [1, 2], "#000"), Curve("b", [3, 2], "#111")], [0, 1])
        >>> option["xAxis"]["data"], [layer["data"] for layer in option["series"]]
        ([0, 1], [[1, 2], [3, 2]])
    """
    option, places = curves(colours, layers), thinned(len(days))
    # ECharts stacks what stands at the same place of an axis of categories.
    across = {"type": "category", "data": [days[i] for i in places], "boundaryGap": False}
    return option | {
        "xAxis": option["xAxis"] | across,
        "series": [
            _line(layer, 0)
            | {
                "data": [layer.values[i] for i in places],
                "stack": "all",
                "lineStyle": {"width": 0},
                "areaStyle": {"color": layer.colour, "opacity": layer.opacity},
            }
            for layer in layers
        ],
    }


def until(option: Option, day: int) -> Option:
    """Return a chart of curves or areas as it was on a day; its axis still goes to the last one.

    Example:
        >>> from cmlabm.viz.drawing.colours import LIGHT
        >>> option = until(curves(LIGHT, [Curve("a", [1, 2, 3], "#000")]), 1)
        >>> option["series"][0]["data"], option["xAxis"]["max"]
        ([[0, 1], [1, 2]], 2)
    """
    across = option["xAxis"]
    if across["type"] == "category":
        kept = sum(place <= day for place in across["data"])
        cut = [{**own, "data": own["data"][:kept]} for own in option["series"]]
        return option | {"series": cut}
    ends = [own["data"][-1][0] for own in option["series"] if own["data"]]
    return option | {
        "xAxis": across | {"max": max(ends, default=day)},
        "series": [_until(own, day) for own in option["series"]],
    }


def _until(series: Option, day: int) -> Option:
    to = 3 if series["type"] == "custom" else 0  # a piece of a band ends behind its start
    cut = series | {"data": [point for point in series["data"] if point[to] <= day]}
    if "markLine" in series:
        lines = [line for line in series["markLine"]["data"] if line.get("xAxis", 0) <= day]
        cut["markLine"] = series["markLine"] | {"data": lines}
    return cut


def in_words(title: str, option: Option) -> str:
    """Return what a chart of curves, or a drawing of nodes, shows at last, for those who hear it.

    Example:
        >>> from cmlabm.viz.drawing.colours import LIGHT
        >>> in_words("Balances", curves(LIGHT, [Curve("honest", [5, 7], "#000")]))
        'Balances, at last: honest 7.'
        >>> in_words("Balances", curves(LIGHT, []))
        'Balances: nothing to show yet.'
    """
    found = []
    for series in option["series"]:
        if series["type"] == "graph":
            found += [(it["name"], it["value"][-1]) for it in series["data"]]
        elif series["type"] == "line" and series.get("name") and series["data"]:
            last = series["data"][-1]
            found.append((series["name"], last[1] if isinstance(last, list) else last))
    ends = ", ".join(f"{name} {value:,.5g}" for name, value in found)
    return f"{title}, at last: {ends}." if ends else f"{title}: nothing to show yet."


def _line(line: Curve, digits: int) -> Option:
    days = range(len(line.values)) if line.days is None else line.days
    return {
        "type": "line",
        "name": line.name,
        "data": [
            [days[i], round(line.values[i], digits + 2)]
            for i in thinned(len(line.values))
            if not math.isnan(line.values[i])
        ],
        "yAxisIndex": int(line.right_axis),
        "showSymbol": False,
        "color": line.colour,
        "lineStyle": {
            "width": line.width,
            "opacity": line.opacity,
            "type": "dashed" if line.dashed else "solid",
        },
        "emphasis": {"disabled": True},
    }


def _levels(colours: Colours, levels: Sequence[Level], digits: int) -> Option:
    return {
        "type": "line",
        "data": [[0, level.value] for level in levels if not level.is_day],
        "showSymbol": False,
        "lineStyle": {"width": 0},
        "tooltip": {"show": False},
        "markLine": {
            "silent": True,
            "symbol": "none",
            "precision": 9,
            "data": [
                {
                    ("xAxis" if level.is_day else "yAxis"): level.value,
                    "lineStyle": {"color": level.colour, "type": "dashed", "width": 1.5},
                    "label": {
                        "formatter": level.label(digits),
                        "position": "insideEndTop" if level.is_day else "insideStartTop",
                        "color": level.colour,
                        "textBorderColor": colours.surface,
                        "textBorderWidth": 2,
                    },
                }
                for level in levels
            ],
        },
    }


def _value_axis(colours: Colours, digits: int, from_zero: bool, grid: bool = True) -> Option:
    return {
        "type": "value",
        "scale": not from_zero,
        "splitLine": {"show": grid, "lineStyle": {"color": colours.faint, "opacity": 0.25}},
        "minInterval": 0 if digits else 1,
        **axis(colours),
    }


def axis(colours: Colours) -> Option:
    """Return what all axes have in common."""
    return {
        "axisLine": {"onZero": False, "lineStyle": {"color": colours.faint}},
        "axisLabel": {"color": colours.text, "hideOverlap": True},
    }


def box(colours: Colours) -> Option:
    """Return what all tooltips have in common."""
    return {
        "confine": True,
        "renderMode": "richText",  # HTML would render what names and labels say
        "backgroundColor": colours.surface,
        "borderColor": colours.faint,
        "textStyle": {"color": colours.text},
    }


def band_series(name: str, colour: str, pieces: Sequence[Sequence[float]]) -> Option:
    """Return a band around a curve of the same name, as a series.

    Args:
        name: the curve's.
        colour: the curve's.
        pieces: of each the left end, low and high there, the right end, low and high there.
    """
    return {
        "type": "custom",
        "renderItem": "band",
        "name": name,
        "itemStyle": {"color": colour},
        "encode": {"x": [0, 3], "y": [1, 2, 4, 5]},
        "silent": True,
        "tooltip": {"show": False},
        "data": pieces,
    }
