"""Several behaviours that share the contributors of a kind."""

from collections.abc import Mapping

import numpy as np

from cmlabm.behaviours import BEHAVIOURS
from cmlabm.behaviours.interface import Behaviour
from cmlabm.errors import InputError
from cmlabm.kinds import Kind

MOST_WEIGHT = 1e100
"""So far below the largest number there is that weights can be added up."""


def names_in(mixture: str) -> list[str]:
    """Return the behaviours that a mixture names, without their shares.

    Example:
        >>> names_in("label-flip = 3, echo = 1")
        ['label-flip', 'echo']
    """
    return [part.partition("=")[0].strip() for part in mixture.split(",")]


def shares_of(kind: Kind, mixture: str) -> dict[type[Behaviour], float]:
    """Return the behaviours of a kind's contributors and the share of each.

    Args:
        kind: whose behaviour it is.
        mixture: an id of the registry or ``module:Class``, or several with their shares.

    Raises:
        InputError: there is no such behaviour, or a share is not a number above 0.

    Example:
        >>> shares = shares_of("malicious", "label-flip = 3, echo = 1")
        >>> [(behaviour.id, share) for behaviour, share in shares.items()]
        [('label-flip', 0.75), ('echo', 0.25)]
    """
    parameter = f"{kind}_behaviour"
    weights: dict[type[Behaviour], float] = {}
    for part in mixture.split(","):
        name, equals, text = (piece.strip() for piece in part.partition("="))
        found = BEHAVIOURS[kind].find(parameter, name)
        try:
            weight = float(text) if equals else 1.0
        except ValueError:
            weight = 0.0
        if not 0 < weight < MOST_WEIGHT or found in weights:
            raise InputError(
                f"{parameter} = {mixture!r}: must be one behaviour, or different ones with"
                f" shares above 0, such as 'label-flip = 0.7, echo = 0.3'"
            )
        weights[found] = weight
    whole = sum(weights.values())
    return {found: weight / whole for found, weight in weights.items()}


def behaviours_of(kind: Kind, mixture: str, agents: int) -> list[type[Behaviour]]:
    """Return the behaviour of each contributor of a kind, in the order in which they enter.

    Fractions of an agent go to the behaviours with the largest (largest remainders).

    Raises:
        InputError: see ``shares_of``; also if there are fewer agents than behaviours.

    Example:
        >>> [b.id for b in behaviours_of("malicious", "label-flip=0.7, echo=0.3", 3)]
        ['label-flip', 'label-flip', 'echo']
    """
    shares = shares_of(kind, mixture)
    if 0 < agents < len(shares):
        raise InputError(
            f"{kind}_behaviour = {mixture!r}: {len(shares)} behaviours need at least as many"
            f" agents, and {kind}_agents = {agents}"
        )
    return apportioned(shares, agents)


def apportioned[T](shares: Mapping[T, float], agents: int) -> list[T]:
    """Return what each of some agents gets, in order; fractions go to the largest remainders.

    Args:
        shares: of what there is to get, with the sum 1.
        agents: how many.

    Example:
        >>> apportioned({"a": 0.7, "b": 0.3}, 3)
        ['a', 'a', 'b']
    """
    exact = np.array(list(shares.values())) * agents
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: agents - int(counts.sum())]] += 1
    pairs = zip(shares, counts.tolist(), strict=True)
    return [one for one, count in pairs for _ in range(count)]
