"""The markets that are watched together: set up once, stepped day by day, stopped when left."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import solara

from cmlabm.errors import InputError
from cmlabm.viz.markets.cost import Cost
from cmlabm.viz.markets.market import Market
from cmlabm.viz.markets.pace import Pace
from cmlabm.viz.markets.room import room, turn
from cmlabm.viz.markets.stoppable import Stopped

_LOOKS_AGAIN_S = 0.1
"""How often it is asked whether the markets are set up, where they are to play then."""


class Stage:
    """The markets that are watched together, stepping day by day.

    Attributes:
        markets: what is watched; of each seed one with each of the settings, in their order.
        settings: the entries of the markets of one seed.
        seed: the first seed, as it was entered.
        seeds: with how many seeds there is each market.
        is_open: whether the markets have been set up, or it is known why not.
        cost: what it takes to set them up.
        problem: why they were not set up, where that is not due to an entry.
        paused: whether steps do nothing, as nobody watches.
        playing: whether day follows on day by itself.
        first_day: the day to which the markets are taken at once.
        lock: held while the markets change; hold it to read them.
        pace: keeps the markets from running ahead of the browser.
    """

    def __init__(
        self,
        settings: Sequence[Mapping[str, str]],
        seed: str,
        day: int = 0,
        seeds: int = 1,
        *,
        plays: bool = False,
    ) -> None:
        """Prepare markets.

        Args:
            settings: the entries of each market.
            seed: the seed of all.
            day: the day to which they are taken at once.
            seeds: with how many seeds there is each market, from the given one on.
            plays: whether they play as soon as they are set up.
        """
        self.settings = list(settings)
        self.seed, self.seeds = seed, seeds
        self.markets = [
            Market(entries, own) for own in _seeds(seed, seeds) for entries in self.settings
        ]
        self.is_open = False
        self.cost = Cost()
        self.problem = ""
        self.paused = False
        self.stop = threading.Event()
        self._is_agreed = False
        self.first_day = day
        self.lock = threading.RLock()
        self.pace = Pace()
        self.playing = solara.reactive(plays)
        self._plays = 0

    @property
    def first(self) -> Market:
        """The first of the markets."""
        return self.markets[0]

    def runs_with(self, settings: Sequence[Mapping[str, str]], seed: str, seeds: int = 1) -> bool:
        """Return whether a new stage with these entries would be the same."""
        return (self.seed, self.seeds, self.settings) == (seed, seeds, list(settings))

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

    def play(self, on_picture: Callable[[], None]) -> None:
        """Go on day by day until it is told otherwise, or until another thread plays.

        Args:
            on_picture: is called when there is something new to be drawn.
        """
        self._plays += 1
        mine = self._plays

        def goes_on() -> bool:
            return self.playing.value and self.running and self._plays == mine

        while goes_on():
            time.sleep(max(self.pace.wait_s, 0 if self.is_open else _LOOKS_AGAIN_S))
            for _ in range(self.pace.days_ahead):
                if goes_on() and self.is_open:
                    self.step()
            on_picture()
        if self._plays == mine:
            self.playing.set(False)

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
        while self.day < self.first_day and any(market.running for market in self.markets):
            if self.stop.is_set():
                raise Stopped
            for market in self.markets:
                market.step()
        self.pace.drawn(self.day)
        return True


def _seeds(seed: str, count: int) -> list[str]:
    """Return a seed and those after it; what is no seed stays one, and is refused later."""
    text = seed.strip()
    if count == 1 or not (text.isascii() and text.isdecimal() and len(text) < 18):
        return [seed]
    return [str(int(text) + more) for more in range(count)]
