"""What ``python -m cmlabm.batch`` does with its arguments."""

import re
import signal
import sys
from importlib.resources import as_file, files
from pathlib import Path
from types import FrameType, TracebackType
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cmlabm.batch.cluster import ClusterLost
from cmlabm.batch.design import runs_of
from cmlabm.batch.finished import FinishedStudy
from cmlabm.batch.listing import tables
from cmlabm.batch.progress import StudyProgress
from cmlabm.batch.run import Result, Run, execute
from cmlabm.batch.running import (
    Spectator,
    cores,
    directory_of,
    missing_runs,
    refuse_impossible_data,
    run_study,
    write_tables,
)
from cmlabm.batch.store import FILE_NAME, StorageError, Store
from cmlabm.batch.study import Study, read_study, with_changes
from cmlabm.batch.summary import summary_table
from cmlabm.errors import InputError, shown
from cmlabm.parameters import Parameters

BAD_INPUT, NOT_STORED, RUNS_FAILED, INTERRUPTED = 2, 1, 3, 130
MOST_FAILURES = 20
LONGEST_NAME = 200

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
messages = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
output = Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)


class Watcher(Spectator):
    """Shows how a study goes on, and stops it on Ctrl-C: once its runs under way, twice at once."""

    def __init__(self, name: str) -> None:
        self.interrupted = False
        self._name = name
        self._progress: StudyProgress | None = None

    def __enter__(self) -> Self:
        self._previous = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
        signal.signal(signal.SIGINT, self._previous)

    def begins(self, runs: int) -> None:
        """Start a bar."""
        self._progress = StudyProgress(messages, self._name, runs)

    def counts(self, result: Result) -> None:
        """Move the bar on."""
        if self._progress is not None:
            self._progress.add(failed=result.status == "failed")

    def says(self, sentence: str) -> None:
        """Print a line above the bar."""
        messages.print(sentence)

    def wants_to_stop(self) -> bool:
        """Return whether Ctrl-C was pressed."""
        return self.interrupted

    def _interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True
        self.says("Finishing the runs under way; Ctrl-C again stops at once.")


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
        directory = out or _default_directory(study, study_file, changes or [])
        workers = workers or cores()
        if only_export:
            _print_study(FinishedStudy(directory), _export(directory))
            status = 0
        elif dry_run:
            status = _rehearse(study, directory, workers)
        else:
            with Watcher(study.name) as watcher:
                finished = run_study(
                    study,
                    directory,
                    workers=workers,
                    dask=dask,
                    timeout=timeout,
                    retry_failed=retry_failed,
                    with_agents=agents,
                    spectator=watcher,
                )
            status = _conclude(finished, watcher.interrupted)
    except InputError as error:
        messages.print(f"error: {error}")
        status = BAD_INPUT
    except (StorageError, ClusterLost) as error:
        messages.print(f"error: {error}")
        status = NOT_STORED
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
            raise InputError(f"--set {shown(change)}: must be NAME=VALUE")
        parameters[name] = value
    return with_changes(study, parameters, seeds) if parameters or seeds else study


def _default_directory(study: Study, path: Path | None, changes: list[str]) -> Path:
    """Return the study's directory; the example with other parameters is another study."""
    directory = directory_of(study)
    if path is not None or not changes:
        return directory
    name = "-".join([study.name, *(re.sub(r"[^A-Za-z0-9_.=-]+", "-", text) for text in changes)])
    return directory.with_name(name[:LONGEST_NAME].rstrip("."))


def _export(directory: Path) -> list[Path]:
    with Store.open(directory) as store:
        return write_tables(store, directory)


def _conclude(study: FinishedStudy, interrupted: bool) -> int:
    _print_study(study, study.files)
    planned, stored = study.planned, study.runs()
    if interrupted:
        left = len(planned) - len(stored)
        messages.print(f"Interrupted with {left} runs to go; the same command goes on.")
        return INTERRUPTED
    failed = stored[stored["status"] == "failed"]
    if not len(failed):
        return 0
    varied = [name for name in Parameters.model_fields if stored[name].nunique(dropna=False) > 1]
    table = Table("run", "seed", *varied, "error", title=f"{len(failed)} failed runs")
    for row in failed.head(MOST_FAILURES).to_dict("records"):
        last_line = str(row["error"]).strip().splitlines()[-1]
        cells = [row["run"], row["seed"], *(row[name] for name in varied), last_line]
        table.add_row(*(Text(str(cell)) for cell in cells))
    messages.print(table)
    messages.print("Tracebacks are in runs.csv; --retry-failed runs them again.")
    return RUNS_FAILED


def _print_study(study: FinishedStudy, written: list[Path]) -> None:
    output.print(summary_table(study.spec, study.base, study.runs()))
    if study.aside:
        output.print(f"{study.aside} runs of other settings are kept aside")
    output.print(f"{study.directory}: " + ", ".join(path.name for path in written))


def _rehearse(study: Study, directory: Path, workers: int) -> int:
    runs = runs_of(study)
    refuse_impossible_data(runs)
    missing = runs
    if (directory / FILE_NAME).exists():
        with Store.open(directory) as store:
            missing = missing_runs(store, runs, False, Spectator())
    varied = _varied(runs)
    table = Table("run", "seed", *varied, title=f"first runs of {study.name}")
    for run in runs[:5]:
        cells = [run.id, run.seed, *(getattr(run.parameters, name) for name in varied)]
        table.add_row(*(Text(str(cell)) for cell in cells))
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
