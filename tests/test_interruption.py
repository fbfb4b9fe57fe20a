"""Ctrl-C in a command: a line and an exit status, whatever was going on."""

import subprocess
import sys

import pytest

INTERRUPTED_LOADING = """
try:
    raise KeyboardInterrupt
except KeyboardInterrupt as interruption:
    raise ImportError("initialization failed") from interruption
"""
INTERRUPTED_HANDLING = """
try:
    raise ValueError("no such column")
except ValueError:
    raise KeyboardInterrupt
"""
FAILURE = 'raise ImportError("initialization failed") from ValueError("no such column")'


def run(body: str) -> "subprocess.CompletedProcess[str]":
    code = "from cmlabm.interruption import quiet_interruption\nwith quiet_interruption():\n"
    code += "\n".join(f"    {line}" for line in body.splitlines())
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize("body", [INTERRUPTED_LOADING, INTERRUPTED_HANDLING])
def test_what_comes_from_ctrl_c_ends_with_a_line(body: str) -> None:
    done = run(body)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")


def test_any_other_error_keeps_its_traceback() -> None:
    done = run(FAILURE)
    assert done.returncode == 1
    assert "ImportError: initialization failed" in done.stderr
