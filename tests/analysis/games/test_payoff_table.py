"""Payoff tables: what is expected among players drawn from a population."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_games import HAWK_DOVE, PRISONERS, shares, table_of, tables

from cmlabm.analysis.games import PayoffTable, count_profiles
from cmlabm.errors import InputError


@given(tables(most_players=4), st.data())
def test_expected_is_the_sum_over_all_draws_of_the_others(
    table: PayoffTable, data: st.DataObject
) -> None:
    """Each of the others is drawn by itself, in order: no multinomial coefficient to get wrong."""
    size = len(table.strategies)
    population = data.draw(shares(size))
    summed = np.zeros(size)
    for others in product(range(size), repeat=table.players - 1):
        for own in range(size):
            profile = np.bincount([own, *others], minlength=size)
            row = np.flatnonzero((table.counts == profile).all(axis=1))[0]
            summed[own] += np.prod(population[list(others)]) * table.mean[row, own]
    assert table.expected(population) == pytest.approx(summed, abs=1e-9)


def test_a_public_good_pays_what_the_formula_says() -> None:
    """Each contributes 1, which is multiplied by r and shared among all N.

    Of N - 1 others (N - 1) x contribute in the mean, so that contributing gives
    r ((N - 1) x + 1) / N - 1, and not contributing r (N - 1) x / N.
    """
    players, factor = 10, 3.0

    def payoff(count: Any) -> Any:
        each = factor * count[0] / players
        return np.array([each - 1, each])

    table = table_of(("give", "keep"), players, payoff)
    x = np.linspace(0, 1, 7)
    others = (players - 1) * x
    expected = np.stack([factor * (others + 1) / players - 1, factor * others / players], axis=-1)
    assert table.expected(np.stack([x, 1 - x], axis=-1)) == pytest.approx(expected)


def test_a_volunteer_is_worth_most_where_there_is_no_other() -> None:
    """Not linear in x: whoever volunteers has 1 - c, others 1 unless nobody volunteers."""
    table = table_of(("volunteer", "wait"), 6, lambda count: np.array([0.7, 1.0 * (count[0] > 0)]))
    x = np.linspace(0, 1, 7)
    assert table.expected(np.stack([x, 1 - x], axis=-1))[:, 1] == pytest.approx(1 - (1 - x) ** 5)


@given(tables(), st.integers(-50, 50), st.data())
def test_expected_is_linear_in_the_table(
    table: PayoffTable, factor: int, data: st.DataObject
) -> None:
    other = data.draw(tables(len(table.strategies)).filter(lambda t: t.players == table.players))
    population = data.draw(shares(len(table.strategies)))
    joined = table.payoffs.mean(axis=0) + factor * other.payoffs.mean(axis=0)
    both = PayoffTable(table.strategies, table.counts, joined[np.newaxis])
    separately = table.expected(population) + factor * other.expected(population)
    assert both.expected(population) == pytest.approx(separately, abs=1e-7)


@given(tables(), st.data())
def test_the_order_of_profiles_and_of_strategies_does_not_matter(
    table: PayoffTable, data: st.DataObject
) -> None:
    size = len(table.strategies)
    population = data.draw(shares(size))
    order = data.draw(st.permutations(range(size)))
    rows = data.draw(st.permutations(range(len(table.counts))))
    names = tuple(table.strategies[strategy] for strategy in order)
    relabelled = PayoffTable(
        names, table.counts[np.ix_(rows, order)], table.payoffs[:, rows][:, :, order]
    )
    assert relabelled.expected(population[order]) == pytest.approx(
        table.expected(population)[order], abs=1e-9
    )


@given(tables(), st.data())
def test_slopes_are_the_derivatives_of_expected(table: PayoffTable, data: st.DataObject) -> None:
    size = len(table.strategies)
    population, step = data.draw(shares(size)), 1e-5
    numeric = [
        (table.expected(population + way) - table.expected(population - way)) / (2 * step)
        for way in step * np.eye(size)
    ]
    assert table.slopes(population) == pytest.approx(np.transpose(numeric), rel=1e-4, abs=1e-3)


def test_many_populations_at_once_give_what_each_gives_alone() -> None:
    many = np.random.default_rng(1).dirichlet([1, 1], size=(4, 5))
    assert PRISONERS.expected(many)[2, 3] == pytest.approx(PRISONERS.expected(many[2, 3]))
    assert PRISONERS.expected(many).shape == (4, 5, 2)


def test_seeds_are_drawn_whole() -> None:
    """In each seed all payoffs are its number; were they drawn apart, they would be mixed."""
    counts = count_profiles(3, 2)
    payoffs = np.where(counts > 0, np.arange(8.0)[:, np.newaxis, np.newaxis], np.nan)
    table = PayoffTable(("a", "b"), counts, payoffs)
    drawn = table.resampled(np.random.default_rng(1)).payoffs
    assert (np.nanmax(drawn, axis=(1, 2)) == np.nanmin(drawn, axis=(1, 2))).all()
    assert 1 < len(np.unique(drawn[:, 0, 0])) < 8


def test_the_game_among_some_strategies_is_the_whole_one_without_the_others() -> None:
    rng = np.random.default_rng(2)
    table = table_of(("a", "b", "c"), 5, lambda count: rng.normal(size=3))
    part = table.restricted(["c", "a"])
    assert part.expected([0.3, 0.7]) == pytest.approx(table.expected([0.7, 0.0, 0.3])[[2, 0]])


def test_a_matrix_can_have_seeds() -> None:
    table = PayoffTable.from_matrix(["a", "b"], np.array([[[1, 2], [3, 4]], [[3, 2], [3, 8]]]))
    assert table.seeds == 2
    assert table.expected([0.5, 0.5]).tolist() == [2.0, 4.5]


GOOD: dict[str, Any] = {
    "strategies": HAWK_DOVE.strategies,
    "counts": HAWK_DOVE.counts,
    "payoffs": HAWK_DOVE.payoffs,
}


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"strategies": ("hawk",)}, "must be two or more different names"),
        ({"strategies": ("hawk", "hawk")}, "must be two or more different names"),
        ({"counts": np.array([[1, 0], [0, 1]])}, "players = 1: a game has 2 to 200 of them"),
        ({"counts": HAWK_DOVE.counts[:2]}, "have 3, each of which is needed once"),
        ({"counts": np.array([[2, 0], [2, 0], [0, 2]])}, "2 of them different"),
        ({"counts": np.array([[2, 0], [1, 0], [0, 2]])}, "the same number of players"),
        ({"counts": np.array([[3, -1], [1, 1], [0, 2]])}, "the same number of players"),
        ({"counts": HAWK_DOVE.counts * 1.0}, "must be whole numbers"),
        ({"payoffs": HAWK_DOVE.payoffs[0]}, "must be (seeds, 3 profiles, 2 strategies)"),
        ({"payoffs": HAWK_DOVE.payoffs[:0]}, "of one seed or more"),
        ({"payoffs": np.zeros((1, 3, 2))}, "NaN where it is not"),
        ({"payoffs": np.full((1, 3, 2), np.nan)}, "must be finite where a strategy is played"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(bad: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        PayoffTable(**{**GOOD, **bad})
    assert sentence in str(error.value)


def test_shares_and_names_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="one entry for each of the 2 strategies"):
        HAWK_DOVE.expected([0.2, 0.3, 0.5])
    with pytest.raises(InputError, match="strategy 'owl': the table has hawk, dove"):
        HAWK_DOVE.index("owl")
    with pytest.raises(InputError, match="matrix of shape"):
        PayoffTable.from_matrix(["a", "b"], [[1, 2, 3], [4, 5, 6]])
    with pytest.raises(InputError, match="must be finite"):
        PayoffTable.from_matrix(["a", "b"], [[1.0, 2.0], [4.0, np.inf]])
