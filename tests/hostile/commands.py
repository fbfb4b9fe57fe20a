"""Commands as a user gives them, run in this process: a second each would be too slow."""

from collections.abc import Iterable

from rich.text import Text
from typer import Typer
from typer.testing import CliRunner


def refusal(app: Typer, arguments: Iterable[str], status: int = 2) -> str:
    """Return what a command says of bad input, once it has ended with its status and no traceback.

    What it printed is one line: line breaks, colours and frames of the terminal are taken out.
    """
    result = CliRunner().invoke(app, list(arguments))
    printed = " ".join(Text.from_ansi(result.output).plain.replace("│", " ").split())
    assert result.exit_code == status, f"status {result.exit_code}: {printed}\n{result.exception!r}"
    assert "Traceback" not in printed
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return printed
