"""A study's directory, read again and again while its runs come in."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import OperationalError

import pandas as pd

from cmlabm.batch import FinishedStudy, StorageError, Study, open_study
from cmlabm.batch.design import most_runs_of
from cmlabm.batch.store import FILE_NAME, Store
from cmlabm.errors import InputError
from cmlabm.registries import chosen
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.viz.permissions import granted
from cmlabm.viz.studies.definition import MOST_RUNS

EVERY_S = 2.0
"""How often a study that is still running is read."""

PLACES = ("*", "results/*")
"""Where the command line writes studies, seen from the data root."""

NEEDED = ("run", "seed", "status")
"""Columns without which a table of runs cannot be shown."""


@dataclass(frozen=True)
class Reading:
    """What a study's directory held at a time.

    Attributes:
        runs: a row a run; with a factor those that show it, with the column ``level``.
        factors: the names of the study's factors.
        parameters: of its runs, those of users' classes included.
        spec: the study as it was last defined.
        done, failed, planned: how many runs there are of each.
        aside: how many runs of other settings the directory holds beside them.
        command: what the study was run with.
        problem: why there is nothing to read.
        waits: whether that may change, as no study has been begun there.
    """

    runs: pd.DataFrame = field(default_factory=pd.DataFrame)
    factors: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    spec: Study | None = None
    done: int = 0
    failed: int = 0
    planned: int = 0
    aside: int = 0
    command: str = ""
    problem: str = ""
    waits: bool = False

    @property
    def sampled(self) -> dict[str, bool]:
        """The factors that were drawn from ranges, all at once, and whether on a log scale."""
        ranges = self.spec.ranges if self.spec else {}
        return {name: span.scale == "log" for name, span in ranges.items()}

    @property
    def is_complete(self) -> bool:
        """Whether no more runs are to come."""
        if self.waits:
            return False
        return bool(self.problem) or self.done + self.failed >= self.planned


def read(directory: str, factor: str) -> Reading:
    """Read a study's directory.

    Args:
        directory: where ``python -m cmlabm.batch`` wrote it.
        factor: the factor to show; the study's first if it has no such factor.
    """
    try:
        if not has_begun(directory):
            return Reading(problem=f"{directory[:80]}: holds no study yet", waits=True)
        study = opened(directory)
        factors = tuple(study.factors)
        everything = study.runs()
        _check_columns(everything, directory)
        shown = factor if factor in factors else (factors or ("",))[0]
        runs = study.runs_of(shown) if shown else everything.assign(level=study.spec.name)
        statuses = everything["status"].value_counts()
        return Reading(
            runs=runs,
            factors=factors,
            parameters=tuple(study.parameters),
            spec=study.spec,
            done=int(statuses.get("done", 0)),
            failed=int(statuses.get("failed", 0)),
            planned=len(study.planned) or len(everything),
            aside=study.aside,
            command=study.provenance.get("command", ""),
        )
    except (InputError, StorageError) as error:
        return Reading(problem=str(error))
    except Exception as error:  # a file that is no study may fail in any way
        return Reading(problem=f"{directory[:80]}: cannot be read as a study ({error!r:.200})")


def has_begun(directory: str) -> bool:
    """Return whether a directory's study has been begun, so that there is something to read.

    Raises:
        InputError: it is not below the data root.
        StorageError: its file is damaged.
    """
    path = granted().below_root(directory)
    file = granted().below_root(str(path / FILE_NAME))
    if not file.is_file() or not file.stat().st_size:
        return False
    try:
        with Store.open(path) as store:
            return bool(store.facts() or store.statuses())
    except StorageError as error:
        if isinstance(error.__cause__, OperationalError) and "no such table" in str(error):
            return False  # its command has made the file and is about to make the tables
        raise


def _check_columns(runs: pd.DataFrame, directory: str) -> None:
    """Refuse a table of runs of which nothing can be drawn."""
    for name in NEEDED:
        if name not in runs:
            raise InputError(
                f"{directory[:80]}: its table of runs has no column {name}, which every study has"
            )
    if not any(name in runs for name in OUTCOMES):
        raise InputError(
            f"{directory[:80]}: its table of runs has no outcome; it needs at least one of"
            f" {', '.join(OUTCOMES)}"
        )


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
    """Read a study until all its runs are there or the event is set; report what is new.

    A directory that holds none yet is looked at until it does.
    """
    seen: tuple[int, str] | None = None
    while not ended.is_set():
        reading = read(directory, factor)
        if ended.is_set():
            return
        now = (reading.done + reading.failed, reading.problem)
        if now != seen:
            seen = now
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
