"""Studies of many markets: from a design to a table of results.

A study is made or read, its design gives runs, running them gives an iterator of results, and a
store keeps those and returns them as data frames:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from cmlabm.batch import Store, Study, run_here, runs_of
    >>> study = Study(
    ...     name="words_and_cost",
    ...     parameters={"train_size": 500, "test_size": 200},
    ...     sweep={"num_words": [50, 100], "cost_weight": [1, 4]},
    ... )
    >>> with tempfile.TemporaryDirectory() as directory, Store.create(Path(directory)) as store:
    ...     for result in run_here(runs_of(study)):
    ...         store.save(result)
    ...     means = store.runs().pivot_table("final_accuracy", "num_words", "cost_weight")
    >>> means.shape
    (2, 2)

``means.plot()`` then draws a line for each cost. ``run_in_processes`` and ``run_on_dask`` take the
place of ``run_here`` for larger studies; a script that calls the former needs the usual
``if __name__ == "__main__":``.
"""

from cmlabm.batch.cluster import run_on_dask
from cmlabm.batch.design import base_setting, problem_of, runs_of, settings_of
from cmlabm.batch.finished import FinishedStudy, open_study
from cmlabm.batch.local import run_here, run_in_processes
from cmlabm.batch.run import Result, Run, execute
from cmlabm.batch.store import StorageError, Store
from cmlabm.batch.study import Range, Study, read_study, with_changes

__all__ = [
    "FinishedStudy",
    "Range",
    "Result",
    "Run",
    "StorageError",
    "Store",
    "Study",
    "base_setting",
    "execute",
    "open_study",
    "problem_of",
    "read_study",
    "run_here",
    "run_in_processes",
    "run_on_dask",
    "runs_of",
    "settings_of",
    "with_changes",
]
