"""Bootstrap intervals hold the truth about as often as they say."""

import numpy as np
import pytest
from scipy import stats

from cmlabm.analysis import largest_mean_interval, mean_interval, ratio_interval


def test_intervals_of_means_cover_the_mean() -> None:
    rng = np.random.default_rng(1)
    missed = 0
    for _ in range(200):
        low, high = mean_interval(rng.normal(3.0, 1.0, 30))
        missed += not low < 3.0 < high
    assert missed <= stats.binom.ppf(0.999, 200, 0.07)  # with 30 values a bootstrap is a bit short


def test_intervals_are_close_to_students_where_those_are_right() -> None:
    values = np.random.default_rng(2).normal(0.79, 0.005, 60)
    expected = stats.t.interval(0.95, 59, values.mean(), stats.sem(values))
    assert mean_interval(values) == pytest.approx(expected, abs=2e-4)


def test_ratios_are_resampled_by_pairs() -> None:
    below = np.random.default_rng(3).uniform(1, 100, 40)
    assert ratio_interval(0.5 * below, below) == pytest.approx((0.5, 0.5))


def test_one_value_has_no_interval_and_equal_values_a_point() -> None:
    assert np.isnan(mean_interval(np.array([1.0]))).all()
    assert mean_interval(np.full(5, 2.0)) == (2.0, 2.0)


def test_runs_are_resampled_together_for_the_largest_of_their_means() -> None:
    """What one mean loses the other gains, so that the larger one is never below a half."""
    shares = np.random.default_rng(4).uniform(0, 1, 10)
    low, high = largest_mean_interval(np.column_stack([shares, 1 - shares]))
    assert 0.5 <= low < high


def test_where_one_mean_is_clearly_the_largest_its_interval_covers_it() -> None:
    rng = np.random.default_rng(5)
    missed = 0
    for _ in range(200):
        table = np.column_stack([rng.normal(3.0, 1.0, 30), rng.normal(0.0, 1.0, (30, 9))])
        low, high = largest_mean_interval(table)
        missed += not low < 3.0 < high
    assert missed <= stats.binom.ppf(0.999, 200, 0.07)


def test_where_means_are_alike_the_largest_is_overrated_as_the_docstring_says() -> None:
    rng = np.random.default_rng(6)
    lows, highs = zip(
        *(largest_mean_interval(rng.normal(0.0, 1.0, (10, 20))) for _ in range(100)), strict=True
    )
    assert min(highs) > 0.0
    assert np.mean(np.array(lows) > 0.0) > 0.9


def test_a_mean_of_some_runs_counts_for_those() -> None:
    table = np.array([[0.3, np.nan], [0.3, 0.1], [0.3, 0.1], [np.nan, np.nan]])
    assert largest_mean_interval(table) == pytest.approx((0.3, 0.3))
    assert largest_mean_interval(table[:, 1:]) == pytest.approx((0.1, 0.1))
    assert np.isnan(largest_mean_interval(table[:1])).all()
    assert np.isnan(largest_mean_interval(table[3:])).all()
