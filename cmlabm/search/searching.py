"""Searching: the trials, the confirming runs, and what they come to."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing import current_process
from pathlib import Path
from typing import Any

from cmlabm.batch.cluster import run_on_dask
from cmlabm.batch.local import Processes
from cmlabm.batch.provenance import now, provenance
from cmlabm.batch.run import Result, Run
from cmlabm.batch.running import cores, run_study
from cmlabm.batch.store import StorageError, Store
from cmlabm.errors import InputError
from cmlabm.search.confirmation import Confirmed, confirming
from cmlabm.search.definition import CONFIRMED, Search, checked_search, refuse_another
from cmlabm.search.findings import FinishedSearch
from cmlabm.search.markets import Interrupted, Markets
from cmlabm.search.progress import SearchSpectator
from cmlabm.search.rounds import MadeStage, Searched, Seeker, possible_defaults
from cmlabm.search.trials import Journal

SEARCH = "search"
"""What a store's note of the search is called."""


def search(
    attack: dict[str, Any],
    maximise: str | list[str] = "regret",
    directory: Path | str | None = None,
    *,
    workers: int | None = None,
    dask: str | None = None,
    spectator: SearchSpectator | None = None,
    **more: Any,
) -> FinishedSearch:
    """Search a space of attacks for the one that does the most harm, and confirm it.

    A script that calls it needs the usual ``if __name__ == "__main__":``, as it starts processes.

    Args:
        attack: what the attacker may choose, as the table [attack] of a search file has it.
        maximise: what it wants.
        directory: where everything is kept; ``results/NAME`` by default.
        workers: how many processes; as many as there are cores by default.
        dask: the address of a Dask scheduler whose workers are used instead of processes.
        spectator: is told how it goes on, and may stop it.
        **more: the other keys of a search file, such as ``trials`` or ``contract``.

    Raises:
        InputError: the search or its data cannot be used, or the directory is of another one.
        StorageError: the results cannot be stored.
        Interrupted: the spectator wanted to stop.

    Example:
        >>> import tempfile
        >>> small = {"train_size": 120, "test_size": 60, "initial_fraction": 0.5, "max_days": 1}
        >>> with tempfile.TemporaryDirectory() as directory:
        ...     found = search(
        ...         {"malicious_behaviour": {"values": ["label-flip", "echo"]}},
        ...         "malicious_accepted",
        ...         directory,
        ...         **{"name": "most", "trials": 2, "seeds": 1, "fresh_seeds": 2},
        ...         parameters=small,
        ...         workers=1,
        ...     )
        >>> found.confirmed["candidate"].tolist()[:2], len(found.trials)
        (['default', 'default'], 2)
    """
    values = {"attack": attack, "maximise": maximise, "name": "search"} | more
    return run_search(
        checked_search(values, "search"),
        directory,
        workers=workers,
        dask=dask,
        spectator=spectator,
    )


def run_search(
    search: Search,
    directory: Path | str | None = None,
    *,
    workers: int | None = None,
    dask: str | None = None,
    timeout: float | None = None,
    retry_failed: bool = False,
    spectator: SearchSpectator | None = None,
) -> FinishedSearch:
    """Make a search, or go on with one.

    Args:
        search: the search.
        directory: where everything is kept; ``results/NAME`` by default.
        workers: how many processes; as many as there are cores by default.
        dask: the address of a Dask scheduler whose workers are used instead of processes.
        timeout: seconds after which a run fails.
        retry_failed: whether confirming runs that failed before are run again.
        spectator: is told how it goes on, and may stop it.

    Raises:
        InputError: the search or its data cannot be used, or the directory is of another one.
        StorageError: the results cannot be stored.
        ClusterLost: the Dask scheduler does not answer any more.
        Interrupted: the spectator wanted to stop.
    """
    if getattr(current_process(), "_inheriting", False):
        raise InputError(
            "a search was begun while a worker imported the script that begins it; put the call"
            " under if __name__ == '__main__':"
        )
    spectator = spectator or SearchSpectator()
    directory = Path("results") / search.name if directory is None else Path(directory)
    workers = workers or cores()
    with Store.create(directory, spectator.says) as store:
        _refuse_other(store, search)
        place = f"Dask at {dask}" if dask else f"{workers} workers"
        facts = provenance(place) | {
            "start": store.facts().get("start", now()),
            SEARCH: json.dumps(search.model_dump(mode="json")),
        }
        journal = Journal(directory)
        with ExitStack() as stack:
            execute = _executor(stack, workers, dask, timeout, spectator)
            markets = Markets(search, store, execute, facts, spectator)
            searched = _searched(search, markets, journal, spectator)
            to_confirm = confirming(search, searched, possible_defaults(search, markets))
        failed = list(store.statuses().values()).count("failed")
        store.note({"end": now()})
    study = run_study(
        search.confirming_study(to_confirm.rows),
        directory / CONFIRMED,
        workers=workers,
        dask=dask,
        timeout=timeout,
        retry_failed=retry_failed,
        tables=False,
        spectator=spectator,
    )
    if spectator.wants_to_stop():
        raise Interrupted
    return FinishedSearch(directory, searched, Confirmed(to_confirm, study), study, failed)


def _searched(
    search: Search, markets: Markets, journal: Journal, spectator: SearchSpectator
) -> Searched:
    a_round = search.trials
    if search.contracts is not None:
        a_round = (search.trials + (search.contract_trials or search.trials)) * search.rounds
    spectator.begins_search(a_round)

    def told(made: MadeStage) -> None:
        spectator.has_made(made.before + len(made.trials), _best_so_far(search, made))

    return Seeker(search, markets, journal, told).search()


def _best_so_far(search: Search, made: MadeStage) -> str:
    if not made.best:
        return ""
    best = made.best[0]
    what = "best" if made.kind == "attack" else f"round {made.round}, least"
    return f"{what} {search.objective} {best.values[0]:.4g} (trial {made.number(best)})"


def _executor(
    stack: ExitStack,
    workers: int,
    dask: str | None,
    timeout: float | None,
    spectator: SearchSpectator,
) -> Any:
    """Return what runs some runs; worker processes stay until the stack is left."""
    if dask is None:
        processes = Processes(workers, timeout, should_stop=spectator.wants_to_stop)
        return stack.enter_context(processes).results

    def execute(runs: list[Run]) -> Iterator[Result]:
        return run_on_dask(runs, dask, timeout, False, spectator.wants_to_stop, spectator.says)

    return execute


def _refuse_other(store: Store, search: Search) -> None:
    facts = store.facts()
    if SEARCH in facts and "study" in facts:
        try:
            before = json.loads(facts[SEARCH])
        except ValueError:
            raise StorageError(
                f"{store.path}: is damaged (its note of the search); move it away or choose another"
                f" --out"
            ) from None
        refuse_another(before, search, store.path.parent)
    elif "study" in facts:
        raise InputError(
            f"{store.path.parent}: holds study {store.study_as_noted().name!r}, not a search;"
            f" choose another --out"
        )
