"""The curves of compared markets on the same days, and how they differ from the first's."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.charts import Curve, Level, Option, band_series, curves
from cmlabm.viz.drawing.colours import Colours

DASHES: tuple[Any, ...] = ("solid", "dashed", "dotted", [14, 4], [4, 4], [12, 3, 3, 3], [2, 6])
"""By which curves are told apart without colours."""

MOST_BAND_POINTS = 100
CONFIDENCE = 0.95

QUANTITIES = {
    "accuracy": ("Accuracy", 3),
    "honest_balance": ("Honest balance (tokens)", 0),
    "malicious_balance": ("Malicious balance (tokens)", 0),
}
"""The series that are compared, with titles and decimals."""

type Days = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """Markets that differ in their seeds alone, under the name that tells them from others."""

    name: str
    models: Sequence[CMLModel]


@dataclass(frozen=True, slots=True)
class Band:
    """A mean by day, and what lies around it: nothing where there is but one market."""

    mean: Days
    low: Days
    high: Days

    @classmethod
    def of(cls, values: Days, band: str) -> "Band":
        """Return the mean over markets.

        Args:
            values: shape (markets, days).
            band: ``interval`` for the 95 % interval of the mean (Student's t), else the range.
        """
        mean = values.mean(axis=0)
        size = len(values)
        if size < 2:
            return cls(mean, mean, mean)
        if band != "interval":
            return cls(mean, values.min(axis=0), values.max(axis=0))
        half = t.ppf((1 + CONFIDENCE) / 2, size - 1) * values.std(axis=0, ddof=1) / np.sqrt(size)
        return cls(mean, mean - half, mean + half)


def comparison_charts(groups: Sequence[Group], palette: Colours, band: str) -> dict[str, Option]:
    """Return accuracy and balances of all groups, and their differences from the first's."""
    charts = {}
    for name, (title, digits) in QUANTITIES.items():
        series = [_by_day(group, name) for group in groups]
        bands = [Band.of(own, band) for own in series]
        named = list(zip([group.name for group in groups], bands, strict=True))
        charts[title] = _chart(named, palette, digits, from_zero=digits == 0, skip=0)
        length = min(own.shape[1] for own in series)
        differences = [
            (group.name, Band.of(own[:, :length] - series[0][:, :length], band))
            for group, own in zip(groups[1:], series[1:], strict=True)
        ]
        if differences:
            charts[f"{title}: less that of {groups[0].name}"] = _chart(
                differences,
                palette,
                digits,
                [Level("no difference", 0.0, palette.faint)],
                from_zero=False,
                skip=1,
            )
    return charts


def _by_day(group: Group, name: str) -> Days:
    """Return a series of each market, a market that has ended staying as it ended."""
    rows = [model.datacollector.model_vars[name] for model in group.models]
    length = max(map(len, rows))
    return np.array([[*row, *[row[-1]] * (length - len(row))] for row in rows], dtype=float)


def _chart(
    bands: Sequence[tuple[str, Band]],
    palette: Colours,
    digits: int,
    levels: Sequence[Level] = (),
    *,
    from_zero: bool,
    skip: int,
) -> Option:
    hues = (*palette.sequence, palette.faint)
    lines = [
        Curve(name, band.mean.tolist(), hues[place % len(hues)])
        for place, (name, band) in enumerate(bands, start=skip)
    ]
    option = curves(palette, lines, levels, digits=digits, from_zero=from_zero)
    for place, line in enumerate(option["series"][: len(lines)], start=skip):
        line["lineStyle"] |= {"type": DASHES[place % len(DASHES)], "width": 2.5}
    option["legend"] |= {"icon": None, "itemWidth": 34}
    option["series"] = [
        *(
            _band(name, band, line.colour, digits)
            for (name, band), line in zip(bands, lines, strict=True)
            if (band.low < band.high).any()
        ),
        *option["series"],
    ]
    return option


def _band(name: str, band: Band, colour: str, digits: int) -> Option:
    size = len(band.mean)
    days = np.unique(np.linspace(0, size - 1, min(size, MOST_BAND_POINTS)).round().astype(int))
    low, high = band.low.round(digits + 2), band.high.round(digits + 2)
    pieces = [[a, low[a], high[a], b, low[b], high[b]] for a, b in pairwise(days.tolist())]
    return band_series(name, colour, pieces)
