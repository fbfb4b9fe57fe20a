"""A market as the page watches it: it opens, steps, and reports what went wrong."""

import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress

from cmlabm.agents.contributor import Contributor
from cmlabm.errors import InputError
from cmlabm.kinds import Kind
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.viz.cost import Cost
from cmlabm.viz.entries import by_field, check, check_seed
from cmlabm.viz.pace import Pace
from cmlabm.viz.room import prepare_data, room, turn
from cmlabm.viz.stoppable import StoppableModel, Stopped

KINDS: tuple[Kind, ...] = ("honest", "malicious")

MOST_SHOWN = 12
"""So many agents of a kind are drawn one by one; the others are drawn as one."""


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

    def parameters(self) -> Parameters | None:
        """Return the parameters, or None and note what is wrong with them."""
        try:
            found = check(self.entries)
            check_seed(self.seed)
        except InputError as error:
            self.problems = by_field(str(error))
            return None
        return found

    def open(self, parameters: Parameters, stop: threading.Event) -> None:
        """Set the market up, or note why that is not possible.

        Raises:
            Stopped: the event was set meanwhile.
        """
        try:
            prepare_data(parameters)
            seed = check_seed(self.seed)
            self.model = StoppableModel(stop, rng=seed, **parameters.model_dump())
        except InputError as error:
            self.problems = by_field(str(error))
            return
        except Stopped:
            raise
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
        """Go on by a day; an error ends the market and is kept.

        Raises:
            Stopped: it was stopped within the day.
        """
        if self.model is None or not self.running:
            return
        start = time.perf_counter()
        try:
            self.model.step()
        except Stopped:
            raise
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
        is_open: whether the markets have been set up, or it is known why not.
        cost: what it takes to set them up.
        problem: why they were not set up, where that is not due to an entry.
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
        self.cost = Cost()
        self.problem = ""
        self.paused = False
        self.stop = threading.Event()
        self._is_agreed = False
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
        if self.paused or self.stop.is_set():
            return False
        return not self.is_open or any(market.running for market in self.markets)

    @property
    def day(self) -> int:
        """How many days have passed."""
        return max(market.day for market in self.markets)

    @property
    def asks(self) -> bool:
        """Whether the markets are so large that they are set up only when one asks again."""
        return self.cost.is_large and not self._is_agreed and not self.is_open

    def agree(self) -> None:
        """Have the markets set up however long that takes."""
        self._is_agreed = True

    def open(self) -> None:
        """Set the markets up, unless one must be asked; again does nothing."""
        with self.lock:
            if self.is_open:
                return
            try:
                self.is_open = self._set_up()
            except InputError as error:
                self.problem, self.is_open = str(error), True
            except Stopped:
                for market in self.markets:
                    market.model = None
                self.problem, self.is_open = "Stopped before all was set up.", True

    def step(self) -> None:
        """Take every market that runs on by a day; who asks for that agrees to large ones."""
        if self.paused:
            return
        self.agree()
        self.open()
        self.pace.wait_for_browser(self.day)
        with self.lock, suppress(Stopped):
            for market in self.markets:
                market.step()

    def close(self) -> None:
        """Stop whatever goes on, also within a day, and give the room back."""
        self.stop.set()
        room.give_back(self)

    def _set_up(self) -> bool:
        """Return whether this is through; it is not if the visitor must be asked."""
        parameters = [found for market in self.markets if (found := market.parameters())]
        if len(parameters) < len(self.markets):
            return True
        self.cost = Cost.of(parameters)
        if self.asks:
            return False
        room.take(self, self.cost)
        with turn(self.cost, self.stop):
            for market, own in zip(self.markets, parameters, strict=True):
                market.open(own, self.stop)
        while self.day < self._first_day and any(market.running for market in self.markets):
            if self.stop.is_set():
                raise Stopped
            for market in self.markets:
                market.step()
        self.pace.drawn(self.day)
        return True
