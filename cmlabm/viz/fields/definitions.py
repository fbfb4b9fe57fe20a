"""What the page knows of each parameter: default, unit, meaning, limits and choices."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any

from cmlabm.parameters import Parameters, parameters_with
from cmlabm.registries import OWNERS, REGISTRIES, chosen
from cmlabm.viz.permissions import granted


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which values a number lies; ``least`` is None where the limit itself is excluded."""

    is_whole: bool
    least: float | None
    most: float


def names() -> tuple[str, ...]:
    """Return all parameters in the order in which they are shown.

    To those of every market come those of the classes that were named when the page was started.
    """
    return tuple(_model().model_fields)


def default(name: str) -> Any:
    """Return a parameter's value in the base case."""
    return _model().model_fields[name].default


def as_text(value: Any) -> str:
    """Return a value as it is entered.

    Example:
        >>> as_text(10_000.0), as_text(0.08), as_text(1e-5), as_text(None)
        ('10000', '0.08', '1e-05', '')
    """
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def default_text(name: str) -> str:
    """Return a parameter's value in the base case as it is entered."""
    return as_text(default(name))


def unit(name: str) -> str:
    """Return a parameter's unit, empty if it has none."""
    return str(_about(name)["unit"])


def group_of(name: str) -> str:
    """Return the group that a parameter stands in.

    Example:
        >>> group_of("honest_mean_wait_s"), group_of("data_path"), group_of("cost_weight")
        ('honest', 'data', 'contract')
    """
    return str(_about(name)["group"])


def matters(name: str, entries: Mapping[str, str]) -> bool:
    """Return whether a parameter has any effect in the market that the entries stand for.

    Example:
        >>> matters("cost_weight", {}), matters("cost_weight", {"incentive": "none"})
        (True, False)
        >>> learners = {"honest_behaviour": "imitator", "repertoire": "study, budget"}
        >>> matters("honest_loss_share", {}), matters("honest_loss_share", learners)
        (False, True)
    """
    if name == "data_alpha":
        return entries.get("data_dealing") == "dirichlet"
    owners = _about(name)["owners"]
    if not owners:
        return True
    found = {known for parameter in OWNERS for known in _chosen(parameter, entries)}
    if found & {*_about("repertoire")["owners"]}:
        found |= {*_chosen("repertoire", entries)}
    return not found.isdisjoint(owners)


def meaning(name: str) -> str:
    """Return what a parameter means, in words."""
    return _model().model_fields[name].description or ""


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

    To those that are built in come the classes, and the data sets of OpenML, that were named when
    the page was started.

    Example:
        >>> choices("incentive")[0], choices("num_words")
        ('deposit-refund-take', ())
    """
    if name in REGISTRIES:
        return (*REGISTRIES[name], *granted().classes.get(name, ()))
    own = _schema(name)
    if own.get("type") == "boolean":
        return "False", "True"
    return (*own.get("enum", ()), *granted().classes.get(name, ()))


def explained(name: str, text: str) -> str:
    """Return what a choice does, in a sentence for each class that it names; else nothing.

    Example:
        >>> explained("malicious_behaviour", "label-flip"), explained("data_dealing", "even")
        ('Sends every sample with a wrong label.', '')
    """
    if name not in OWNERS:
        return ""
    found = []
    for known in chosen(name, text):
        if known in OWNERS[name] or known in granted().classes.get(name, ()):
            about = inspect.getdoc(OWNERS[name].find(name, known)) or ""
            found.append(about.partition("\n")[0].replace("``", ""))
    return " ".join(found)


def _chosen(parameter: str, entries: Mapping[str, str]) -> list[str]:
    return chosen(parameter, entries.get(parameter, default_text(parameter)))


def _model() -> type[Parameters]:
    classes = granted().classes
    return parameters_with({name: classes[name] for name in REGISTRIES if name in classes})


def _about(name: str) -> dict[str, Any]:
    about: Any = _model().model_fields[name].json_schema_extra
    return dict(about)


def _schema(name: str) -> dict[str, Any]:
    """Return a parameter's type and limits as its JSON schema says them."""
    return dict(_schemas(_model())[name])


@lru_cache(maxsize=8)
def _schemas(model: type[Parameters]) -> dict[str, Any]:
    properties: dict[str, Any] = model.model_json_schema()["properties"]
    return properties
