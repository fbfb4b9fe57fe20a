"""Games whose answers are in textbooks, and games drawn at random."""

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cmlabm.analysis.games import PayoffTable, count_profiles

HAWK_DOVE = PayoffTable.from_matrix(["hawk", "dove"], [[-1, 4], [0, 2]])
"""V = 4, C = 6: two thirds of hawks."""

PRISONERS = PayoffTable.from_matrix(["cooperate", "defect"], [[3, 0], [5, 1]])
STAG_HUNT = PayoffTable.from_matrix(["stag", "hare"], [[4, 0], [3, 3]])

type Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def rock_paper_scissors(win: float, lose: float) -> PayoffTable:
    """A win pays ``win``, a loss costs ``lose``."""
    matrix = [[0, -lose, win], [win, 0, -lose], [-lose, win, 0]]
    return PayoffTable.from_matrix(["rock", "paper", "scissors"], matrix)


def table_of(
    strategies: tuple[str, ...], players: int, payoff: Callable[[Numbers], Numbers]
) -> PayoffTable:
    """Return the table, of one seed, of a game whose payoffs are a function of the counts."""
    counts = count_profiles(players, len(strategies))
    payoffs = np.array([[payoff(count) for count in counts]], dtype=float)
    payoffs[:, counts == 0] = np.nan
    return PayoffTable(strategies, counts, payoffs)


@st.composite
def tables(
    draw: st.DrawFn, strategies: int | None = None, most_players: int = 6, most_seeds: int = 3
) -> PayoffTable:
    size = strategies or draw(st.integers(2, 3))
    counts = count_profiles(draw(st.integers(2, most_players)), size)
    shape = (draw(st.integers(1, most_seeds)), *counts.shape)
    whole = arrays(np.int64, shape, elements=st.integers(-100, 100))
    payoffs = draw(whole).astype(float)
    payoffs[:, counts == 0] = np.nan
    return PayoffTable(("a", "b", "c")[:size], counts, payoffs)


def shares(size: int) -> st.SearchStrategy[Numbers]:
    parts = arrays(np.int64, size, elements=st.integers(0, 20)).filter(lambda drawn: drawn.any())
    return parts.map(lambda drawn: drawn / drawn.sum())
