"""Populations of three strategies that are spread uniformly."""

import numpy as np

from cmlabm.analysis.games.payoff_table import Numbers


def cell_centres(cells_a_side: int) -> Numbers:
    """Return the centres of the equal triangles into which a grid divides the simplex.

    Returns:
        Shape (cells_a_side², 3), all shares above 0.

    Example:
        >>> cell_centres(2).round(3).tolist()[:2]
        [[0.167, 0.167, 0.667], [0.167, 0.667, 0.167]]
    """
    sides = np.arange(cells_a_side)
    first, second = (axis.ravel() for axis in np.meshgrid(sides, sides, indexing="ij"))
    centres = []
    for corner, most in ((1 / 3, cells_a_side - 1), (2 / 3, cells_a_side - 2)):
        kept = first + second <= most
        two = np.column_stack([first[kept] + corner, second[kept] + corner]) / cells_a_side
        centres.append(np.column_stack([two, 1 - two.sum(axis=1)]))
    return np.concatenate(centres)
