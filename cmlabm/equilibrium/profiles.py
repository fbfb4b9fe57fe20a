"""Who plays what: the profiles of a game, and the markets that they stand for."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any

from cmlabm.equilibrium.strategies import Strategy
from cmlabm.kinds import KINDS

type Profile = tuple[tuple[Strategy, int], ...]
"""Strategies and how many play each, at least one; in a fixed order."""

ENDOWMENT = ("start_balance", "mean_deposit", "stdev_deposit", "mean_wait_s", "stdev_wait_s")
"""What all players have alike: money, offers and waits."""


def profile_of(counts: Mapping[Strategy, int]) -> Profile:
    """Return the profile in which so many play each strategy."""
    played = [(strategy, count) for strategy, count in counts.items() if count]
    return tuple(sorted(played, key=lambda pair: pair[0].name))


def mixed_profiles(strategies: Sequence[Strategy], players: int) -> Iterator[Profile]:
    """Go through all ways in which players can choose among strategies.

    Example:
        >>> from cmlabm.equilibrium.strategies import strategy_of
        >>> for profile in mixed_profiles([strategy_of("study"), strategy_of("echo")], 2):
        ...     print(", ".join(f"{strategy.name} {count}" for strategy, count in profile))
        study 2
        echo 1, study 1
        echo 2
    """
    for choice in combinations_with_replacement(strategies, players):
        yield profile_of({strategy: choice.count(strategy) for strategy in strategies})


def market_of(profile: Profile) -> dict[str, Any]:
    """Return the parameters of a market whose contributors play a profile.

    Example:
        >>> from cmlabm.equilibrium.strategies import strategy_of
        >>> market_of(profile_of({strategy_of("study"): 9, strategy_of("echo"): 1}))
        {'honest_agents': 9, 'malicious_agents': 1, 'honest_behaviour': 'study', \
'malicious_behaviour': 'echo'}
    """
    of_kind = {kind: [pair for pair in profile if pair[0].kind == kind] for kind in KINDS}
    market: dict[str, Any] = {
        f"{kind}_agents": sum(count for _, count in pairs) for kind, pairs in of_kind.items()
    }
    for kind, pairs in of_kind.items():
        if pairs:
            shares = ", ".join(f"{strategy.behaviour} = {count}" for strategy, count in pairs)
            alone = len(pairs) == 1
            market[f"{kind}_behaviour"] = pairs[0][0].behaviour if alone else shares
    return market | {name: value for strategy, _ in profile for name, value in strategy.own}


def players_of(profile: Profile) -> Iterator[tuple[str, Strategy]]:
    """Go through the players of a profile: how its accounts' names begin, and what it plays."""
    for kind in KINDS:
        played = [s for s, count in profile if s.kind == kind for _ in range(count)]
        for number, strategy in enumerate(played, start=1):
            yield f"{kind}-{number}", strategy
