"""The accuracy that the same market would reach without an attack."""

import threading

from cmlabm.parameters import Parameters
from cmlabm.viz.markets.cost import Cost
from cmlabm.viz.markets.room import turn
from cmlabm.viz.markets.stoppable import StoppableModel, Stopped

_REMEMBERED = 64
_known: dict[tuple[Parameters, int], float] = {}


def no_attack_level(parameters: Parameters, seed: int, stop: threading.Event) -> float | None:
    """Return the final accuracy of the same market and seed without malicious contributors.

    This takes a whole run, so large markets are left out; what was asked for lately is remembered.

    Args:
        parameters: the market's.
        seed: the market's.
        stop: ends the run once it is set.
    """
    alone = parameters.model_copy(update={"malicious_agents": 0})
    cost = Cost.of([alone])
    if cost.is_large:
        return None
    if (alone, seed) not in _known:
        try:
            with turn(cost, stop):
                model = StoppableModel(stop, rng=seed, **alone.model_dump())
            while len(_known) >= _REMEMBERED:
                _known.pop(next(iter(_known)), None)
            _known[alone, seed] = float(model.run()["final_accuracy"])
        except Stopped:
            return None
    return _known.get((alone, seed))
