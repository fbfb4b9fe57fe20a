"""How far a study is: a bar in a terminal, a line now and then elsewhere."""

import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

SECONDS_BETWEEN_LINES = 30.0


class StudyProgress:
    """Counts finished and failed runs, and says how fast they come and when they will end."""

    def __init__(self, console: Console, name: str, total: int) -> None:
        self.failed = 0
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
        self.finished += 1
        self.failed += failed
        self._bar.update(self._task, advance=1, facts=self._facts())
        if (
            not self._console.is_terminal
            and time.monotonic() - self._last_line > SECONDS_BETWEEN_LINES
        ):
            self._print_line()

    def _facts(self) -> str:
        minutes = (time.monotonic() - self._start) / 60
        failed = f"{self.failed} failed, " if self.failed else ""
        return f"{failed}{self.finished / max(minutes, 1e-9):.0f} runs/min"

    def _print_line(self) -> None:
        self._last_line = time.monotonic()
        rate = self.finished / max(self._last_line - self._start, 1e-9)
        left = (self._total - self.finished) / rate
        self._console.print(
            f"{self._name}: {self.finished} of {self._total} runs, {self._facts()},"
            f" about {left:.0f} s left",
            highlight=False,
        )
