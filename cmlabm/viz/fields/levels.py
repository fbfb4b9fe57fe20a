"""The values that a slider stops at, made from a parameter's limits and default."""

from math import floor, log10

from cmlabm.units import SECONDS_PER_DAY
from cmlabm.viz.fields.definitions import as_text, default, limits
from cmlabm.viz.fields.durations import is_in_days

DOWN, UP = 100, 10
"""A slider reaches from a hundredth to ten times the default, where the limits allow it."""

LEAST_TOP = 100
"""However small the default, the slider goes up to this if the limits do."""

LEAST_SHARE = 1e-5
"""The least value above zero on the slider of a quantity that goes from 0 to 1."""


def levels(name: str) -> list[str]:
    """Return a number's levels in order, as text: 1, 2, 5, 10, … with the default among them.

    A parameter that is no number has none. Long times have round numbers of days.

    Example:
        >>> levels("num_words")[:5], levels("honest_agents")[:4]
        (['10', '20', '50', '100', '200'], ['0', '1', '2', '5'])
        >>> levels("refund_time_s")[-1]
        '8640000'
    """
    usual, own = default(name), limits(name)
    if own is None:
        return []
    scale = SECONDS_PER_DAY if is_in_days(name) else 1
    if own.most <= 1:
        bottom, top = max(LEAST_SHARE, (usual or 0.1) / DOWN), own.most
    else:
        bottom, top = (usual or 1) / DOWN, max(usual * UP, LEAST_TOP * scale)
    if own.is_whole:
        bottom = max(bottom, 1)
    if own.least is not None:
        bottom = max(bottom, float(own.least))
    values = {float(usual), *(v for v in _steps(bottom, top, scale) if v <= own.most)}
    if own.least == 0:
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


def _steps(bottom: float, top: float, scale: int) -> list[float]:
    decades = range(floor(log10(bottom / scale)), floor(log10(top / scale)) + 1)
    values = [scale * step * 10.0**decade for decade in decades for step in (1, 2, 5)]
    return [value for value in values if bottom * 0.999 <= value <= top * 1.001]
