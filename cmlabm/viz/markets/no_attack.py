"""The accuracy that the same market would reach without an attack."""

import threading

from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.viz.markets.cost import Cost
from cmlabm.viz.markets.room import turn_to_run
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
    alone = _alone(parameters)
    if Cost.of([alone]).is_large:
        return None
    if (alone, seed) not in _known:
        try:
            with turn_to_run(stop):
                model = StoppableModel(stop, rng=seed, **alone.model_dump())
                level = float(model.run()["final_accuracy"])
            while len(_known) >= _REMEMBERED:
                _known.pop(next(iter(_known)), None)
            _known[alone, seed] = level
        except Stopped:
            return None
    return _known.get((alone, seed))


def known_level(model: CMLModel) -> float | None:
    """Return the level of a market if somebody has asked for it lately."""
    if not model.parameters.malicious_agents:
        return None
    return _known.get((_alone(model.parameters), model.seed))


def _alone(parameters: Parameters) -> Parameters:
    return parameters.model_copy(update={"malicious_agents": 0})
