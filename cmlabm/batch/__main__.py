"""The command line: ``python -m cmlabm.batch``."""

import os
import signal
import sys
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cmlabm.batch.cluster import run_on_dask
from cmlabm.batch.design import runs_of
from cmlabm.batch.export import export
from cmlabm.batch.figure import draw_accuracy_balances
from cmlabm.batch.listing import tables
from cmlabm.batch.local import run_in_processes
from cmlabm.batch.progress import StudyProgress
from cmlabm.batch.provenance import data_fingerprint, now, provenance
from cmlabm.batch.run import Result, Run, execute
from cmlabm.batch.store import StorageError, Store
from cmlabm.batch.study import Study, read_study, with_changes
from cmlabm.batch.summary import summary_table
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

BAD_INPUT, STORAGE_FAILED, RUNS_FAILED, INTERRUPTED = 2, 1, 3, 130
MOST_FAILURES = 20

app = typer.Typer(add_completion=False)
messages = Console(stderr=True, highlight=False, soft_wrap=True)
output = Console(width=None if sys.stdout.isatty() else 120)


class Interruption:
    """Ctrl-C: the first asks to finish the runs under way, the second stops at once."""

    def __init__(self, progress: StudyProgress) -> None:
        self.requested = False
        self._progress = progress

    def __call__(self, _signal: int, _frame: FrameType | None) -> None:
        """Handle the signal."""
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
        self._progress.say("Finishing the runs under way; Ctrl-C again stops at once.")


@app.command()
def main(
    study_file: Annotated[
        Path | None, typer.Argument(metavar="[STUDY.toml]", help="Default: a small example.")
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Fix a parameter.")
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="Use the seeds 0 to N - 1.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: cores.")] = None,
    out: Annotated[Path | None, typer.Option(help="Directory; default: results/NAME.")] = None,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
    timeout: Annotated[
        float | None, typer.Option(min=0.001, help="Seconds after which a run fails.")
    ] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed")] = False,
    agents: Annotated[bool, typer.Option("--agents", help="Store each agent's balances.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be run.")] = False,
    list_registries: Annotated[bool, typer.Option("--list", help="Say what is built in.")] = False,
    only_export: Annotated[
        bool, typer.Option("--export", help="Only write the tables of what is stored.")
    ] = False,
) -> None:
    """Run a study of simulated markets, or go on with one: what is stored is not run again."""
    if list_registries:
        for table in tables():
            output.print(table)
        raise typer.Exit
    try:
        study = _study(study_file, changes or [], seeds)
        directory = out or Path("results") / study.name
        workers = workers or _cores()
        if only_export:
            with Store.open(directory) as store:
                _report(study, store, directory)
            status = 0
        elif dry_run:
            status = _rehearse(study, directory, workers)
        else:
            status = _run(study, directory, workers, dask, timeout, retry_failed, agents)
    except InputError as error:
        messages.print(f"error: {error}", markup=False)
        status = BAD_INPUT
    except StorageError as error:
        messages.print(f"error: {error}", markup=False)
        status = STORAGE_FAILED
    except KeyboardInterrupt:
        messages.print("Stopped at once; finished runs are stored, the same command goes on.")
        status = INTERRUPTED
    raise typer.Exit(status)


def _study(path: Path | None, changes: list[str], seeds: int | None) -> Study:
    if path is None:
        with as_file(files("cmlabm.batch") / "quick.toml") as quick:
            study = read_study(quick)
    else:
        study = read_study(path)
    parameters = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise InputError(f"--set {change}: must be NAME=VALUE")
        parameters[name] = value
    return with_changes(study, parameters, seeds) if parameters or seeds else study


def _run(
    study: Study,
    directory: Path,
    workers: int,
    dask: str | None,
    timeout: float | None,
    retry_failed: bool,
    agents: bool,
) -> int:
    runs = runs_of(study)
    data = data_fingerprint(Parameters.checked(study.parameters))
    with Store.create(directory) as store:
        _refuse_other_study(store, study, data)
        store.plan(runs)
        store.note(provenance(f"Dask at {dask}" if dask else f"{workers} workers"))
        store.note({"study": study.model_dump_json(exclude_defaults=True), "data": data})
        if "start" not in store.facts():
            store.note({"start": now()})
        missing = _missing(store, runs, retry_failed)
        with StudyProgress(messages, study.name, len(missing)) as progress:
            interruption = Interruption(progress)
            previous = signal.signal(signal.SIGINT, interruption)
            try:
                for result in _results(missing, workers, dask, timeout, agents, interruption):
                    store.save(result)
                    progress.add(failed=result.status == "failed")
            finally:
                signal.signal(signal.SIGINT, previous)
        store.note({"end": now()})
        _report(study, store, directory)
        left = len(_missing(store, runs, retry_failed=False))
        if interruption.requested:
            messages.print(f"Interrupted with {left} runs to go; the same command goes on.")
            return INTERRUPTED
        return RUNS_FAILED if _print_failures(store, runs) else 0


def _results(
    runs: list[Run],
    workers: int,
    dask: str | None,
    timeout: float | None,
    agents: bool,
    interruption: Interruption,
) -> Iterator[Result]:
    def should_stop() -> bool:
        return interruption.requested

    if not runs:
        return iter(())
    if dask is not None:
        return run_on_dask(runs, dask, timeout, agents, should_stop)
    return run_in_processes(runs, min(workers, len(runs)), timeout, agents, should_stop)


def _refuse_other_study(store: Store, study: Study, data: str) -> None:
    facts = store.facts()
    if not facts:
        return
    stored = store.study()
    if stored.name != study.name:
        raise InputError(
            f"{store.path}: holds study {stored.name!r}, not {study.name!r}; choose another --out"
        )
    if facts["data"] != data:
        raise InputError(
            f"{store.path}: holds results on other data (digest {facts['data'][:12]}, not"
            f" {data[:12]}); choose another --out"
        )


def _missing(store: Store, runs: list[Run], retry_failed: bool) -> list[Run]:
    statuses = store.statuses()
    again = ("failed",) if retry_failed else ()
    return [run for run in runs if statuses.get(run.id) in (None, *again)]


def _rehearse(study: Study, directory: Path, workers: int) -> int:
    runs = runs_of(study)
    missing = runs
    if directory.exists():
        with Store.open(directory) as store:
            missing = _missing(store, runs, retry_failed=False)
    table = Table("run", "seed", *_varied(runs), title=f"first runs of {study.name}")
    for run in runs[:5]:
        table.add_row(
            run.id, str(run.seed), *(str(getattr(run.parameters, p)) for p in _varied(runs))
        )
    output.print(table)
    output.print(f"{len(runs)} runs, {len(missing)} of them to do")
    if missing:
        execute(Run(missing[0].parameters.model_copy(update={"max_days": 1}), seed=0))
        timed = execute(missing[0])
        seconds = timed.wall_seconds * len(missing) / workers
        output.print(
            f"one run took {timed.wall_seconds:.2f} s: about {seconds / 60:.1f} minutes with"
            f" {workers} workers"
        )
    return 0


def _varied(runs: list[Run]) -> list[str]:
    first = runs[0].parameters
    return [
        name
        for name in Parameters.model_fields
        if any(getattr(run.parameters, name) != getattr(first, name) for run in runs)
    ]


def _report(study: Study, store: Store, directory: Path) -> None:
    written = export(store, directory)
    picture = directory / "accuracy_balances.png"
    if draw_accuracy_balances(study, store, picture):
        written.append(picture)
    output.print(summary_table(study, store.runs()))
    output.print(f"{directory}: " + ", ".join(path.name for path in written), highlight=False)


def _print_failures(store: Store, runs: list[Run]) -> bool:
    ids = {run.id for run in runs}
    stored = store.runs()
    failed = stored[(stored["status"] == "failed") & stored["run"].isin(ids)]
    if not len(failed):
        return False
    varied = _varied(runs)
    table = Table("run", "seed", *varied, "error", title=f"{len(failed)} failed runs")
    for row in failed.head(MOST_FAILURES).to_dict("records"):
        last_line = str(row["error"]).strip().splitlines()[-1]
        table.add_row(row["run"], str(row["seed"]), *(str(row[p]) for p in varied), last_line)
    messages.print(table)
    messages.print("Tracebacks are in runs.csv; --retry-failed runs them again.")
    return True


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    app()
