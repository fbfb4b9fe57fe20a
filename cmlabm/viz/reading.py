"""A study's directory, read again and again while its runs come in."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from cmlabm.batch import StorageError, open_study, runs_of
from cmlabm.errors import InputError

EVERY_S = 2.0
"""How often a study that is still running is read."""


@dataclass(frozen=True)
class Reading:
    """What a study's directory held at a time.

    Attributes:
        runs: a row a run; with a factor those that show it, with the column ``level``.
        factors: the names of the study's factors.
        name, description: the study's.
        done, failed, planned: how many runs there are of each.
        problem: why there is nothing to read.
    """

    runs: pd.DataFrame = field(default_factory=pd.DataFrame)
    factors: tuple[str, ...] = ()
    name: str = ""
    description: str = ""
    done: int = 0
    failed: int = 0
    planned: int = 0
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
        study = open_study(Path(directory).expanduser())
        factors = tuple(study.factors)
        everything = study.runs()
        shown = factor if factor in factors else (factors or ("",))[0]
        runs = study.runs_of(shown) if shown else everything.assign(level=study.spec.name)
        statuses = everything["status"].value_counts()
        return Reading(
            runs=runs,
            factors=factors,
            name=study.spec.name,
            description=study.spec.description,
            done=int(statuses.get("done", 0)),
            failed=int(statuses.get("failed", 0)),
            planned=len(runs_of(study.spec)),
        )
    except (InputError, StorageError, OSError, KeyError) as error:
        return Reading(problem=str(error))


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
    return open_study(Path(directory).expanduser()).series(runs)


def found_below(directory: Path) -> list[str]:
    """Return the directories of studies in a directory, the latest first."""
    files = sorted(
        directory.glob("*/study.sqlite"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    return [str(path.parent) for path in files]
