"""What the page may use of this machine: said when it is started, whatever its visitors ask for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cmlabm.classifiers import make_classifier
from cmlabm.data import kind_of
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES, chosen
from cmlabm.registry import importing_only


@dataclass(frozen=True)
class Permissions:
    """Which files and classes visitors may name.

    Attributes:
        data_root: only files in this directory, and below it, are opened.
        classes: the classes of the user's own, by the parameter that they are a value of; and the
            data sets of OpenML, by ``data``.
    """

    data_root: Path = field(default_factory=Path)
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, data_root: Path, names: Sequence[str]) -> Self:
        """Return permissions as the command line says them.

        Args:
            data_root: the directory.
            names: of classes, as ``module:Class``; they are imported. Also of data sets of OpenML,
                as ``openml:NAME``, which may then be downloaded.

        Raises:
            InputError: there is no such directory, or a class is nothing that a market is made of.
        """
        if not data_root.is_dir():
            raise InputError(f"--data-root {data_root}: there is no such directory")
        classes: dict[str, list[str]] = {}
        for name in names:
            for parameter in _parameters_of(name):
                classes.setdefault(parameter, []).append(name)
        return cls(data_root.resolve(), classes)

    def below_root(self, text: str) -> Path:
        """Return the path that a visitor names, taken from the data root on, links followed.

        Raises:
            InputError: it leads out of the data root, or cannot be a path.
        """
        root = self.data_root.resolve()
        try:
            path = (root / Path(text).expanduser()).resolve()
        except (OSError, RuntimeError, ValueError):
            raise InputError(f"{text[:80]!r} cannot be a path") from None
        if not path.is_relative_to(root):
            raise InputError(
                f"{text[:80]!r} is not below the page's data root; start the page with"
                f" --data-root to open other files"
            )
        return path


_granted = Permissions()


def granted() -> Permissions:
    """Return what visitors may use."""
    return _granted


@contextmanager
def granting(permissions: Permissions) -> Iterator[None]:
    """Let visitors use this, and no class be imported for anybody else, within the block."""
    global _granted
    before, _granted = _granted, permissions
    try:
        with importing_only({name for names in permissions.classes.values() for name in names}):
            yield
    finally:
        _granted = before


def _parameters_of(name: str) -> list[str]:
    """Return the parameters that a class, or a data set, can be a value of."""
    if ":" not in name:
        raise InputError(f"--allow {name}: must be module:Class, or openml:NAME")
    if chosen("data", name) == ["openml"]:
        kind_of(name)
        return ["data"]
    found, why = [], ""
    for parameter in REGISTRIES:
        try:
            make_classifier(Parameters.checked({parameter: name}).classifier)
            found.append(parameter)
        except InputError as error:
            why = str(error)
    if not found:
        raise InputError(f"--allow {name}: is no behaviour, mechanism or classifier; {why}")
    return found
