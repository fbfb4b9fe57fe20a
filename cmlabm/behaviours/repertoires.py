"""The behaviours among which contributors who learn choose."""

from collections.abc import Sequence

from cmlabm.behaviours import BEHAVIOURS
from cmlabm.behaviours.interface import Behaviour
from cmlabm.behaviours.learner import Learner
from cmlabm.behaviours.mixtures import MOST_WEIGHT, apportioned, behaviours_of
from cmlabm.errors import InputError
from cmlabm.kinds import ContributorParameters, Kind
from cmlabm.registry import Registry


def why_not_played(found: type[Behaviour]) -> str:
    """Return why a behaviour cannot be in a repertoire; nothing if it can.

    Example:
        >>> why_not_played(BEHAVIOURS["malicious"]["sybil"])
        'opens accounts of its own when it enters the market'
    """
    if issubclass(found, Learner):
        return "learns itself what to do"
    if found.purses is not Behaviour.purses:
        return "opens accounts of its own when it enters the market"
    return ""


PLAYABLE: Registry[Behaviour] = Registry(Behaviour, "cmlabm.behaviours")
"""The behaviours of either kind that can be in a repertoire."""

PLAYABLE.built_in.update(
    (known, found)
    for registry in BEHAVIOURS.values()
    for known, found in registry.built_in.items()
    if not why_not_played(found)
)


def repertoire_of(text: str) -> dict[str, tuple[type[Behaviour], float]]:
    """Return the behaviours of a repertoire by name, each with the share that starts with it.

    Args:
        text: ids or ``module:Class``, with shares of those that are played first; without any
            share, the first one is.

    Raises:
        InputError: there is no such behaviour, it cannot be in a repertoire, it is named twice, or
            a share is no number from 0 on.

    Example:
        >>> [(name, share) for name, (_, share) in repertoire_of("study = 3, echo = 1").items()]
        [('study', 0.75), ('echo', 0.25)]
        >>> [share for _, share in repertoire_of("study, echo, sniper").values()]
        [1.0, 0.0, 0.0]
    """
    weights: dict[str, float] = {}
    found: dict[str, type[Behaviour]] = {}
    for part in text.split(","):
        name, equals, share = (piece.strip() for piece in part.partition("="))
        behaviour = _found(name)
        try:
            weight = float(share) if equals else 0.0
        except ValueError:
            weight = -1.0
        if not 0 <= weight < MOST_WEIGHT or behaviour in found.values():
            raise InputError(
                f"repertoire = {text!r}: must be different behaviours, with shares from 0 on of"
                f" those that are played first, such as 'study = 9, echo = 1, sniper'"
            )
        weights[name], found[name] = weight, behaviour
    if not any(weights.values()):
        weights[next(iter(weights))] = 1.0
    whole = sum(weights.values())
    return {name: (behaviour, weights[name] / whole) for name, behaviour in found.items()}


def entering(kind: Kind, own: ContributorParameters, parameters: object) -> list[Behaviour]:
    """Return the behaviours of the contributors of a kind, in the order in which they enter.

    Args:
        kind: which.
        own: the kind's parameters.
        parameters: the market's.

    Raises:
        InputError: see ``behaviours_of`` and ``repertoire_of``.
    """
    classes = behaviours_of(kind, own.behaviour, own.agents)
    made = [found.from_parameters(parameters) for found in classes]
    for learning in dict.fromkeys(found for found in classes if issubclass(found, Learner)):
        give_repertoires(
            [one for one in made if isinstance(one, Learner) and type(one) is learning], parameters
        )
    return made


def give_repertoires(learners: Sequence[Learner], parameters: object) -> None:
    """Give learners of one class their repertoire, and each what it plays first.

    Fractions of a learner go to the behaviours with the largest (largest remainders).

    Raises:
        InputError: see ``repertoire_of``.
    """
    repertoire = repertoire_of(learners[0].repertoire)
    for behaviour, _ in repertoire.values():
        behaviour.check(parameters)
    made = {name: one.from_parameters(parameters) for name, (one, _) in repertoire.items()}
    first = apportioned({name: share for name, (_, share) in repertoire.items()}, len(learners))
    for learner, name in zip(learners, first, strict=True):
        learner.choose_from(made, name)


def _found(name: str) -> type[Behaviour]:
    known = (registry[name] for registry in BEHAVIOURS.values() if name in registry)
    found = next(known, None) or PLAYABLE.find("repertoire", name)
    if why := why_not_played(found):
        raise InputError(
            f"repertoire = {name!r}: {why}, so it cannot be in one; allowed are"
            f" {', '.join(PLAYABLE)}, or module:Class"
        )
    return found
