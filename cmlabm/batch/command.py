"""What ``python -m cmlabm.batch`` does with its arguments."""

import re
from pathlib import Path
from typing import Annotated

import typer

from cmlabm.batch.finished import FinishedStudy
from cmlabm.batch.listing import tables
from cmlabm.batch.options import (
    Changes,
    Dask,
    DryRun,
    Out,
    RetryFailed,
    Seeds,
    Timeout,
    Workers,
)
from cmlabm.batch.progress import Watcher
from cmlabm.batch.running import cores, directory_of, run_study
from cmlabm.batch.study import Study, example_study, read_study, with_changes
from cmlabm.batch.summary import summary_table
from cmlabm.batch.terminal import (
    changes_of,
    conclude,
    messages,
    output,
    print_rehearsal,
    status_of,
)

LONGEST_NAME = 200

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    study_file: Annotated[
        Path | None, typer.Argument(metavar="[STUDY.toml]", help="Default: a small example.")
    ] = None,
    changes: Changes = None,
    seeds: Seeds = None,
    workers: Workers = None,
    out: Out = None,
    dask: Dask = None,
    timeout: Timeout = None,
    retry_failed: RetryFailed = False,
    agents: Annotated[bool, typer.Option("--agents", help="Store each agent's balances.")] = False,
    dry_run: DryRun = False,
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

    def action() -> int:
        study = _study(study_file, changes or [], seeds)
        directory = out or _default_directory(study, study_file, changes or [])
        if only_export:
            stored = FinishedStudy(directory)
            _print_study(stored, stored.export())
            return 0
        if dry_run:
            print_rehearsal(study, directory, workers or cores())
            return 0
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
        _print_study(finished, finished.files)
        return conclude(finished, watcher.interrupted)

    raise typer.Exit(status_of(action))


def _study(path: Path | None, changes: list[str], seeds: int | None) -> Study:
    study = example_study() if path is None else read_study(path)
    parameters = changes_of(changes)
    return with_changes(study, parameters, seeds) if parameters or seeds else study


def _default_directory(study: Study, path: Path | None, changes: list[str]) -> Path:
    """Return the study's directory; the example with other parameters is another study."""
    directory = directory_of(study)
    if path is not None or not changes:
        return directory
    name = "-".join([study.name, *(re.sub(r"[^A-Za-z0-9_.=-]+", "-", text) for text in changes)])
    return directory.with_name(name[:LONGEST_NAME].rstrip("."))


def _print_study(study: FinishedStudy, written: list[Path]) -> None:
    output.print(summary_table(study.spec, study.base, study.runs()))
    if study.aside:
        output.print(f"{study.aside} runs of other settings are kept aside")
    output.print(f"{study.directory}: " + ", ".join(path.name for path in written))
