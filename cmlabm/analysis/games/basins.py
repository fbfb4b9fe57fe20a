"""From how many populations a market ends up with one strategy alone."""

import numpy as np
from scipy.integrate import RK45

from cmlabm.analysis.games.cells import spread_populations
from cmlabm.analysis.games.payoff_table import Numbers, PayoffTable
from cmlabm.analysis.games.replicator import advantages, growth, shares_of
from cmlabm.analysis.games.rest_points import MOST_STRATEGIES, interior_roots, signs_between
from cmlabm.analysis.intervals import CONFIDENCE, Interval
from cmlabm.errors import InputError

MOST_RESAMPLES = 100_000
_CELLS_A_SIDE = 20
_STILL = 1e-4
_ALONE = 1e-3
_MOST_STEPS = 500


def basin(table: PayoffTable, strategy: str) -> float:
    """Return from which share of all populations the replicator dynamics lead to one strategy.

    Of uniformly spread populations, which share flows to that in which everybody plays the
    strategy. 0 where another strategy does better in that population, since no mixed population
    can then flow to it (Weibull 1995, proposition 3.5), and where populations rest instead, as
    all do if payoffs do not differ.

    Two strategies: exactly, from the rest points. Three: a population from each of 400 equal cells
    is followed until it is certain that one strategy takes over, until nothing moves, or for 500
    steps of the integration, after which it counts as not flowing there. It is certain once
    (N - 1)(1 - share) < m / (1 + m), where m is the lead of the strategy over the best other one
    when all play it, as a share of the largest difference: then it has the advantage and, as its
    share grows, keeps it. Where m = 0, a population that comes to rest with less than 0.001 of
    other strategies counts as well.

    Raises:
        InputError: an unknown strategy, or more than three.

    Example:
        >>> hunt = PayoffTable.from_matrix(["stag", "hare"], [[4, 0], [3, 3]])
        >>> round(basin(hunt, "stag"), 6), round(basin(hunt, "hare"), 6)
        (0.25, 0.75)
    """
    size, own = len(table.strategies), table.index(strategy)
    if size > MOST_STRATEGIES:
        raise InputError(f"{size} strategies: basins are found for two or three")
    return _on_a_line(table, own) if size == 2 else _in_a_triangle(table, own)


def basin_interval(
    table: PayoffTable, strategy: str, resamples: int, rng: np.random.Generator
) -> Interval:
    """Return the 95 % interval of a basin: percentiles over resampled seeds.

    Seeds are drawn with replacement, each with all of its profiles (Efron & Tibshirani 1993,
    chapter 13; of payoff tables: Wiedenbeck, Cassell & Wellman 2014, "Bootstrap statistics for
    empirical games", AAMAS).

    Args:
        table: the game.
        strategy: the one that takes over.
        resamples: how many, 1 to 100,000.
        rng: draws the seeds.

    Returns:
        Low and high end; NaN and NaN where there is only one seed.

    Raises:
        InputError: an unknown strategy, more than three, or resamples beyond the limits.
    """
    table.index(strategy)
    check_resamples(resamples)
    if table.seeds < 2:
        return np.nan, np.nan
    found = [basin(table.resampled(rng), strategy) for _ in range(resamples)]
    return percentile_interval(np.array(found))


def percentile_interval(values: Numbers) -> Interval:
    """Return the 95 % percentile interval of resampled values, infinite ones included."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)


def check_resamples(resamples: int) -> None:
    """Refuse numbers of resamples beyond the limits."""
    if not 1 <= resamples <= MOST_RESAMPLES:
        raise InputError(f"resamples = {resamples}: must be from 1 to {MOST_RESAMPLES:,}")


def _on_a_line(table: PayoffTable, own: int) -> float:
    if table.largest_difference == 0:
        return 0.0
    roots = interior_roots(table)
    signs = signs_between(table, roots)
    if own == 0:
        return 1 - max(roots, default=0.0) if signs[-1] > 0 else 0.0
    return min(roots, default=1.0) if signs[0] < 0 else 0.0


def _in_a_triangle(table: PayoffTable, own: int) -> float:
    scale, leads = table.largest_difference, _leads(table)
    if scale == 0 or leads[own] < -_STILL:
        return 0.0
    starts = spread_populations(_CELLS_A_SIDE).T
    gained = np.maximum(leads, 0) / (1 + np.maximum(leads, 0))
    certain_below = gained[:, np.newaxis] / (table.players - 1)
    arrived, decided = np.zeros((2, starts.shape[1]), dtype=bool)
    solver = RK45(
        growth(table, starts > 0), 0.0, np.log(starts).ravel(), np.inf, rtol=1e-5, atol=1e-5
    )
    for _ in range(_MOST_STEPS):
        solver.step()
        shares = shares_of(solver.y.reshape(starts.shape))
        gains = advantages(table, shares)
        certain = 1 - shares < certain_below
        dying_or_even = (shares < _STILL) | (np.abs(gains) < _STILL)
        still = (dying_or_even & (gains < _STILL)).all(axis=0)
        arrived |= ~decided & (certain[own] | (still & (1 - shares[own] < _ALONE)))
        decided |= certain.any(axis=0) | still
        if decided.all():
            break
    return float(arrived.mean())


def _leads(table: PayoffTable) -> Numbers:
    """Return by how much each strategy beats the best other one where all play it, scaled."""
    leads = []
    for strategy, payoffs in enumerate(table.expected(np.eye(len(table.strategies)))):
        leads.append(payoffs[strategy] - np.delete(payoffs, strategy).max())
    return np.array(leads) / (table.largest_difference or 1.0)
