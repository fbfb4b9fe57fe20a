"""What ``python -m cmlabm.batch`` does with its arguments."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cmlabm.batch.cluster import ClusterLost
from cmlabm.batch.finished import FinishedStudy
from cmlabm.batch.listing import tables
from cmlabm.batch.progress import Watcher
from cmlabm.batch.rehearsal import rehearse, value_of, varied_in
from cmlabm.batch.running import cores, directory_of, run_study
from cmlabm.batch.store import StorageError
from cmlabm.batch.study import Study, example_study, read_study, with_changes
from cmlabm.batch.summary import summary_table
from cmlabm.errors import InputError, shown

BAD_INPUT, NOT_STORED, RUNS_FAILED, INTERRUPTED = 2, 1, 3, 130
MOST_FAILURES = 20
MOST_REHEARSED = 5
LONGEST_NAME = 200

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
messages = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
output = Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)


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
            stored = FinishedStudy(directory)
            _print_study(stored, stored.export())
            status = 0
        elif dry_run:
            status = _rehearse(study, directory, workers)
        else:
            with Watcher(study.name, messages) as watcher:
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
    study = example_study() if path is None else read_study(path)
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


def _conclude(study: FinishedStudy, interrupted: bool) -> int:
    _print_study(study, study.files)
    if interrupted:
        left = len(study.planned) - len(study.runs())
        messages.print(f"Interrupted with {left} runs to go; the same command goes on.")
        return INTERRUPTED
    failures = study.failures()
    if not len(failures):
        return 0
    rows = failures.head(MOST_FAILURES).itertuples(index=False)
    messages.print(_table(f"{len(failures)} failed runs", list(failures.columns), rows))
    messages.print("Tracebacks are in runs.csv; --retry-failed runs them again.")
    return RUNS_FAILED


def _print_study(study: FinishedStudy, written: list[Path]) -> None:
    output.print(summary_table(study.spec, study.base, study.runs()))
    if study.aside:
        output.print(f"{study.aside} runs of other settings are kept aside")
    output.print(f"{study.directory}: " + ", ".join(path.name for path in written))


def _rehearse(study: Study, directory: Path, workers: int) -> int:
    rehearsal = rehearse(study, directory)
    varied = varied_in(rehearsal.runs)
    rows = [
        (run.id, run.seed, *(value_of(run.parameters, name) for name in varied))
        for run in rehearsal.runs[:MOST_REHEARSED]
    ]
    output.print(_table(f"first runs of {study.name}", ["run", "seed", *varied], rows))
    output.print(f"{len(rehearsal.runs)} runs, {len(rehearsal.missing)} of them to do")
    if rehearsal.missing:
        output.print(
            f"one run took {rehearsal.run_seconds:.2f} s: about"
            f" {rehearsal.seconds(workers) / 60:.1f} minutes with {workers} workers"
        )
    return 0


def _table(title: str, heads: list[str], rows: Iterable[Iterable[object]]) -> Table:
    table = Table(*heads, title=title)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    return table
