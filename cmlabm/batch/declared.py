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

KINDS: dict[str, Kind] = {"boolean": bool, "integer": int, "number": float, "string": str}
"""By what a JSON schema calls them."""


@dataclass(frozen=True)
class Declared:
    """A parameter as its class declares it.

    Attributes:
        name: as studies and tables call it.
        kind: the type of its values.
        default: where it is if nothing is said.
        unit: what it is counted in.
        meaning: what it is, in a line.
        brought_by: what sets its class, such as ``(("incentive", "my_market:FlatFee"),)``: only
            there does it mean anything. Empty for a parameter of every market.
    """

    name: str
    kind: Kind
    default: Any
    unit: str = ""
    meaning: str = ""
    brought_by: tuple[tuple[str, str], ...] = ()

    @property
    def is_of_attack(self) -> bool:
        """Whether it does not matter where there are no malicious contributors."""
        owners = {parameter for parameter, _ in self.brought_by}
        return self.name.startswith("malicious_") or owners == {"malicious_behaviour"}

    def matters(self, values: Values) -> bool:
        """Return whether some values name a class that brings it."""
        return not self.brought_by or any(values.get(name) == it for name, it in self.brought_by)

    def taken(self, value: Any) -> Any:
        """Return a value as its class takes it: a whole number as a float, digits as a number."""
        try:
            return TypeAdapter(self.kind).validate_python(value)
        except ValidationError:
            return value


type Declarations = Mapping[str, Declared]


def declared_in(model: type[Parameters]) -> dict[str, Declared]:
    """Return what a class of parameters declares.

    Raises:
        InputError: a parameter's values are neither numbers nor truth values nor text.
    """
    schema = model.model_json_schema()
    found = {}
    for name, field in model.model_fields.items():
        kind = _kind_of(schema["properties"][name], schema.get("$defs", {}))
        default = None if field.is_required() else field.default
        if kind is None or not (default is None or isinstance(default, bool | int | float | str)):
            raise InputError(
                f"{named(name)}: a parameter in a study must be a number, a truth value or text"
            )
        extra = field.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        found[name] = Declared(name, kind, default, unit, field.description or "")
    return found


def _kind_of(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Kind | None:
    """Return the one type that a JSON schema allows beside null, None if there are several."""
    if "$ref" in schema:
        return _kind_of(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        options = [option for option in schema["anyOf"] if option.get("type") != "null"]
        return _kind_of(options[0], definitions) if len(options) == 1 else None
    return KINDS.get(str(schema.get("type")))


BUILT_IN = declared_in(Parameters)
"""The parameters of every market."""


def brought(classes: Iterable[tuple[str, str]]) -> dict[str, Declared]:
    """Return the parameters that users' classes bring, which are imported for it.

    Args:
        classes: by the parameter that names them and its value, such as ``("incentive",
            "my_market:FlatFee")``. One that cannot be used brings nothing here: whoever runs a
            market with it is told why.

    Raises:
        InputError: a study cannot have such a parameter.
    """
    found: dict[str, Declared] = {}
    for owner in classes:
        try:
            model = type(Parameters.checked(dict([owner])))
        except InputError:
            continue
        for name, declared in declared_in(model).items():
            if name not in BUILT_IN:
                before = found[name].brought_by if name in found else ()
                found[name] = replace(declared, brought_by=(*before, owner))
    return found


def that_matter(values: Values, own: Declarations) -> dict[str, Any]:
    """Return values without those of users' parameters whose class they do not name.

    Example:
        >>> fee = Declared("fee", float, 3.0, brought_by=(("incentive", "my_market:FlatFee"),))
        >>> that_matter({"incentive": "none", "fee": 2}, {"fee": fee})
        {'incentive': 'none'}
    """
    return {
        name: value
        for name, value in values.items()
        if name not in own or own[name].matters(values)
    }


def as_stored(values: Values, own: Declarations) -> Parameters:
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


def as_note(own: Declarations) -> str:
    """Return declarations as text that ``from_note`` understands."""
    names = {kind: name for name, kind in KINDS.items()}
    return json.dumps([asdict(d) | {"kind": names[d.kind]} for d in own.values()])


def from_note(text: str) -> dict[str, Declared]:
    """Return noted declarations.

    Raises:
        ValueError: it is no such note.
    """
    try:
        return {
            str(entry["name"]): Declared(
                str(entry["name"]),
                KINDS[entry["kind"]],
                entry["default"],
                str(entry["unit"]),
                str(entry["meaning"]),
                tuple((str(name), str(value)) for name, value in entry["brought_by"]),
            )
            for entry in json.loads(text)
        }
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"{shown(text)} declares no parameters ({error!r})") from None


def together(before: Declarations, now: Declarations) -> dict[str, Declared]:
    """Return declarations over earlier ones.

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
