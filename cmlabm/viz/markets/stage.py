"""The markets that are watched together: set up once, stepped day by day, stopped when left."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

from cmlabm.errors import InputError
from cmlabm.viz.markets.cost import Cost
from cmlabm.viz.markets.market import Market
from cmlabm.viz.markets.pace import Pace
from cmlabm.viz.markets.room import room, turn
from cmlabm.viz.markets.stoppable import Stopped


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
