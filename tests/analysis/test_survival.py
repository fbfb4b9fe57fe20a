"""Depletion times: censored runs count, against Kaplan-Meier, log-rank and Cox worked out anew."""

import numpy as np
import pandas as pd
import pytest
from made_runs import make_lifetimes, runs_with
from scipy import optimize, stats

from cmlabm.analysis import (
    depletion_summary,
    depletion_times,
    hazard_ratios,
    hazard_trend,
    kaplan_meier,
    log_rank,
    log_rank_pairs,
)


def two_groups(rng: np.random.Generator, ratio: float, n: int = 60) -> dict[int, np.ndarray]:
    """Return exponential lifetimes; those of the second level end ``ratio`` times as fast."""
    return {1: rng.exponential(100, n) + 1e-3, 2: rng.exponential(100 / ratio, n) + 1e-3}


def test_kaplan_meier_is_the_product_over_the_depletions() -> None:
    days = np.array([3.0, 5, 5, 8, 9, 12])
    depleted = np.array([True, True, False, True, False, True])
    curve = kaplan_meier(pd.DataFrame({"days": days, "depleted": depleted}))
    expected, shares = 1.0, {0.0: 1.0}
    for day in np.unique(days):
        events, at_risk = (depleted & (days == day)).sum(), (days >= day).sum()
        expected *= 1 - events / at_risk
        shares[day] = expected
    assert curve["days"].tolist() == list(shares)
    assert curve["share"].tolist() == pytest.approx(list(shares.values()))
    assert curve["at_risk"].tolist() == [6, 6, 5, 3, 2, 1]


def test_log_rank_compares_seen_with_expected_depletions() -> None:
    factor = make_lifetimes(two_groups(np.random.default_rng(1), 2.0), end=120)
    times = depletion_times(factor.runs)
    seen = expected = variance = 0.0
    for day in np.unique(times.loc[times["depleted"], "days"]):
        at_risk = times["days"] >= day
        here = at_risk & (times["level"] == 1)
        events = (times["depleted"] & (times["days"] == day)).sum()
        n, m = at_risk.sum(), here.sum()
        seen += (times["depleted"] & (times["days"] == day) & (times["level"] == 1)).sum()
        expected += events * m / n
        if n > 1:
            variance += events * (m / n) * (1 - m / n) * (n - events) / (n - 1)
    found = log_rank(factor)
    assert found.statistic == pytest.approx((seen - expected) ** 2 / variance)
    assert found.p == pytest.approx(stats.chi2.sf(found.statistic, 1))


def test_cox_maximises_the_partial_likelihood() -> None:
    factor = make_lifetimes(two_groups(np.random.default_rng(2), 2.0), end=120)
    times = depletion_times(factor.runs)
    days, depleted = times["days"].to_numpy(), times["depleted"].to_numpy()
    second = (times["level"] == 2).to_numpy(dtype=float)

    def loss(beta: float) -> float:
        return -float(
            sum(
                beta * second[i] - np.log(np.exp(beta * second[days >= days[i]]).sum())
                for i in np.flatnonzero(depleted)
            )
        )

    best = optimize.minimize_scalar(loss, bounds=(-3, 3), method="bounded").x
    (found,) = hazard_ratios(factor)
    assert found.contrast == "2 against 1"
    assert found.ratio == pytest.approx(np.exp(best), rel=1e-3)
    assert found.low < 2.0 < found.high
    assert found.sign == 1


def test_the_trend_takes_all_levels() -> None:
    rng = np.random.default_rng(3)
    times = {x: rng.exponential(100 / 2.0**x, 80) + 1e-3 for x in (1, 2, 3)}
    found = hazard_trend(make_lifetimes(times, end=90))
    assert found.low < 4.0 < found.high
    assert found.contrast == "3 against 1, along a line through all levels"


def test_censored_runs_are_not_left_out() -> None:
    days = np.arange(10.0, 120.0, 10.0)
    (row,) = depletion_summary(make_lifetimes({1: days}, end=65)).to_dict("records")
    assert (row["n"], row["depleted"], row["censored"]) == (11, 6, 5)
    assert row["median"] == 60.0  # of those depleted alone, the mean is 35
    assert row["last_seen"] == 65.0


def test_a_median_beyond_what_was_seen_is_not_made_up() -> None:
    some, none = depletion_summary(
        make_lifetimes({1: np.arange(1.0, 11.0) * 10, 2: [90.0, 95.0]}, end=35)
    ).to_dict("records")
    assert np.isnan(some["median"])
    assert some["note"] == "used up in 3 of 10 runs: the median is beyond what was seen"
    assert none["note"] == "used up in none of 2 runs: the median is beyond what was seen"


def test_nothing_is_found_more_often_than_stated_where_there_is_nothing() -> None:
    rng = np.random.default_rng(4)
    factors = [make_lifetimes(two_groups(rng, 1.0, n=30), end=70) for _ in range(100)]
    most = stats.binom.ppf(0.999, 100, 0.05)
    assert sum(log_rank(factor).p < 0.05 for factor in factors) <= most
    assert sum(not f.low < 1 < f.high for factor in factors for f in hazard_ratios(factor)) <= most


def test_levels_far_apart_give_a_direction_without_a_ratio() -> None:
    factor = make_lifetimes({1: np.arange(100.0, 130.0), 2: np.arange(10.0, 40.0)})
    found = hazard_trend(factor)
    assert np.isnan(found.ratio)
    assert found.sign == 1
    assert found.p < 1e-6
    assert "no finite hazard ratio" in found.note
    assert log_rank_pairs(factor)["p_holm"].iloc[0] < 1e-6


def test_without_depletions_nothing_is_tested() -> None:
    factor = make_lifetimes({1: [50.0, 60.0], 2: [70.0, 80.0]}, end=20)
    assert log_rank(factor).note == "cannot be tested: used up in none of 4 runs (all censored)"
    assert hazard_trend(factor).note == log_rank(factor).note


def test_markets_without_malicious_money_have_nothing_to_use_up() -> None:
    runs = runs_with(3, malicious_agents=[0, 1, 1], malicious_start_balance=[1e4, 0.0, 1e4])
    assert len(depletion_times(runs)) == 1
