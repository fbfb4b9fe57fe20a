"""Parameters as their owners declare them: a field of the class whose rule they are of."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Self

from cmlabm.errors import InputError, class_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_DECLARATION = "parameter"
_COUNTED = ("agents", "customers")
_LIMITS = ("ge", "gt", "le", "lt", "min_length")


@dataclass(frozen=True)
class Declaration:
    """A parameter as study files have it.

    Attributes:
        name: in study files.
        default: in study files.
        meaning: in a few words, for tables and the page.
        unit: of the value; empty if it has none.
        annotation: the type that a value must have.
        limits: pairs such as ``("ge", 0)``, as pydantic's fields take them.
    """

    name: str
    default: Any
    meaning: str
    unit: str = ""
    annotation: Any = None
    limits: tuple[tuple[str, Any], ...] = ()

    def field(self, **about: Any) -> "FieldInfo":
        """Return it as a field of a pydantic model, which takes a while to import.

        Args:
            **about: what else to note of it, beside the unit.
        """
        from pydantic import Field

        made: FieldInfo = Field(
            self.default,
            description=self.meaning,
            json_schema_extra={"unit": self.unit} | about,
            **dict(self.limits),
        )
        return made


def _as_it_is(value: Any) -> Any:
    return value


def parameter(
    default: Any,
    meaning: str,
    *,
    name: str = "",
    unit: str = "",
    choices: tuple[str, ...] = (),
    annotation: Any = None,
    converted: Callable[[Any], Any] = _as_it_is,
    **limits: Any,
) -> Any:
    """Declare a parameter: the value of a field of a dataclass.

    Args:
        default: as study files have it.
        meaning: in a few words.
        name: in study files; the field's name by default.
        unit: of the value in study files.
        choices: the values to choose from, where there are only some.
        annotation: the type that a value must have; that of the default otherwise.
        converted: from the value in study files to that of the field, for instance ``to_units``.
        **limits: ``ge``, ``gt``, ``le`` or ``lt`` of a number, ``min_length`` of a text.

    Raises:
        InputError: a limit is none of these, or the default is None and does not say which type.

    Example:
        >>> from cmlabm.units import to_units
        >>> @dataclass(frozen=True)
        ... class FlatFee:
        ...     fee: int = parameter(3.0, "price", unit="tokens", converted=to_units, ge=0)
        >>> FlatFee().fee, declared_by(FlatFee)[0].unit
        (3000000, 'tokens')
    """
    unknown = [limit for limit in limits if limit not in _LIMITS]
    if unknown:
        raise InputError(
            f"parameter {meaning!r}: {unknown[0]} is no limit; allowed are {', '.join(_LIMITS)}"
        )
    if choices:
        annotation = Literal[choices]
    elif annotation is None:
        if default is None:
            raise InputError(
                f"parameter {meaning!r}: is None by default, so its annotation must be given, such"
                f" as annotation=float | None"
            )
        annotation = type(default)
    declaration = Declaration(name, default, meaning, unit, annotation, tuple(limits.items()))
    return field(default=converted(default), metadata={_DECLARATION: (declaration, converted)})


def in_words(name: str) -> str:
    """Return a parameter's name as words, without the unit that some names end with.

    Example:
        >>> in_words("num_words"), in_words("honest_mean_wait_s"), in_words("malicious_agents")
        ('number of words', 'honest mean wait', 'number of malicious agents')
        >>> in_words("honest_stdev_deposit")
        'standard deviation of honest deposit'
    """
    words = name.removesuffix("_s").split("_")
    for short, long in (("num", "number of"), ("stdev", "standard deviation of")):
        if short in words:
            words.remove(short)
            return " ".join([long, *words])
    return " ".join(["number of", *words] if words[-1] in _COUNTED else words)


def declared_by(owner: type) -> list[Declaration]:
    """Return the parameters that a class declares, those of its base classes first.

    Raises:
        InputError: it declares parameters without being a dataclass.
    """
    return [declaration for _, declaration, _ in _declarations(owner)]


def made_with[T](owner: type[T], parameters: object) -> T:
    """Return an object of a class with the values that some parameters have for it.

    Raises:
        InputError: they have none for one that it declares.
    """
    kind: type = owner
    values: dict[str, Any] = {}
    for attribute, declaration, converted in _declarations(kind):
        if not hasattr(parameters, declaration.name):
            raise InputError(
                f"{class_of(kind)}: declares {declaration.name}, which these parameters do not"
                f" have; make them by Parameters.checked"
            )
        values[attribute] = converted(getattr(parameters, declaration.name))
    return owner(**values)


class Component:
    """What declares parameters, and is made with the values that a run has for them."""

    @classmethod
    def from_parameters(cls, parameters: object) -> Self:
        """Return a component with the values that a run's parameters have for it."""
        return made_with(cls, parameters)

    @classmethod
    def check(cls, parameters: object) -> None:
        """Refuse values that do not go together.

        Raises:
            ValueError: they do not.
        """


@cache
def _declarations(owner: type) -> list[tuple[str, Declaration, Callable[[Any], Any]]]:
    for kind in owner.__mro__:
        loose = [name for name, value in vars(kind).items() if isinstance(value, dataclasses.Field)]
        if loose:
            raise InputError(
                f"{class_of(owner)}: declares the parameter {loose[0]}, so {kind.__qualname__} must"
                f" be a dataclass"
            )
    found = []
    for own in fields(owner) if is_dataclass(owner) else ():
        if _DECLARATION in own.metadata:
            declaration, converted = own.metadata[_DECLARATION]
            named = dataclasses.replace(declaration, name=declaration.name or own.name)
            found.append((own.name, named, converted))
    return found
