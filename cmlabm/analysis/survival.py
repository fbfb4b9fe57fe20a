"""How long the malicious contributors' money lasts: a time to an event that may be censored.

A run in which the money is not used up tells that it lasts longer than the run. Such runs are
neither left out nor given a made-up time: Kaplan & Meier's estimate, the log-rank test and Cox's
proportional hazards count them as still going on when last seen.
"""

import warnings
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
from statsmodels.tools.sm_exceptions import ConvergenceWarning

from cmlabm.analysis.comparison import holm
from cmlabm.analysis.factors import Factor, label_of

_LARGEST_ERROR = 10.0
"""A standard error of a log hazard ratio beyond this means that the likelihood has no maximum."""

_MOST_STEPS = 25
_DEFINED_NOWHERE = "The confidence interval is undefined"

type Numbers = NDArray[np.float64]


def depletion_times(runs: pd.DataFrame) -> pd.DataFrame:
    """Return when the malicious money of each run was used up, or how long it was seen to last.

    Finished runs only, and only those in which there is malicious money to begin with.

    Returns:
        ``days``, whether it was ``depleted`` then, and ``level`` where the runs have one.

    Example:
        >>> runs = pd.DataFrame({"status": "done", "malicious_agents": [1, 1, 0]})
        >>> runs["malicious_start_balance"] = 10_000.0
        >>> runs["malicious_depleted"] = [True, False, False]
        >>> runs["malicious_depletion_days"] = [130.0, np.nan, np.nan]
        >>> runs["days"] = [150.0, 150.0, 150.0]
        >>> depletion_times(runs).to_dict("list")
        {'days': [130.0, 150.0], 'depleted': [True, False]}
    """
    attacked = (runs["malicious_agents"] > 0) & (runs["malicious_start_balance"] > 0)
    runs = runs[(runs["status"] == "done") & attacked]
    depleted = runs["malicious_depleted"].astype(bool)
    times = pd.DataFrame(
        {
            "days": runs["malicious_depletion_days"].where(depleted, runs["days"]).astype(float),
            "depleted": depleted,
        }
    )
    if "level" in runs:
        times["level"] = runs["level"]
    return times


def kaplan_meier(times: pd.DataFrame) -> pd.DataFrame:
    """Return the share of runs whose malicious money lasts longer than a time.

    Args:
        times: as ``depletion_times`` returns them.

    Returns:
        One row for day 0 and each time at which a run was depleted or last seen: ``days``,
        ``share``, ``low`` and ``high`` (95 %, log-log; NaN where that formula says nothing) and
        ``at_risk``.

    Example:
        >>> times = pd.DataFrame({"days": [1.0, 2.0, 3.0], "depleted": [True, False, True]})
        >>> kaplan_meier(times)["share"].round(3).tolist()
        [1.0, 0.667, 0.667, 0.0]
    """
    data = stats.CensoredData.right_censored(times["days"], ~times["depleted"])
    survival = stats.ecdf(data).sf
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", _DEFINED_NOWHERE, RuntimeWarning)
        interval = survival.confidence_interval(method="log-log")
    at_risk = [(times["days"] >= day).sum() for day in survival.quantiles]
    return pd.DataFrame(
        {
            "days": [0.0, *survival.quantiles],
            "share": [1.0, *survival.probabilities],
            "low": [1.0, *interval.low.probabilities],
            "high": [1.0, *interval.high.probabilities],
            "at_risk": [len(times), *at_risk],
        }
    )


def depletion_summary(factor: Factor) -> pd.DataFrame:
    """Return how many runs were depleted at each level, and after how long.

    Columns: ``factor``, ``level``, ``n``, ``depleted``, ``censored``, ``median`` (days, after
    Kaplan and Meier) with its 95 % interval ``low`` to ``high``, ``last_seen`` (the longest time
    over which a run was observed, days), and a ``note``.
    """
    times = depletion_times(factor.runs)
    rows: list[dict[str, Any]] = []
    for level in factor.levels:
        here = times[times["level"] == level]
        events = int(here["depleted"].sum())
        median, (low, high) = np.nan, (np.nan, np.nan)
        if events:
            curve = SurvfuncRight(here["days"], here["depleted"].astype(float))
            median = float(curve.quantile(0.5))
            if len(here) > 1 and here.loc[here["depleted"], "days"].nunique() > 1:
                low, high = _median_interval(curve)
        rows.append(
            {
                "factor": factor.name,
                "level": label_of(level),
                "n": len(here),
                "depleted": events,
                "censored": len(here) - events,
                "median": median,
                "low": low,
                "high": high,
                "last_seen": here["days"].max() if len(here) else np.nan,
                "note": _note(len(here), events, median),
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class LogRank:
    """A log-rank test: whether the money lasts equally long at all levels.

    Attributes:
        factor: the factor.
        levels, n, depleted: how many levels, runs and depleted runs took part.
        statistic, p: chi squared with one degree of freedom fewer than levels.
        note: what cannot be concluded.
    """

    factor: str
    levels: int
    n: int
    depleted: int
    statistic: float = np.nan
    p: float = np.nan
    note: str = ""


def log_rank(factor: Factor) -> LogRank:
    """Test whether the malicious money lasts equally long at all levels of a factor."""
    times = depletion_times(factor.runs)
    about = (factor.name, times["level"].nunique(), len(times), int(times["depleted"].sum()))
    obstacle = _obstacle(times)
    if obstacle:
        return LogRank(*about, note=obstacle)
    return LogRank(*about, *_survdiff(times))


def log_rank_all(factors: list[Factor]) -> pd.DataFrame:
    """Return a table of the log-rank tests of all factors, with p values by Holm's method."""
    columns = list(LogRank.__dataclass_fields__)
    table = pd.DataFrame([vars(log_rank(factor)) for factor in factors], columns=columns)
    table.insert(columns.index("p") + 1, "p_holm", holm(table["p"].to_numpy(dtype=float)))
    return table


def log_rank_pairs(factor: Factor) -> pd.DataFrame:
    """Return log-rank tests of each two levels, with p values by Holm's method.

    Columns: ``factor``, ``level``, ``other``, ``statistic``, ``p``, ``p_holm``, ``note``.
    """
    times = depletion_times(factor.runs)
    rows = []
    for level, other in combinations(factor.levels, 2):
        pair = times[times["level"].isin([level, other])]
        obstacle = _obstacle(pair)
        tested = (np.nan, np.nan, obstacle) if obstacle else _survdiff(pair)
        rows.append((factor.name, label_of(level), label_of(other), *tested))
    table = pd.DataFrame(rows, columns=["factor", "level", "other", "statistic", "p", "note"])
    table.insert(5, "p_holm", holm(table["p"].to_numpy(dtype=float)))
    return table


@dataclass(frozen=True)
class Hazard:
    """A hazard ratio after Cox: above 1, the malicious money is used up sooner.

    Attributes:
        factor: the factor.
        contrast: what is compared: a level with the base case, or the ends of a line through all.
        n, depleted: how many runs and how many depleted ones took part.
        ratio, low, high: hazard ratio with 95 % interval (Wald, ties after Efron); NaN if all runs
            on one side are used up before any on the other, as then no largest likelihood exists.
        p: of the score test, which holds in that case too.
        sign: +1 if money is used up sooner at higher levels (or than at the base), -1 if later.
        note: what cannot be concluded.
    """

    factor: str
    contrast: str
    n: int
    depleted: int
    ratio: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan
    sign: int = 0
    note: str = ""


def hazard_trend(factor: Factor) -> Hazard:
    """Return the hazard ratio of the highest against the lowest level of a numeric factor.

    All levels take part: the log hazard goes along a line, over the parameter or, where the levels
    are spread evenly on a log scale, over its logarithm.
    """
    times = depletion_times(factor.runs)
    if not factor.is_numeric:
        return _no_hazard(factor, times, "", "no trend: the levels are not numbers")
    contrast = f"{factor.labels[-1]} against {factor.labels[0]}, along a line through all levels"
    obstacle = _obstacle(times)
    if obstacle:
        return _no_hazard(factor, times, contrast, obstacle)
    place = factor.scaled(times["level"].to_list())
    return _cox(factor, times, (place - place.min()) / np.ptp(place), contrast)


def hazard_ratios(factor: Factor) -> list[Hazard]:
    """Return the hazard ratio of each level against the base case (or the first level)."""
    times = depletion_times(factor.runs)
    base = factor.levels[0] if factor.base is None else factor.base
    hazards = []
    for level in factor.levels:
        if level == base:
            continue
        contrast = f"{label_of(level)} against {label_of(base)}"
        pair = times[times["level"].isin([level, base])]
        obstacle = _obstacle(pair)
        if obstacle:
            hazards.append(_no_hazard(factor, pair, contrast, obstacle))
        else:
            here = (pair["level"] == level).to_numpy(dtype=np.float64)
            hazards.append(_cox(factor, pair, here, contrast))
    return hazards


def _cox(factor: Factor, times: pd.DataFrame, place: Numbers, contrast: str) -> Hazard:
    model = PHReg(
        times["days"].to_numpy(),
        place[:, np.newaxis],
        status=times["depleted"].to_numpy(dtype=np.float64),
        ties="efron",
    )
    nothing = np.zeros(1)
    score, information = model.score(nothing).item(), -model.hessian(nothing).item()
    about = (factor.name, contrast, len(times), int(times["depleted"].sum()))
    if information <= 0:
        return Hazard(*about, note="cannot be estimated: nothing was seen at both levels at once")
    p = float(stats.chi2.sf(score**2 / information, df=1))
    sign = int(np.sign(score))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        fit = model.fit(disp=0, maxiter=_MOST_STEPS)
        estimate, error = float(fit.params[0]), float(fit.bse[0])
        low, high = fit.conf_int()[0]
    if not np.isfinite(error) or error > _LARGEST_ERROR:
        note = (
            "no finite hazard ratio: all runs on one side are used up before any on the other, so"
            " that only the direction and the score test can be given"
        )
        return Hazard(*about, p=p, sign=sign, note=note)
    ratio, low, high = np.exp((estimate, low, high)).tolist()
    return Hazard(*about, ratio, low, high, p, sign)


def _no_hazard(factor: Factor, times: pd.DataFrame, contrast: str, note: str) -> Hazard:
    return Hazard(factor.name, contrast, len(times), int(times["depleted"].sum()), note=note)


def _survdiff(times: pd.DataFrame) -> tuple[float, float, str]:
    level = pd.factorize(times["level"])[0]
    try:
        statistic, p = survdiff(times["days"], times["depleted"].astype(float), level)
    except np.linalg.LinAlgError:
        return np.nan, np.nan, "cannot be tested: all depletions are at the same time"
    return float(statistic), float(p), ""


def _obstacle(times: pd.DataFrame) -> str:
    if not len(times):
        return "cannot be tested: no finished run has malicious money to use up"
    if times["level"].nunique() < 2:
        return "cannot be tested: only one level has finished runs with malicious money"
    if not times["depleted"].any():
        return f"cannot be tested: used up in none of {len(times)} runs (all censored)"
    first = times.loc[times["depleted"], "days"].min()
    if times.loc[times["days"] >= first, "level"].nunique() < 2:
        return "cannot be tested: by the first depletion only one level is still being observed"
    return ""


def _median_interval(curve: Any) -> tuple[float, float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = curve.quantile_ci(0.5)
    return tuple(float(end) if np.isfinite(end) else np.nan for end in (low, high))  # type: ignore[return-value]


def _note(size: int, events: int, median: float) -> str:
    if not size:
        return "no finished run with malicious money"
    if not events:
        return f"used up in none of {size} runs: the median is beyond what was seen"
    if np.isnan(median):
        return f"used up in {events} of {size} runs: the median is beyond what was seen"
    return "one run: no interval" if size == 1 else ""
