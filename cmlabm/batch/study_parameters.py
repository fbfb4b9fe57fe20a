"""The parameters of a study's runs: those of every market, and those that users' classes bring."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cmlabm.errors import InputError, named, shown
from cmlabm.parameters import Parameters

type Kind = type[bool | int | float | str]
type Values = Mapping[str, Any]
"""Parameters' values by name."""

KINDS: dict[str, Kind] = {kind.__name__: kind for kind in (bool, int, float, str)}


@dataclass(frozen=True)
class StudyParameter:
    """A parameter of a study's runs.

    Attributes:
        name: in study files and tables.
        kind: the type of its values.
        default: where it is if nothing is said.
        unit: what it is counted in.
        meaning: what it is, in a line.
        is_of_attack: whether it does not matter where there are no malicious contributors.
        brought_by: what names its class, such as ``(("incentive", "my_market:FlatFee"),)``: only
            there does it mean anything. Empty for a parameter of every market.
    """

    name: str
    kind: Kind
    default: Any
    unit: str = ""
    meaning: str = ""
    is_of_attack: bool = False
    brought_by: tuple[tuple[str, str], ...] = ()

    def matters(self, values: Values) -> bool:
        """Return whether some values name a class that brings it."""
        return not self.brought_by or any(values.get(name) == it for name, it in self.brought_by)

    def taken(self, value: Any) -> Any:
        """Return a value as its class takes it: a whole number as a float, digits as a number."""
        try:
            return TypeAdapter(self.kind).validate_python(value)
        except ValidationError:
            return value


type StudyParameters = Mapping[str, StudyParameter]


def parameters_in(model: type[Parameters]) -> dict[str, StudyParameter]:
    """Return the parameters of a class of them.

    Raises:
        InputError: a parameter's values are neither numbers nor truth values nor text.
    """
    found = {}
    for name, field in model.model_fields.items():
        kind = type("" if field.default is None else field.default)
        if kind not in KINDS.values():
            raise InputError(
                f"{named(name)} = {shown(field.default)}: a parameter in a study must be a number,"
                f" a truth value or text"
            )
        about: Any = field.json_schema_extra
        meaning, of_attack = field.description or "", about["group"] == "malicious"
        found[name] = StudyParameter(name, kind, field.default, about["unit"], meaning, of_attack)
    return found


BUILT_IN = parameters_in(Parameters)
"""The parameters of every market."""


def brought(classes: Iterable[tuple[str, str]]) -> dict[str, StudyParameter]:
    """Return the parameters that users' classes bring, which are imported for it.

    Args:
        classes: by the parameter that names them and its value, such as ``("incentive",
            "my_market:FlatFee")``. One that cannot be used brings nothing here: whoever runs a
            market with it is told why.

    Raises:
        InputError: a study cannot have such a parameter.
    """
    found: dict[str, StudyParameter] = {}
    for owner in classes:
        try:
            model = type(Parameters.checked(dict([owner])))
        except InputError:
            continue
        for name, parameter in parameters_in(model).items():
            if name not in BUILT_IN:
                before = found[name].brought_by if name in found else ()
                found[name] = replace(parameter, brought_by=(*before, owner))
    return found


def that_matter(values: Values, own: StudyParameters) -> dict[str, Any]:
    """Return values without those of users' parameters whose class they do not name.

    Example:
        >>> owner = ("incentive", "my_market:FlatFee")
        >>> fee = StudyParameter("fee", float, 3.0, brought_by=(owner,))
        >>> that_matter({"incentive": "none", "fee": 2}, {"fee": fee})
        {'incentive': 'none'}
    """
    return {
        name: value
        for name, value in values.items()
        if name not in own or own[name].matters(values)
    }


def as_stored(values: Values, own: StudyParameters) -> Parameters:
    """Return the parameters of a stored run, alike to those it was run with, nothing imported.

    Args:
        values: as the study's definition has them.
        own: the parameters of users' classes, as they were noted.
    """
    taken = {
        name: own[name].taken(value) if name in own else value
        for name, value in that_matter(values, own).items()
    }
    return Parameters.stored(
        {n: v for n, v in taken.items() if n not in own or v != own[n].default}
    )


def as_note(own: StudyParameters) -> str:
    """Return parameters as text that ``from_note`` understands."""
    return json.dumps([asdict(it) | {"kind": it.kind.__name__} for it in own.values()])


def from_note(text: str) -> dict[str, StudyParameter]:
    """Return noted parameters.

    Raises:
        ValueError: it is no such note.
    """
    try:
        return {
            str(entry["name"]): StudyParameter(
                str(entry["name"]),
                KINDS[entry["kind"]],
                entry["default"],
                str(entry["unit"]),
                str(entry["meaning"]),
                bool(entry["is_of_attack"]),
                tuple((str(name), str(value)) for name, value in entry["brought_by"]),
            )
            for entry in json.loads(text)
        }
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"{shown(text)} notes no parameters ({error!r})") from None


def together(before: StudyParameters, now: StudyParameters) -> dict[str, StudyParameter]:
    """Return parameters over earlier ones.

    Raises:
        InputError: a parameter has another default or type than it had: the runs of its default
            would be taken for other ones.
    """
    for name in before.keys() & now.keys():
        was, is_ = before[name], now[name]
        if (was.kind, was.default) != (is_.kind, is_.default):
            raise InputError(
                f"{name} = {shown(is_.default)} by default ({is_.kind.__name__}): runs are stored"
                f" here for which it was {shown(was.default)} ({was.kind.__name__}); choose"
                f" another --out"
            )
    return {**before, **now}
