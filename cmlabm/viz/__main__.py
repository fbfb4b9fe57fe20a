"""Start the page: ``python -m cmlabm.viz [--port N] [--host H]``."""

import os
import socket
import threading
from typing import Annotated

import typer


def main(
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "localhost",
) -> None:
    """Serve the page until Ctrl-C."""
    try:
        with socket.create_server((host, port)) as taken:
            port = taken.getsockname()[1]
    except OSError as error:
        typer.echo(f"cannot listen on {host}:{port}: {error.strerror or error}", err=True)
        raise typer.Exit(2) from None
    serve(host, port)


def serve(host: str, port: int) -> None:
    """Start the server; it prints its address and loads the base case's data meanwhile."""
    os.environ |= {
        "SOLARA_APP": "cmlabm.viz.page",
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_KERNEL_CULL_TIMEOUT": "1h",
        "SOLARA_THEME_VARIANT": "light",
        "SOLARA_THEME_SHOW_BANNER": "False",
    }
    import uvicorn

    from cmlabm.viz.market import Stage

    typer.echo(f"The page is at http://{host}:{port} (Ctrl-C ends it)")
    threading.Thread(target=Stage([{}], "1").open, daemon=True).start()
    uvicorn.run(
        "solara.server.starlette:app",
        host=host,
        port=port,
        log_level="error",
        ws_per_message_deflate=False,  # to pack each picture costs more than to send it
    )


if __name__ == "__main__":
    typer.run(main)
