"""A market as the page watches it: it is set up, steps, and keeps what went wrong."""

import threading
import time
import traceback
from collections.abc import Mapping

from cmlabm.errors import InputError
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.viz.fields.entries import by_field, check, check_seed
from cmlabm.viz.markets.room import prepare_data
from cmlabm.viz.markets.stoppable import StoppableModel, Stopped


class Market:
    """One market with the parameters that the user entered, or why there is none.

    Attributes:
        model: the market, once it is open and if it could be set up.
        problems: what is wrong with the entries, by field.
        failure: the traceback of what went wrong inside the model.
        wall_seconds: how long the market has taken so far.
    """

    def __init__(self, entries: Mapping[str, str], seed: str) -> None:
        self.entries = dict(entries)
        self.seed = seed
        self.model: CMLModel | None = None
        self.problems: dict[str, str] = {}
        self.failure = ""
        self.wall_seconds = 0.0

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
        except Stopped:
            raise
        except Exception:  # whatever a model raises is shown on the page
            self.failure = traceback.format_exc()

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
        self.wall_seconds += time.perf_counter() - start
