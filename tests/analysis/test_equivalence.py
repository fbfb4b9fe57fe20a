"""Equivalence: two one-sided tests."""

import numpy as np
import pytest
from scipy import stats

from cmlabm.analysis import equivalence


def test_p_is_the_larger_of_two_one_sided_tests() -> None:
    values = np.random.default_rng(1).normal(0.003, 0.01, 30)
    below = stats.ttest_1samp(values, -0.01, alternative="greater").pvalue
    above = stats.ttest_1samp(values, 0.01, alternative="less").pvalue
    assert equivalence(values, 0.01).p == pytest.approx(max(below, above))


def test_a_mean_at_the_margin_is_called_within_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(2)
    wrong = sum(equivalence(rng.normal(0.01, 0.005, 30), 0.01).within for _ in range(400))
    assert wrong <= stats.binom.ppf(0.999, 400, 0.05)


def test_within_beyond_and_neither() -> None:
    rng = np.random.default_rng(3)
    near, far = rng.normal(0, 0.005, 30), rng.normal(0.05, 0.005, 30)
    assert equivalence(near, 0.01).within
    assert equivalence(far, 0.01).beyond
    unclear = equivalence(rng.normal(0, 0.1, 5), 0.01)
    assert not unclear.within
    assert not unclear.beyond


def test_too_few_values_or_no_spread_say_so() -> None:
    assert equivalence(np.array([0.1]), 0.01).note == "1 run(s) are too few to test"
    assert "without spread" in equivalence(np.full(3, 0.1), 0.01).note


def test_pairs_that_are_equal_to_the_last_digit_are_within() -> None:
    assert equivalence(np.zeros(5), 0.01).within
