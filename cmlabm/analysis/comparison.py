"""Whether an outcome differs between levels, by how much, and between which."""

import gc
import warnings
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

from cmlabm.analysis.factors import Factor, label_of
from cmlabm.analysis.measures import Measure

ALPHA = 0.05
_LARGEST_SHAPIRO = 5_000

type Groups = dict[Any, NDArray[np.float64]]


@dataclass(frozen=True)
class Comparison:
    """A test of whether an outcome has the same distribution at all levels of a factor.

    Attributes:
        factor, outcome: what was compared.
        levels, n: how many levels (of two runs or more) and runs took part.
        test: the test that was chosen, "" if none can be made.
        why: the checks of its assumptions that chose it.
        statistic, p: of the test.
        effect: share of the variance (ANOVA: eta squared) or of the ranks' variance
            (Kruskal-Wallis: epsilon squared) that the levels explain.
        note: what cannot be concluded, "" if nothing stands in the way.
    """

    factor: str
    outcome: str
    levels: int
    n: int
    test: str = ""
    why: str = ""
    statistic: float = np.nan
    p: float = np.nan
    effect: float = np.nan
    note: str = ""


def compare(factor: Factor, measure: Measure) -> Comparison:
    """Test whether an outcome differs between levels.

    One-way analysis of variance where the residuals pass for normal (Shapiro-Wilk) and the
    variances for equal (Brown-Forsythe), both at 5 %; else Kruskal-Wallis. Runs at different levels
    that share a seed are alike, which makes both tests err on the side of finding nothing.

    Example:
        >>> from cmlabm.analysis.measures import FINAL_ACCURACY
        >>> runs = pd.DataFrame({"level": [1] * 4 + [2] * 4, "status": "done"})
        >>> runs["final_accuracy"] = [0.71, 0.72, 0.73, 0.74, 0.81, 0.82, 0.83, 0.84]
        >>> found = compare(Factor("cost_weight", ("cost_weight",), runs), FINAL_ACCURACY)
        >>> found.test, round(found.effect, 2)
        ('one-way ANOVA', 0.95)
    """
    groups = comparable(factor, measure)
    sizes = [len(values) for values in groups.values()]
    about = (factor.name, measure.name, len(groups), sum(sizes))
    obstacle = obstacle_of(groups)
    if obstacle:
        return Comparison(*about, note=obstacle)
    samples = list(groups.values())
    suits, why = _suits_anova(samples)
    degrees, rest = len(samples) - 1, sum(sizes) - len(samples)
    if suits:
        test, (statistic, p) = "one-way ANOVA", stats.f_oneway(*samples)
        effect = statistic * degrees / (statistic * degrees + rest)
    else:
        test, (statistic, p) = "Kruskal-Wallis", stats.kruskal(*samples)
        effect = statistic / (sum(sizes) - 1)
    return Comparison(*about, test, why, float(statistic), float(p), float(effect))


def compare_all(factors: list[Factor], measures: tuple[Measure, ...]) -> pd.DataFrame:
    """Return a table of all comparisons, with p values by Holm's method over the whole table."""
    columns = list(Comparison.__dataclass_fields__)
    tests = [vars(compare(factor, measure)) for factor in factors for measure in measures]
    table = pd.DataFrame(tests, columns=columns)
    table.insert(columns.index("p") + 1, "p_holm", holm(table["p"].to_numpy(dtype=float)))
    return table


def compare_pairs(factor: Factor, measure: Measure) -> pd.DataFrame:
    """Return a comparison of each two levels, with p values by Holm's method.

    Welch's t test where ``compare`` chose the analysis of variance, else the Mann-Whitney test.

    Columns: ``factor``, ``outcome``, ``level``, ``other``, ``difference`` (of the means, other
    minus level), ``low`` and ``high`` (its 95 % interval after Welch, not corrected), ``test``,
    ``p``, ``p_holm``.
    """
    groups = comparable(factor, measure)
    whole = compare(factor, measure)
    pairs = [] if whole.note else list(combinations(groups.items(), 2))
    rows = []
    for (level, here), (other, there) in pairs:
        p, low, high = _welch(here, there)
        if whole.test != "one-way ANOVA":
            p = float(stats.mannwhitneyu(here, there).pvalue)
        rows.append(
            {
                "factor": factor.name,
                "outcome": measure.name,
                "level": label_of(level),
                "other": label_of(other),
                "difference": there.mean() - here.mean(),
                "low": low,
                "high": high,
                "test": "Welch's t" if whole.test == "one-way ANOVA" else "Mann-Whitney",
                "p": p,
            }
        )
    columns = ["factor", "outcome", "level", "other", "difference", "low", "high", "test", "p"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(p_holm=holm(table["p"].to_numpy(dtype=float)))


def comparable(factor: Factor, measure: Measure) -> Groups:
    """Return the values at each level that has two or more."""
    groups = factor.groups(measure.name)
    return {level: values for level, values in groups.items() if len(values) > 1}


def obstacle_of(groups: Groups) -> str:
    """Return why groups of values cannot be compared, "" if they can."""
    if not groups:
        return "cannot be tested: no level has two finished runs"
    if len(groups) == 1:
        return "cannot be tested: only one level has two finished runs or more"
    everything = np.concatenate(list(groups.values()))
    if np.ptp(everything) == 0:
        return f"cannot be tested: all {len(everything)} runs gave {everything[0]:g}"
    return ""


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p values corrected by Holm's method; those that are NaN do not count.

    Example:
        >>> holm(np.array([0.01, np.nan, 0.04]))
        array([0.02,  nan, 0.04])
    """
    corrected = np.full(len(p), np.nan)
    known = np.isfinite(p)
    if known.any():
        gc.freeze()  # multipletests collects all garbage, which takes longer than the rest
        corrected[known] = multipletests(p[known], method="holm")[1]
        gc.unfreeze()
    return corrected


def _welch(here: NDArray[np.float64], there: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return p and the interval of the difference of two means; NaN if neither has a spread."""
    if np.ptp(here) == 0 and np.ptp(there) == 0:
        return np.nan, np.nan, np.nan
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Precision loss", RuntimeWarning)
        found = stats.ttest_ind(there, here, equal_var=False)
        interval = found.confidence_interval(0.95)
    return float(found.pvalue), float(interval.low), float(interval.high)


def _suits_anova(samples: list[NDArray[np.float64]]) -> tuple[bool, str]:
    residuals = np.concatenate([sample - sample.mean() for sample in samples])
    if np.ptp(residuals) < 1e-12:
        return False, "no spread within levels"
    if len(residuals) <= _LARGEST_SHAPIRO:
        check, normal = "Shapiro-Wilk", float(stats.shapiro(residuals).pvalue)
    else:
        check, normal = "D'Agostino", float(stats.normaltest(residuals).pvalue)
    with np.errstate(divide="ignore", invalid="ignore"):
        equal = float(np.nan_to_num(stats.levene(*samples, center="median").pvalue, nan=1.0))
    verdicts = (
        f"residuals {'pass for' if normal >= ALPHA else 'are not'} normal ({check}"
        f" {shown_p(normal)}), variances {'pass for' if equal >= ALPHA else 'are not'} equal"
        f" (Brown-Forsythe {shown_p(equal)})"
    )
    return bool(normal >= ALPHA and equal >= ALPHA), verdicts


def shown_p(p: float) -> str:
    """Return a p value as text.

    Example:
        >>> shown_p(0.0312), shown_p(1e-9)
        ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
