"""Game theory on tables of payoffs, simulated or made by hand.

Example::

    from cmlabm.analysis.games import PayoffTable, basin, rest_points

    hawk_dove = PayoffTable.from_matrix(["hawk", "dove"], [[-1, 4], [0, 2]])
    rest_points(hawk_dove)      # 2/3 hawks, stable
    basin(hawk_dove, "dove")    # 0: no mixed population becomes one of doves
"""

from cmlabm.analysis.games.basins import basin, basin_interval
from cmlabm.analysis.games.deviations import (
    BreakEven,
    Verdict,
    break_even,
    deviation_gains,
    verdict,
)
from cmlabm.analysis.games.mixed import SymmetricEquilibrium, symmetric_equilibria
from cmlabm.analysis.games.payoff_table import PayoffTable, count_profiles
from cmlabm.analysis.games.replicator import Trajectories, trajectories
from cmlabm.analysis.games.response import alpha_rank, response_graph
from cmlabm.analysis.games.rest_points import RestPoint, rest_points
from cmlabm.analysis.games.simultaneous import simultaneous_intervals

__all__ = [
    "BreakEven",
    "PayoffTable",
    "RestPoint",
    "SymmetricEquilibrium",
    "Trajectories",
    "Verdict",
    "alpha_rank",
    "basin",
    "basin_interval",
    "break_even",
    "count_profiles",
    "deviation_gains",
    "response_graph",
    "rest_points",
    "simultaneous_intervals",
    "symmetric_equilibria",
    "trajectories",
    "verdict",
]
