"""The studies that visitors have started, and that run now."""

import os
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

from cmlabm.errors import InputError
from cmlabm.registry import IMPORT_ONLY
from cmlabm.viz.permissions import granted
from cmlabm.viz.studies.definition import Definition

MOST_AT_ONCE = 2
"""So many studies run at a time, as each takes all cores."""

MOST_WORDS = 500
"""So many characters of what a command says are shown."""


class StartedStudy:
    """A study whose command runs, or has run.

    Attributes:
        definition: what it runs.
        directory: where it writes.
        ended: is set when the command has ended.
        was_stopped: whether a visitor stopped it.
        problem: what the command said last if it ended otherwise than well.
    """

    def __init__(self, definition: Definition, directory: Path) -> None:
        """Start the command."""
        self.definition = definition
        self.directory = directory
        self.ended = threading.Event()
        self.was_stopped = False
        self.problem = ""
        command = [sys.executable, "-m", definition.command, str(definition.path)]
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "cmlabm.viz.studies.keeper"),
                *(*command, "--out", str(directory), "--quiet"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=granted().data_root,
            env=_environment(),
            start_new_session=True,
        )
        threading.Thread(target=self._follow, daemon=True).start()

    @property
    def pid(self) -> int:
        """The id of the process, and of the session of all that it has started."""
        return self._process.pid

    def stop(self) -> None:
        """Have the command finish the runs under way, and end it if that takes long."""
        self.was_stopped = True
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _follow(self) -> None:
        with self._process:
            assert self._process.stderr is not None
            said = deque(self._process.stderr, maxlen=1)
        status = self._process.returncode
        if status and not self.was_stopped:
            words = b"".join(said).decode("utf-8", "replace").strip().removeprefix("error: ")
            self.problem = words[:MOST_WORDS] or f"its command ended with status {status}"
        self.ended.set()


class StartedStudies:
    """Who has started which study."""

    def __init__(self) -> None:
        self._last: dict[str, StartedStudy] = {}
        self._changes = threading.Lock()

    def start(self, visitor: str, definition: Definition, directory: Path) -> StartedStudy:
        """Start a study.

        Raises:
            InputError: the visitor has one that runs, others write there, or too many run; or the
                system has no groups of processes, which end together.
        """
        if not hasattr(os, "killpg"):
            raise InputError(
                f"the page starts studies on Linux and macOS only; run python -m"
                f" {definition.command} {definition.path.name}"
            )
        with self._changes:
            running = {who: it for who, it in self._last.items() if not it.ended.is_set()}
            if visitor in running:
                name = running[visitor].definition.name
                raise InputError(f"study {name!r} is still running; stop it, or wait for its end")
            if any(it.directory == directory for it in running.values()):
                raise InputError(f"{directory.name}: another visitor's study is written there now")
            if len(running) >= MOST_AT_ONCE:
                raise InputError(
                    f"{len(running)} studies of others are running, which is as many as the page"
                    f" runs at once; try again later"
                )
            started = self._last[visitor] = StartedStudy(definition, directory)
            return started

    def of(self, visitor: str) -> StartedStudy | None:
        """Return the study that a visitor has started last."""
        return self._last.get(visitor)


started_studies = StartedStudies()


def _environment() -> dict[str, str]:
    """Return that of a command which imports what visitors may name, and nothing from its place."""
    classes = {name for names in granted().classes.values() for name in names}
    return os.environ | {
        IMPORT_ONLY: "\n".join(sorted(classes)),
        "PYTHONPATH": os.pathsep.join(str(Path(place).resolve()) for place in sys.path),
        "PYTHONSAFEPATH": "1",
    }
