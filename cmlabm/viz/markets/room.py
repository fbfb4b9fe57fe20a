"""The room for markets on this server, which all visitors share without waiting for each other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary, WeakValueDictionary

from cmlabm.data import source_of
from cmlabm.data.own_sources import Table
from cmlabm.data.source import Source
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.viz.markets.cost import Cost
from cmlabm.viz.markets.stoppable import Stopped

MOST_AT_ONCE = 40
"""So many live views and comparisons may be open at a time."""

MOST_GIGABYTES = 8.0

_SMALL, _LARGE = threading.BoundedSemaphore(4), threading.BoundedSemaphore(1)
"""How many are set up at a time: a small market never waits for a large one."""

_RUNS = threading.BoundedSemaphore(1)
"""How many whole runs go on at a time: visitors who come then are served first."""

_STOP_WITHIN_S = 0.1


class Room:
    """Who has which part of the room; who is no longer there has none."""

    def __init__(self) -> None:
        self._taken: WeakKeyDictionary[object, Cost] = WeakKeyDictionary()
        self._changes = threading.Lock()

    def take(self, who: object, cost: Cost) -> None:
        """Take a part.

        Raises:
            InputError: so much is not left.
        """
        with self._changes:
            used = sum(other.gigabytes for other in self._taken.values())
            if len(self._taken) >= MOST_AT_ONCE or used + cost.gigabytes > MOST_GIGABYTES:
                raise InputError(
                    f"the page has no room for another market: {len(self._taken)} are open and"
                    f" take about {used:.1f} of {MOST_GIGABYTES:g} GB; try again later"
                )
            self._taken[who] = cost

    def give_back(self, who: object) -> None:
        """Give a part back, if there is one."""
        with self._changes:
            self._taken.pop(who, None)


room = Room()


@contextmanager
def turn(cost: Cost, stop: threading.Event) -> Iterator[None]:
    """Wait for one's turn to set a market up.

    Raises:
        Stopped: the event was set meanwhile.
    """
    with _one_of(_LARGE if cost.is_large else _SMALL, stop):
        yield


@contextmanager
def turn_to_run(stop: threading.Event) -> Iterator[None]:
    """Wait for one's turn to run a whole market.

    Raises:
        Stopped: the event was set meanwhile.
    """
    with _one_of(_RUNS, stop):
        yield


@contextmanager
def _one_of(turns: threading.BoundedSemaphore, stop: threading.Event) -> Iterator[None]:
    while not turns.acquire(timeout=_STOP_WITHIN_S):
        if stop.is_set():
            raise Stopped
    try:
        yield
    finally:
        turns.release()


_loading: WeakValueDictionary[Source, threading.Lock] = WeakValueDictionary()
_keys = threading.Lock()


def prepare_data(parameters: Parameters) -> None:
    """Have a market's data made once, however many ask for the same; tables are read each time."""
    data = source_of(parameters)
    if isinstance(data, Table):
        return
    with _keys:
        lock = _loading.setdefault(data, threading.Lock())
    with lock:
        data.load()
