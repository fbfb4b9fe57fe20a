"""Designs that draw all factors at once: each run as a line, and which factors matter."""

from collections.abc import Mapping

import pandas as pd

from cmlabm.viz.drawing.charts import Option, axis, box
from cmlabm.viz.drawing.colours import Colours
from cmlabm.viz.drawing.study_levels import as_level, levels_of, numbers

MOST_LINES = 2_000

_INDICES = {"first": "first-order index", "total": "total index", "mu_star": "mean effect (μ*)"}
"""The columns of tables of importance, by what they are called."""


def parallel_lines(
    runs: pd.DataFrame,
    factors: Mapping[str, bool],
    outcome: str,
    palette: Colours,
    picked: str = "",
) -> Option:
    """Return each run as a line through its factors' values to its outcome, which colours it.

    Args:
        runs: a row a run; at most ``MOST_LINES`` are drawn, evenly taken.
        factors: the parameters that are drawn, and whether on a log scale.
        outcome: the outcome's column.
        palette: the colours.
        picked: the run that stands out.
    """
    known = runs.assign(**{outcome: numbers(runs[outcome])}).dropna(subset=outcome)
    known = known.iloc[:: max(1, -(-len(known) // MOST_LINES))]
    axes = []
    for place, name in enumerate((*factors, outcome)):
        own: Option = {"dim": place, "name": name, "scale": True, **axis(palette)}
        own["type"] = "log" if factors.get(name) else "value"
        if not all(isinstance(value, int | float) for value in known[name].tolist()):
            own |= {"type": "category", "data": levels_of(known[name])}
        axes.append(own | {"nameTextStyle": {"color": palette.text}})
    columns = [
        known[name].tolist() if own["type"] != "category" else known[name].map(as_level).tolist()
        for name, own in zip((*factors, outcome), axes, strict=True)
    ]
    return {
        "animation": False,
        "textStyle": {"color": palette.text},
        "tooltip": {"trigger": "item", **box(palette)},
        "parallel": {"left": 50, "right": 110, "top": 40, "bottom": 24},
        "parallelAxis": axes,
        "visualMap": {
            "type": "continuous",
            "dimension": len(factors),
            "min": float(known[outcome].min()) if len(known) else 0.0,
            "max": float(known[outcome].max()) if len(known) else 1.0,
            "right": 0,
            "top": "middle",
            "text": ["high", "low"],
            "textStyle": {"color": palette.text},
            "inRange": {"color": list(palette.scale)},
            "precision": 3,
        },
        "series": [
            {
                "type": "parallel",
                "progressive": 0,
                "lineStyle": {"width": 1, "opacity": 0.5},
                "data": [
                    {
                        "name": run,
                        "value": list(values),
                        **({"lineStyle": {"width": 5, "opacity": 1}} if run == picked else {}),
                    }
                    for run, values in zip(known["run"], zip(*columns, strict=True), strict=True)
                ],
            }
        ],
    }


def importance_chart(table: pd.DataFrame, palette: Colours) -> Option:
    """Return the indices of a table of ``cmlabm.analysis.sensitivity`` with their intervals."""
    shown = [name for name in _INDICES if name in table]
    ordered = table.sort_values(shown[-1], kind="stable")
    series: list[Option] = []
    for turn, name in enumerate(shown):
        rows = zip(ordered[name], ordered[f"{name}_error"], strict=True)
        series.append(
            {
                "type": "custom",
                "renderItem": "sideways",
                "name": _INDICES[name],
                "dimensions": ["factor", "estimate", "from", "to", "turn"],
                "encode": {"y": 0, "x": [1, 2, 3], "tooltip": [1, 2, 3]},
                "itemStyle": {"color": palette.sequence[turn]},
                "data": [
                    [place, value, value - error, value + error, turn - (len(shown) - 1) / 2]
                    for place, (value, error) in enumerate(rows)
                ],
            }
        )
    return {
        "animation": False,
        "textStyle": {"color": palette.text},
        "grid": {"left": 20, "right": 30, "top": 40, "bottom": 46, "containLabel": True},
        "legend": {"top": 0, "textStyle": {"color": palette.text}},
        "tooltip": {"trigger": "item", **box(palette)},
        "xAxis": {
            "type": "value",
            "name": " and ".join(_INDICES[name] for name in shown),
            "nameLocation": "middle",
            "nameGap": 28,
            **axis(palette),
        },
        "yAxis": {"type": "category", "data": ordered["factor"].tolist(), **axis(palette)},
        "series": series,
    }
