"""Heuristic payoff tables: what players of each strategy get, in every composition of the market.

A game of N players who have the same strategies and the same prospects is symmetric: what a player
gets depends on its own strategy and on how many of the others play which. So C(N + S - 1, S - 1)
simulated compositions say everything about S strategies (Walsh, Das, Tesauro & Kephart 2002,
"Analyzing complex strategic interactions in multi-agent systems", AAAI workshop on game theoretic
and decision theoretic agents; Wellman, Tuyls & Greenwald 2025, arXiv 2403.04018).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations_with_replacement
from math import comb
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cmlabm.errors import InputError, shown

MOST_PLAYERS = 200
_ROUNDING = 1e-12

type Numbers = NDArray[np.float64]
type Counts = NDArray[np.int64]


def count_profiles(players: int, strategies: int) -> Counts:
    """Return every way to share out players among strategies, all of the first one first.

    Returns:
        Shape (C(players + strategies - 1, strategies - 1), strategies).

    Example:
        >>> count_profiles(2, 2).tolist()
        [[2, 0], [1, 1], [0, 2]]
    """
    chosen = combinations_with_replacement(range(strategies), players)
    return np.array([np.bincount(choice, minlength=strategies) for choice in chosen])


@dataclass(frozen=True)
class Meetings:
    """Whom a player can meet, and what it then gets.

    Attributes:
        others: shape (meetings, S): how many of the N - 1 others play each strategy.
        ways: shape (meetings,): in how many orders these others can be drawn.
        payoffs: shape (meetings, S): mean payoff of a player of each strategy among these others.
    """

    others: Counts
    ways: Numbers
    payoffs: Numbers

    def chances(self, shares: Numbers) -> Numbers:
        """Return how probable each meeting is in populations with these shares.

        Args:
            shares: shape (..., S).

        Returns:
            Multinomial probabilities, shape (..., meetings).
        """
        chances = self._monomials(shares, self.others) * self.ways[:, np.newaxis]
        return np.asarray(chances.T.reshape(*shares.shape[:-1], -1))

    def chance_slopes(self, shares: Numbers) -> Numbers:
        """Return how fast ``chances`` change with each of the S shares, shape (S, meetings)."""
        slopes = []
        for changed, counts in enumerate(self.others.T):
            left = self.others.copy()
            left[:, changed] = np.maximum(counts - 1, 0)
            slopes.append(self.ways * counts * self._monomials(shares, left)[:, 0])
        return np.array(slopes)

    def _monomials(self, shares: Numbers, exponents: Counts) -> Numbers:
        """Return products of powers of the shares, shape (meetings, populations)."""
        flat = shares.reshape(-1, shares.shape[-1]).T
        powers = np.ones((int(self.others[0].sum()) + 1, *flat.shape))
        for exponent in range(1, len(powers)):
            powers[exponent] = powers[exponent - 1] * flat
        product = np.ones((len(exponents), flat.shape[1]))
        for strategy, counts in enumerate(exponents.T):
            product *= powers[counts, strategy]
        return product


@dataclass(frozen=True, eq=False)
class PayoffTable:
    """What players of each strategy get in every composition of a market, for each seed.

    Attributes:
        strategies: their names.
        counts: shape (profiles, S): how many of the N players play each strategy; each of the
            C(N + S - 1, S - 1) profiles once, in any order.
        payoffs: shape (seeds, profiles, S): mean payoff of the players of a strategy; NaN where
            nobody plays it. Seeds are paired: a seed is the same chance in every profile.

    Raises:
        InputError: the parts do not fit together, or profiles are missing.

    Example:
        >>> prisoners = PayoffTable.from_matrix(["cooperate", "defect"], [[3, 0], [5, 1]])
        >>> prisoners.players, prisoners.counts.tolist()
        (2, [[2, 0], [1, 1], [0, 2]])
        >>> prisoners.expected([0.5, 0.5])
        array([1.5, 3. ])
    """

    strategies: tuple[str, ...]
    counts: Counts
    payoffs: Numbers

    def __post_init__(self) -> None:
        object.__setattr__(self, "strategies", tuple(self.strategies))
        object.__setattr__(self, "counts", np.asarray(self.counts))
        object.__setattr__(self, "payoffs", np.asarray(self.payoffs, dtype=np.float64))
        self._check_counts()
        self._check_payoffs()

    @classmethod
    def from_matrix(cls, strategies: Sequence[str], matrix: ArrayLike) -> Self:
        """Return the table of a two-player game.

        Args:
            strategies: their names.
            matrix: shape (S, S) or (seeds, S, S): what a player of the row's strategy gets against
                one of the column's.
        """
        names = tuple(strategies)
        given = square_matrices(names, matrix)
        counts = count_profiles(2, len(names))
        payoffs = np.full((len(given), *counts.shape), np.nan)
        for profile, count in enumerate(counts):
            first, second = np.repeat(np.arange(len(names)), count)
            payoffs[:, profile, first] = given[:, first, second]
            payoffs[:, profile, second] = given[:, second, first]
        return cls(names, counts, payoffs)

    @property
    def players(self) -> int:
        """How many players the game has."""
        return int(self.counts[0].sum())

    @property
    def seeds(self) -> int:
        """How many seeds the payoffs were observed under."""
        return len(self.payoffs)

    @cached_property
    def mean(self) -> Numbers:
        """Mean payoffs over the seeds, shape (profiles, S); NaN where nobody plays a strategy."""
        return self.payoffs.mean(axis=0)

    @cached_property
    def meetings(self) -> Meetings:
        """The table from the side of one player."""
        profiles = {tuple(count): row for row, count in enumerate(self.counts.tolist())}
        others = count_profiles(self.players - 1, len(self.strategies))
        payoffs = np.empty(others.shape)
        for own, myself in enumerate(np.eye(len(self.strategies), dtype=np.int64)):
            rows = [profiles[tuple(count)] for count in (others + myself).tolist()]
            payoffs[:, own] = self.mean[rows, own]
        return Meetings(others, np.array([_ways(count) for count in others.tolist()]), payoffs)

    @cached_property
    def largest_difference(self) -> float:
        """The most that a change of strategy alone makes, whomever a player meets.

        0 where it makes none beyond what rounding of the means leaves.
        """
        difference = float(np.ptp(self.meetings.payoffs, axis=1).max())
        return difference if difference > self.negligible else 0.0

    @property
    def negligible(self) -> float:
        """Differences of payoffs that are no larger come from rounding."""
        return _ROUNDING * float(np.abs(self.meetings.payoffs).max())

    def expected(self, shares: ArrayLike) -> Numbers:
        """Return what a player of each strategy can expect in a large mixed population.

        It meets N - 1 others who are drawn from the population: the sum, over whom it can meet, of
        the multinomial probability times the payoff (Wellman, Tuyls & Greenwald 2025). A strategy
        that nobody plays has a value too: that of the first one who tries it.

        Args:
            shares: shape (..., S), each row not negative and summing to 1.

        Returns:
            Shape (..., S).
        """
        given = np.asarray(shares, dtype=np.float64)
        if given.shape[-1:] != (len(self.strategies),):
            raise InputError(
                f"shares of shape {given.shape}: the last axis must have one entry for each of the"
                f" {len(self.strategies)} strategies"
            )
        return self.meetings.chances(given) @ self.meetings.payoffs

    def slopes(self, shares: Numbers) -> Numbers:
        """Return how fast ``expected`` changes: [i, j] for strategy i as the share of j grows.

        Args:
            shares: shape (S,).
        """
        return (self.meetings.chance_slopes(shares) @ self.meetings.payoffs).T

    def resampled(self, rng: np.random.Generator) -> Self:
        """Return a table of as many seeds, drawn with replacement.

        A seed is drawn with all of its profiles, so that what is paired stays so.
        """
        return replace(self, payoffs=self.payoffs[rng.integers(self.seeds, size=self.seeds)])

    def restricted(self, strategies: Sequence[str]) -> Self:
        """Return the game among some of the strategies, in the order that they are named in.

        Raises:
            InputError: the table has no such strategy.
        """
        kept = [self.index(strategy) for strategy in strategies]
        rows = self.counts[:, kept].sum(axis=1) == self.players
        return replace(
            self,
            strategies=tuple(strategies),
            counts=self.counts[np.ix_(rows, kept)],
            payoffs=self.payoffs[:, rows][:, :, kept],
        )

    def index(self, strategy: str) -> int:
        """Return the place of a strategy.

        Raises:
            InputError: the table has no such strategy.
        """
        if strategy not in self.strategies:
            raise InputError(
                f"strategy {shown(strategy)}: the table has {', '.join(self.strategies)}"
            )
        return self.strategies.index(strategy)

    def _check_counts(self) -> None:
        size = len(self.strategies)
        check_strategies(self.strategies)
        counts = self.counts
        if counts.ndim != 2 or counts.shape[1] != size or counts.dtype.kind not in "iu":
            raise InputError(
                f"counts of shape {counts.shape} and type {counts.dtype}: must be whole numbers of"
                f" shape (profiles, {size}), a column for each strategy"
            )
        players = counts.sum(axis=1)
        if not len(counts) or (counts < 0).any() or (players != players[0]).any():
            raise InputError("counts: every profile must share out the same number of players")
        if not 2 <= players[0] <= MOST_PLAYERS:
            raise InputError(f"players = {players[0]}: a game has 2 to {MOST_PLAYERS} of them")
        needed = comb(int(players[0]) + size - 1, size - 1)
        found = len(np.unique(counts, axis=0))
        if found != len(counts) or found != needed:
            raise InputError(
                f"counts: {len(counts)} profiles, {found} of them different, where {players[0]}"
                f" players of {size} strategies have {needed}, each of which is needed once"
            )

    def _check_payoffs(self) -> None:
        payoffs = self.payoffs
        if payoffs.ndim != 3 or payoffs.shape[1:] != self.counts.shape or not len(payoffs):
            raise InputError(
                f"payoffs of shape {payoffs.shape}: must be (seeds, {len(self.counts)} profiles,"
                f" {len(self.strategies)} strategies), of one seed or more"
            )
        known, played = np.isfinite(payoffs), self.counts > 0
        if not known[:, played].all() or not np.isnan(payoffs[:, ~played]).all():
            raise InputError(
                "payoffs: must be finite where a strategy is played, and NaN where it is not"
            )


def square_matrices(strategies: Sequence[str], matrix: ArrayLike) -> Numbers:
    """Return a payoff matrix as one of shape (seeds, S, S).

    Args:
        strategies: names of rows and columns.
        matrix: shape (S, S), which counts as one seed, or (seeds, S, S).

    Raises:
        InputError: it has another shape or numbers that are not finite.
    """
    check_strategies(strategies)
    given, size = np.asarray(matrix, dtype=np.float64), len(strategies)
    if given.ndim not in {2, 3} or given.shape[-2:] != (size, size) or not len(given):
        raise InputError(
            f"matrix of shape {given.shape}: must be ({size}, {size}) or (seeds, {size}, {size}),"
            " a row and a column for each strategy"
        )
    if not np.isfinite(given).all():
        raise InputError("matrix: its entries must be finite")
    return given.reshape(-1, size, size)


def check_strategies(strategies: Sequence[Any]) -> None:
    """Refuse fewer than two strategies, and two of the same name."""
    if len(strategies) < 2 or len(set(strategies)) < len(strategies):
        raise InputError(
            f"strategies = {shown(list(strategies))}: must be two or more different names"
        )


def _ways(counts: list[int]) -> float:
    ways, left = 1, sum(counts)
    for count in counts:
        ways, left = ways * comb(left, count), left - count
    return float(ways)
