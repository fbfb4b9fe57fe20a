"""Running a study: what is stored already is not run again."""

import os
from collections.abc import Iterator
from multiprocessing import current_process
from pathlib import Path

from cmlabm.batch.cluster import run_on_dask
from cmlabm.batch.design import runs_of
from cmlabm.batch.finished import FinishedStudy
from cmlabm.batch.local import run_in_processes
from cmlabm.batch.provenance import now, provenance
from cmlabm.batch.run import Result, Run, WithAgents
from cmlabm.batch.store import Store
from cmlabm.batch.study import Study
from cmlabm.batch.study_parameters import BUILT_IN, brought, that_matter
from cmlabm.data import kind_of, source_of
from cmlabm.data.source import File
from cmlabm.data.start import start_of
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.random_streams import data_order


class Spectator:
    """Is told how a study goes on; this one listens to nothing and never stops it."""

    def begins(self, runs: int) -> None:
        """Hear how many runs there are to do."""

    def counts(self, result: Result) -> None:
        """Hear of a run that has been stored."""

    def says(self, sentence: str) -> None:
        """Hear of anything else."""

    def wants_to_stop(self) -> bool:
        """Return whether only the runs under way are to be finished."""
        return False


def run_study(
    study: Study,
    directory: Path | str | None = None,
    *,
    workers: int | None = None,
    dask: str | None = None,
    timeout: float | None = None,
    retry_failed: bool = False,
    with_agents: WithAgents = False,
    tables: bool = True,
    spectator: Spectator | None = None,
) -> FinishedStudy:
    """Run a study, or go on with one, and write its tables and its picture.

    A script that calls it needs the usual ``if __name__ == "__main__":``, as it starts processes.

    Args:
        study: what to run.
        directory: where its results are kept; ``results/NAME`` by default.
        workers: how many processes; as many as there are cores by default.
        dask: the address of a Dask scheduler whose workers are used instead of processes.
        timeout: seconds after which a run fails.
        retry_failed: whether runs that failed before are run again.
        with_agents: which balances of each agent are stored: none, at the "end", or all (True).
        tables: whether to write the tables and the picture of what is stored.
        spectator: is told how it goes on, and may stop it.

    Raises:
        InputError: the study or its data cannot be used, or the directory is of another study.
        StorageError: the results cannot be stored.
        ClusterLost: the Dask scheduler does not answer any more.

    Example:
        >>> import tempfile
        >>> small = {"train_size": 500, "test_size": 200, "max_days": 2}
        >>> study = Study(name="words", parameters=small, sweep={"num_words": [50, 100]})
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     run_study(study, directory, workers=1).runs()["num_words"].tolist()
        [50, 100]
    """
    if getattr(current_process(), "_inheriting", False):
        raise InputError(
            "run_study was called while a worker imported the script that calls it; put the call"
            " under if __name__ == '__main__':"
        )
    spectator = spectator or Spectator()
    directory = directory_of(study) if directory is None else Path(directory)
    workers = workers or cores()
    data = _data_of(study)
    runs = runs_of(study)
    refuse_impossible_data(runs)
    with Store.create(directory, spectator.says) as store:
        _refuse_other_study(store, study, data)
        place = f"Dask at {dask}" if dask else f"{workers} workers"
        start = store.facts().get("start", now())
        store.begin(study, runs, provenance(place) | {"data": data, "start": start})
        missing = missing_runs(store, runs, retry_failed, spectator)
        if with_agents:
            _say_what_lacks_agents(store, runs, missing, spectator)
        spectator.begins(len(missing))
        for result in _results(missing, workers, dask, timeout, with_agents, spectator):
            store.save(result)
            spectator.counts(result)
        store.note({"end": now()})
        finished = FinishedStudy(directory)
        if tables:
            finished.export()
    return finished


def directory_of(study: Study) -> Path:
    """Return where a study's results are kept by default."""
    return Path("results") / study.name


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def missing_runs(
    store: Store, runs: list[Run], retry_failed: bool, spectator: Spectator
) -> list[Run]:
    """Return the runs that are not stored as they were written, or are to be tried again."""
    statuses = store.statuses() | dict.fromkeys(store.damaged(), "damaged")
    damaged = sum(statuses.get(run.id) == "damaged" for run in runs)
    if damaged:
        spectator.says(f"{damaged} stored runs are damaged; they are run again.")
    again = ("failed",) if retry_failed else ()
    return [run for run in runs if statuses.get(run.id) in (None, "damaged", *again)]


def refuse_impossible_data(runs: list[Run]) -> None:
    """Refuse sizes and numbers of words that the data of a path do not have.

    Raises:
        InputError: a run asks for more than there is.
    """
    wanted = {
        source_of(own)
        for own in (run.parameters for run in runs)
        if issubclass(kind_of(own.data), File)
    }
    for data in sorted(wanted, key=repr):
        data.load()
    _refuse_impossible_roots(runs)


def _refuse_impossible_roots(runs: list[Run]) -> None:
    """Refuse a root set that lacks a class, or that leaves none of a class to start the model."""
    wanted = {
        (source_of(own), own.train_size, own.initial_fraction, set_aside, run.seed)
        for run in runs
        if (set_aside := (own := run.parameters).set_aside)
    }
    for data, train_size, initial_fraction, set_aside, seed in sorted(wanted, key=repr):
        dataset = data.load()
        order = data_order(seed, len(dataset.train))[:train_size]
        start_of(dataset, order, initial_fraction, set_aside)


def _data_of(study: Study) -> str:
    """Return a digest of the data that all runs of a study share, empty if they are varied."""
    own = brought(study.classes)
    known = {name: v for name, v in study.parameters.items() if name in BUILT_IN or name in own}
    base = Parameters.checked(that_matter(known, own))
    if {"data", "data_path"} & {name for names in study.factors.values() for name in names}:
        return ""
    return source_of(base).fingerprint()


def _refuse_other_study(store: Store, study: Study, data: str) -> None:
    facts = store.facts()
    if "study" not in facts:
        return
    stored = store.study_as_noted()
    if stored.name != study.name:
        raise InputError(
            f"{store.path}: holds study {stored.name!r}, not {study.name!r}; choose another --out"
        )
    if data and facts.get("data") and facts["data"] != data:
        raise InputError(
            f"{store.path}: holds results on other data (digest {facts['data'][:12]}, not"
            f" {data[:12]}); choose another --out"
        )


def _say_what_lacks_agents(
    store: Store, runs: list[Run], missing: list[Run], spectator: Spectator
) -> None:
    to_do = {run.id for run in missing}
    lacking = store.without_agents() - to_do
    without = sum(run.id in lacking for run in runs)
    if without:
        spectator.says(
            f"{without} runs were stored without each agent's balances; with another --out they are"
            f" run anew, with them."
        )


def _results(
    runs: list[Run],
    workers: int,
    dask: str | None,
    timeout: float | None,
    with_agents: WithAgents,
    spectator: Spectator,
) -> Iterator[Result]:
    if not runs:
        return iter(())
    if dask is not None:
        return run_on_dask(
            runs, dask, timeout, with_agents, spectator.wants_to_stop, spectator.says
        )
    return run_in_processes(
        runs, min(workers, len(runs)), timeout, with_agents, spectator.wants_to_stop
    )
