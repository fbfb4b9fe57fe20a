"""Symmetric equilibria of games of two strategies."""

import numpy as np
import pytest
from made_games import HAWK_DOVE, PRISONERS, STAG_HUNT, table_of
from scipy import stats

from cmlabm.analysis.games import PayoffTable, symmetric_equilibria
from cmlabm.errors import InputError


def _descriptions(table: PayoffTable) -> list[str]:
    found = symmetric_equilibria(table, 1, np.random.default_rng(1))
    return [equilibrium.description for equilibrium in found]


def test_textbook_games() -> None:
    assert _descriptions(HAWK_DOVE) == ["0.667 hawk, 0.333 dove"]
    assert _descriptions(PRISONERS) == ["all defect"]
    assert _descriptions(STAG_HUNT) == ["all stag", "all hare", "0.75 stag, 0.25 hare"]


def test_from_an_unstable_equilibrium_nobody_gains_by_leaving_alone() -> None:
    """b gets no more than a among a, and more as soon as others play b as well."""
    table = PayoffTable.from_matrix(["a", "b"], [[1, 0], [1, 2]])
    found = symmetric_equilibria(table, 1, np.random.default_rng(1))
    assert [(e.description, e.stability) for e in found] == [
        ("all a", "unstable"),
        ("all b", "stable"),
    ]


def test_where_nothing_is_paid_every_mixture_is_an_equilibrium() -> None:
    assert _descriptions(table_of(("a", "b"), 10, lambda count: np.zeros(2))) == [
        "every mixture of a and b"
    ]


def test_intervals_hold_the_true_mixture_about_as_often_as_they_say() -> None:
    rng, held = np.random.default_rng(2), 0
    for _ in range(60):
        noisy = np.array([[-1, 4], [0, 2]]) + rng.normal(0, 0.5, (20, 2, 2))
        (mixed,) = symmetric_equilibria(PayoffTable.from_matrix(["hawk", "dove"], noisy), 100, rng)
        held += mixed.share_low <= 2 / 3 <= mixed.share_high
    assert held >= stats.binom.ppf(0.001, 60, 0.92)  # 20 seeds: a bit short


def test_an_equilibrium_that_noise_may_have_made_is_found_in_part_of_the_resamples() -> None:
    noisy = np.array([[1, 1], [1, 1]]) + np.random.default_rng(3).normal(0, 1, (8, 2, 2))
    found = symmetric_equilibria(
        PayoffTable.from_matrix(["a", "b"], noisy), 200, np.random.default_rng(4)
    )
    assert any(0.05 < equilibrium.found < 0.95 for equilibrium in found)


def test_pure_equilibria_are_matched_with_themselves() -> None:
    noisy = np.array([[4, 0], [3, 3]]) + np.random.default_rng(5).normal(0, 0.1, (8, 2, 2))
    stag, hare, mixed = symmetric_equilibria(
        PayoffTable.from_matrix(["stag", "hare"], noisy), 100, np.random.default_rng(6)
    )
    assert (stag.share_low, stag.share_high, stag.found) == (1.0, 1.0, 1.0)
    assert (hare.share_low, hare.share_high, hare.found) == (0.0, 0.0, 1.0)
    assert 0.7 < mixed.share_low < mixed.share < mixed.share_high < 0.8


def test_one_seed_has_no_interval() -> None:
    (mixed,) = symmetric_equilibria(HAWK_DOVE, 10, np.random.default_rng(1))
    assert np.isnan([mixed.share_low, mixed.share_high, mixed.found]).all()


def test_three_strategies_and_no_resamples_are_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(InputError, match="3 strategies"):
        symmetric_equilibria(PayoffTable.from_matrix(list("abc"), np.eye(3)), 10, rng)
    with pytest.raises(InputError, match="resamples = 0"):
        symmetric_equilibria(HAWK_DOVE, 0, rng)
