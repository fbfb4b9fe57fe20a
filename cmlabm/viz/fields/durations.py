"""Long times are entered in days; the parameters themselves are in seconds."""

from math import isfinite

from cmlabm.units import SECONDS_PER_DAY
from cmlabm.viz.fields.definitions import as_text, default, unit


def is_in_days(name: str) -> bool:
    """Return whether a parameter is a time that is usually a day or longer.

    Example:
        >>> is_in_days("claim_time_s"), is_in_days("honest_mean_wait_s"), is_in_days("max_days")
        (True, False, False)
    """
    return unit(name) == "s" and (default(name) or 0) >= SECONDS_PER_DAY


def as_shown(name: str, text: str) -> str:
    """Return a value as it stands in its field.

    Example:
        >>> as_shown("claim_time_s", "777600"), as_shown("claim_time_s", "soon")
        ('9', 'soon')
    """
    return _times(text, 1 / SECONDS_PER_DAY) if is_in_days(name) else text


def as_entered(name: str, text: str) -> str:
    """Return what stands in a field as the parameter's value.

    Example:
        >>> as_entered("claim_time_s", "1.5"), as_entered("num_words", "9")
        ('129600', '9')
    """
    return _times(text, SECONDS_PER_DAY) if is_in_days(name) else text


def shown_unit(name: str) -> str:
    """Return the unit in which a parameter is entered."""
    return "days" if is_in_days(name) else unit(name)


def _times(text: str, factor: float) -> str:
    try:
        value = float(text) * factor
    except ValueError:
        return text
    return as_text(round(value, 9)) if isfinite(value) else text
