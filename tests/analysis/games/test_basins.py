"""Basins of attraction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_games import HAWK_DOVE, PRISONERS, STAG_HUNT, rock_paper_scissors, table_of, tables
from scipy import stats

from cmlabm.analysis.games import PayoffTable, basin, basin_interval, count_profiles, trajectories
from cmlabm.errors import InputError


def test_textbook_games_of_two_strategies() -> None:
    assert (basin(HAWK_DOVE, "hawk"), basin(HAWK_DOVE, "dove")) == (0.0, 0.0)
    assert (basin(PRISONERS, "cooperate"), basin(PRISONERS, "defect")) == (0.0, 1.0)
    assert basin(STAG_HUNT, "stag") == pytest.approx(0.25)
    assert basin(STAG_HUNT, "hare") == pytest.approx(0.75)


def test_symmetric_coordination_divides_the_triangle_in_three() -> None:
    table = PayoffTable.from_matrix(["a", "b", "c"], np.eye(3))
    found = [basin(table, strategy) for strategy in "abc"]
    assert found == pytest.approx([1 / 3] * 3, abs=0.01)


def test_basins_agree_with_trajectories_from_other_starts_followed_for_long() -> None:
    matrix = [[1, 0, 0.3], [0, 1, 0.9], [-1, 0, -0.1]]
    table = PayoffTable.from_matrix(["a", "b", "c"], matrix)
    starts = np.random.default_rng(1).dirichlet([1, 1, 1], size=2_000)
    ends = trajectories(table, starts, 400.0, 2).shares[:, -1]
    assert basin(table, "a") == pytest.approx((ends[:, 0] > 0.99).mean(), abs=0.03)
    assert basin(table, "b") == pytest.approx((ends[:, 1] > 0.99).mean(), abs=0.03)
    assert basin(table, "c") == 0.0


def test_nobody_wins_at_rock_paper_scissors() -> None:
    for win, lose in ((1, 1), (2, 1), (1, 2)):
        table = rock_paper_scissors(win, lose)
        assert [basin(table, strategy) for strategy in table.strategies] == [0.0, 0.0, 0.0]


def test_where_a_stable_mixture_stands_beside_a_pure_population_both_have_a_basin() -> None:
    table = PayoffTable.from_matrix(["alone", "hawk", "dove"], [[5, 0, 0], [0, -1, 4], [0, 0, 2]])
    assert 0.2 < basin(table, "alone") < 0.8
    assert basin(table, "hawk") == basin(table, "dove") == 0.0


def test_where_nothing_is_paid_nothing_flows() -> None:
    for names in (("a", "b"), ("a", "b", "c")):
        assert basin(table_of(names, 10, lambda count: np.zeros(len(count))), "a") == 0.0


def test_a_population_that_rests_among_twins_has_not_become_one_of_them() -> None:
    """Twins do not drive each other out, but together they drive out the third."""
    matrix = [[1, 1, 1], [1, 1, 1], [0, 0, 0]]
    table = PayoffTable.from_matrix(["one", "twin", "worse"], matrix)
    assert basin(table, "one") == 0.0


def test_a_dominant_strategy_has_the_whole_triangle_however_little_it_gains() -> None:
    """Next to losses of 2,000 its lead of 5 is small, and the last stretch takes long."""
    matrix = [[0, 0, 0], [-5, -5, -5], [-2000, -2000, -2000]]
    assert basin(PayoffTable.from_matrix(["study", "echo", "flip"], matrix), "study") == 1.0


@settings(max_examples=40)
@given(tables(2))
def test_basins_of_two_strategies_never_overlap(table: PayoffTable) -> None:
    both = basin(table, "a"), basin(table, "b")
    assert min(both) >= 0
    assert sum(both) <= 1 + 1e-9


@settings(max_examples=5)
@given(tables(3, most_players=3), st.integers(-1000, 1000))
def test_a_constant_changes_no_basin_and_basins_do_not_overlap(
    table: PayoffTable, constant: int
) -> None:
    other = PayoffTable(table.strategies, table.counts, table.payoffs + constant)
    found, changed = ([basin(game, strategy) for strategy in "abc"] for game in (table, other))
    assert sum(found) <= 1 + 1e-9
    assert changed == pytest.approx(found, abs=0.01)


def test_intervals_hold_the_true_basin_about_as_often_as_they_say() -> None:
    """Stag hunts whose payoffs are observed with noise: the true basin of the stag is 1/4."""
    rng, held = np.random.default_rng(1), 0
    for _ in range(60):
        noisy = np.array([[4, 0], [3, 3]]) + rng.normal(0, 0.5, (20, 2, 2))
        low, high = basin_interval(
            PayoffTable.from_matrix(["stag", "hare"], noisy), "stag", 100, rng
        )
        held += low <= 0.25 <= high
    assert held >= stats.binom.ppf(0.001, 60, 0.92)  # 20 seeds: a bit short


def test_intervals_of_three_strategies_lie_around_the_basin() -> None:
    rng = np.random.default_rng(1)
    counts = count_profiles(10, 3)
    payoffs = counts / 10 + rng.normal(0, 0.3, (20, *counts.shape))
    payoffs[:, counts == 0] = np.nan
    table = PayoffTable(("a", "b", "c"), counts, payoffs)
    low, high = basin_interval(table, "a", 20, rng)
    assert low <= basin(table, "a") <= high
    assert 0 < high - low < 0.2


def test_one_seed_has_no_interval() -> None:
    assert np.isnan(basin_interval(STAG_HUNT, "stag", 10, np.random.default_rng(1))).all()


def test_what_has_no_basin_is_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(InputError, match="strategy 'owl'"):
        basin(STAG_HUNT, "owl")
    with pytest.raises(InputError, match="strategy 'owl'"):
        basin_interval(STAG_HUNT, "owl", 10, rng)
    with pytest.raises(InputError, match="4 strategies"):
        basin(PayoffTable.from_matrix(list("abcd"), np.eye(4)), "a")
    for resamples in (0, 100_001):
        with pytest.raises(InputError, match="resamples"):
            basin_interval(STAG_HUNT, "stag", resamples, rng)
