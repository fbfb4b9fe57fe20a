"""How far a search is, and the best that it has found so far."""

from rich.console import Console

from cmlabm.batch.progress import StudyProgress, Watcher
from cmlabm.batch.run import Result
from cmlabm.batch.running import Spectator


class SearchSpectator(Spectator):
    """Is told how a search goes on; this one listens to nothing and never stops it."""

    def begins_search(self, trials: int) -> None:
        """Hear how many trials there are at most."""

    def has_made(self, trials: int, best: str) -> None:
        """Hear how many trials are made, and in words which is the best so far."""


class SearchWatcher(Watcher, SearchSpectator):
    """Shows the trials of a search and the best so far, then the confirming runs.

    Ctrl-C ends it as it ends a study: the first one finishes the runs under way.
    """

    def __init__(self, name: str, console: Console | None = None) -> None:
        """Watch a search.

        Args:
            name: the search's.
            console: where to print; the standard error by default.
        """
        super().__init__(name, console)
        self._searching = False

    def begins_search(self, trials: int) -> None:
        """Start a bar of trials."""
        self._searching = True
        self._progress = StudyProgress(self._console, self._name, trials, "trials")

    def has_made(self, trials: int, best: str) -> None:
        """Move the bar to so many trials."""
        if self._progress is not None:
            self._progress.reach(trials, best)

    def begins(self, runs: int) -> None:
        """Start a bar of confirming runs."""
        if self._progress is not None:
            self._progress.stop()
        self._searching = False
        self._name = f"{self._name} confirmed"
        super().begins(runs)

    def counts(self, result: Result) -> None:
        """Move the bar on, if it is of runs."""
        if not self._searching:
            super().counts(result)
