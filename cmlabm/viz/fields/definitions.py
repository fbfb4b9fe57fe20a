"""What the page knows of each parameter: default, unit, meaning, limits and choices."""

from dataclasses import dataclass
from math import inf
from typing import Any

from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES
from cmlabm.viz.permissions import granted

NAMES: tuple[str, ...] = tuple(Parameters.model_fields)
"""All parameters, in the order in which they are shown."""

_SCHEMA = Parameters.model_json_schema()


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which values a number lies; ``least`` is None where the limit itself is excluded."""

    is_whole: bool
    least: float | None
    most: float


def default(name: str) -> Any:
    """Return a parameter's value in the base case."""
    return Parameters.model_fields[name].default


def unit(name: str) -> str:
    """Return a parameter's unit, empty if it has none."""
    extra: Any = Parameters.model_fields[name].json_schema_extra
    return str(extra["unit"])


def meaning(name: str) -> str:
    """Return what a parameter means, in words."""
    return Parameters.model_fields[name].description or ""


def limits(name: str) -> Limits | None:
    """Return a number's limits; None if the parameter is no number.

    Example:
        >>> limits("num_words"), limits("incentive")
        (Limits(is_whole=True, least=1, most=20000), None)
    """
    own = _schema(name)
    if own.get("type") not in ("integer", "number"):
        return None
    return Limits(own["type"] == "integer", own.get("minimum"), own.get("maximum", inf))


def choices(name: str) -> tuple[str, ...]:
    """Return the values that a parameter is chosen from; none if it is entered freely.

    To those that are built in come the classes that were named when the page was started.

    Example:
        >>> choices("incentive")[0], choices("num_words")
        ('deposit-refund-take', ())
    """
    if name in REGISTRIES:
        return (*REGISTRIES[name], *granted().classes.get(name, ()))
    own = _schema(name)
    return ("False", "True") if own.get("type") == "boolean" else tuple(own.get("enum", ()))


def _schema(name: str) -> dict[str, Any]:
    """Return a parameter's type and limits as its JSON schema says them."""
    own: dict[str, Any] = _SCHEMA["properties"][name]
    if "$ref" in own:
        own = own | _SCHEMA["$defs"][own["$ref"].rsplit("/", 1)[-1]]
    return own
