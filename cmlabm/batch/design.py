"""Designs: from a study to the list of runs it asks for."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmlabm.batch.run import Run
from cmlabm.batch.study import Range, Study
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters, as_stored, brought, that_matter
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

type Setting = dict[str, Any]
"""The swept parameters of some runs and their values."""


MOST_RUNS = 1_000_000
"""A study of more runs would not fit into memory."""


def runs_of(study: Study, contents: Mapping[str, str] | None = None) -> list[Run]:
    """Return every run that a study asks for, each once, in the order of its design.

    Args:
        study: what to run.
        contents: digests of data by their place, where they are known; else they are read.

    Raises:
        InputError: a level is not a possible value of its parameter, data cannot be read, or there
            are more than ``MOST_RUNS`` runs.

    Example:
        >>> study = Study(name="words", seeds=2, sweep={"num_words": [400, 1000]})
        >>> [(run.parameters.num_words, run.seed) for run in runs_of(study)]
        [(400, 0), (400, 1), (1000, 0), (1000, 1)]
    """
    own = brought(study.classes)
    runs = (
        Run.on(parameters, seed, contents)
        for parameters in (_checked(study, setting, own) for setting in settings_of(study, own))
        for seed in study.seeds
    )
    return list({run.id: run for run in runs}.values())


def settings_of(study: Study, own: StudyParameters | None = None) -> list[Setting]:
    """Return the settings of a study's design; sampled ones in the order their analysis needs.

    Args:
        study: the study.
        own: the parameters that its users' classes bring, where they are known; else the classes
            are imported.

    Raises:
        InputError: there are too many, or the number of samples does not suit the design.
    """
    count = most_runs_of(study)
    if count > MOST_RUNS:
        raise InputError(f"study {study.name!r}: asks for {count:,} runs; at most {MOST_RUNS:,}")
    own = brought(study.classes) if own is None else own
    if study.design in _SAMPLERS:
        return _sampled(study, own)
    return list(_LISTERS[study.design](study, own))


def base_setting(study: Study, own: StudyParameters | None = None) -> Setting:
    """Return what a study's factors are at where nothing is swept.

    Args:
        study: the study.
        own: the parameters of users' classes, as far as they are known.
    """
    own = own or {}
    base = as_stored(study.parameters, own)
    theirs = {n: it.taken(study.parameters.get(n, it.default)) for n, it in own.items()}
    return {
        name: theirs[name] if name in theirs else getattr(base, name, None)
        for names in study.factors.values()
        for name in names
    }


def _checked(study: Study, setting: Setting, own: StudyParameters) -> Parameters:
    """Return all parameters at a setting, or say what of it is impossible, and in which row."""
    try:
        return Parameters.checked(that_matter(study.parameters | setting, own))
    except InputError as error:
        row = _row_of(study, setting, own, str(error))
        raise InputError(f"study {study.name!r}: {row}{error}") from None


def _row_of(study: Study, setting: Setting, own: StudyParameters, complaint: str) -> str:
    """Return which row of a setting by itself gives rise to a complaint, "" if none does."""
    for factor in filter(study.has_rows, study.sweep):
        for number, row in enumerate(study.levels(factor), start=1):
            if row.items() <= setting.items():
                try:
                    Parameters.checked(that_matter(study.parameters | row, own))
                except InputError as error:
                    if str(error) == complaint:
                        return f"factor {factor}, row {number}: "
    return ""


def most_runs_of(study: Study) -> int:
    """Return how many runs a study asks for, those counted again that it asks for twice."""
    return _count(study) * len(study.seeds)


def _count(study: Study) -> int:
    """Return how many settings a study has, without making them."""
    levels = [len(study.levels(factor)) for factor in study.sweep]
    match study.design:
        case "grid":
            return prod(levels)
        case "zip":
            return max(levels, default=1)
        case "one-at-a-time":
            return 1 + sum(levels)
        case "saltelli":
            return (study.samples or 0) * (len(study.ranges) + 2)
        case "morris":
            return (study.samples or 0) * (len(study.ranges) + 1)
    return study.samples or 0


def _grid(study: Study, _own: StudyParameters) -> Iterator[Setting]:
    for combination in product(*(study.levels(factor) for factor in study.sweep)):
        yield {name: value for level in combination for name, value in level.items()}


def _zipped(study: Study, _own: StudyParameters) -> Iterator[Setting]:
    for levels in zip(*(study.levels(factor) for factor in study.sweep), strict=True):
        yield {name: value for level in levels for name, value in level.items()}


def _one_at_a_time(study: Study, own: StudyParameters) -> Iterator[Setting]:
    base = {k: value for k, value in base_setting(study, own).items() if value is not None}
    yield base
    for factor in study.sweep:
        for level in study.levels(factor):
            yield base | level


_LISTERS: dict[str, Callable[[Study, StudyParameters], Iterator[Setting]]] = {
    "grid": _grid,
    "zip": _zipped,
    "one-at-a-time": _one_at_a_time,
}


def problem_of(study: Study) -> dict[str, Any]:
    """Return a sampling study's factors as SALib describes a problem, each from 0 to 1."""
    names = list(study.ranges)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _latin_hypercube(study: Study) -> NDArray[np.float64]:
    from scipy.stats import qmc

    return qmc.LatinHypercube(len(study.ranges), rng=0).random(study.samples or 0)


def _sobol(study: Study) -> NDArray[np.float64]:
    from scipy.stats import qmc

    return qmc.Sobol(len(study.ranges), rng=0).random_base2(_power_of_two(study))


def _saltelli(study: Study) -> NDArray[np.float64]:
    from SALib.sample import sobol

    return np.asarray(
        sobol.sample(problem_of(study), 2 ** _power_of_two(study), calc_second_order=False, seed=0)
    )


def _morris(study: Study) -> NDArray[np.float64]:
    from SALib.sample import morris

    return np.asarray(morris.sample(problem_of(study), study.samples, num_levels=4, seed=0))


_SAMPLERS: dict[str, Callable[[Study], NDArray[np.float64]]] = {
    "latin-hypercube": _latin_hypercube,
    "sobol": _sobol,
    "saltelli": _saltelli,
    "morris": _morris,
}


def _power_of_two(study: Study) -> int:
    samples = study.samples or 0
    if samples & (samples - 1):
        raise InputError(
            f"samples = {samples}: a {study.design} design needs a power of two, such as"
            f" {1 << samples.bit_length()}"
        )
    return samples.bit_length() - 1


def _sampled(study: Study, own: StudyParameters) -> list[Setting]:
    try:
        points = _SAMPLERS[study.design](study)
    except ImportError:
        raise InputError(
            f"design = {study.design!r}: needs the package SALib; install cmlabm[designs]"
        ) from None
    known = {**BUILT_IN, **own}
    counts = {name: name in known and known[name].kind in (int, bool) for name in study.ranges}
    return [
        {
            name: _value(span, float(u), counts[name])
            for (name, span), u in zip(study.ranges.items(), point, strict=True)
        }
        for point in points
    ]


def _value(span: Range, u: float, counts: bool) -> Any:
    """Return the value at a share ``u`` of a factor's range, a whole number if it counts."""
    if span.values is not None:
        return span.values[min(int(u * len(span.values)), len(span.values) - 1)]
    low, high = float(span.low or 0.0), float(span.high or 0.0)
    if counts:
        high += 1.0
    value = low * (high / low) ** u if span.scale == "log" else low + u * (high - low)
    return min(int(value), int(high) - 1) if counts else value
