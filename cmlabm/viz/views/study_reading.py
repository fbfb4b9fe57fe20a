"""A study's directory, read again and again while its runs come in."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from cmlabm.batch import FinishedStudy, StorageError, Study, open_study
from cmlabm.batch.design import most_runs_of
from cmlabm.batch.store import FILE_NAME, Store
from cmlabm.errors import InputError
from cmlabm.registries import chosen
from cmlabm.viz.permissions import granted

EVERY_S = 2.0
"""How often a study that is still running is read."""

PLACES = ("*", "results/*")
"""Where the command line writes studies, seen from the data root."""

MOST_RUNS = 200_000
"""A study of more runs is not drawn."""


@dataclass(frozen=True)
class Reading:
    """What a study's directory held at a time.

    Attributes:
        runs: a row a run; with a factor those that show it, with the column ``level``.
        factors: the names of the study's factors.
        parameters: of its runs, those of users' classes included.
        name, description: the study's.
        done, failed, planned: how many runs there are of each.
        aside: how many runs of other settings the directory holds beside them.
        problem: why there is nothing to read.
    """

    runs: pd.DataFrame = field(default_factory=pd.DataFrame)
    factors: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    name: str = ""
    description: str = ""
    done: int = 0
    failed: int = 0
    planned: int = 0
    aside: int = 0
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether no more runs are to come."""
        return bool(self.problem) or self.done + self.failed >= self.planned


def read(directory: str, factor: str) -> Reading:
    """Read a study's directory.

    Args:
        directory: where ``python -m cmlabm.batch`` wrote it.
        factor: the factor to show; the study's first if it has no such factor.
    """
    try:
        study = opened(directory)
        factors = tuple(study.factors)
        everything = study.runs()
        shown = factor if factor in factors else (factors or ("",))[0]
        runs = study.runs_of(shown) if shown else everything.assign(level=study.spec.name)
        statuses = everything["status"].value_counts()
        return Reading(
            runs=runs,
            factors=factors,
            parameters=tuple(study.parameters),
            name=study.spec.name,
            description=study.spec.description,
            done=int(statuses.get("done", 0)),
            failed=int(statuses.get("failed", 0)),
            planned=len(study.planned),
            aside=study.aside,
        )
    except (InputError, StorageError) as error:
        return Reading(problem=str(error))
    except Exception as error:  # a file that is no study may fail in any way
        return Reading(problem=f"{directory[:80]}: cannot be read as a study ({error!r:.200})")


def opened(directory: str) -> FinishedStudy:
    """Open a study's directory, below the data root.

    Raises:
        InputError: it is not there, holds no study, or one that is too large or reads other files.
    """
    path = granted().below_root(directory)
    granted().below_root(str(path / FILE_NAME))
    study = open_study(path)
    if most_runs_of(study.spec) > MOST_RUNS:
        raise InputError(f"{directory[:80]}: has more than {MOST_RUNS:,} runs")
    if any(chosen("data", str(value)) == ["openml"] for value in _values(study.spec, "data")):
        with Store.open(path) as store:
            if store.contents() is None:
                raise InputError(f"{directory[:80]}: does not say which of OpenML's data it has")
    for values in _values(study.spec, "data_path"):
        if values is not None:
            granted().below_root(str(values))
    return study


def _values(study: Study, parameter: str) -> list[object]:
    """Return all that a study sets a parameter to."""
    ranged = study.ranges[parameter].values if parameter in study.ranges else None
    swept = (level for name in study.sweep for level in study.levels(name))
    return [
        *(own[parameter] for own in (study.parameters, *swept) if parameter in own),
        *(ranged or []),
    ]


def follow(
    directory: str, factor: str, on_reading: Callable[[Reading], None], ended: threading.Event
) -> None:
    """Read a study until all its runs are there or the event is set; report what is new."""
    seen = -1
    while not ended.is_set():
        reading = read(directory, factor)
        if ended.is_set():
            return
        if reading.done + reading.failed != seen or reading.problem:
            seen = reading.done + reading.failed
            on_reading(reading)
        if reading.is_complete:
            return
        ended.wait(EVERY_S)


def series(directory: str, runs: list[str]) -> pd.DataFrame:
    """Return the daily series of some runs."""
    return opened(directory).series(runs)


def found_below(root: Path) -> list[str]:
    """Return the directories of studies in a directory and its results, the latest first."""
    files = [path for place in PLACES for path in root.glob(f"{place}/{FILE_NAME}")]
    files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [str(path.parent.relative_to(root)) for path in files]
