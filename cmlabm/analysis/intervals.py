"""Bootstrap intervals, mostly bias-corrected and accelerated, the same at every call."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

RESAMPLES = 5_000
CONFIDENCE = 0.95
_NUMBERS_A_BATCH = 1_000_000

type Interval = tuple[float, float]


def mean_interval(values: NDArray[np.float64]) -> Interval:
    """Return the 95 % interval of a mean (Efron 1987, as in ``scipy.stats.bootstrap``).

    Args:
        values: shape (runs,).

    Returns:
        Low and high end; NaN and NaN where there are fewer than two values.

    Example:
        >>> low, high = mean_interval(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
        >>> bool(1.5 < low < 3.0 < high < 4.5)
        True
        >>> mean_interval(np.array([2.0, 2.0]))
        (2.0, 2.0)
    """
    return _bootstrap((values,), np.mean)


def ratio_interval(above: NDArray[np.float64], below: NDArray[np.float64]) -> Interval:
    """Return the 95 % interval of a ratio of two means over the same runs, resampled together."""

    def ratio(a: Any, b: Any, axis: int) -> Any:
        return np.mean(a, axis=axis) / np.mean(b, axis=axis)

    return _bootstrap((above, below), ratio)


def largest_mean_interval(table: NDArray[np.float64]) -> Interval:
    """Return the 95 % interval of the largest of several means over the same runs.

    The runs are resampled together, the means taken, then their maximum; the ends are percentiles
    (Efron & Tibshirani 1993, chapter 13). The maximum of estimates that are right on average is
    too large on average (Smith & Winkler 2006, Management Science 52: 311-322), and that of
    resamples once more: where several means are alike within their errors, the largest of the true
    ones can lie below the interval.

    Args:
        table: shape (runs, means); NaN where a run says nothing of a mean.

    Returns:
        Low and high end; NaN and NaN where there are fewer than two runs.

    Example:
        >>> low, high = largest_mean_interval(np.array([[0.1, 0.0], [0.2, 0.0], [0.3, np.nan]]))
        >>> bool(0.1 <= low < 0.2 < high <= 0.3)
        True
    """
    known = np.isfinite(table)
    table, known = table[known.any(axis=1)], known[known.any(axis=1)]
    size = len(table)
    if size < 2:
        return np.nan, np.nan
    counts = np.random.default_rng(0).multinomial(size, np.full(size, 1 / size), RESAMPLES)
    seen = counts @ known
    sums = counts @ np.where(known, table, 0.0)
    means = np.divide(sums, seen, out=np.full(sums.shape, -np.inf), where=seen > 0)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means.max(axis=1), [tail, 1 - tail])
    return float(low), float(high)


def _bootstrap(samples: tuple[NDArray[np.float64], ...], statistic: Callable[..., Any]) -> Interval:
    size = len(samples[0])
    if size < 2:
        return np.nan, np.nan
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)
        found = stats.bootstrap(
            samples,
            statistic,
            paired=True,
            vectorized=True,
            n_resamples=RESAMPLES,
            batch=max(1, _NUMBERS_A_BATCH // size),
            confidence_level=CONFIDENCE,
            rng=np.random.default_rng(0),
        ).confidence_interval
    if np.isnan(found.low):  # all resamples are the same
        value = float(statistic(*samples, axis=0))
        return value, value
    return float(found.low), float(found.high)
