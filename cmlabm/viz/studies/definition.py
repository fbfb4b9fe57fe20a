"""The file of a study, a game or a search that a visitor names, checked before anything is run."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmlabm.batch.design import most_runs_of, runs_of
from cmlabm.batch.store import FILE_NAME
from cmlabm.batch.study import checked_study
from cmlabm.batch.toml_file import read_toml
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES
from cmlabm.viz.fields.entries import offers
from cmlabm.viz.markets.cost import Cost
from cmlabm.viz.permissions import granted

BATCH = "cmlabm.batch"

MOST_RUNS = 200_000
"""A study of more runs is neither drawn nor started."""

MOST_OFFERED = 50

PLACES = ("*.toml", "batch_runs/*.toml")
"""Where files to choose from are, seen from the data root."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A file that may be run.

    Attributes:
        path: where it is.
        name: the study's.
        command: the module whose command runs it.
    """

    path: Path
    name: str
    command: str


def definition_of(text: str) -> Definition:
    """Return what a file below the data root defines, if the page may run it.

    What only the command of a game or a search knows, such as strategies, it checks itself; it may
    import no more than the page.

    Raises:
        InputError: it is not there or wrong, or names a class, data or a file that the page does
            not offer, or a market or more runs than the page has room for.
    """
    path = granted().below_root(text)
    values = read_toml(path, "study file")
    command = _command_for(values)
    study = checked_study(values if command == BATCH else _markets_in(values), text)
    if most_runs_of(study) > MOST_RUNS:
        raise InputError(f"{text}: asks for more than {MOST_RUNS:,} runs")
    for name, value in study.classes:
        _check_offered(text, name, value)
    for run in runs_of(study.model_copy(update={"seeds": study.seeds[:1]}), contents={}):
        _check(text, run.parameters)
    return Definition(path, study.name, command)


def directory_of(text: str) -> Path:
    """Return the directory below the data root that a study may be written to.

    Raises:
        InputError: it is outside, or holds anything but a study.
    """
    directory = granted().below_root(text)
    if not text.strip() or directory == granted().data_root.resolve():
        raise InputError("name a directory of its own for the results, such as results/my_study")
    if directory.exists() and not directory.is_dir():
        raise InputError(f"{text}: is no directory")
    held = list(directory.iterdir()) if directory.exists() else []
    if held and not (directory / FILE_NAME).is_file():
        raise InputError(f"{text}: holds other files; name a new directory, or one with this study")
    for path in held:
        granted().below_root(str(path))
    return directory


def found_below(root: Path) -> list[str]:
    """Return the files that look like studies, games or searches, the latest first."""
    found = [path for place in PLACES for path in root.glob(place) if _looks_right(path)]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.relative_to(root).as_posix() for path in found[:MOST_OFFERED]]


def _command_for(values: Mapping[str, Any]) -> str:
    if "strategies" in values:
        return "cmlabm.equilibrium"
    return "cmlabm.search" if "attack" in values else BATCH


def _markets_in(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the markets of a game or a search as a study, whatever is played or tried in them."""
    fixed = values.get("parameters", {})
    if isinstance(fixed, dict):
        fixed = {name: value for name, value in fixed.items() if name in Parameters.model_fields}
    return {"name": values.get("name"), "parameters": fixed, "sweep": values.get("sweep", {})}


def _check(source: str, parameters: Parameters) -> None:
    """Refuse a market that the page would not open either."""
    for name in ("data", *REGISTRIES):
        _check_offered(source, name, str(getattr(parameters, name)))
    if parameters.data_path is not None:
        granted().below_root(parameters.data_path)
    try:
        Cost.of([parameters])
    except InputError as error:
        raise InputError(f"{source}: {error}") from None


def _check_offered(source: str, name: str, value: str) -> None:
    if not offers(name, value):
        raise InputError(
            f"{source}: {name} = {value!r} is not offered by this page; start it with --allow"
        )


def _looks_right(path: Path) -> bool:
    try:
        granted().below_root(str(path))
        values = read_toml(path, "study file")
    except InputError:
        return False
    return isinstance(values.get("name"), str)
