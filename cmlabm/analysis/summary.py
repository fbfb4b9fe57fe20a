"""Outcomes at each level of a factor: how many runs, mean, spread, interval."""

import numpy as np
import pandas as pd

from cmlabm.analysis.factors import Factor, label_of
from cmlabm.analysis.intervals import mean_interval
from cmlabm.analysis.measures import MEASURES, Measure


def summarise(factor: Factor, measures: tuple[Measure, ...] = MEASURES) -> pd.DataFrame:
    """Return a table of outcomes, one row for each level and measure.

    Columns: ``factor``, ``level``, ``outcome``, ``n`` finished runs, ``failed`` runs, ``mean``,
    ``sd``, ``low`` and ``high`` (95 % bootstrap interval of the mean), and a ``note`` that says
    what is missing. Depletion times may be censored: ``depletion_summary`` is their table.

    Example:
        >>> runs = pd.DataFrame(
        ...     {"level": [1, 1, 2], "status": "done", "final_accuracy": [0.7, 0.8, 0.9]}
        ... )
        >>> factor = Factor("cost_weight", ("cost_weight",), runs)
        >>> table = summarise(factor, (MEASURES[0],))
        >>> table[["level", "n", "mean", "note"]].to_dict("records")[1]
        {'level': '2', 'n': 1, 'mean': 0.9, 'note': 'one run: no spread, no interval'}
    """
    rows = []
    for measure in measures:
        for level, values in factor.groups(measure.name).items():
            low, high = mean_interval(values)
            here = factor.runs["level"] == level
            rows.append(
                {
                    "factor": factor.name,
                    "level": label_of(level),
                    "outcome": measure.name,
                    "n": len(values),
                    "failed": int((here & (factor.runs["status"] != "done")).sum()),
                    "mean": values.mean() if len(values) else np.nan,
                    "sd": values.std(ddof=1) if len(values) > 1 else np.nan,
                    "low": low,
                    "high": high,
                    "note": _note(len(values)),
                }
            )
    return pd.DataFrame(rows)


def _note(size: int) -> str:
    return {0: "no finished run", 1: "one run: no spread, no interval"}.get(size, "")
