"""Which strategies take over from which, over many strategies at once.

A table of all compositions grows fast with the number of strategies. Here only those count in which
one player plays i and the N - 1 others j: the deviation-preserving reduction to two players, which
keeps exactly what one player gains by leaving a market in which all play the same (Wiedenbeck &
Wellman 2012, "Scaling simulation-based game analysis through deviation-preserving reduction",
AAMAS).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from cmlabm.analysis.games.payoff_table import Numbers, square_matrices
from cmlabm.analysis.games.simultaneous import simultaneous_intervals
from cmlabm.analysis.intervals import CONFIDENCE
from cmlabm.errors import InputError

_ROUNDING = 1e-12
_MOST_DOUBLINGS = 30
_SETTLED = 1e-4


def response_graph(strategies: Sequence[str], matrix: ArrayLike) -> pd.DataFrame:
    """Return by which strategies one player gains where all play another one.

    Args:
        strategies: their names, two or more.
        matrix: shape (S, S) or (seeds, S, S): what one player of the row's strategy gets among
            N - 1 of the column's; on the diagonal, what each gets where all play the same.

    Returns:
        An edge of the graph a row, for each pair with a mean gain above 0: ``resident`` (what all
        play), ``deviation``, ``gain``, ``gain_low``, ``gain_high`` (95 %, simultaneous over all
        pairs; infinite with one seed) and whether it is ``significant``, which is that the
        interval is above 0.

    Raises:
        InputError: a matrix of another shape, or entries that are not finite.

    Example:
        >>> response_graph(["cooperate", "defect"], [[3, 0], [5, 1]]).to_dict("list")["gain"]
        [2.0]
    """
    payoffs = square_matrices(strategies, matrix)
    gains = payoffs - np.diagonal(payoffs, axis1=1, axis2=2)[:, np.newaxis, :]
    deviations, residents = np.nonzero(~np.eye(len(strategies), dtype=bool))
    found = gains[:, deviations, residents]
    rounding = _ROUNDING * float(np.abs(payoffs).max())
    low, high = simultaneous_intervals(found, CONFIDENCE, rounding)
    names = np.array(strategies, dtype=object)
    pairs = pd.DataFrame(
        {
            "resident": names[residents],
            "deviation": names[deviations],
            "gain": found.mean(axis=0),
            "gain_low": low,
            "gain_high": high,
            "significant": low > 0,
        }
    )
    return pairs[pairs["gain"] > rounding].reset_index(drop=True)


def alpha_rank(strategies: Sequence[str], matrix: ArrayLike, population: int = 20) -> pd.DataFrame:
    """Return how much of the time a population plays each strategy: Alpha-Rank, by OpenSpiel.

    A population of one strategy is now and then entered by one player of another, who takes over
    with the probability that imitation by Fermi's rule gives (Omidshafiei et al. 2019, "Alpha-Rank:
    multi-agent evaluation by evolution", Scientific Reports 9: 9937). Players meet all others of
    the population (``use_local_selection_model=False``): OpenSpiel's local model, and with it its
    infinite intensity, compares what i gets among j with what j gets among i, which is no gain from
    leaving a market. The intensity of selection is doubled until no mass changes by more than
    10⁻⁴, or the chances of taking over become too small to be told from 0.

    Args:
        strategies: their names, two or more.
        matrix: as in ``response_graph``; the mean over seeds counts.
        population: how many players imitate each other, 2 to 100.

    Returns:
        ``strategy``, ``mass`` (the share of time, together 1), and ``intensity`` (of selection,
        where the largest difference of entries of the matrix is 1).

    Raises:
        InputError: OpenSpiel is not installed, a population beyond its limits, or a matrix that
            does not fit.
    """
    payoffs = square_matrices(strategies, matrix).mean(axis=0)
    if not 2 <= population <= 100:
        raise InputError(f"population = {population}: must be from 2 to 100")
    try:
        from open_spiel.python.egt import alpharank
    except ImportError:
        raise InputError("Alpha-Rank needs the package open-spiel; install cmlabm[games]") from None
    spread = float(np.ptp(payoffs))
    scaled = payoffs / spread if spread > _ROUNDING * np.abs(payoffs).max() else 0 * payoffs
    masses, intensity = np.full(len(payoffs), 1 / len(payoffs)), 0.0
    for doubling in range(_MOST_DOUBLINGS):
        tried = 2.0**doubling / population
        try:
            found: Numbers = alpharank.compute(
                [scaled], m=population, alpha=tried, use_local_selection_model=False
            )[2]
        except ValueError:  # the chain falls apart
            break
        change = float(np.abs(found - masses).max())
        masses, intensity = np.clip(found, 0.0, 1.0), tried
        if doubling and change < _SETTLED:
            break
    return pd.DataFrame({"strategy": list(strategies), "mass": masses, "intensity": intensity})
