"""The command ``cmlabm``: what ``python -m cmlabm.batch`` and its sisters do, under one name."""

from importlib import import_module, metadata
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cmlabm.interruption import quiet_interruption

COMMANDS = {
    "run": "cmlabm.batch.command",
    "report": "cmlabm.report.command",
    "page": "cmlabm.viz.command",
    "equilibrium": "cmlabm.equilibrium.command",
    "search": "cmlabm.search.command",
    "chain": "cmlabm.chain.command",
}
"""Where the ``app`` of each command is that is a module's as well."""

STATUSES = "Exit status: 0 done; 1 not stored; 2 bad input; 3 some runs failed; 130 interrupted."


class Commands(TyperGroup):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return their names, in the order of a first acquaintance."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; None if there is no such one."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command = get_command(import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, rich_markup_mode=None, pretty_exceptions_enable=False)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"cmlabm {metadata.version('cmlabm')}")
        raise typer.Exit


@app.callback(epilog=STATUSES)
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which."),
    ] = False,
) -> None:
    """Simulate markets in which a smart contract pays for training data."""


@app.command("list")
def list_library(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what is built in: behaviours, mechanisms, admissions, classifiers, data sets."""
    from cmlabm.batch.listing import library, tables
    from cmlabm.batch.telling import Teller

    Teller(as_json=as_json).tell(tables, library)


def run() -> None:
    """Run the command; what the console script ``cmlabm`` calls."""
    with quiet_interruption():
        app()
