"""How an outcome goes with one factor while the others vary: partial dependence on a forest."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.inspection import partial_dependence as sklearn_partial_dependence

from cmlabm.analysis.measures import Measure
from cmlabm.analysis.sensitivity import Sample

_FEWEST_POINTS = 50


@dataclass(frozen=True)
class PartialDependence:
    """The mean prediction of a forest at each value of each factor.

    Attributes:
        outcome: what is predicted.
        curves: ``factor``, ``value``, ``mean``: a row for each factor and point of a grid.
        r2: share of the variance predicted by those trees that had not seen a point; below about
            0.5 the curves tell little.
        n: how many points the forest was fitted on.
        note: what cannot be concluded.
    """

    outcome: str
    curves: pd.DataFrame
    n: int
    r2: float = np.nan
    note: str = ""


def partial_dependence(sample: Sample, measure: Measure) -> PartialDependence:
    """Return the partial dependence (Friedman 2001) of an outcome on each factor of a sample."""
    values = sample.outcomes[measure.name].to_numpy(dtype=np.float64)
    complete = np.isfinite(values)
    points, values = sample.points[complete], values[complete]
    empty = pd.DataFrame(columns=["factor", "value", "mean"])
    if len(values) < _FEWEST_POINTS:
        note = f"cannot be estimated: {len(values)} points, {_FEWEST_POINTS} are needed"
        return PartialDependence(measure.name, empty, len(values), note=note)
    if np.ptp(values) == 0:
        note = f"cannot be estimated: all runs gave {values[0]:g}"
        return PartialDependence(measure.name, empty, len(values), note=note)
    forest = ExtraTreesRegressor(
        n_estimators=100, min_samples_leaf=3, bootstrap=True, oob_score=True, random_state=0
    ).fit(points, values)
    curves = []
    for number, name in enumerate(sample.names):
        found = sklearn_partial_dependence(
            forest, points, [number], kind="average", grid_resolution=25
        )
        curves.append(
            pd.DataFrame(
                {"factor": name, "value": found["grid_values"][0], "mean": found["average"][0]}
            )
        )
    return PartialDependence(measure.name, pd.concat(curves), len(values), float(forest.oob_score_))
