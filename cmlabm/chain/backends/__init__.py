"""What runs the contract: a chain inside this process, quick or with exact gas, or a node."""

from importlib import import_module
from typing import cast

from cmlabm.chain.backends.interface import Backend
from cmlabm.errors import InputError, shown

BACKENDS = {"embedded": "embedded:Embedded", "exact": "exact:Exact", "rpc": "rpc:Rpc"}
"""Module and class of each; only ``rpc`` is made with an argument, the address of its node."""


def open_backend(name: str, url: str | None = None) -> Backend:
    """Return a new chain, or a connection to one.

    Args:
        name: one of ``BACKENDS``.
        url: of the node; for ``rpc`` only.

    Raises:
        InputError: there is no such backend, an address is missing or makes no sense, or what it
            needs is not installed.
    """
    if name not in BACKENDS:
        raise InputError(f"--backend {shown(name)}: must be one of {', '.join(BACKENDS)}")
    if (name == "rpc") != (url is not None):
        raise InputError(
            "--backend rpc needs --url, such as http://127.0.0.1:8545"
            if url is None
            else f"--url {shown(url)}: is for --backend rpc only"
        )
    module, kind = BACKENDS[name].split(":")
    try:
        opened = getattr(import_module(f"{__name__}.{module}"), kind)
    except ModuleNotFoundError as error:
        raise InputError(
            f"--backend {name}: {error.name} is missing; it comes with cmlabm[chain]"
        ) from None
    return cast("Backend", opened() if url is None else opened(url))
