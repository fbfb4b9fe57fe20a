"""Trends: slope, robust errors and rank correlation against what they are by definition."""

import numpy as np
import pytest
from made_runs import make_factor
from scipy import stats

from cmlabm.analysis import FINAL_ACCURACY, trend


def test_slope_and_its_errors_are_those_of_the_formula() -> None:
    rng = np.random.default_rng(1)
    samples = {x: 0.5 + 0.01 * x + rng.normal(0, 0.01 * x, 10) for x in (1, 2, 3, 4)}
    x, y = np.repeat([1.0, 2, 3, 4], 10), np.concatenate(list(samples.values()))
    design = np.column_stack([np.ones(40), x])
    inverse = np.linalg.inv(design.T @ design)
    slope = (inverse @ design.T @ y)[1]
    left = np.einsum("ij,jk,ik->i", design, inverse, design)
    residuals = (y - design @ (inverse @ design.T @ y)) / (1 - left)
    error = np.sqrt((inverse @ (design.T * residuals**2) @ design @ inverse)[1, 1])
    found = trend(make_factor(samples), FINAL_ACCURACY)
    assert found.slope == pytest.approx(slope)
    assert found.high - found.slope == pytest.approx(stats.t.ppf(0.975, 38) * error)
    assert found.change == pytest.approx(3 * slope)
    assert found.rho == pytest.approx(np.corrcoef(stats.rankdata(x), stats.rankdata(y))[0, 1])


def test_levels_that_double_are_looked_at_by_doubling() -> None:
    rng = np.random.default_rng(2)
    samples = {2**k: 0.1 * k + rng.normal(0, 0.001, 5) for k in range(5)}
    found = trend(make_factor(samples), FINAL_ACCURACY)
    assert found.step == "per doubling"
    assert found.slope == pytest.approx(0.1, abs=0.002)


def test_a_slope_of_nothing_is_within_the_interval_as_often_as_stated() -> None:
    rng = np.random.default_rng(3)
    missed = 0
    for _ in range(100):
        found = trend(
            make_factor({x: rng.normal(0.8, 0.01, 10) for x in (1, 2, 3)}), FINAL_ACCURACY
        )
        missed += not found.low < 0 < found.high
    assert missed <= stats.binom.ppf(0.999, 100, 0.05)


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        ({"none": [0.1, 0.2], "refund": [0.2, 0.3]}, "the levels are not numbers"),
        ({1: [0.7, 0.7], 2: [0.7, 0.7]}, "all 4 runs gave 0.7"),
        ({1: [0.7, 0.8]}, "only one level"),
    ],
)
def test_what_has_no_trend_says_why(samples: dict[object, list[float]], why: str) -> None:
    assert why in trend(make_factor(samples), FINAL_ACCURACY).note
