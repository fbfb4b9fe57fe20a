"""What ``python -m cmlabm.viz`` does with its arguments."""

import secrets
import socket
from pathlib import Path
from typing import Annotated

import typer

from cmlabm.errors import InputError

BAD_INPUT = 2

app = typer.Typer(add_completion=False)


@app.command()
def main(
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8765,
    host: Annotated[
        str, typer.Option(help="The address to listen on; beyond localhost, with a token.")
    ] = "localhost",
    data_root: Annotated[
        Path, typer.Option(help="Visitors can open files and studies below this directory.")
    ] = Path(),
    allow: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODULE:CLASS",
            help="Visitors can choose this class of yours, or these data of OpenML (openml:NAME).",
        ),
    ] = None,
) -> None:
    """Serve the page until Ctrl-C."""
    try:
        _serve(port, host, data_root, allow or [])
    except InputError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(BAD_INPUT) from None


def _serve(port: int, host: str, data_root: Path, allow: list[str]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.create_server((host, port), family=found[0][0]) as taken:
            port = taken.getsockname()[1]
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"cannot listen on {host}:{port}: {getattr(error, 'strerror', None) or error}"
        ) from None
    try:
        from cmlabm.viz.guard import is_loopback
        from cmlabm.viz.permissions import Permissions
        from cmlabm.viz.serve import serve
    except ImportError as error:
        raise InputError(f"the page needs {error.name}; install cmlabm[viz]") from None
    permissions = Permissions.of(data_root, allow)
    is_local = all(is_loopback(str(address[0])) for *_, address in found)
    token = "" if is_local else secrets.token_urlsafe(32)
    serve(host, port, permissions, token)
