"""What ``python -m cmlabm.report`` does with its arguments."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from cmlabm.batch import StorageError, open_study
from cmlabm.batch.options import AsJson, Quiet
from cmlabm.batch.telling import Teller
from cmlabm.batch.terminal import BAD_INPUT, messages
from cmlabm.errors import InputError
from cmlabm.registry import importing_only

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Of python -m cmlabm.batch.")],
    out: Annotated[Path | None, typer.Option(help="Default: DIR/report.html.")] = None,
    reference: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Published values to compare with.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a report on a study: one HTML page, and its figures and tables beside it."""
    try:
        with importing_only(()):
            _report(Teller(quiet, as_json), directory, out or directory / "report.html", reference)
    except (InputError, StorageError) as error:
        messages.print(f"error: {error}")
        raise typer.Exit(BAD_INPUT) from None


def _report(teller: Teller, directory: Path, out: Path, reference: Path | None) -> None:
    study = open_study(directory)
    try:
        from cmlabm.analysis.reference import read_reference
        from cmlabm.report.write import write_report
    except ImportError as error:
        raise InputError(f"{error.name} is missing: reports need cmlabm[report]") from None
    published = None if reference is None else read_reference(reference, study.parameters)
    with teller.progress.status("Reading the study") as status:
        count = write_report(
            study, out, published, lambda title: status.update(Text(f"Writing: {title}"))
        )
    teller.tell(
        lambda: [f"{out} and {count - 1} files in {out.stem}_files beside it"],
        lambda: {"page": out, "files": count},
    )
