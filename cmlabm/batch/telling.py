"""How a command tells what it found: in words, as JSON for scripts, or not at all."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import typer
from rich.console import Console, RenderableType

from cmlabm.batch.rehearsal import Rehearsal, rehearse, value_of, varied_in
from cmlabm.batch.study import Study
from cmlabm.batch.terminal import messages, output, table_of

MOST_REHEARSED = 5


@dataclass(frozen=True)
class Teller:
    """Tells in the way that was asked for.

    Attributes:
        quiet: say nothing but what went wrong; a summary in JSON is still printed.
        as_json: print one JSON object instead of words and tables.
    """

    quiet: bool = False
    as_json: bool = False

    @property
    def progress(self) -> Console:
        """Where a command says how far it is: on the standard error, or nowhere."""
        return Console(stderr=True, quiet=True) if self.quiet else messages

    def tell(
        self,
        words: Callable[[], Iterable[RenderableType]],
        summary: Callable[[], dict[str, Any]],
    ) -> None:
        """Print what was found.

        Args:
            words: returns it as sentences and tables.
            summary: returns the same for scripts; data frames become lists of their rows.
        """
        if self.as_json:
            typer.echo(json.dumps({name: _plain(value) for name, value in summary().items()}))
        elif not self.quiet:
            for part in words():
                output.print(part, soft_wrap=isinstance(part, str))

    def present(
        self,
        directory: Path,
        sentences: list[str],
        files: Iterable[Path],
        write_page: Callable[[Path], None],
        **tables: pd.DataFrame,
    ) -> None:
        """Say what was found and in which files; write the report if its packages are there."""
        page = written_page(directory / "report.html", write_page)
        written = [path.name for path in (*files, *page)]
        self.tell(
            lambda: [*sentences, listed(directory, written)],
            lambda: {"directory": directory, "files": written, "sentences": sentences} | tables,
        )

    def rehearse(self, study: Study, directory: Path, workers: int, *more: str) -> None:
        """Say what running a study would take, and more."""
        rehearsal = rehearse(study, directory)
        self.tell(
            lambda: [*_rehearsed(study, rehearsal, workers), *more],
            lambda: {
                "directory": directory,
                "runs": len(rehearsal.runs),
                "missing": len(rehearsal.missing),
                "seconds": rehearsal.seconds(workers),
            },
        )


def _rehearsed(study: Study, rehearsal: Rehearsal, workers: int) -> Iterator[RenderableType]:
    varied = varied_in(rehearsal.runs)
    rows = [
        (run.id, run.seed, *(value_of(run.parameters, name) for name in varied))
        for run in rehearsal.runs[:MOST_REHEARSED]
    ]
    yield table_of(f"first runs of {study.name}", ["run", "seed", *varied], rows)
    yield f"{len(rehearsal.runs)} runs, {len(rehearsal.missing)} of them to do"
    if rehearsal.missing:
        yield (
            f"one run took {rehearsal.run_seconds:.2f} s: about"
            f" {rehearsal.seconds(workers) / 60:.1f} minutes with {workers} workers"
        )


def written_page(page: Path, write: Callable[[Path], None]) -> list[Path]:
    """Write a report and return its file; say what it needs where its packages are missing."""
    try:
        write(page)
    except ModuleNotFoundError as error:
        messages.print(f"{error.name} is missing: {page.name} needs cmlabm[report]")
        return []
    return [page]


def listed(directory: Path, files: Iterable[str]) -> str:
    """Return which files are in a directory.

    Example:
        >>> listed(Path("results"), ["runs.csv", "series.csv"])
        'results: runs.csv, series.csv'
    """
    return f"{directory}: " + ", ".join(files)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: no number is NaN, a path is a string."""
    if isinstance(value, pd.DataFrame):
        return json.loads(value.to_json(orient="records", double_precision=15))
    return str(value) if isinstance(value, Path) else value
