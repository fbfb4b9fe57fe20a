"""A development node of a test's own: Anvil, on a free port of the loopback interface."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

import pytest

ANVIL = os.environ.get("ANVIL") or shutil.which("anvil")
"""Its program; ``npm install @foundry-rs/anvil`` brings one."""

CANCUN = ("--hardfork", "cancun", "--accounts", "0")
GAS_FREE = ("--base-fee", "0", "--gas-price", "0")


@contextmanager
def running_anvil(options: tuple[str, ...] = GAS_FREE) -> Iterator[str]:
    """Start a node, yield its address, and end it; skip the test where it is not installed."""
    if ANVIL is None:
        pytest.skip("anvil is not installed: it is found on PATH, or where ANVIL says")
    command = (ANVIL, "--host", "127.0.0.1", "--port", "0", *CANCUN, *options)
    with TemporaryFile("w+") as log:
        node = subprocess.Popen(command, stdout=log, text=True, start_new_session=True)
        try:
            yield f"http://{_address_in(log)}"
        finally:
            os.killpg(node.pid, signal.SIGTERM)  # an npm package starts it by a script
            node.wait(10)


def _address_in(log: IO[str]) -> str:
    """Return where a node listens, once it says so."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        log.seek(0)
        if found := re.search(r"^Listening on (127\.0\.0\.1:\d+)$", log.read(), re.MULTILINE):
            return found[1]
        time.sleep(0.02)
    raise TimeoutError("anvil does not start")
