"""What each of several players is worth to all: three values of cooperative games.

A game is what any set of players comes to by itself, a whole number, such as how many of some
samples a model predicts right that has learnt from their data alone. The values are exact fractions
of it, so that nobody is worth a rounding error.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

type Game = Callable[[frozenset[int]], int]
"""What a set of players comes to."""


def leave_one_out(game: Game, players: Sequence[int]) -> dict[int, Fraction]:
    """Return what would be missing of all without each player.

    Example:
        >>> leave_one_out(len, [1, 2])
        {1: Fraction(1, 1), 2: Fraction(1, 1)}
    """
    everybody = frozenset(players)
    return {player: Fraction(game(everybody) - game(everybody - {player})) for player in players}


def shapley(
    game: Game, permutations: Iterable[Sequence[int]], tolerance: float = 0.0
) -> dict[int, Fraction]:
    """Return the truncated Monte Carlo Shapley values of all players.

    That is what each adds, on average, to those before it in some orders of all players; over all
    orders it is the Shapley value. Source: Ghorbani & Zou 2019 (arXiv 1904.02868), algorithm 1.

    Args:
        game: of the players.
        permutations: orders of all players.
        tolerance: once those so far come closer to all than this, the others in an order add
            nothing.

    Example:
        Two make a left and a right glove together, a third has another right one:

        >>> gloves = lambda players: int(1 in players and len(players) > 1)
        >>> from itertools import permutations
        >>> shapley(gloves, permutations([1, 2, 3]))
        {1: Fraction(2, 3), 2: Fraction(1, 6), 3: Fraction(1, 6)}
    """
    sums: dict[int, int] = {}
    count = 0
    for order in permutations:
        count += 1
        everybody = game(frozenset(order))
        before = game(frozenset())
        for place, player in enumerate(order):
            is_close = abs(everybody - before) < tolerance
            after = before if is_close else game(frozenset(order[: place + 1]))
            sums[player] = sums.get(player, 0) + after - before
            before = after
    return {player: Fraction(total, count) for player, total in sorted(sums.items())}


def banzhaf(game: Game, players: Sequence[int], drawn: NDArray[np.bool]) -> dict[int, Fraction]:
    """Return the Banzhaf values of all players, by maximum sample reuse.

    The value of a player is the mean of the game over the sets with it less that over the sets
    without it, 0 if there are none of one sort. Over all sets it is the Banzhaf value. Source:
    Wang & Jia 2023 (arXiv 2205.15466).

    Args:
        game: of the players.
        players: all of them.
        drawn: sets of players, shape (sets, players).

    Example:
        >>> gloves = lambda players: int(1 in players and len(players) > 1)
        >>> from itertools import product
        >>> every = np.array(list(product([False, True], repeat=3)))
        >>> banzhaf(gloves, [1, 2, 3], every)
        {1: Fraction(3, 4), 2: Fraction(1, 4), 3: Fraction(1, 4)}
    """
    worth = [
        game(frozenset(np.array(players)[chosen].tolist())) for chosen in drawn.astype(np.bool)
    ]
    return {
        player: _mean(worth, drawn[:, place]) - _mean(worth, ~drawn[:, place])
        if drawn[:, place].any() and not drawn[:, place].all()
        else Fraction(0)
        for place, player in enumerate(players)
    }


def _mean(worth: Sequence[int], chosen: NDArray[np.bool]) -> Fraction:
    places = np.flatnonzero(chosen).tolist()
    return Fraction(sum(worth[place] for place in places), len(places))
