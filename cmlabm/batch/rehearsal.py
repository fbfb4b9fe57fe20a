"""What running a study would take, found out before it is run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmlabm.batch.design import runs_of
from cmlabm.batch.run import Run, execute
from cmlabm.batch.running import Spectator, directory_of, missing_runs, refuse_impossible_data
from cmlabm.batch.store import FILE_NAME, Store
from cmlabm.batch.study import Study
from cmlabm.parameters import Parameters


@dataclass(frozen=True)
class Rehearsal:
    """What running a study would take.

    Attributes:
        runs: all that it asks for.
        missing: those of them that are not stored yet.
        run_seconds: how long one of these took, 0 if there are none.
    """

    runs: list[Run]
    missing: list[Run]
    run_seconds: float

    def seconds(self, workers: int) -> float:
        """Return how long the missing runs will take, by the one that was tried."""
        return self.run_seconds * len(self.missing) / workers


def rehearse(study: Study, directory: Path | str | None = None) -> Rehearsal:
    """Find out what running a study would take; nothing is stored.

    Args:
        study: what would be run.
        directory: where its results would be kept; ``results/NAME`` by default.

    Raises:
        InputError: the study or its data cannot be used.
        StorageError: what is stored in the directory is damaged.

    Example:
        >>> small = {"train_size": 500, "test_size": 200, "max_days": 2}
        >>> study = Study(name="words", seeds=3, parameters=small, sweep={"num_words": [50, 100]})
        >>> found = rehearse(study, "no_such_directory")
        >>> len(found.runs), len(found.missing), found.seconds(workers=2) > 0
        (6, 6, True)
    """
    directory = directory_of(study) if directory is None else Path(directory)
    runs = runs_of(study)
    refuse_impossible_data(runs)
    missing = runs
    if (directory / FILE_NAME).exists():
        with Store.open(directory) as store:
            missing = missing_runs(store, runs, False, Spectator())
    if not missing:
        return Rehearsal(runs, [], 0.0)
    execute(Run(missing[0].parameters.model_copy(update={"max_days": 1}), seed=0))  # to warm up
    return Rehearsal(runs, missing, execute(missing[0]).wall_seconds)


def varied_in(runs: Sequence[Run]) -> list[str]:
    """Return the parameters in which some runs differ.

    Example:
        >>> from cmlabm.parameters import Parameters
        >>> varied_in([Run(Parameters(num_words=words), seed=0) for words in (400, 1000)])
        ['num_words']
    """
    models = dict.fromkeys(type(run.parameters) for run in runs)
    names = dict.fromkeys(name for model in models for name in model.model_fields)
    first = runs[0].parameters
    return [
        name
        for name in names
        if any(value_of(run.parameters, name) != value_of(first, name) for run in runs)
    ]


def value_of(parameters: Parameters, name: str) -> Any:
    """Return the value of a parameter, None where there is none of that name."""
    return getattr(parameters, name, None)
