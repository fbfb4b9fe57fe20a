"""What is searched for: outcomes of runs, and what they come to beside a run without an attack."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np

from cmlabm.errors import InputError, named
from cmlabm.results.outcomes import OUTCOMES

type Outcomes = Mapping[str, Any]
"""What came of a run; empty for one that failed."""

REGRET = "regret"
HONEST_LOSS = "honest_loss"
COST_OF_PROTECTION = "cost_of_protection"

OF_ATTACKS = (REGRET, HONEST_LOSS, *OUTCOMES)
OF_CONTRACTS = (COST_OF_PROTECTION, HONEST_LOSS)

MEANINGS = {
    REGRET: "accuracy that the attack costs: that without it minus that with it, by seed",
    HONEST_LOSS: "what honest contributors lose, as a share of their first balance",
    COST_OF_PROTECTION: "accuracy that the contract costs without an attack, against that of"
    " [parameters], by seed",
}


def check_objective(name: str, known: tuple[str, ...], key: str) -> None:
    """Refuse what cannot be searched for.

    Raises:
        InputError: there is no such objective.

    Example:
        >>> check_objective("regrets", OF_ATTACKS, "maximise")
        Traceback (most recent call last):
        cmlabm.errors.InputError: maximise: regrets is no outcome; did you mean regret?
    """
    if name not in known:
        (near,) = get_close_matches(name, known, n=1, cutoff=0.0)
        raise InputError(f"{key}: {named(name)} is no outcome; did you mean {near}?")


def value_of(objective: str, run: Outcomes, unattacked: Outcomes) -> float:
    """Return what a run says of an objective, NaN if nothing.

    Args:
        objective: of ``OF_ATTACKS``.
        run: its outcomes.
        unattacked: those of the same market and seed without an attack.

    Example:
        >>> value_of("regret", {"final_accuracy": 0.75}, {"final_accuracy": 0.875})
        0.125
        >>> value_of("honest_loss", {"honest_return": -0.25}, {})
        0.25
    """
    match objective:
        case "regret":
            return _number(unattacked, "final_accuracy") - _number(run, "final_accuracy")
        case "honest_loss":
            return -_number(run, "honest_return")
    return _number(run, objective)


def _number(outcomes: Outcomes, name: str) -> float:
    value = outcomes.get(name)
    return np.nan if value is None else float(value)
