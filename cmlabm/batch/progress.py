"""How far a study is: a bar in a terminal, a line now and then elsewhere."""

import signal
import time
from types import FrameType, TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from cmlabm.batch.run import Result
from cmlabm.batch.running import Spectator

SECONDS_BETWEEN_LINES = 30.0


class StudyProgress:
    """Counts finished and failed runs, and says how fast they come and when they will end."""

    def __init__(self, console: Console, name: str, total: int, noun: str = "runs") -> None:
        self.failed = 0
        self._noun = noun
        self._note = ""
        self.finished = 0
        self._console = console
        self._name = name
        self._total = total
        self._start = time.monotonic()
        self._last_line = self._start
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[facts]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(name, total=total, facts="")
        self._bar.start()

    def stop(self) -> None:
        """Take the bar away, or print a last line."""
        self._bar.stop()
        if not self._console.is_terminal and self.finished:
            self._print_line()

    def add(self, failed: bool) -> None:
        """Count one more finished run."""
        self.failed += failed
        self.reach(self.finished + 1)

    def reach(self, finished: int, note: str = "") -> None:
        """Count up to so many, and say something of them."""
        self.finished = finished
        self._note = note
        self._bar.update(self._task, completed=finished, facts=self._facts())
        if (
            not self._console.is_terminal
            and time.monotonic() - self._last_line > SECONDS_BETWEEN_LINES
        ):
            self._print_line()

    def _facts(self) -> str:
        minutes = (time.monotonic() - self._start) / 60
        failed = f"{self.failed} failed, " if self.failed else ""
        rate = f"{self.finished / max(minutes, 1e-9):.0f} {self._noun}/min"
        return f"{failed}{rate}{self._note and f'; {self._note}'}"

    def _print_line(self) -> None:
        self._last_line = time.monotonic()
        rate = self.finished / max(self._last_line - self._start, 1e-9)
        left = (self._total - self.finished) / rate
        self._console.print(
            f"{self._name}: {self.finished} of {self._total} {self._noun}, {self._facts()},"
            f" about {left:.0f} s left",
            highlight=False,
        )


class Watcher(Spectator):
    """Shows how a study goes on, and ends it on Ctrl-C.

    The first one finishes the runs under way; a second one stops at once.

    Attributes:
        interrupted: whether Ctrl-C was pressed.

    Example::

        with Watcher(study.name) as watcher:
            finished = run_study(study, spectator=watcher)
    """

    def __init__(self, name: str, console: Console | None = None) -> None:
        """Watch a study.

        Args:
            name: the study's.
            console: where to print; the standard error by default.
        """
        self.interrupted = False
        self._name = name
        self._console = console or Console(stderr=True, highlight=False, markup=False)
        self._progress: StudyProgress | None = None

    def __enter__(self) -> Self:
        self._previous = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
        signal.signal(signal.SIGINT, self._previous)

    def begins(self, runs: int) -> None:
        """Start a bar."""
        self._progress = StudyProgress(self._console, self._name, runs)

    def counts(self, result: Result) -> None:
        """Move the bar on."""
        if self._progress is not None:
            self._progress.add(failed=result.status == "failed")

    def says(self, sentence: str) -> None:
        """Print a line above the bar."""
        self._console.print(sentence)

    def wants_to_stop(self) -> bool:
        """Return whether Ctrl-C was pressed."""
        return self.interrupted

    def _interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True
        self.says("Finishing the runs under way; Ctrl-C again stops at once.")
