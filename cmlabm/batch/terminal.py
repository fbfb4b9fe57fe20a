"""What the commands that run markets share: how they print, and how they end."""

import sys
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cmlabm.batch.cluster import ClusterLost
from cmlabm.batch.finished import FinishedStudy
from cmlabm.batch.store import StorageError
from cmlabm.errors import InputError, shown

BAD_INPUT, NOT_STORED, RUNS_FAILED, INTERRUPTED = 2, 1, 3, 130
MOST_FAILURES = 20

messages = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
output = Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)


def status_of(action: Callable[[], int]) -> int:
    """Return the exit status of a command; what its action raises is said in one sentence."""
    try:
        return action()
    except InputError as error:
        messages.print(f"error: {error}")
        return BAD_INPUT
    except (StorageError, ClusterLost) as error:
        messages.print(f"error: {error}")
        return NOT_STORED
    except KeyboardInterrupt:
        messages.print("Stopped at once; finished runs are stored, the same command goes on.")
        return INTERRUPTED


def changes_of(settings: Iterable[str]) -> dict[str, str]:
    """Return the parameters that ``--set`` fixes.

    Raises:
        InputError: one is not NAME=VALUE.

    Example:
        >>> changes_of(["num_words=400", "data=imdb"])
        {'num_words': '400', 'data': 'imdb'}
    """
    changes = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise InputError(f"--set {shown(setting)}: must be NAME=VALUE")
        changes[name] = value
    return changes


def conclude(study: FinishedStudy, interrupted: bool) -> int:
    """Say what went wrong in a study, and return the command's exit status."""
    if interrupted:
        left = len(study.planned) - len(study.runs())
        messages.print(f"Interrupted with {left} runs to go; the same command goes on.")
        return INTERRUPTED
    failures = study.failures()
    if not len(failures):
        return 0
    rows = failures.head(MOST_FAILURES).itertuples(index=False)
    messages.print(table_of(f"{len(failures)} failed runs", list(failures.columns), rows))
    messages.print("Tracebacks are in runs.csv; --retry-failed runs them again.")
    return RUNS_FAILED


def table_of(title: str, heads: list[str], rows: Iterable[Iterable[object]]) -> Table:
    """Return a table of what may hold brackets of its own."""
    table = Table(*heads, title=title)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    return table
