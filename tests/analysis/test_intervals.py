"""Bootstrap intervals hold the truth about as often as they say."""

import numpy as np
import pytest
from scipy import stats

from cmlabm.analysis import mean_interval, ratio_interval


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
