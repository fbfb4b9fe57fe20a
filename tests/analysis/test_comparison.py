"""Comparisons between levels: right numbers, the right test, effects found, nothing else found."""

import numpy as np
import pytest
from made_runs import make_factor
from scipy import stats

from cmlabm.analysis import FINAL_ACCURACY, HONEST_BALANCE, compare, compare_all, compare_pairs
from cmlabm.analysis.comparison import holm

REPETITIONS = 200
STATED = 0.05
MOST = stats.binom.ppf(0.999, REPETITIONS, STATED) / REPETITIONS
"""A share of false findings beyond this would be a wonder at the stated rate."""


def normal(rng: np.random.Generator, *means: float, n: int = 20) -> dict[int, np.ndarray]:
    return {level: rng.normal(mean, 0.01, n) for level, mean in enumerate(means, start=1)}


def test_anova_is_the_ratio_of_mean_squares() -> None:
    samples = normal(np.random.default_rng(1), 0.78, 0.79, 0.79)
    everything = np.concatenate(list(samples.values()))
    between = sum(20 * (s.mean() - everything.mean()) ** 2 for s in samples.values())
    within = sum(((s - s.mean()) ** 2).sum() for s in samples.values())
    found = compare(make_factor(samples), FINAL_ACCURACY)
    assert found.test == "one-way ANOVA"
    assert found.statistic == pytest.approx((between / 2) / (within / 57))
    assert found.effect == pytest.approx(between / (between + within))
    assert found.p == pytest.approx(stats.f.sf(found.statistic, 2, 57))


def test_kruskal_wallis_effect_is_the_share_of_the_ranks_variance() -> None:
    rng = np.random.default_rng(2)
    samples = {1: rng.lognormal(0, 1, 25), 2: rng.lognormal(1, 1, 25)}
    ranks = stats.rankdata(np.concatenate(list(samples.values())))
    between = 25 * sum((half.mean() - ranks.mean()) ** 2 for half in np.split(ranks, 2))
    found = compare(make_factor(samples), FINAL_ACCURACY)
    assert found.test == "Kruskal-Wallis"
    assert "residuals are not normal" in found.why
    assert found.effect == pytest.approx(between / ((ranks - ranks.mean()) ** 2).sum())


def test_unequal_variances_rule_out_anova() -> None:
    rng = np.random.default_rng(3)
    found = compare(
        make_factor({1: rng.normal(0, 0.1, 40), 2: rng.normal(0, 3, 40)}), FINAL_ACCURACY
    )
    assert found.test == "Kruskal-Wallis"
    assert "variances are not equal" in found.why


def test_a_planted_effect_is_found_and_placed() -> None:
    factor = make_factor(normal(np.random.default_rng(4), 0.78, 0.78, 0.81))
    assert compare(factor, FINAL_ACCURACY).p < 1e-6
    pairs = compare_pairs(factor, FINAL_ACCURACY)
    assert pairs["level"].tolist() == ["1", "1", "2"]
    assert pairs["other"].tolist() == ["2", "3", "3"]
    assert (pairs["p_holm"] > STATED).tolist() == [True, False, False]
    assert (pairs["low"] < 0.03).tolist() == [True, True, True]
    assert (pairs["high"] > 0.03).tolist() == [False, True, True]


@pytest.mark.parametrize("shape", ["normal", "lognormal"])
def test_nothing_is_found_more_often_than_stated_where_there_is_nothing(shape: str) -> None:
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(REPETITIONS):
        samples = {level: getattr(rng, shape)(0, 1, 15) for level in range(3)}
        found += compare(make_factor(samples), FINAL_ACCURACY).p < STATED
    assert found / REPETITIONS <= MOST


def test_pairs_together_are_wrong_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(6)
    tables = [
        compare_pairs(make_factor(normal(rng, 0.8, 0.8, 0.8, 0.8)), FINAL_ACCURACY)
        for _ in range(25)
    ]
    wrong = sum((table["p_holm"] < STATED).any() for table in tables)
    assert wrong <= stats.binom.ppf(0.999, 25, STATED)


def test_holm_multiplies_the_smallest_by_all_and_never_falls() -> None:
    assert holm(np.array([0.03, 0.01, 0.02, np.nan])) == pytest.approx(
        [0.04, 0.03, 0.04, np.nan], nan_ok=True
    )


def test_p_values_are_corrected_over_the_whole_table() -> None:
    factor = make_factor(normal(np.random.default_rng(7), 0.78, 0.79))
    table = compare_all([factor, factor], (FINAL_ACCURACY, HONEST_BALANCE))
    assert table["p_holm"].iloc[0] == pytest.approx(2 * table["p"].iloc[0])
    assert table["note"].iloc[1] == "cannot be tested: all 40 runs gave 19990"


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        ({1: [0.7, 0.8]}, "only one level has two finished runs"),
        ({1: [0.7], 2: [0.8]}, "no level has two finished runs"),
        ({1: [0.7, 0.7], 2: [0.7, 0.7]}, "all 4 runs gave 0.7"),
    ],
)
def test_what_cannot_be_compared_says_why(samples: dict[int, list[float]], why: str) -> None:
    found = compare(make_factor(samples), FINAL_ACCURACY)
    assert why in found.note
    assert not found.test
    assert compare_pairs(make_factor(samples), FINAL_ACCURACY).empty


def test_levels_without_spread_are_compared_by_ranks() -> None:
    factor = make_factor({1: [0.7] * 5, 2: [0.8] * 5})
    found = compare(factor, FINAL_ACCURACY)
    assert (found.test, found.why) == ("Kruskal-Wallis", "no spread within levels")
    assert found.p < 0.01
    assert compare_pairs(factor, FINAL_ACCURACY)["p"].iloc[0] < 0.01
