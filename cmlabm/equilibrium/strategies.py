"""What a player of a game can do: behave in some way, with parameters of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from cmlabm.behaviours import BEHAVIOURS
from cmlabm.declarations import declared_by
from cmlabm.errors import InputError, named, shown
from cmlabm.kinds import KINDS, Kind

MISTAKES = "mistake_probability"
"""The one parameter of a kind of contributors that need not be the same for all players."""


@dataclass(frozen=True)
class Strategy:
    """A behaviour and the parameters with which it is played.

    Attributes:
        kind: of the contributors who behave so.
        behaviour: its id, or ``module:Class``.
        own: parameters and their values.
        declares: the parameters that the behaviour reads.

    Example:
        >>> strategy_of({"behaviour": "sybil", "malicious_addresses": 8}).name
        'sybil malicious_addresses=8'
    """

    kind: Kind
    behaviour: str
    own: tuple[tuple[str, Any], ...] = ()
    declares: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return " ".join([self.behaviour, *(f"{name}={value}" for name, value in self.own)])


def strategy_of(entry: str | Mapping[str, Any]) -> Strategy:
    """Return the strategy that an entry of a game file stands for.

    Args:
        entry: the id of a behaviour of either kind or ``module:Class``; or a table with that as
            ``behaviour`` and parameters that the behaviour declares.

    Raises:
        InputError: there is no such behaviour, or it has no such parameter.
    """
    values = {"behaviour": entry} if isinstance(entry, str) else dict(entry)
    behaviour = values.pop("behaviour", None)
    if not isinstance(behaviour, str):
        raise InputError(f"strategies: {shown(entry)} must name a behaviour")
    kind, declares = _behaviour(behaviour)
    for name in values:
        if name not in declares:
            raise InputError(
                f"strategies: {named(name)} is no parameter of {behaviour}; allowed are"
                f" {', '.join(sorted(declares))}"
            )
    return Strategy(kind, behaviour, tuple(sorted(values.items())), declares)


def _behaviour(name: str) -> tuple[Kind, frozenset[str]]:
    """Return which kind behaves so, the honest one if both do, and the parameters that it reads."""
    for kind in KINDS:
        if name in BEHAVIOURS[kind]:
            found: type[Any] = BEHAVIOURS[kind][name]
            break
    else:
        known = dict.fromkeys(name for kind in KINDS for name in BEHAVIOURS[kind])
        kind, found = _own_class(name, list(known))
    declared = {parameter.name for parameter in declared_by(found)}
    return kind, frozenset(declared | {f"{kind}_{MISTAKES}"})


def _own_class(name: str, known: Sequence[str]) -> tuple[Kind, type[Any]]:
    from cmlabm.behaviours.interface import Behaviour
    from cmlabm.registry import look_up

    found = look_up("strategies", name, dict.fromkeys(known, Behaviour))
    for kind in KINDS:
        base = BEHAVIOURS[kind].base
        if base is not None and issubclass(found, base):
            return kind, BEHAVIOURS[kind].find("strategies", name)
    raise InputError(f"strategies: {name!r} is not a behaviour")


def check_together(strategies: Sequence[Strategy], where: str) -> None:
    """Refuse strategies that players of one market cannot play beside each other.

    Parameters are those of a market: two strategies that read the same one have the same value.

    Raises:
        InputError: two differ in a parameter that both read, or are the same.
    """
    for one, other in permutations(strategies, 2):
        if one.behaviour == other.behaviour:
            raise InputError(
                f"{where}: {one.name!r} and {other.name!r} are one behaviour, which can be played"
                f" with one set of parameters in a market"
            )
        for name, value in one.own:
            if name in other.declares and dict(other.own).get(name) != value:
                raise InputError(
                    f"{where}: {other.name!r} reads {name} as well, and must have the value that"
                    f" {one.name!r} has"
                )
