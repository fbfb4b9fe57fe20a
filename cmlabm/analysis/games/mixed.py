"""Symmetric equilibria of games of two strategies, pure and mixed, with intervals."""

from dataclasses import dataclass

import numpy as np

from cmlabm.analysis.games.basins import check_resamples, percentile_interval
from cmlabm.analysis.games.payoff_table import PayoffTable
from cmlabm.analysis.games.rest_points import RestPoint, Stability, rest_points
from cmlabm.errors import InputError

_EQUAL = 1e-9


@dataclass(frozen=True)
class SymmetricEquilibrium:
    """A mixture of two strategies against which no player gains by another one.

    Attributes:
        share: with which probability each player plays the first strategy; one half where
            ``stability`` is "neutral" because every mixture is an equilibrium.
        share_low, share_high: its 95 % percentile interval; NaN where there is one seed, or where
            no resample has such an equilibrium.
        found: the share of the resamples that have such an equilibrium; NaN where there is one
            seed.
        stability: under the replicator dynamics.
        description: in words.
    """

    share: float
    share_low: float
    share_high: float
    found: float
    stability: Stability
    description: str


def symmetric_equilibria(
    table: PayoffTable, resamples: int, rng: np.random.Generator
) -> tuple[SymmetricEquilibrium, ...]:
    """Return the symmetric Nash equilibria of a game of two strategies and N players.

    Those of the mean payoffs: pure ones at which the other strategy gets no more, and mixtures at
    which both get the same. Each is matched in tables of resampled seeds: a pure one with the same
    pure one if that is an equilibrium there, whether or not it is as stable; a mixture with the
    nearest mixture there that has the same stability. Its interval is over the resamples in which
    it has a match, ``found`` says in how many that was. Where the found share is small, the
    equilibrium may not exist, and its interval says only where it would be.

    Args:
        table: a game of two strategies.
        resamples: how many tables of seeds drawn with replacement, 1 to 100,000.
        rng: draws them.

    Raises:
        InputError: another number of strategies, or resamples beyond the limits.

    Example:
        >>> game = PayoffTable.from_matrix(["hawk", "dove"], [[[-1, 4], [0, 2]], [[-2, 4], [0, 2]]])
        >>> (mixed,) = symmetric_equilibria(game, 200, np.random.default_rng(1))
        >>> mixed.description, mixed.found
        ('0.571 hawk, 0.429 dove', 1.0)
        >>> round(mixed.share_low, 3), round(mixed.share_high, 3)
        (0.5, 0.667)
    """
    if len(table.strategies) != 2:
        raise InputError(
            f"{len(table.strategies)} strategies: symmetric equilibria are found for two"
        )
    check_resamples(resamples)
    own = _equilibria(table)
    draws = resamples if table.seeds > 1 else 0
    resampled = [_equilibria(table.resampled(rng)) for _ in range(draws)]
    return tuple(_with_interval(point, resampled) for point in own)


def _equilibria(table: PayoffTable) -> list[RestPoint]:
    """Return the rest points from which nobody gains by leaving."""
    equilibria = []
    for point in rest_points(table):
        payoffs, shares = table.expected(point.shares), np.array(point.shares)
        least = payoffs[shares > 0].min()
        if payoffs.max() - least <= _EQUAL * table.largest_difference or point.extent == "all":
            equilibria.append(point)
    return equilibria


def _with_interval(point: RestPoint, resampled: list[list[RestPoint]]) -> SymmetricEquilibrium:
    matches = [_match(point, others) for others in resampled]
    shares = np.array([share for share in matches if share is not None])
    if point.extent == "all":
        low, high = (0.0, 1.0) if resampled else (np.nan, np.nan)
    else:
        low, high = percentile_interval(shares) if len(shares) else (np.nan, np.nan)
    found = len(shares) / len(resampled) if resampled else np.nan
    return SymmetricEquilibrium(
        point.shares[0], low, high, found, point.stability, point.description
    )


def _match(point: RestPoint, others: list[RestPoint]) -> float | None:
    """Return the share at the equilibrium of a resample that is this one, if it is there."""
    share = point.shares[0]
    if share in {0.0, 1.0}:
        alike = [other.shares[0] for other in others if other.shares[0] == share]
    else:
        alike = [
            other.shares[0]
            for other in others
            if 0 < other.shares[0] < 1
            and (other.stability, other.extent) == (point.stability, point.extent)
        ]
    return min(alike, key=lambda other: abs(other - share), default=None)
