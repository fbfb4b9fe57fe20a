"""The response graph, and Alpha-Rank by OpenSpiel."""

import sys

import numpy as np
import pytest
from numpy.typing import ArrayLike

from cmlabm.analysis.games import alpha_rank, response_graph
from cmlabm.errors import InputError

ROCK_PAPER_SCISSORS = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]


def _edges(strategies: list[str], matrix: ArrayLike) -> set[tuple[str, str, float]]:
    graph = response_graph(strategies, np.array(matrix, dtype=float))
    return set(zip(graph["resident"], graph["deviation"], graph["gain"], strict=True))


def test_edges_lead_from_what_all_play_to_what_gains_among_them() -> None:
    assert _edges(["cooperate", "defect"], [[3, 0], [5, 1]]) == {("cooperate", "defect", 2.0)}
    assert _edges(["hawk", "dove"], [[-1, 4], [0, 2]]) == {
        ("hawk", "dove", 1.0),
        ("dove", "hawk", 2.0),
    }
    assert _edges(["stag", "hare"], [[4, 0], [3, 3]]) == set()
    assert _edges(["rock", "paper", "scissors"], ROCK_PAPER_SCISSORS) == {
        ("rock", "paper", 1.0),
        ("paper", "scissors", 1.0),
        ("scissors", "rock", 1.0),
    }


def test_a_gain_is_significant_if_its_seeds_show_it() -> None:
    rng = np.random.default_rng(1)
    matrices = np.array([[3, 0.0], [5, 1]]) + rng.normal(0, 0.1, (10, 2, 2))
    graph = response_graph(["cooperate", "defect"], matrices)
    assert graph["significant"].tolist() == [True]
    assert graph["gain_low"][0] < 2 < graph["gain_high"][0]
    noise = response_graph(list("abc"), rng.normal(0, 1, (10, 3, 3)))
    assert len(noise) > 0
    assert not noise["significant"].any()
    assert not response_graph(["cooperate", "defect"], [[3, 0], [5, 1]])["significant"].any()


def test_significant_edges_between_strategies_of_equal_worth_are_rare() -> None:
    rng = np.random.default_rng(2)
    wrong = sum(
        bool(response_graph(list("abcd"), rng.normal(0, 1, (8, 4, 4)))["significant"].any())
        for _ in range(100)
    )
    assert wrong / 100 <= 0.05


def test_matrices_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="matrix of shape"):
        response_graph(["a", "b"], np.eye(3))
    with pytest.raises(InputError, match="two or more different names"):
        response_graph(["a", "a"], np.eye(2))


def test_without_openspiel_a_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open_spiel.python.egt", None)
    with pytest.raises(InputError, match=r"install cmlabm\[games\]"):
        alpha_rank(["a", "b"], np.eye(2))


def test_populations_beyond_the_limits_are_refused() -> None:
    for population in (1, 101):
        with pytest.raises(InputError, match="population"):
            alpha_rank(["a", "b"], np.eye(2), population)


class TestWithOpenSpiel:
    @pytest.fixture(autouse=True)
    def _needs_openspiel(self) -> None:
        pytest.importorskip(
            "open_spiel", reason="Alpha-Rank needs OpenSpiel, which is not installed"
        )

    def test_textbook_games(self) -> None:
        assert alpha_rank(["c", "d"], [[3, 0], [5, 1]])["mass"][1] > 0.999
        assert alpha_rank(["stag", "hare"], [[4, 0], [3, 3]])["mass"][1] > 0.999  # risk dominant
        thirds = alpha_rank(["r", "p", "s"], ROCK_PAPER_SCISSORS)["mass"]
        assert thirds.tolist() == pytest.approx([1 / 3] * 3)

    def test_what_gains_by_leaving_counts_not_what_beats_the_other(self) -> None:
        """b gets more among a than a among b, but less than each a gets: nobody leaves a."""
        assert alpha_rank(["a", "b"], [[10, 1], [5, 0]])["mass"][0] > 0.999

    def test_two_strategies_have_the_masses_of_the_birth_death_chain(self) -> None:
        """Fixation probabilities are in the ratio exp(intensity · sum of payoff differences)."""
        matrix, size = np.array([[1.0, 2.0], [1.5, 1.6]]), 12
        ranked = alpha_rank(["a", "b"], matrix, size)
        first = np.arange(1, size)
        of_a = ((first - 1) * matrix[0, 0] + (size - first) * matrix[0, 1]) / (size - 1)
        of_b = (first * matrix[1, 0] + (size - first - 1) * matrix[1, 1]) / (size - 1)
        log_odds = ranked["intensity"][0] * (of_a - of_b).sum() / np.ptp(matrix)
        odds = ranked["mass"][0] / ranked["mass"][1]
        assert np.log(odds) == pytest.approx(log_odds, rel=1e-6)

    def test_neither_a_constant_nor_the_unit_of_payoffs_changes_anything(self) -> None:
        matrix = np.random.default_rng(3).normal(size=(4, 4))
        found, changed = (
            alpha_rank(list("abcd"), each)["mass"].tolist() for each in (matrix, 70 * matrix - 9)
        )
        assert changed == pytest.approx(found, abs=1e-6)

    def test_relabelled_strategies_have_their_masses(self) -> None:
        matrix = np.random.default_rng(4).normal(size=(4, 4))
        order = [2, 0, 3, 1]
        found = alpha_rank(list("abcd"), matrix)["mass"].to_numpy()
        changed = alpha_rank(list("cadb"), matrix[np.ix_(order, order)])["mass"].to_numpy()
        assert changed == pytest.approx(found[order], abs=1e-6)

    def test_where_payoffs_do_not_differ_all_are_played_alike(self) -> None:
        assert alpha_rank(["a", "b"], [[7, 7], [7, 7]])["mass"].tolist() == pytest.approx(
            [0.5, 0.5]
        )
