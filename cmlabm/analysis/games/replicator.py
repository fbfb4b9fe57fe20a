"""Replicator dynamics: strategies that do better than the average of the market spread.

The share of a strategy grows at the rate of its advantage, x_i' = x_i (f_i(x) - sum_j x_j f_j(x))
with f = ``PayoffTable.expected`` (Taylor & Jonker 1978; Schuster & Sigmund 1983), as it does among
many contributors who now and then copy one who does better (Weibull 1995, chapter 4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp
from scipy.special import softmax

from cmlabm.analysis.games.payoff_table import Numbers, PayoffTable
from cmlabm.errors import InputError

MOST_POINTS = 100_000

type Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Trajectories:
    """How populations change.

    Attributes:
        times: shape (times,); one unit is how long the largest advantage in the table takes to
            multiply odds by e.
        shares: shape (starts, times, S).
    """

    times: Numbers
    shares: Numbers


def trajectories(
    table: PayoffTable, starts: ArrayLike, duration: float = 50.0, points: int = 201
) -> Trajectories:
    """Follow populations under the replicator dynamics of the mean payoffs, all in one integration.

    The logarithms of the shares are integrated, which keeps shares between 0 and 1 and makes the
    slow last stretch of a dying strategy easy. Time is in units of 1 / the largest difference of
    payoffs, so that neither the money's unit nor a constant added to all payoffs changes anything.

    Args:
        table: the game.
        starts: shape (starts, S) or (S,): shares at time 0; a strategy without a share never gets
            one.
        duration: how long, in those units, above 0 and up to 10⁶.
        points: at how many times between 0 and the end, both included: 2 to 100,000.

    Raises:
        InputError: starts that are no shares, a duration or points beyond the limits.

    Example:
        >>> hawk_dove = PayoffTable.from_matrix(["hawk", "dove"], [[-1, 4], [0, 2]])
        >>> trajectories(hawk_dove, [0.1, 0.9]).shares[0, -1].round(3).tolist()
        [0.667, 0.333]
    """
    given = _checked_starts(table, starts)
    if not 0 < duration <= 1e6:
        raise InputError(f"duration = {duration}: must be above 0 and at most 1,000,000")
    if not 2 <= points <= MOST_POINTS:
        raise InputError(f"points = {points}: must be from 2 to {MOST_POINTS:,}")
    times = np.linspace(0.0, duration, points)
    if table.largest_difference == 0:
        return Trajectories(times, np.repeat(given[:, np.newaxis], points, axis=1))
    alive = given.T > 0
    logs = np.log(given.T, out=np.zeros(alive.shape), where=alive)
    found = solve_ivp(
        growth(table, alive), (0.0, duration), logs.ravel(), t_eval=times, rtol=1e-8, atol=1e-8
    )
    path = shares_of(found.y.reshape(*alive.shape, points), alive[..., np.newaxis])
    return Trajectories(times, np.moveaxis(path, 0, -1))


def growth(table: PayoffTable, alive: Mask) -> Callable[[float, Numbers], Numbers]:
    """Return how fast the logarithms of shares grow, for SciPy's solvers.

    Args:
        table: a game in which payoffs differ.
        alive: shape (S, populations): which strategies are played at all.
    """

    def rates(_: float, logs: Numbers) -> Numbers:
        shares = shares_of(logs.reshape(alive.shape), alive)
        return np.where(alive, advantages(table, shares), 0.0).ravel()

    return rates


def advantages(table: PayoffTable, shares: Numbers) -> Numbers:
    """Return what strategies get above the average, in units of the largest difference.

    Args:
        table: a game in which payoffs differ.
        shares: shape (S, populations), and so is the result.
    """
    payoffs = table.expected(shares.T).T
    return np.asarray((payoffs - (shares * payoffs).sum(axis=0)) / table.largest_difference)


def shares_of(logs: Numbers, alive: Mask | Literal[True] = True) -> Numbers:
    """Return the shares, which sum to 1 along the first axis, from their logarithms."""
    return np.asarray(softmax(np.where(alive, logs, -np.inf), axis=0))


def _checked_starts(table: PayoffTable, starts: ArrayLike) -> Numbers:
    given = np.atleast_2d(np.asarray(starts, dtype=np.float64))
    size = len(table.strategies)
    if given.ndim != 2 or given.shape[1] != size or not len(given):
        raise InputError(f"starts of shape {given.shape}: must be (starts, {size} strategies)")
    sums_to_one = np.isclose(given.sum(axis=1), 1.0, rtol=0.0, atol=1e-9)
    if not sums_to_one.all() or not (given >= 0).all():
        raise InputError("starts: each must be shares from 0 to 1 that sum to 1")
    return given
