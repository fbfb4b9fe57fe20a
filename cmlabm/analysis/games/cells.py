"""Populations of three strategies that are spread uniformly."""

import numpy as np

from cmlabm.analysis.games.payoff_table import Numbers

_WITHIN = np.array([0.36, 0.29, 0.35])


def spread_populations(cells_a_side: int) -> Numbers:
    """Return a population from each of the equal triangles into which a grid divides the simplex.

    Each is a little off the middle of its triangle, and so on none of the borders that the symmetry
    of a game makes; in triangles that stand on their heads by as much the other way.

    Returns:
        Shape (cells_a_side², 3), all shares above 0.

    Example:
        >>> spread_populations(2)[[0, -1]].round(3).tolist()
        [[0.18, 0.145, 0.675], [0.32, 0.355, 0.325]]
    """
    sides = np.arange(cells_a_side)
    first, second = (axis.ravel() for axis in np.meshgrid(sides, sides, indexing="ij"))
    upright = np.column_stack([first, second, cells_a_side - 1 - first - second])
    on_their_heads = upright - [0, 0, 1]
    kept = [
        corners[corners[:, 2] >= 0] + within
        for corners, within in ((upright, _WITHIN), (on_their_heads, 1 - _WITHIN))
    ]
    return np.concatenate(kept) / cells_a_side
