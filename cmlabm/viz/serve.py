"""The server: Solara behind the guard."""

import os
import socket
import threading

import typer
import uvicorn

from cmlabm.parameters import Parameters
from cmlabm.viz.guard import TOKEN, Guard
from cmlabm.viz.markets.room import prepare_data
from cmlabm.viz.memory import give_back_when_visitors_leave
from cmlabm.viz.permissions import Permissions, granting

WAITS_S = 2
"""How long the server waits for its visitors when it ends."""


def serve(host: str, port: int, permissions: Permissions, token: str = "") -> None:
    """Start the server; it prints its address and loads the base case's data meanwhile.

    Args:
        host: the address to listen on.
        port: the port, which is free.
        permissions: what visitors may use.
        token: what visitors must know; empty on localhost.
    """
    os.environ |= {
        "SOLARA_APP": "cmlabm.viz.views.page",
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
        "SOLARA_THEME_VARIANT": "light",
        "SOLARA_THEME_SHOW_BANNER": "False",
        "SOLARA_THEME_FORCE_REFRESH": "True",  # the page loads itself anew once the server is back
        "REACTON_FAST": "1",  # parts of a page in which nothing has changed are not gone through
    }
    give_back_when_visitors_leave()
    from solara.server.starlette import app

    typer.echo(f"The page is at {address(host, port, token)} (Ctrl-C ends it)")
    threading.Thread(target=prepare_data, args=[Parameters()], daemon=True).start()
    with granting(permissions):
        uvicorn.run(
            Guard(app, host, token),
            host=host,
            port=port,
            log_level="error",
            proxy_headers=False,
            timeout_graceful_shutdown=WAITS_S,
            ws_per_message_deflate=False,  # to pack each picture costs more than to send it
        )


def address(host: str, port: int, token: str = "") -> str:
    """Return the address to open, with the token.

    Example:
        >>> address("localhost", 8765), address("::1", 80)
        ('http://localhost:8765', 'http://[::1]:80')
    """
    name = socket.gethostname() if host in ("0.0.0.0", "::", "") else host  # noqa: S104
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}" + (f"/?{TOKEN}={token}" if token else "")
