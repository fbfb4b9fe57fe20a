"""Intervals of several means that all hold at once."""

import numpy as np
from scipy import stats

from cmlabm.analysis.games.payoff_table import Numbers

_RESAMPLES = 2_000
_WIDEST = 2.5
_ROUNDING = 1e-12


def simultaneous_intervals(
    values: Numbers, confidence: float, rounding: float = 0.0
) -> tuple[Numbers, Numbers]:
    """Return intervals of means over the same seeds that all hold with a confidence.

    Each is the mean plus and minus a critical value times its standard error. The critical values,
    one below and one above, are quantiles of the largest studentised error among all means when
    the seeds are drawn with replacement (max-t, Westfall & Young 1993; studentised bootstrap,
    Hall 1988): a whole seed at a time, so that what goes together stays together. They are never
    less than Bonferroni's t nor more than 2.5 times it.

    Why not Bonferroni's t alone: with 8 seeds and six exponential gains its intervals all hold in
    83 % of studies, and in 18 % of those with exponential losses it finds a gain that is none.
    Why not max-t alone: with a few heavy-tailed gains it falls short of 95 %, and one mean whose
    seeds are alike but for a single outlier makes the intervals of all others wider without limit.

    Args:
        values: shape (seeds, means).
        confidence: that all hold, above 0 and below 1.
        rounding: differences up to this come from rounding.

    Returns:
        Low and high ends, shape (means,) each. Values that are the same under every seed, up to
        rounding, have an interval of length 0 and do not count among the others. With one seed
        that holds only for a 0; other intervals are infinite.

    Example:
        >>> low, high = simultaneous_intervals(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]]), 0.95)
        >>> bool(low[0] < 2.0 < high[0]), float(low[1]), float(high[1])
        (True, 5.0, 5.0)
    """
    seeds = len(values)
    means = values.mean(axis=0)
    means[np.abs(means) <= rounding] = 0.0
    low, high = means.copy(), means.copy()
    if seeds == 1:
        low[means != 0], high[means != 0] = -np.inf, np.inf
        return low, high
    errors = values.std(axis=0, ddof=1) / np.sqrt(seeds)
    varied = (np.ptp(values, axis=0) > rounding) & (errors > 0)
    if varied.any():
        below, above = _critical_values(values[:, varied], confidence)
        low[varied] -= below * errors[varied]
        high[varied] += above * errors[varied]
    return low, high


def _critical_values(values: Numbers, confidence: float) -> tuple[float, float]:
    """Return how many standard errors the ends lie below and above the means."""
    seeds, size = values.shape
    tail = (1 - confidence) / 2
    bonferroni = float(stats.t.ppf(1 - tail / size, seeds - 1))
    deviations = values - values.mean(axis=0)
    deviations /= deviations.std(axis=0)
    rng = np.random.default_rng(0)
    counts = rng.multinomial(seeds, np.full(seeds, 1 / seeds), _RESAMPLES).astype(float)
    means = counts @ deviations / seeds
    variances = counts @ deviations**2 / seeds - means**2
    errors = np.sqrt(np.maximum(variances, 0.0) / (seeds - 1))
    # A resample in which all values of a mean are the same says nothing of its error.
    studentised = np.divide(means, errors, out=np.zeros(means.shape), where=variances > _ROUNDING)
    largest = np.array([studentised.max(axis=1), (-studentised).max(axis=1)])
    critical = np.quantile(largest, 1 - tail, axis=1)
    below, above = np.clip(critical, bonferroni, _WIDEST * bonferroni).tolist()
    return below, above
