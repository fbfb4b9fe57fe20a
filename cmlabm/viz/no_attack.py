"""The accuracy that the same market would reach without an attack."""

from functools import lru_cache

from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters


def no_attack_level(parameters: Parameters, seed: int) -> float:
    """Return the final accuracy of the same market and seed without malicious contributors.

    This takes a whole run; what was asked for lately is remembered.
    """
    return _final_accuracy(parameters.model_copy(update={"malicious_agents": 0}), seed)


@lru_cache(maxsize=64)
def _final_accuracy(parameters: Parameters, seed: int) -> float:
    outcomes = CMLModel(rng=seed, **parameters.model_dump()).run()
    return float(outcomes["final_accuracy"])
