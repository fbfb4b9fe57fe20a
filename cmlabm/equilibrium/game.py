"""Game files: who plays, what they can do, and under which contracts; written by hand in TOML."""

from collections.abc import Iterator
from functools import cached_property
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cmlabm.batch.study import (
    Number,
    Study,
    Whole,
    checked_as,
    checked_study,
)
from cmlabm.batch.toml_file import read_toml
from cmlabm.equilibrium.profiles import ENDOWMENT, Profile, market_of, mixed_profiles, profile_of
from cmlabm.equilibrium.strategies import Strategy, check_together, strategy_of
from cmlabm.errors import InputError, named
from cmlabm.kinds import KINDS
from cmlabm.parameters import Parameters

type Entry = str | dict[str, Any]
"""A strategy in a game file: a behaviour's id, or a table with ``behaviour`` and its parameters."""

ABSTAIN = "abstain"
PROFILE = "profile"
"""The factor of a game's study that says who plays what."""

MOST_PLAYERS = 1000
MOST_PROFILES = 100_000
_SETS = {f"{kind}_{name}" for kind in KINDS for name in ("agents", "behaviour")}
_ALIKE = {f"malicious_{name}" for name in ENDOWMENT}


class Game(BaseModel):
    """A symmetric game: equal contributors of a market who choose what to do.

    Attributes:
        name: names the game and, by default, its directory.
        players: how many contributors the market has.
        seeds: each profile is simulated once with each; a number, or a list.
        strategies: what a player can do. The first honest one but ``abstain`` is what honesty
            means; each of the others is tried by one player while all others are honest.
        populations: twos or threes of strategies, of which every division of the players is
            simulated.
        rank: whether one player of each strategy is also tried among all others of each other.
        epsilon: a gain up to which a player is taken to stay honest, in tokens.
        damage_value: what those who play malicious strategies are paid from outside, together,
            for each percentage point of accuracy that is lost against all being honest; tokens.
        parameters: what all markets share, over the defaults. All players have the honest
            contributors' money, offers and waits.
        sweep: contracts to compare, as in a study's grid.

    Example:
        >>> game = Game(name="honesty", players=10, seeds=3, strategies=["study", "echo"])
        >>> [market_of(profile)["malicious_agents"] for profile in game.profiles]
        [0, 1]
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    description: str = ""
    players: Whole = Field(ge=2, le=MOST_PLAYERS)
    seeds: Any
    strategies: list[Entry] = Field(min_length=2, max_length=1000)
    populations: list[list[Entry]] = Field([], max_length=1000)
    rank: bool = False
    epsilon: Number = Field(0.0, ge=0, le=1e9)
    damage_value: Number = Field(0.0, ge=0, le=1e9)
    parameters: dict[str, Any] = {}
    sweep: dict[str, Any] = {}

    @cached_property
    def played(self) -> list[Strategy]:
        """The strategies of ``strategies``."""
        return [strategy_of(entry) for entry in self.strategies]

    @cached_property
    def mixed(self) -> list[list[Strategy]]:
        """The strategies of each population."""
        return [[strategy_of(entry) for entry in population] for population in self.populations]

    @cached_property
    def honest(self) -> Strategy:
        """What honesty means."""
        return next(s for s in self.played if s.kind == "honest" and s.behaviour != ABSTAIN)

    @property
    def deviations(self) -> list[Strategy]:
        """What a player can do instead of being honest."""
        return [strategy for strategy in self.played if strategy != self.honest]

    @property
    def all_honest(self) -> Profile:
        """The profile in which everybody is honest."""
        return profile_of({self.honest: self.players})

    def one_among(self, one: Strategy, others: Strategy) -> Profile:
        """Return the profile in which one player plays this, and all others that."""
        if one == others:
            return profile_of({one: self.players})
        return profile_of({others: self.players - 1, one: 1})

    @cached_property
    def profiles(self) -> list[Profile]:
        """All profiles to simulate, each once."""
        return list(dict.fromkeys(self._profiles()))

    @cached_property
    def study(self) -> Study:
        """The runs of the game as a study: its contracts, and under each its profiles."""
        parameters = self.parameters | {
            f"malicious_{name}": self.parameters.get(
                f"honest_{name}", Parameters.model_fields[f"honest_{name}"].default
            )
            for name in ENDOWMENT
        }
        values = {
            "name": self.name,
            "description": self.description,
            "seeds": self.seeds,
            "parameters": parameters,
            "sweep": {**self.sweep, PROFILE: [market_of(profile) for profile in self.profiles]},
        }
        return checked_study(values, f"game {self.name!r}")

    def _profiles(self) -> Iterator[Profile]:
        yield self.all_honest
        for strategy in self.deviations:
            yield self.one_among(strategy, self.honest)
        for population in self.mixed:
            yield from mixed_profiles(population, self.players)
        if self.rank:
            for one, others in product(self.played, repeat=2):
                yield self.one_among(one, others)

    @model_validator(mode="after")
    def _can_be_played(self) -> Self:
        _refuse_repeated(self.played, "strategies")
        if not any(s.kind == "honest" and s.behaviour != ABSTAIN for s in self.played):
            raise ValueError("strategies: one must be honest, such as 'study', for all to compare")
        for strategy in self.deviations:
            check_together([self.honest, strategy], "strategies")
        for number, population in enumerate(self.mixed, start=1):
            where = f"populations, row {number}"
            if len(population) not in (2, 3):
                raise ValueError(f"{where}: has {len(population)} strategies; must be 2 or 3")
            if len(population) == 3 and self.players > 100:
                raise ValueError(
                    f"{where}: three strategies of {self.players} players are too many profiles;"
                    f" at most 100 players"
                )
            _refuse_repeated(population, where)
            check_together(population, where)
        if self.rank:
            for pair in combinations(self.played, 2):
                check_together(pair, "rank")
        self._refuse_what_it_sets()
        return self

    def _refuse_what_it_sets(self) -> None:
        """Refuse parameters that the profiles set, and endowments of some players alone."""
        swept = [
            name
            for factor, levels in self.sweep.items()
            for level in (levels if isinstance(levels, list) else [levels])
            for name in (level if isinstance(level, dict) else [factor])
        ]
        if PROFILE in self.sweep:
            raise ValueError(f"sweep.{PROFILE}: the game has a factor of that name; choose another")
        everything = chain(self.played, *self.mixed)
        owned = {name for strategy in everything for name, _ in strategy.own}
        for table, names in (("parameters", self.parameters), ("sweep", swept)):
            for name in names:
                if name in _SETS:
                    raise ValueError(f"{table}: {named(name)} is set by players and strategies")
                if name in _ALIKE:
                    alike = name.replace("malicious_", "honest_")
                    raise ValueError(f"{table}: {named(name)}: all players have {alike}")
                if name in owned and table == "sweep":
                    raise ValueError(f"{table}: {named(name)} is set by a strategy")
                if table == "sweep" and name.removeprefix("honest_") in ENDOWMENT:
                    raise ValueError(f"{table}: {named(name)} is the same for all contracts")


def read_game(path: Path) -> Game:
    """Read a game file.

    Raises:
        InputError: the file cannot be read, is not TOML, or says something that is not allowed.
    """
    return checked_game(read_toml(path, "game file"), str(path))


def checked_game(values: dict[str, Any], source: str) -> Game:
    """Return a game, or say in one sentence where its source is wrong.

    Raises:
        InputError: names the source, the key, and what is allowed or the nearest valid name.
    """
    game = checked_as(Game, values, source)
    _ = game.study
    return game


def _refuse_repeated(strategies: list[Strategy], where: str) -> None:
    for strategy in strategies:
        if strategies.count(strategy) > 1:
            raise InputError(f"{where}: {strategy.name!r} stands there twice")
