"""Ids of what is built in, and ``module:Class`` for what a user brings."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import Any, cast

from cmlabm.errors import InputError

_importable: Collection[str] | None = None
"""The classes that may be imported; None: any."""


@contextmanager
def importing_only(names: Collection[str]) -> Iterator[None]:
    """Let ``module:Class`` name no other classes than these, in all threads, within the block.

    Example:
        >>> with importing_only(()):
        ...     look_up("incentive", "collections:OrderedDict", {"none": object})
        Traceback (most recent call last):
        cmlabm.errors.InputError: incentive = 'collections:OrderedDict': allowed are none
    """
    global _importable
    before, _importable = _importable, names
    try:
        yield
    finally:
        _importable = before


def look_up(parameter: str, name: str, registry: Mapping[str, Any]) -> Any:
    """Return the entry of a registry, or the class that ``module:Class`` names.

    Args:
        parameter: whose value it is, for the message.
        name: an id of the registry, or ``module:Class`` of a class in an importable module.
        registry: what is built in, by id.

    Raises:
        InputError: there is neither such an id nor such a class.

    Example:
        >>> look_up("incentive", "collections:OrderedDict", {"none": object}).__name__
        'OrderedDict'
        >>> look_up("incentive", "nona", {"none": object})
        Traceback (most recent call last):
        cmlabm.errors.InputError: incentive = 'nona': allowed are none; did you mean none?
    """
    if name in registry:
        return registry[name]
    if ":" not in name:
        (near,) = get_close_matches(name, registry, n=1, cutoff=0.0)
        raise InputError(
            f"{parameter} = {name!r}: allowed are {', '.join(registry)}; did you mean {near}?"
        )
    if _importable is not None and name not in _importable:
        allowed = ", ".join((*registry, *_importable))
        raise InputError(f"{parameter} = {name!r}: allowed are {allowed}")
    module, _, attribute = name.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"{parameter} = {name!r}: cannot be imported ({error}); allowed are"
            f" {', '.join(registry)}, or module:Class"
        ) from error


def look_up_subclass[T](
    parameter: str, name: str, registry: Mapping[str, type[T]], base: type
) -> type[T]:
    """Return the entry of a registry of classes, or the subclass that ``module:Class`` names.

    Raises:
        InputError: there is no such class, it is not a subclass of ``base``, or it leaves methods
            undefined that its base classes ask for.
    """
    if name in registry:
        return registry[name]
    found = look_up(parameter, name, registry)
    if not (isinstance(found, type) and issubclass(found, base)):
        raise InputError(f"{parameter} = {name!r}: is not a subclass of {base.__name__}")
    missing = [
        method
        for method in dir(found)
        if getattr(getattr(found, method), "__isabstractmethod__", False)
    ]
    if missing:
        raise InputError(f"{parameter} = {name!r}: does not define {', '.join(missing)}")
    return cast("type[T]", found)
