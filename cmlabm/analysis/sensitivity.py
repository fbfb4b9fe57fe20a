"""Which factors an outcome depends on, from designs that draw all factors at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris, rbd_fast, sobol

from cmlabm.analysis.measures import Measure
from cmlabm.batch import FinishedStudy
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters

RESAMPLES = 1_000
_SEED = 1
_MORRIS_GRID = 4
"""The levels of a Morris design; ``cmlabm.batch`` draws it with as many."""

_FEWEST_BLOCKS = 8
_FEWEST_POINTS = 100
"""RBD-FAST looks at ten harmonics and bootstraps half of the points."""

type Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """The points of a sampling design and what came out, in the order of the design.

    Attributes:
        design: ``saltelli``, ``morris``, ``latin-hypercube`` or ``sobol``.
        names: the factors.
        points: shape (points, factors), categories as the number of the category.
        logarithmic: for each factor whether it was drawn on a log scale.
        categories: the categories of those factors that have some.
        outcomes: one row a point: each outcome's mean over the finished runs (seeds) there, NaN
            where all failed.
        declared: the parameters of the study.
    """

    design: str
    names: list[str]
    points: Numbers
    logarithmic: list[bool]
    categories: dict[str, list[Any]]
    outcomes: pd.DataFrame
    declared: StudyParameters = field(default_factory=lambda: BUILT_IN, repr=False)


def sample_of(study: FinishedStudy, measures: Sequence[Measure]) -> Sample:
    """Return the sample that a study with ``ranges`` drew."""
    spec, design, runs = study.spec, study.design(), study.runs()
    done = runs[runs["status"] == "done"].set_index("run")
    categories = {name: span.values for name, span in spec.ranges.items() if span.values}
    points = design[list(spec.ranges)].copy()
    for name, values in categories.items():
        points[name] = points[name].map(values.index)
    seeds = len(spec.seeds)
    found = done[[measure.name for measure in measures]].astype("Float64").reindex(design["run"])
    outcomes = found.astype("float64").groupby(np.arange(len(design)) // seeds).mean()
    return Sample(
        spec.design,
        list(spec.ranges),
        points.to_numpy(dtype=np.float64)[::seeds],
        [span.scale == "log" for span in spec.ranges.values()],
        categories,
        outcomes,
        study.parameters,
    )


def sobol_indices(names: Sequence[str], values: Numbers) -> pd.DataFrame:
    """Return first-order and total Sobol indices of a Saltelli sample (Saltelli et al. 2010).

    Args:
        names: the factors.
        values: an outcome at each point in the sample's order, blocks of len(names) + 2; blocks
            with a missing value (NaN) are left out as a whole.

    Returns:
        ``factor``, ``first`` and ``total`` with half the width of their 95 % bootstrap intervals
        (``first_error``, ``total_error``), ``n`` complete blocks, and a ``note``.
    """
    size = len(names) + 2
    blocks = values.reshape(-1, size)
    blocks = blocks[np.isfinite(blocks).all(axis=1)]
    table = pd.DataFrame({"factor": list(names), "n": len(blocks)})
    note = _obstacle(blocks)
    if note:
        return table.assign(
            first=np.nan, first_error=np.nan, total=np.nan, total_error=np.nan, note=note
        )
    found = sobol.analyze(
        _problem(names),
        blocks.ravel(),
        calc_second_order=False,
        num_resamples=RESAMPLES,
        seed=_SEED,
    )
    return table.assign(
        first=found["S1"],
        first_error=found["S1_conf"],
        total=found["ST"],
        total_error=found["ST_conf"],
        note="",
    )


def morris_effects(names: Sequence[str], points: Numbers, values: Numbers) -> pd.DataFrame:
    """Return Morris's elementary effects: the change of an outcome as one factor alone changes.

    Args:
        names: the factors.
        points: shape (points, factors), in trajectories of len(names) + 1.
        values: an outcome at each point; trajectories with a missing value are left out.

    Returns:
        ``factor``, ``mu_star`` (mean size of its effects over the whole range) with half the width
        of its 95 % bootstrap interval ``mu_star_error``, ``mu`` (mean effect, with its sign),
        ``sigma`` (their standard deviation: interaction or curvature), ``n`` trajectories and a
        ``note``.
    """
    size = len(names) + 1
    paths, steps = values.reshape(-1, size), points.reshape(-1, size, len(names))
    complete = np.isfinite(paths).all(axis=1)
    paths, steps = paths[complete], steps[complete]
    table = pd.DataFrame({"factor": list(names), "n": len(paths)})
    note = _obstacle(paths)
    if note:
        return table.assign(
            mu_star=np.nan, mu_star_error=np.nan, mu=np.nan, sigma=np.nan, note=note
        )
    found = morris.analyze(
        _problem(names),
        steps.reshape(-1, len(names)),
        paths.ravel(),
        num_levels=_MORRIS_GRID,
        num_resamples=RESAMPLES,
        seed=_SEED,
    )
    return table.assign(
        mu_star=np.asarray(found["mu_star"]),
        mu_star_error=np.asarray(found["mu_star_conf"]),
        mu=np.asarray(found["mu"]),
        sigma=np.asarray(found["sigma"]),
        note="",
    )


def first_order_indices(names: Sequence[str], points: Numbers, values: Numbers) -> pd.DataFrame:
    """Return first-order indices of a space-filling sample (RBD-FAST, Tissot & Prieur 2012).

    The total indices cannot be had from such a sample; a ``saltelli`` design gives them.

    Returns:
        ``factor``, ``first``, ``first_error``, ``n`` points, ``note``.
    """
    complete = np.isfinite(values)
    points, values = points[complete], values[complete]
    table = pd.DataFrame({"factor": list(names), "n": len(values)})
    note = _obstacle(values[:, np.newaxis], fewest=_FEWEST_POINTS)
    if note:
        return table.assign(first=np.nan, first_error=np.nan, note=note)
    found = rbd_fast.analyze(
        _problem(names), points, values, num_resamples=RESAMPLES // 10, seed=_SEED
    )
    return table.assign(
        first=np.asarray(found["S1"]), first_error=np.asarray(found["S1_conf"]), note=""
    )


def sensitivity(sample: Sample, measure: Measure) -> pd.DataFrame:
    """Return the table that suits a sample's design, for one outcome."""
    values = sample.outcomes[measure.name].to_numpy(dtype=np.float64)
    if sample.design == "saltelli":
        table = sobol_indices(sample.names, values)
    elif sample.design == "morris":
        table = morris_effects(sample.names, sample.points, values)
    else:
        table = first_order_indices(sample.names, sample.points, values)
    table.insert(0, "outcome", measure.name)
    return table


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _obstacle(blocks: Numbers, fewest: int = _FEWEST_BLOCKS) -> str:
    if len(blocks) < fewest:
        return f"cannot be estimated: {len(blocks)} complete blocks of points, {fewest} are needed"
    if np.ptp(blocks) == 0:
        return f"cannot be estimated: all runs gave {blocks.flat[0]:g}"
    return ""
