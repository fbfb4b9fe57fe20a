"""Replicator dynamics: trajectories."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_games import HAWK_DOVE, PRISONERS, rock_paper_scissors, shares, tables

from cmlabm.analysis.games import PayoffTable, trajectories
from cmlabm.errors import InputError


@settings(max_examples=30)
@given(tables(), st.data())
def test_shares_stay_on_the_simplex_and_the_dead_stay_dead(
    table: PayoffTable, data: st.DataObject
) -> None:
    start = data.draw(shares(len(table.strategies)))
    path = trajectories(table, start).shares[0]
    assert path.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert (path >= 0).all()
    assert (path[:, start == 0] == 0).all()


@settings(max_examples=20)
@given(tables(), st.integers(-1000, 1000), st.integers(1, 50), st.data())
def test_neither_a_constant_nor_the_unit_of_payoffs_changes_anything(
    table: PayoffTable, constant: int, unit: int, data: st.DataObject
) -> None:
    start = data.draw(shares(len(table.strategies)))
    other = PayoffTable(table.strategies, table.counts, unit * table.payoffs + constant)
    found, changed = (trajectories(game, start, 5.0).shares for game in (table, other))
    assert changed == pytest.approx(found, abs=1e-5)


def test_the_odds_of_defecting_grow_as_the_equation_says() -> None:
    """With payoffs 2 and 1 against everybody, odds grow by e in a unit of time: logistic growth."""
    table = PayoffTable.from_matrix(["a", "b"], [[2, 2], [1, 1]])
    path = trajectories(table, [0.1, 0.9], duration=4.0, points=5)
    odds = path.shares[0, :, 0] / path.shares[0, :, 1]
    assert odds == pytest.approx(np.exp(path.times) / 9, rel=1e-6)


def test_all_starts_end_where_textbooks_say() -> None:
    starts = [[0.01, 0.99], [0.5, 0.5], [0.99, 0.01]]
    hawks = trajectories(HAWK_DOVE, starts, 200.0).shares[:, -1, 0]
    assert hawks == pytest.approx(2 / 3, abs=1e-5)
    assert trajectories(PRISONERS, starts, 200.0).shares[:, -1, 1] == pytest.approx(1, abs=1e-5)


def test_zero_sum_rock_paper_scissors_goes_round_for_ever() -> None:
    """The product of the shares is a constant of motion (Hofbauer & Sigmund 1998, section 7.7)."""
    path = trajectories(rock_paper_scissors(1, 1), [0.6, 0.3, 0.1], 100.0).shares[0]
    assert path.prod(axis=1) == pytest.approx(0.018, rel=1e-4)
    assert np.ptp(path[-60:, 0]) > 0.3


def test_where_payoffs_do_not_differ_nothing_moves() -> None:
    table = PayoffTable.from_matrix(["a", "b"], [[2, 7], [2, 7]])
    assert (trajectories(table, [0.3, 0.7]).shares == [0.3, 0.7]).all()


def test_starts_and_lengths_that_cannot_be_are_refused() -> None:
    for starts in ([0.5, 0.6], [1.5, -0.5], [np.nan, 1.0]):
        with pytest.raises(InputError, match="shares from 0 to 1 that sum to 1"):
            trajectories(PRISONERS, starts)
    with pytest.raises(InputError, match="starts of shape"):
        trajectories(PRISONERS, [0.2, 0.3, 0.5])
    for duration in (0.0, -1.0, 2e6, np.nan):
        with pytest.raises(InputError, match="duration"):
            trajectories(PRISONERS, [0.5, 0.5], duration)
    for points in (1, 100_001):
        with pytest.raises(InputError, match="points"):
            trajectories(PRISONERS, [0.5, 0.5], 1.0, points)
