"""Ctrl-C in a command, at whatever moment it comes."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130
"""The exit status of a command that was interrupted."""


@contextmanager
def quiet_interruption() -> Iterator[None]:
    """Run a command so that Ctrl-C ends the program with a line instead of a traceback.

    An extension in C that is interrupted while it is loaded raises an error of its own, which is
    taken for the interruption that it comes from. What the output's encoding cannot express is
    written as an escape.
    """
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        yield
    except BaseException as error:
        if not _comes_from_ctrl_c(error):
            raise
        sys.stderr.write("Stopped.\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _comes_from_ctrl_c(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None
