"""Studies of many markets: from a design to a table of results.

A study is made or read, and run into a directory; what is stored there comes back as data frames:

    >>> import tempfile
    >>> from cmlabm.batch import Study, run_study
    >>> study = Study(
    ...     name="words_and_cost",
    ...     parameters={"train_size": 500, "test_size": 200},
    ...     sweep={"num_words": [50, 100], "cost_weight": [1, 4]},
    ... )
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     runs = run_study(study, directory, workers=1).runs()
    >>> runs.pivot_table("final_accuracy", "num_words", "cost_weight").shape
    (2, 2)

``run_study`` starts processes: a script that calls it needs the usual
``if __name__ == "__main__":``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cmlabm.batch.cluster import ClusterLost, run_on_dask
    from cmlabm.batch.design import base_setting, problem_of, runs_of, settings_of
    from cmlabm.batch.finished import FinishedStudy, open_study
    from cmlabm.batch.local import run_here, run_in_processes
    from cmlabm.batch.progress import Watcher
    from cmlabm.batch.rehearsal import Rehearsal, rehearse
    from cmlabm.batch.run import Result, Run, execute
    from cmlabm.batch.running import Spectator, run_study
    from cmlabm.batch.store import StorageError, Store
    from cmlabm.batch.study import Range, Study, example_study, read_study, with_changes
    from cmlabm.batch.study_parameters import StudyParameter

_HOMES = {
    "ClusterLost": "cluster",
    "run_on_dask": "cluster",
    "base_setting": "design",
    "problem_of": "design",
    "runs_of": "design",
    "settings_of": "design",
    "FinishedStudy": "finished",
    "open_study": "finished",
    "run_here": "local",
    "run_in_processes": "local",
    "Watcher": "progress",
    "Rehearsal": "rehearsal",
    "rehearse": "rehearsal",
    "Result": "run",
    "Run": "run",
    "execute": "run",
    "Spectator": "running",
    "run_study": "running",
    "StorageError": "store",
    "Store": "store",
    "Range": "study",
    "Study": "study",
    "example_study": "study",
    "read_study": "study",
    "with_changes": "study",
    "StudyParameter": "study_parameters",
}

__all__ = [
    "ClusterLost",
    "FinishedStudy",
    "Range",
    "Rehearsal",
    "Result",
    "Run",
    "Spectator",
    "StorageError",
    "Store",
    "Study",
    "StudyParameter",
    "Watcher",
    "base_setting",
    "example_study",
    "execute",
    "open_study",
    "problem_of",
    "read_study",
    "rehearse",
    "run_here",
    "run_in_processes",
    "run_on_dask",
    "run_study",
    "runs_of",
    "settings_of",
    "with_changes",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for: the command answers Ctrl-C before it has imported all of it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"cmlabm.batch.{_HOMES[name]}"), name)
