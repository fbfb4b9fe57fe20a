"""Claims: planted truths are supported, planted opposites are not, noise is left undecided."""

from typing import Any

import numpy as np
import pytest
from made_runs import make_factor, make_lifetimes, runs_with
from scipy import stats

from cmlabm.analysis import CLAIMS, Evidence, Factor, check_claims

CHECKS = {claim.name: claim.check for claim in CLAIMS}


def verdict(claim: str, *factors: Factor, runs: Any = None, **base: object) -> str:
    runs = runs_with(1) if runs is None else runs
    return CHECKS[claim](Evidence({factor.name: factor for factor in factors}, runs, base)).verdict


@pytest.mark.parametrize(
    ("claim", "factor"),
    [("words-accuracy", "num_words"), ("initial-data-accuracy", "initial_fraction")],
)
@pytest.mark.parametrize(
    ("rise", "noise", "expected"),
    [
        (0.05, 0.005, "supported"),
        (-0.05, 0.005, "not supported"),
        (0.0, 0.002, "not supported"),
        (0.01, 0.1, "undecided"),
    ],
)
def test_more_of_something_raises_accuracy(
    claim: str, factor: str, rise: float, noise: float, expected: str
) -> None:
    rng = np.random.default_rng(1)
    levels = {x: rng.normal(0.75 + rise * x / 3, noise, 30) for x in (1, 2, 3)}
    assert verdict(claim, make_factor(levels, name=factor)) == expected


@pytest.mark.parametrize(
    ("claim", "factor"), [("words-depletion", "num_words"), ("cost-depletion", "cost_weight")]
)
@pytest.mark.parametrize(
    ("ratio", "expected"), [(4.0, "supported"), (0.25, "not supported"), (1.2, "undecided")]
)
def test_more_of_something_shortens_the_depletion_time(
    claim: str, factor: str, ratio: float, expected: str
) -> None:
    rng = np.random.default_rng(2)
    times = {x: rng.exponential(100 / ratio ** (x - 1), 40) + 1e-3 for x in (1, 2)}
    assert verdict(claim, make_lifetimes(times, end=150, name=factor)) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [((100.0, 10.0), "supported"), ((10.0, 100.0), "not supported")],
)
def test_levels_far_apart_decide_by_their_direction(
    days: tuple[float, float], expected: str
) -> None:
    times = {x: start + np.arange(20.0) for x, start in enumerate(days, start=1)}
    assert verdict("cost-depletion", make_lifetimes(times)) == expected


@pytest.mark.parametrize(
    ("shift", "noise", "expected"),
    [(0.0, 0.005, "supported"), (0.05, 0.005, "not supported"), (0.0, 0.1, "undecided")],
)
def test_deposits_hardly_matter(shift: float, noise: float, expected: str) -> None:
    rng = np.random.default_rng(3)
    factors = [
        make_factor(
            {50: rng.normal(0.79, noise, 30), 500: rng.normal(0.79 + shift, noise, 30)}, name=name
        )
        for name in ("honest_mean_deposit", "malicious_mean_deposit")
    ]
    assert verdict("deposits-hardly-matter", *factors) == expected


def test_deposits_are_undecided_if_only_one_kind_was_varied() -> None:
    same = {50: [0.78, 0.79, 0.8], 500: [0.78, 0.79, 0.8]}
    assert verdict("deposits-hardly-matter", make_factor(same, name="honest_mean_deposit")) == (
        "undecided"
    )


@pytest.mark.parametrize(
    ("gap", "noise", "kept", "lost"),
    [
        (-0.005, 0.005, "supported", "not supported"),
        (-0.2, 0.05, "not supported", "supported"),
        (-0.02, 0.05, "undecided", "undecided"),
    ],
)
def test_accuracy_is_kept_with_the_mechanism_and_lost_without(
    gap: float, noise: float, kept: str, lost: str
) -> None:
    gaps = np.random.default_rng(4).normal(gap, noise, 30)
    drt = runs_with(30, accuracy_gap=gaps)
    assert verdict("mechanism-keeps-accuracy", runs=drt, incentive="deposit-refund-take") == kept
    none = runs_with(30, accuracy_gap=gaps, incentive="none")
    assert verdict("none-loses-accuracy", runs=none, incentive="deposit-refund-take") == lost


def test_only_base_case_runs_tell_about_the_mechanism() -> None:
    runs = runs_with(60, accuracy_gap=np.repeat([0.0, -0.3], 30) + np.tile(np.arange(30) / 1e4, 2))
    runs["num_words"] = np.repeat([1000, 100], 30)
    assert verdict("mechanism-keeps-accuracy", runs=runs, num_words=1000) == "supported"


def test_a_study_that_does_not_vary_a_factor_leaves_its_claims_undecided() -> None:
    table = check_claims(Evidence({}, runs_with(1), {}))
    assert set(table["verdict"]) == {"undecided"}
    assert "This study does not vary the number of words." in table["evidence"].tolist()
    assert len(table) == len(CLAIMS) == 7


def test_a_claim_is_supported_by_chance_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(5)
    found = sum(
        verdict("words-accuracy", make_factor({x: rng.normal(0.8, 0.02, 10) for x in (1, 2, 3)}))
        == "supported"
        for _ in range(100)
    )
    assert found <= stats.binom.ppf(0.999, 100, 0.025)
