"""Runs a command until it ends, or until whoever started it lets go of this program's input.

The input also closes when the page's server ends, in whatever way: nothing is left running then.
It is started in a session of its own, in which the command and its workers stay.
"""

import os
import signal
import subprocess
import sys
import threading

GRACE_S = 3.0
"""So long a command may finish the runs under way."""


def main() -> None:
    """Run the command that the arguments are, and end with its status."""
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_input, args=[command], daemon=True).start()
    status = command.wait()
    if status < 0:
        _end_all()
    sys.exit(status)


def _end_with_input(command: "subprocess.Popen[bytes]") -> None:
    os.read(sys.stdin.fileno(), 1)  # a buffered reader would be in the way of the exit
    command.send_signal(signal.SIGINT)
    try:
        command.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        _end_all()


def _end_all() -> None:
    """End the command, its workers, and this program."""
    os.killpg(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
