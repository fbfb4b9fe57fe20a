"""Whether an outcome rises or falls with a factor, and how steeply."""

from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats

from cmlabm.analysis.comparison import comparable, obstacle_of
from cmlabm.analysis.factors import Factor
from cmlabm.analysis.measures import Measure


@dataclass(frozen=True)
class Trend:
    """How an outcome goes with a numeric factor.

    Attributes:
        factor, outcome, n: what was looked at, over how many runs.
        rho, rho_p: Spearman's rank correlation.
        step: what the slope is per: a unit of the parameter, or its doubling where the levels are
            spread evenly on a log scale.
        slope, low, high, slope_p: least squares with 95 % interval from errors that allow unequal
            variances (HC3, MacKinnon & White 1985).
        change, change_low, change_high: the slope times the whole range of levels.
        note: what cannot be concluded.
    """

    factor: str
    outcome: str
    n: int
    rho: float = np.nan
    rho_p: float = np.nan
    step: str = ""
    slope: float = np.nan
    low: float = np.nan
    high: float = np.nan
    slope_p: float = np.nan
    change: float = np.nan
    change_low: float = np.nan
    change_high: float = np.nan
    note: str = ""


def trend(factor: Factor, measure: Measure) -> Trend:
    """Return the trend of an outcome over the levels of a factor.

    Example:
        >>> import pandas as pd
        >>> from cmlabm.analysis.measures import FINAL_ACCURACY
        >>> runs = pd.DataFrame({"level": [1, 1, 2, 2, 3, 3], "status": "done"})
        >>> runs["final_accuracy"] = [0.69, 0.71, 0.79, 0.81, 0.89, 0.91]
        >>> found = trend(Factor("cost_weight", ("cost_weight",), runs), FINAL_ACCURACY)
        >>> round(found.slope, 3), round(found.change, 3), found.step
        (0.1, 0.2, 'per unit')
    """
    groups = comparable(factor, measure)
    n = sum(len(values) for values in groups.values())
    if not factor.is_numeric:
        return Trend(factor.name, measure.name, n, note="no trend: the levels are not numbers")
    obstacle = obstacle_of(groups)
    if obstacle:
        return Trend(factor.name, measure.name, n, note=obstacle)
    levels = factor.scaled([level for level, values in groups.items() for _ in values])
    values = np.concatenate(list(groups.values()))
    rank = stats.spearmanr(levels, values)
    with np.errstate(divide="ignore", invalid="ignore"):
        line = sm.OLS(values, sm.add_constant(levels)).fit(cov_type="HC3", use_t=True)
        slope, p = float(line.params[1]), float(line.pvalues[1])
        low, high = line.conf_int()[1].tolist()
    span = float(np.ptp(levels))
    return Trend(
        factor.name,
        measure.name,
        n,
        rho=float(rank.statistic),
        rho_p=float(rank.pvalue),
        step=factor.step,
        slope=slope,
        low=low,
        high=high,
        slope_p=p,
        change=slope * span,
        change_low=low * span,
        change_high=high * span,
    )
