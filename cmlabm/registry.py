"""Ids of what is built in or installed, and ``module:Class`` for what a user brings."""

import inspect
import os
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from cmlabm.errors import InputError, in_short

IMPORT_ONLY = "CMLABM_IMPORT_ONLY"
"""The environment variable whose lines are the classes that a command may import; unset: any."""

_importable: Collection[str] | None = (
    os.environ[IMPORT_ONLY].splitlines() if IMPORT_ONLY in os.environ else None
)
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


def look_up(parameter: str, name: str, registry: Mapping[str, type[Any]]) -> type[Any]:
    """Return the entry of a registry, or the class that ``module:Class`` names.

    Args:
        parameter: whose value it is, for the message.
        name: an id of the registry, or ``module:Class`` of a class in an importable module.
        registry: what is built in, by id.

    Raises:
        InputError: there is neither such an id nor such a class, or its module fails.

    Example:
        >>> look_up("incentive", "collections:OrderedDict", {"none": object}).__name__
        'OrderedDict'
        >>> look_up("incentive", "nona", {"none": object})
        Traceback (most recent call last):
        cmlabm.errors.InputError: incentive = 'nona': allowed are none; did you mean none?
    """
    if name in registry:
        return registry[name]
    module, colon, attribute = name.partition(":")
    if not colon:
        (near,) = get_close_matches(name, registry, n=1, cutoff=0.0)
        raise InputError(
            f"{parameter} = {name!r}: allowed are {', '.join(registry)}; did you mean {near}?"
        )
    if not all(part.isidentifier() for part in (*module.split("."), attribute)):
        raise InputError(
            f"{parameter} = {name!r}: must be module:Class of a class in an importable module, or"
            f" one of {', '.join(registry)}"
        )
    if _importable is not None and name not in _importable:
        allowed = ", ".join((*registry, *_importable))
        raise InputError(f"{parameter} = {name!r}: allowed are {allowed}")
    try:
        found = getattr(import_module(module), attribute)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise InputError(
            f"{parameter} = {name!r}: cannot be imported ({in_short(error)}); allowed are"
            f" {', '.join(registry)}, or module:Class"
        ) from error
    if not isinstance(found, type):
        raise InputError(
            f"{parameter} = {name!r}: is not a class but of type {type(found).__name__}"
        )
    return found


class Registry[T](Mapping[str, type[T]]):
    """Classes by their ids: those that are built in, and those of installed packages.

    An installed package registers a class by an entry point, whose name is the id. It is loaded
    when it is wanted.

    Attributes:
        base: what every class has to be a subclass of; None if it need not be of any.
        built_in: the classes of this package, by id.

    Example:
        >>> from cmlabm.mechanisms import MECHANISMS
        >>> MECHANISMS["none"].display_name
        'No incentive'
    """

    def __init__(self, base: type[T] | None, package: str, *classes: str) -> None:
        """Register classes.

        Args:
            base: see above.
            package: where they are defined; also the group of the entry points by which other
                packages register theirs.
            *classes: what is built in, as ``module:Class`` with the module's name within the
                package; each class has an ``id``.
        """
        self.base = base
        self.built_in: dict[str, type[T]] = {}
        self._group = package
        for name in classes:
            module, _, attribute = name.partition(":")
            found = getattr(import_module(f"{package}.{module}"), attribute)
            self.built_in[found.id] = found

    def __getitem__(self, name: str) -> type[T]:
        """Return the class with an id."""
        if name in self.built_in:
            return self.built_in[name]
        return self._installed[name]

    def __iter__(self) -> Iterator[str]:
        """Go through all ids."""
        yield from self.built_in
        yield from self._installed

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.built_in) + len(self._installed)

    def find(self, parameter: str, name: str) -> type[T]:
        """Return the class with an id, or the one that ``module:Class`` names.

        Args:
            parameter: whose value it is, for the message.
            name: the id, or ``module:Class``.

        Raises:
            InputError: there is no such class, it is not a subclass of ``base``, it leaves methods
                undefined that its base classes ask for, or its methods cannot be called as those
                are.
        """
        if name in self.built_in:
            return self.built_in[name]
        found = look_up(parameter, name, self)
        if self.base is not None:
            _check_subclass(f"{parameter} = {name!r}", found, self.base)
        return cast("type[T]", found)

    @cached_property
    def _installed(self) -> dict[str, type[T]]:
        found: dict[str, type[T]] = {}
        for entry in entry_points(group=self._group):
            loaded = None if entry.name in self.built_in else _loaded(entry)
            if loaded and (self.base is None or issubclass(loaded, self.base)):
                found[entry.name] = loaded
        return found


def _loaded(entry: EntryPoint) -> type[Any] | None:
    """Return the class of an entry point; None, with a warning, if there is none."""
    try:
        found = entry.load()
    except Exception as error:
        warnings.warn(
            f"{entry.group}: {entry.name} cannot be loaded ({in_short(error)})", stacklevel=2
        )
        return None
    if not isinstance(found, type):
        warnings.warn(f"{entry.group}: {entry.name} is not a class", stacklevel=2)
        return None
    return found


def _check_subclass(where: str, found: type, base: type) -> None:
    if not issubclass(found, base):
        raise InputError(f"{where}: is not a subclass of {base.__name__}")
    missing = [
        method
        for method in dir(found)
        if getattr(getattr(found, method), "__isabstractmethod__", False)
    ]
    if missing:
        raise InputError(f"{where}: does not define {', '.join(missing)}")
    for attribute in dir(base):
        if not attribute.startswith("_"):
            _check_override(where, found, base, attribute)


def takes(function: Callable[..., Any], *arguments: str) -> bool:
    """Return whether a function can be called with so many arguments, as far as it can be told.

    Example:
        >>> takes(lambda row, truth: truth, "row", "truth"), takes(lambda: 0, "row")
        (True, False)
    """
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return False
    except ValueError:  # of some functions that are not written in Python
        return True
    return True


def _check_override(where: str, found: type, base: type, attribute: str) -> None:
    """Refuse an attribute that cannot stand in for that of the base class."""
    expected = inspect.getattr_static(base, attribute)
    own = inspect.getattr_static(found, attribute)
    if own is expected:
        return
    if isinstance(expected, property):
        if inspect.isroutine(own):
            raise InputError(f"{where}: {attribute} must be a property")
    elif inspect.isroutine(expected):
        arguments = [*inspect.signature(getattr(base, attribute)).parameters]
        if inspect.isfunction(expected):
            arguments.remove("self")
        called, me = getattr(found, attribute), ("self",) if inspect.isfunction(own) else ()
        if not callable(called) or not takes(called, *me, *arguments):
            shown = ", ".join(arguments)
            raise InputError(f"{where}: {attribute} must be a method that takes ({shown})")
