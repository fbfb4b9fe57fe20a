"""What players are worth to all: against the definitions, over all sets and all orders."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain, combinations, permutations, product
from math import comb

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRow, BinaryRows, NumericRow
from cmlabm.mechanisms.knn_shapley import distances_of, knn_shapley
from cmlabm.mechanisms.valuation import Game, banzhaf, leave_one_out, shapley

PLAYERS = (1, 2, 3, 4)
ALL_ORDERS = list(permutations(PLAYERS))
ALL_SETS = np.array(list(product([False, True], repeat=len(PLAYERS))))


def sets_of[T](players: Sequence[T]) -> list[tuple[T, ...]]:
    sizes = range(len(players) + 1)
    return list(chain.from_iterable(combinations(players, size) for size in sizes))


@st.composite
def games(draw: st.DrawFn) -> Game:
    return {frozenset(some): draw(st.integers(-50, 50)) for some in sets_of(PLAYERS)}.__getitem__


def shapley_by_definition(game: Game) -> dict[int, Fraction]:
    values = {}
    for player in PLAYERS:
        others = [other for other in PLAYERS if other != player]
        values[player] = sum(
            (
                Fraction(game(frozenset(some) | {player}) - game(frozenset(some)))
                / (len(PLAYERS) * comb(len(others), len(some)))
                for some in sets_of(others)
            ),
            Fraction(0),
        )
    return values


# A game by hand: who has the majority of the votes. Of 4, 2, 1 and 1 votes 5 are needed.

VOTES = {1: 4, 2: 2, 3: 1, 4: 1}


def majority(players: frozenset[int]) -> int:
    return int(sum(VOTES[player] for player in players) >= 5)


def test_the_shapley_values_of_votes() -> None:
    """The largest party turns the vote unless it comes first, or the others' 4 votes are there."""
    third = Fraction(1, 12)
    assert shapley(majority, ALL_ORDERS) == {1: Fraction(3, 4), 2: third, 3: third, 4: third}


def test_the_banzhaf_values_of_votes() -> None:
    """It turns 7 of the 8 sets of others, all but the empty one; each of them turns one of 8."""
    eighth = Fraction(1, 8)
    assert banzhaf(majority, PLAYERS, ALL_SETS) == {
        1: Fraction(7, 8),
        2: eighth,
        3: eighth,
        4: eighth,
    }


def test_what_is_missing_without_each_voter() -> None:
    assert leave_one_out(majority, PLAYERS) == {1: 1, 2: 0, 3: 0, 4: 0}


# Against the definitions


@given(games())
def test_shapley_over_all_orders_is_the_shapley_value(game: Game) -> None:
    values = shapley(game, ALL_ORDERS)
    assert values == shapley_by_definition(game)
    assert sum(values.values()) == game(frozenset(PLAYERS)) - game(frozenset())


@given(games())
def test_banzhaf_over_all_sets_is_the_banzhaf_value(game: Game) -> None:
    for player, value in banzhaf(game, PLAYERS, ALL_SETS).items():
        others = [other for other in PLAYERS if other != player]
        adds = [
            game(frozenset(some) | {player}) - game(frozenset(some)) for some in sets_of(others)
        ]
        assert value == Fraction(sum(adds), len(adds))


@given(games(), st.lists(st.sampled_from(ALL_SETS.tolist()), max_size=12))
def test_banzhaf_reuses_every_set_for_every_player(game: Game, some: list[list[bool]]) -> None:
    drawn = np.array(some, dtype=np.bool).reshape(-1, len(PLAYERS))
    worth = [game(frozenset(np.array(PLAYERS)[one].tolist())) for one in drawn]
    for place, (_, value) in enumerate(banzhaf(game, PLAYERS, drawn).items()):
        sides = [
            [w for w, one in zip(worth, some, strict=True) if one[place] is side]
            for side in (True, False)
        ]
        expected = Fraction(0)
        if all(sides):
            expected = Fraction(sum(sides[0]), len(sides[0])) - Fraction(
                sum(sides[1]), len(sides[1])
            )
        assert value == expected


@given(games())
def test_leave_one_out_by_definition(game: Game) -> None:
    everybody = frozenset(PLAYERS)
    for player, value in leave_one_out(game, PLAYERS).items():
        assert value == game(everybody) - game(everybody - {player})


def test_orders_are_cut_short_once_they_come_close_to_all() -> None:
    """After 1 and 2 they come to 9 of 10: the others are not asked, and add nothing."""
    asked: list[frozenset[int]] = []

    def game(players: frozenset[int]) -> int:
        asked.append(players)
        return {0: 0, 1: 5, 2: 9, 3: 8, 4: 10}[len(players)]

    assert shapley(game, [PLAYERS], tolerance=2) == {1: 5, 2: 4, 3: 0, 4: 0}
    assert {len(players) for players in asked} == {0, 1, 2, 4}
    assert shapley(game, [PLAYERS], tolerance=1) == {1: 5, 2: 4, 3: -1, 4: 2}, "closer than it"


# Nearest neighbours


def knn_by_definition(
    distances: list[list[float]], labels: list[int], wanted: list[int], neighbours: int
) -> list[Fraction]:
    """Return the Shapley values of samples by the definition, over all subsets."""
    numbers = range(len(labels))

    def worth(some: frozenset[int]) -> Fraction:
        total = 0
        for away, label in zip(distances, wanted, strict=True):
            nearest = sorted(some, key=lambda one: (away[one], one))[:neighbours]
            total += sum(labels[one] == label for one in nearest)
        return Fraction(total, neighbours * len(wanted))

    values = []
    for number in numbers:
        others = [other for other in numbers if other != number]
        adds = [
            (worth(frozenset(some) | {number}) - worth(frozenset(some)))
            / (len(labels) * comb(len(others), len(some)))
            for some in sets_of(others)
        ]
        values.append(sum(adds, Fraction(0)))
    return values


def test_the_values_of_three_neighbours_by_hand() -> None:
    """Right, wrong, right, nearest first, one predicts: s₃ = 1/3, s₂ = 1/3 - 1/2, s₁ = s₂ + 1."""
    values = knn_shapley([np.array([1, 2, 3])], [1, 0, 1], [1], neighbours=1)
    assert values.tolist() == pytest.approx([5 / 6, -1 / 6, 1 / 3])


@st.composite
def neighbourhoods(
    draw: st.DrawFn,
) -> tuple[list[list[float]], list[int], list[int], int]:
    size, root = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    away = st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0]), min_size=size, max_size=size)
    label = st.integers(0, 2)
    return (
        draw(st.lists(away, min_size=root, max_size=root)),
        draw(st.lists(label, min_size=size, max_size=size)),
        draw(st.lists(label, min_size=root, max_size=root)),
        draw(st.integers(1, 8)),
    )


@given(neighbourhoods())
def test_knn_shapley_is_the_shapley_value_over_all_subsets(
    come: tuple[list[list[float]], list[int], list[int], int],
) -> None:
    """Also where fewer samples than neighbours came, and where some are equally near."""
    distances, labels, wanted, neighbours = come
    values = knn_shapley(map(np.array, distances), labels, wanted, neighbours)
    expected = [float(value) for value in knn_by_definition(distances, labels, wanted, neighbours)]
    assert values.tolist() == pytest.approx(expected, abs=1e-12)


def test_without_samples_there_are_no_values() -> None:
    assert knn_shapley([np.zeros(0)], [], [0], 5).tolist() == []


def test_distances_are_euclids_whatever_the_form_of_the_features() -> None:
    rng = np.random.default_rng(3)
    words, numbers = rng.integers(0, 2, (9, 70)), rng.normal(size=(9, 4))
    for all_rows, root, rows in (
        (
            words,
            Samples(BinaryRows.of(words[:3]), np.zeros(3, int)),
            [BinaryRow.of(w) for w in words],
        ),
        (numbers, Samples(numbers[:3], np.zeros(3, int)), [NumericRow(x) for x in numbers]),
    ):
        expected = [((all_rows - one) ** 2).sum(axis=1) for one in all_rows[:3]]
        assert np.array(list(distances_of(root, rows))) == pytest.approx(np.array(expected))
