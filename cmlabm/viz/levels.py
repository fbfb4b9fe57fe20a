"""The values that a slider stops at, made from a parameter's limits and default."""

from functools import cache
from math import floor, log10

from cmlabm.parameters import Parameters
from cmlabm.viz.entries import as_text, schema

DOWN, UP = 100, 10
"""A slider reaches from a hundredth to ten times the default, where the limits allow it."""

LEAST_TOP = 100
"""However small the default, the slider goes up to this if the limits do."""

LEAST_SHARE = 1e-5
"""The least value above zero on the slider of a quantity that goes from 0 to 1."""


@cache
def levels(name: str) -> list[str]:
    """Return a number's levels in order, as text: 1, 2, 5, 10, … with the default among them.

    A parameter that is no number has none.

    Example:
        >>> levels("num_words")[:5], levels("honest_agents")[:4]
        (['10', '20', '50', '100', '200'], ['0', '1', '2', '5'])
    """
    default = Parameters.model_fields[name].default
    limits = schema(name)
    if limits.get("type") not in ("integer", "number"):
        return []
    low, high = limits.get("minimum"), limits.get("maximum", float("inf"))
    if high <= 1:
        bottom, top = max(LEAST_SHARE, (default or 0.1) / DOWN), high
    else:
        bottom, top = (default or 1) / DOWN, max(default * UP, LEAST_TOP)
    if limits["type"] == "integer":
        bottom = max(bottom, 1)
    if low is not None:
        bottom = max(bottom, float(low))
    values = {float(default), *(v for v in _steps(bottom, top) if v <= high)}
    if low == 0:
        values.add(0.0)
    return [as_text(round(value, 12)) for value in sorted(values)]


def nearest(stops: list[str], text: str) -> int:
    """Return the place of the level nearest to an entry; the first if it is no number.

    Example:
        >>> nearest(["0", "1", "10"], "7"), nearest(["0", "1"], "many")
        (2, 0)
    """
    try:
        value = float(text)
    except ValueError:
        return 0
    return min(range(len(stops)), key=lambda place: abs(float(stops[place]) - value))


def _steps(bottom: float, top: float) -> list[float]:
    decades = range(floor(log10(bottom)), floor(log10(top)) + 1)
    return [
        step * 10.0**decade
        for decade in decades
        for step in (1, 2, 5)
        if bottom * 0.999 <= step * 10.0**decade <= top * 1.001
    ]
