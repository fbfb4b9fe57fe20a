"""Sensitivity: indices of functions whose indices are known."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from SALib.sample import morris as morris_sampler
from SALib.sample import sobol as sobol_sampler
from scipy.stats import qmc

from cmlabm.analysis import (
    FINAL_ACCURACY,
    Sample,
    first_order_indices,
    morris_effects,
    partial_dependence,
    sobol_indices,
)

NAMES = ["x1", "x2", "x3"]
PROBLEM = {"num_vars": 3, "names": NAMES, "bounds": [[0.0, 1.0]] * 3}
FIRST, TOTAL = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
"""The Ishigami function's, with a = 7 and b = 0.1 (Ishigami & Homma 1990)."""

type Numbers = NDArray[np.float64]


def ishigami(points: Numbers) -> Numbers:
    x1, x2, x3 = (2 * points - 1).T * np.pi
    return np.asarray(np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1))


def saltelli(samples: int) -> Numbers:
    return np.asarray(sobol_sampler.sample(PROBLEM, samples, calc_second_order=False, seed=0))


def test_sobol_indices_of_the_ishigami_function() -> None:
    found = sobol_indices(NAMES, ishigami(saltelli(2048)))
    assert found["first"].tolist() == pytest.approx(FIRST, abs=0.03)
    assert found["total"].tolist() == pytest.approx(TOTAL, abs=0.03)
    assert ((found["first"] - FIRST).abs() < found["first_error"]).all()


def test_blocks_with_a_failed_run_are_left_out_as_a_whole() -> None:
    values = ishigami(saltelli(2048))
    values[7] = values[503] = np.nan
    found = sobol_indices(NAMES, values)
    assert found["n"].tolist() == [2046] * 3
    assert found["total"].tolist() == pytest.approx(TOTAL, abs=0.03)


def test_first_order_indices_from_a_space_filling_sample() -> None:
    points = qmc.LatinHypercube(3, rng=0).random(4000)
    found = first_order_indices(NAMES, points, ishigami(points))
    assert found["first"].tolist() == pytest.approx(FIRST, abs=0.05)


def test_morris_effects_of_a_plane_are_its_slopes() -> None:
    points = np.asarray(morris_sampler.sample(PROBLEM, 20, num_levels=4, seed=0))
    found = morris_effects(NAMES, points, points @ np.array([3.0, -2.0, 0.0]))
    assert found["mu_star"].tolist() == pytest.approx([3.0, 2.0, 0.0])
    assert found["mu"].tolist() == pytest.approx([3.0, -2.0, 0.0])
    assert found["sigma"].tolist() == pytest.approx([0.0] * 3, abs=1e-12)


def test_morris_sees_interactions_as_spread() -> None:
    points = np.asarray(morris_sampler.sample(PROBLEM, 40, num_levels=4, seed=0))
    found = morris_effects(NAMES, points, points[:, 0] * points[:, 1])
    assert (found["sigma"] > 0.1).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.ones(100), "all runs gave 1"),
        (np.full(100, np.nan), "0 complete blocks"),
        (np.arange(20.0), "4 complete blocks of points, 8 are needed"),
    ],
)
def test_what_cannot_be_estimated_says_why(values: Numbers, why: str) -> None:
    assert why in sobol_indices(NAMES, values)["note"].iloc[0]


def sample_with(points: Numbers, values: Numbers) -> Sample:
    outcomes = pd.DataFrame({"final_accuracy": values})
    return Sample("latin-hypercube", NAMES, points, [False] * 3, {}, outcomes)


def test_partial_dependence_follows_each_term_of_a_sum() -> None:
    points = qmc.LatinHypercube(3, rng=0).random(600)
    values = 2 * points[:, 0] - points[:, 1]
    found = partial_dependence(sample_with(points, values), FINAL_ACCURACY)
    assert found.r2 > 0.9
    for name, slope in zip(NAMES, (2.0, -1.0, 0.0), strict=True):
        curve = found.curves[found.curves["factor"] == name]
        fitted = np.polyfit(curve["value"].astype(float), curve["mean"].astype(float), 1)
        assert fitted[0] == pytest.approx(slope, abs=0.2)


def test_partial_dependence_on_noise_predicts_nothing() -> None:
    rng = np.random.default_rng(1)
    found = partial_dependence(
        sample_with(rng.random((200, 3)), rng.normal(size=200)), FINAL_ACCURACY
    )
    assert found.r2 < 0.1


def test_a_small_or_constant_sample_is_not_fitted() -> None:
    points = np.random.default_rng(2).random((60, 3))
    assert (
        "all runs gave 1"
        in partial_dependence(sample_with(points, np.ones(60)), FINAL_ACCURACY).note
    )
    few = sample_with(points[:10], np.arange(10.0))
    assert "10 points, 50 are needed" in partial_dependence(few, FINAL_ACCURACY).note
