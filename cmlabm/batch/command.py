"""What ``python -m cmlabm.batch`` does with its arguments."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from cmlabm.batch.finished import FinishedStudy
from cmlabm.batch.listing import library, tables
from cmlabm.batch.options import (
    AsJson,
    Changes,
    Dask,
    DryRun,
    Out,
    Quiet,
    RetryFailed,
    Seeds,
    Timeout,
    Workers,
)
from cmlabm.batch.progress import Watcher
from cmlabm.batch.running import cores, directory_of, run_study
from cmlabm.batch.study import Study, example_study, read_study, with_changes
from cmlabm.batch.summary import summary, summary_table
from cmlabm.batch.telling import Teller, listed
from cmlabm.batch.terminal import changes_of, conclude, status_of

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
    as_json: AsJson = False,
    quiet: Quiet = False,
    list_registries: Annotated[bool, typer.Option("--list", help="Say what is built in.")] = False,
    only_export: Annotated[
        bool, typer.Option("--export", help="Only write the tables of what is stored.")
    ] = False,
) -> None:
    """Run a study of simulated markets, or go on with one: what is stored is not run again."""
    teller = Teller(quiet, as_json)
    if list_registries:
        teller.tell(tables, library)
        raise typer.Exit

    def action() -> int:
        study = _study(study_file, changes or [], seeds)
        directory = out or _default_directory(study, study_file, changes or [])
        if only_export:
            stored = FinishedStudy(directory)
            _tell_study(teller, stored, stored.export())
            return 0
        if dry_run:
            teller.rehearse(study, directory, workers or cores())
            return 0
        with Watcher(study.name, teller.progress) as watcher:
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
        _tell_study(teller, finished, finished.files)
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


def _tell_study(teller: Teller, study: FinishedStudy, written: list[Path]) -> None:
    runs, files = study.runs(), [path.name for path in written]

    def words() -> Iterator[RenderableType]:
        yield summary_table(study.spec, study.base, runs)
        if study.aside:
            yield f"{study.aside} runs of other settings are kept aside"
        yield listed(study.directory, files)

    teller.tell(
        words,
        lambda: {
            "name": study.spec.name,
            "directory": study.directory,
            "files": files,
            "planned": len(study.planned),
            "finished": int((runs["status"] == "done").sum()),
            "failed": len(study.failures()),
            "aside": study.aside,
            "settings": summary(study.spec, study.base, runs),
        },
    )
