"""A market as the page watches it: it opens, steps, and reports what went wrong."""

import threading
import time
import traceback
from collections.abc import Mapping, Sequence

from cmlabm.contributors.contributor import Contributor
from cmlabm.errors import InputError
from cmlabm.model import CMLModel, checked_seed
from cmlabm.parameters import Kind
from cmlabm.viz.entries import by_field, check
from cmlabm.viz.pace import Pace

KINDS: tuple[Kind, ...] = ("honest", "malicious")

MOST_SHOWN = 12
"""So many agents of a kind are drawn one by one; the others are drawn as one."""

_opening = threading.Lock()
"""One market opens at a time: who asks for the same data waits for them instead of making them."""


class Market:
    """One market with the parameters that the user entered, or why there is none.

    Attributes:
        model: the market, once it is open and if it could be set up.
        problems: what is wrong with the entries, by field.
        failure: the traceback of what went wrong inside the model.
        wall_seconds: how long the market has taken so far.
        shown: the contributors that are drawn one by one.
        balances: for each day so far, the balances in tokens of those.
    """

    def __init__(self, entries: Mapping[str, str], seed: str) -> None:
        self.entries = dict(entries)
        self.seed = seed
        self.model: CMLModel | None = None
        self.problems: dict[str, str] = {}
        self.failure = ""
        self.wall_seconds = 0.0
        self.balances: list[list[float]] = []
        self.shown: list[Contributor] = []

    @property
    def running(self) -> bool:
        """Whether a step would do something."""
        return self.model is not None and bool(self.model.running) and not self.failure

    @property
    def day(self) -> int:
        """How many days have passed."""
        return 0 if self.model is None else int(self.model.time)

    def open(self) -> None:
        """Set the market up, or note why that is not possible."""
        try:
            parameters = check(self.entries)
            seed = checked_seed(self.seed.strip())
            self.model = CMLModel(rng=seed, **parameters.model_dump())
        except InputError as error:
            self.problems = by_field(str(error))
            return
        except Exception:  # whatever a model raises is shown on the page
            self.failure = traceback.format_exc()
            return
        self.shown = [
            agent
            for kind in KINDS
            for agent in [a for a in self.model.contributors if a.kind == kind][:MOST_SHOWN]
        ]
        self._note_balances()

    def step(self) -> None:
        """Go on by a day; an error ends the market and is kept."""
        if self.model is None or not self.running:
            return
        start = time.perf_counter()
        try:
            self.model.step()
        except Exception:
            self.failure = traceback.format_exc()
        else:
            self._note_balances()
        self.wall_seconds += time.perf_counter() - start

    def _note_balances(self) -> None:
        self.balances.append([agent.balance for agent in self.shown])


class Stage:
    """The markets that are watched together, stepping day by day.

    It has of a Mesa model what Mesa's controls need: they step it, ask whether it is running,
    and make a new one with the current parameters at Reset.

    Attributes:
        markets: what is watched.
        is_open: whether the markets have been set up.
        paused: whether steps do nothing, as nobody watches.
        lock: held while the markets change; hold it to read them.
        pace: keeps the markets from running ahead of the browser.
    """

    def __init__(self, settings: Sequence[Mapping[str, str]], seed: str, day: int = 0) -> None:
        """Prepare markets.

        Args:
            settings: the entries of each market.
            seed: the seed of all.
            day: the day to which they are taken at once.
        """
        self.markets = [Market(entries, seed) for entries in settings]
        self.is_open = False
        self.paused = False
        self._first_day = day
        self.lock = threading.RLock()
        self.pace = Pace()

    @property
    def first(self) -> Market:
        """The first of the markets."""
        return self.markets[0]

    @property
    def running(self) -> bool:
        """Whether any market goes on and is being watched."""
        if self.paused:
            return False
        return not self.is_open or any(market.running for market in self.markets)

    @property
    def day(self) -> int:
        """How many days have passed."""
        return max(market.day for market in self.markets)

    def open(self) -> None:
        """Set the markets up, which takes a moment; again does nothing."""
        with self.lock:
            if self.is_open:
                return
            with _opening:
                for market in self.markets:
                    market.open()
            for _ in range(self._first_day):
                for market in self.markets:
                    market.step()
            self.pace.drawn(self.day)
            self.is_open = True

    def step(self) -> None:
        """Take every market that still runs on by a day."""
        if self.paused:
            return
        self.open()
        self.pace.wait_for_browser(self.day)
        with self.lock:
            for market in self.markets:
                market.step()
