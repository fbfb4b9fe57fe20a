"""What ``python -m cmlabm.report`` does with its arguments."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from cmlabm.batch import StorageError, open_study
from cmlabm.errors import InputError
from cmlabm.registry import importing_only

BAD_INPUT = 2

app = typer.Typer(add_completion=False)
messages = Console(stderr=True, highlight=False)
output = Console(highlight=False)


@app.command()
def main(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Of python -m cmlabm.batch.")],
    out: Annotated[Path | None, typer.Option(help="Default: DIR/report.html.")] = None,
    reference: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Published values to compare with.")
    ] = None,
) -> None:
    """Write a report on a study: one HTML page, and its figures and tables beside it."""
    try:
        with importing_only(()):
            _report(directory, out or directory / "report.html", reference)
    except (InputError, StorageError) as error:
        messages.print(f"error: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from None


def _report(directory: Path, out: Path, reference: Path | None) -> None:
    study = open_study(directory)
    try:
        from cmlabm.analysis.reference import read_reference
        from cmlabm.report.write import write_report
    except ImportError as error:
        raise InputError(f"{error.name} is missing: reports need cmlabm[report]") from None
    published = None if reference is None else read_reference(reference, study.parameters)
    with messages.status("Reading the study") as status:
        count = write_report(
            study, out, published, lambda title: status.update(Text(f"Writing: {title}"))
        )
    output.print(
        f"{out} and {count - 1} files in {out.stem}_files beside it", markup=False, soft_wrap=True
    )
