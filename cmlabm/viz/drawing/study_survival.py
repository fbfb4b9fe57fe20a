"""How long the malicious contributors' money lasts, drawn as Kaplan and Meier estimate it."""

from collections.abc import Mapping
from itertools import pairwise

import pandas as pd

from cmlabm.viz.drawing.charts import Option, axis, band_series, box
from cmlabm.viz.drawing.colours import Colours

MOST_SHOWN = 6
"""So many levels can be told apart."""


def survival_chart(tables: Mapping[str, pd.DataFrame], factor: str, palette: Colours) -> Option:
    """Return the share of runs whose malicious money lasts longer, by day, with 95 % bands.

    Args:
        tables: what ``cmlabm.analysis.kaplan_meier`` returns, by level.
        factor: the factor's name.
        palette: the colours.
    """
    series: list[Option] = []
    for place, (level, table) in enumerate(tables.items()):
        colour = palette.sequence[place % len(palette.sequence)]
        name = f"{factor} = {level}"
        series.append(
            {
                "type": "line",
                "name": name,
                "step": "end",
                "showSymbol": False,
                "color": colour,
                "lineStyle": {"width": 2, "type": _DASHES[place % len(_DASHES)]},
                "data": [list(point) for point in zip(table["days"], table["share"], strict=True)],
            }
        )
        series.append(band_series(name, colour, _steps(table)))
    return {
        "animation": False,
        "textStyle": {"color": palette.text},
        "grid": {"left": 66, "right": 18, "top": 40, "bottom": 46},
        "legend": {
            "type": "scroll",
            "top": 0,
            "data": [f"{factor} = {level}" for level in tables],
            "textStyle": {"color": palette.text},
        },
        "tooltip": {"trigger": "axis", **box(palette)},
        "xAxis": {
            "type": "value",
            "name": "day",
            "nameLocation": "middle",
            "nameGap": 26,
            "min": 0,
            **axis(palette),
        },
        "yAxis": {
            "type": "value",
            "min": 0,
            "max": 1,
            "name": "share of runs whose money lasts",
            "nameLocation": "middle",
            "nameGap": 40,
            "splitLine": {"lineStyle": {"color": palette.faint, "opacity": 0.25}},
            **axis(palette),
        },
        "series": series,
    }


_DASHES = ("solid", "dashed", "dotted", [12, 4], [4, 4], [12, 3, 3, 3])


def _steps(table: pd.DataFrame) -> list[list[float]]:
    """Return the rectangles between low and high from day to day, where both are known."""
    rows = list(zip(table["days"], table["low"], table["high"], strict=True))
    return [
        [day, low, high, until, low, high]
        for (day, low, high), (until, _, _) in pairwise(rows)
        if not pd.isna(low) and not pd.isna(high)
    ]
