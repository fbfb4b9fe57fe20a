"""Make everything in ``docs/results`` again that commands make.

    uv run --all-extras python docs/renew_results.py --data ARCHIVE [--only paper] [--dry-run]

``ARCHIVE`` is a copy of the IMDB reviews, ``aclImdb_v1.tar.gz``. ``--list`` says how long each
result took. Whatever stops the script, the same call goes on. What is kept of a result is
replaced when all of its commands have ended well.
"""

import html
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Annotated

import typer
from declared_results import RESULTS, Result, Step

from cmlabm.batch import StorageError
from cmlabm.batch.terminal import (
    BAD_INPUT,
    INTERRUPTED,
    messages,
    output,
    status_of,
    table_of,
)
from cmlabm.errors import InputError, shown
from cmlabm.interruption import quiet_interruption

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "docs/results"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    data: Annotated[Path | None, typer.Option(help="The reviews: archive or folder.")] = None,
    work: Annotated[Path, typer.Option(help="Where studies, games and searches are kept.")] = Path(
        "results"
    ),
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="One of --list.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print the commands and what is kept.")
    ] = False,
    list_results: Annotated[
        bool, typer.Option("--list", help="Say which results there are, and what is by hand.")
    ] = False,
) -> None:
    """Make the results of docs/results again, or go on with it."""

    def action() -> int:
        chosen = _chosen(only or [])
        if list_results:
            output.print(_listed(chosen))
            return 0
        if dry_run:
            for line in _rehearsed(chosen, data or "ARCHIVE", work):
                typer.echo(line)
            return 0
        if data is None:
            raise InputError("--data is missing: the path of the reviews, an archive or a folder")
        if not data.exists():
            raise InputError(f"--data {shown(str(data))}: there is no such file or folder")
        return _renew_all(chosen, data.resolve(), work.resolve())

    raise typer.Exit(status_of(action))


def _chosen(names: Collection[str]) -> list[Result]:
    known = [result.name for result in RESULTS]
    for name in names:
        if name not in known:
            raise InputError(f"--only {shown(name)}: no such result; there are {', '.join(known)}")
    return [result for result in RESULTS if not names or result.name in names]


def _listed(results: list[Result]) -> object:
    heads = ["name", "in", "took", "files", "by hand"]
    rows = ((r.name, r.document, r.took, len(r.files), r.by_hand) for r in results)
    return table_of("results", heads, rows)


def _rehearsed(results: list[Result], data: Path | str, work: Path) -> Iterator[str]:
    for result in results:
        yield f"{result.name}: {_took(result)}"
        for step in result.steps:
            yield f"  {shlex.join(['python', *step.command(data, work / result.name)])}"
        for file in result.files:
            yield f"    {KEPT.relative_to(ROOT).as_posix()}/{file}"
        if result.by_hand:
            yield f"    by hand: {result.by_hand}"


def _took(result: Result) -> str:
    return f"took {result.took} once" if result.steps else "nothing to run"


def _renew_all(results: list[Result], data: Path, work: Path) -> int:
    """Renew results one after the other, and return the status of the first that failed.

    It does not keep the others from being renewed, but for input that would not suit them either.
    """
    failed = 0
    for result in results:
        messages.print(f"{result.name}: {_took(result)}")
        status = renew(result, data, work / result.name, KEPT)
        if status:
            messages.print(f"{result.name}: ended with status {status}, nothing is replaced")
        elif result.by_hand:
            messages.print(f"{result.name}: by hand: {result.by_hand}")
        if status in {BAD_INPUT, INTERRUPTED}:
            return status
        failed = failed or status
    return failed


def renew(result: Result, data: Path, directory: Path, kept: Path) -> int:
    """Run a result's commands, or go on with them, and replace its files.

    Args:
        result: what to renew.
        data: the reviews.
        directory: where its commands work.
        kept: where its files go.

    Returns:
        0, or the status of the first command that went wrong: then nothing is replaced.

    Raises:
        InputError: the directory cannot be made.
        StorageError: a file that is to be kept was not written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{directory}: cannot be made: {error.strerror or error}") from None
    for step in result.steps:
        if status := _run(step, data, directory):
            return status
    _keep(result, directory, kept)
    return 0


def _run(step: Step, data: Path, directory: Path) -> int:
    command = [sys.executable, *step.command(data, directory)]
    if not step.printed:
        return _status_of(command, None)
    printed = directory / step.printed
    if printed.exists():
        messages.print(f"{printed} is there; without it, it would be made again")
        return 0
    part = printed.with_name(f".{printed.name}.part")
    with part.open("wb") as file:
        status = _status_of(command, file)
    if not status:
        part.replace(printed)
    return status


def _status_of(command: list[str], printed: IO[bytes] | None) -> int:
    """Run a command; Ctrl-C reaches it as well, and it is given the time to end by itself."""
    with subprocess.Popen(command, cwd=ROOT, stdout=printed) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            return INTERRUPTED


def _keep(result: Result, directory: Path, kept: Path) -> None:
    """Replace a result's files, once all of them are made."""
    with tempfile.TemporaryDirectory(prefix=".renewed-", dir=kept) as name:
        for file, source in result.files.items():
            made = Path(name) / file
            made.parent.mkdir(parents=True, exist_ok=True)
            try:
                if callable(source):
                    source(directory, made)
                else:
                    shutil.copyfile(directory / source, made)
            except FileNotFoundError as error:
                raise StorageError(f"{result.name}: {error.filename} was not written") from None
            if made.suffix == ".html":
                folder = f"{PurePosixPath(file).parent}/"
                beside = {other.removeprefix(folder) for other in result.files}
                page = linking_only(made.read_text(encoding="utf-8"), beside)
                made.write_text(page, encoding="utf-8")
        for file in result.files:
            (kept / file).parent.mkdir(parents=True, exist_ok=True)
            (Path(name) / file).replace(kept / file)


_LINK = re.compile(
    r'(?:; the file has all)?(\.?)(\s*)<a(?: class="files")? href="([^"#:]+)">\w+</a>'
)


def linking_only(page: str, files: Collection[str]) -> str:
    """Return a report's page without the links to files that are not kept beside it."""
    return _LINK.sub(
        lambda link: link[0] if html.unescape(link[3]) in files else link[1] + link[2], page
    )


if __name__ == "__main__":
    with quiet_interruption():
        app()
