"""Searching: the attack that breaks a contract, and the contract that withstands it.

Attacks and contracts are searched for by Optuna (Akiba et al. 2019, KDD), on markets that are run
and stored as those of any study; what is found is confirmed on seeds that the search has not seen.

Example:
    >>> import tempfile
    >>> from cmlabm.search import search
    >>> small = {"train_size": 120, "test_size": 60, "initial_fraction": 0.5, "max_days": 1}
    >>> attack = {"malicious_mean_deposit": {"low": 1, "high": 200, "scale": "log"}}
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     found = search(
    ...         attack, "regret", directory, trials=3, seeds=1, fresh_seeds=2, parameters=small
    ...     )
    >>> len(found.trials), found.best.seeds
    (3, [1, 2])
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cmlabm.search.definition import Search, read_search
    from cmlabm.search.findings import FinishedSearch, write_search
    from cmlabm.search.progress import SearchSpectator, SearchWatcher
    from cmlabm.search.searching import run_search, search

_HOMES = {
    "Search": "definition",
    "read_search": "definition",
    "FinishedSearch": "findings",
    "write_search": "findings",
    "SearchSpectator": "progress",
    "SearchWatcher": "progress",
    "run_search": "searching",
    "search": "searching",
}

__all__ = [
    "FinishedSearch",
    "Search",
    "SearchSpectator",
    "SearchWatcher",
    "read_search",
    "run_search",
    "search",
    "write_search",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for: the command answers Ctrl-C before it has imported all of it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"cmlabm.search.{_HOMES[name]}"), name)
