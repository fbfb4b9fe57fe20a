"""Rest points of textbook games, and their stability."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_games import HAWK_DOVE, PRISONERS, STAG_HUNT, rock_paper_scissors, table_of, tables

from cmlabm.analysis.games import PayoffTable, rest_points
from cmlabm.errors import InputError


def _found(table: PayoffTable) -> dict[str, str]:
    return {point.description: point.stability for point in rest_points(table)}


def test_textbook_games_of_two_strategies() -> None:
    assert _found(HAWK_DOVE) == {
        "all hawk": "unstable",
        "all dove": "unstable",
        "0.667 hawk, 0.333 dove": "stable",
    }
    assert _found(PRISONERS) == {"all cooperate": "unstable", "all defect": "stable"}
    assert _found(STAG_HUNT) == {
        "all stag": "stable",
        "all hare": "stable",
        "0.75 stag, 0.25 hare": "unstable",
    }


@pytest.mark.parametrize(("value", "cost"), [(1.0, 2.0), (3.0, 4.0), (2.0, 200.0)])
def test_hawks_are_as_many_as_the_value_over_the_cost(value: float, cost: float) -> None:
    table = PayoffTable.from_matrix(["hawk", "dove"], [[(value - cost) / 2, value], [0, value / 2]])
    assert rest_points(table)[-1].shares[0] == pytest.approx(value / cost, abs=1e-9)


def test_volunteers_are_as_rare_as_the_formula_says() -> None:
    """Volunteering costs c of the 1 that all get: 1 - x = c^(1 / (N - 1)) (Diekmann 1985)."""
    for players in (2, 10, 50):
        table = table_of(
            ("volunteer", "wait"), players, lambda count: np.array([0.7, 1.0 * (count[0] > 0)])
        )
        assert rest_points(table)[-1].shares[1] == pytest.approx(0.3 ** (1 / (players - 1)))
        assert rest_points(table)[-1].stability == "stable"


@pytest.mark.parametrize("players", [2, 5, 10, 30])
def test_all_roots_of_a_polynomial_are_found(players: int) -> None:
    """The advantage of a over b is made to have as many given roots as it can, up to four."""
    roots = np.array([0.15, 0.4, 0.55, 0.8])[: players - 1]
    powers = np.poly(roots)[::-1].tolist()
    degree = players - 1
    # A polynomial in its Bernstein form: what a gets above b for each number of others who play a.
    weights = np.array(
        [
            sum(
                coefficient * _choose(number, power) / _choose(degree, power)
                for power, coefficient in enumerate(powers)
            )
            for number in range(players)
        ]
    )

    def payoff(count: Any) -> Any:
        return np.array([weights[max(count[0] - 1, 0)], 0.0])

    inner = rest_points(table_of(("a", "b"), players, payoff))[2:]
    assert [point.shares[0] for point in inner] == pytest.approx(roots, abs=1e-8)
    kinds = [point.stability for point in inner]
    assert kinds[::-1] == ["unstable", "stable", "unstable", "stable"][: len(roots)]


def _choose(of: int, chosen: int) -> float:
    return float(np.prod([(of - i) / (i + 1) for i in range(chosen)]))


def test_a_double_root_attracts_on_one_side() -> None:
    """Advantage (x - 1/2)²: a always gains, but at one half it gains nothing."""
    weights = [0.25, -0.25, 0.25]
    table = table_of(("a", "b"), 3, lambda count: np.array([weights[max(count[0] - 1, 0)], 0.0]))
    assert _found(table) == {
        "all a": "stable",
        "all b": "unstable",
        "0.5 a, 0.5 b": "saddle",
    }


@pytest.mark.parametrize(
    ("win", "lose", "stability"), [(1, 1, "neutral"), (2, 1, "stable"), (1, 2, "unstable")]
)
def test_the_centre_of_rock_paper_scissors(win: float, lose: float, stability: str) -> None:
    """Weibull 1995, section 3.1.5: stable if wins outweigh losses."""
    *corners, centre = rest_points(rock_paper_scissors(win, lose))
    assert centre.shares == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert centre.stability == stability
    assert {corner.stability for corner in corners} == {"saddle"}
    assert len(corners) == 3
    assert all(abs(value.imag) > 0.1 for value in centre.eigenvalues)


def test_coordination_among_three() -> None:
    found = rest_points(PayoffTable.from_matrix(["a", "b", "c"], np.eye(3)))
    assert [point.stability for point in found] == ["stable"] * 3 + ["saddle"] * 3 + ["unstable"]
    assert found[3].shares == pytest.approx((0.5, 0.5, 0))


def test_a_third_strategy_that_is_never_good_leaves_the_others_as_they_are() -> None:
    table = PayoffTable.from_matrix(["hawk", "dove", "fool"], [[-1, 4, 1], [0, 2, 1], [-9, -9, -9]])
    assert _found(table) == {
        "all hawk": "saddle",
        "all dove": "saddle",
        "all fool": "unstable",
        "0.667 hawk, 0.333 dove": "stable",
    }


def test_where_nothing_is_paid_everything_rests() -> None:
    for names in (("a", "b"), ("a", "b", "c")):
        (point,) = rest_points(table_of(names, 10, lambda count: np.zeros(len(count))))
        assert (point.extent, point.stability) == ("all", "neutral")
        assert point.description == f"every mixture of {' and '.join(names)}"


def test_a_payoff_that_depends_on_others_alone_leaves_everything_at_rest_too() -> None:
    table = PayoffTable.from_matrix(["a", "b"], [[1, 7], [1, 7]])
    assert [point.extent for point in rest_points(table)] == ["all"]


def test_two_strategies_of_the_same_worth_rest_in_every_mixture() -> None:
    """Copies do not differ from each other; both lose to the third, whatever the mixture."""
    table = PayoffTable.from_matrix(["copy", "twin", "best"], [[1, 1, 1], [1, 1, 1], [2, 2, 2]])
    found = {point.description: point.extent for point in rest_points(table)}
    assert found == {
        "all copy": "point",
        "all twin": "point",
        "all best": "point",
        "every mixture of copy and twin": "edge",
    }


def test_twins_that_coexist_with_a_third_rest_along_a_curve() -> None:
    table = PayoffTable.from_matrix(["hawk", "twin", "dove"], [[-1, -1, 4], [-1, -1, 4], [0, 0, 2]])
    curve = rest_points(table)[-1]
    assert curve.extent == "curve"
    assert curve.shares[2] == pytest.approx(1 / 3)


@settings(max_examples=15)
@given(tables(3, most_players=4), st.permutations(range(3)))
def test_relabelled_strategies_have_relabelled_corners(
    table: PayoffTable, order: list[int]
) -> None:
    names = tuple(table.strategies[strategy] for strategy in order)
    relabelled = PayoffTable(names, table.counts[:, order], table.payoffs[:, :, order])
    corners, others = (
        {
            point.description: point.stability
            for point in rest_points(game)
            if max(point.shares) == 1
        }
        for game in (table, relabelled)
    )
    assert corners == others


@settings(max_examples=25)
@given(tables())
def test_nothing_moves_at_a_rest_point(table: PayoffTable) -> None:
    for point in rest_points(table):
        shares, payoffs = np.array(point.shares), table.expected(point.shares)
        moves = shares * (payoffs - shares @ payoffs)
        assert np.abs(moves).max() <= 1e-6 * (table.largest_difference or 1)


def test_more_than_three_strategies_are_refused() -> None:
    table = PayoffTable.from_matrix(list("abcd"), np.eye(4))
    with pytest.raises(InputError, match="4 strategies"):
        rest_points(table)
