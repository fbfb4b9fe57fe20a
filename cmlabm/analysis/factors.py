"""A study's factors: which runs show what each of them does."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmlabm.analysis.measures import axis_of, words_of
from cmlabm.batch import FinishedStudy
from cmlabm.batch.study import SAMPLED
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters


@dataclass(frozen=True)
class Factor:
    """A factor of a study with the runs at its levels.

    Attributes:
        name: the factor's name.
        parameters: the parameters that it sets; several if they change together.
        runs: one row a run, finished or failed, with its ``level``.
        base: the level at which the study's base case is, None if it is at none of them.
        declared: the parameters of the study.

    Example:
        >>> runs = pd.DataFrame(
        ...     {"level": [1, 2, 4], "status": "done", "final_accuracy": [0.7, 0.8, 0.9]}
        ... )
        >>> factor = Factor("num_words", ("num_words",), runs, base=1)
        >>> factor.in_words
        'number of words'
        >>> factor.labels, factor.on_log_scale
        (['1', '2', '4'], True)
        >>> factor.groups("final_accuracy")[4]
        array([0.9])
    """

    name: str
    parameters: tuple[str, ...]
    runs: pd.DataFrame
    base: Any = None
    declared: StudyParameters = field(default_factory=lambda: BUILT_IN, repr=False)

    @cached_property
    def levels(self) -> list[Any]:
        """The levels, numbers in rising order, others with the base case first."""
        levels = list(self.runs["level"].drop_duplicates())
        if all(_is_number(level) for level in levels):
            return sorted(levels)
        return sorted(levels, key=lambda level: (level != self.base, str(level)))

    @property
    def labels(self) -> list[str]:
        """The levels as text."""
        return [label_of(level) for level in self.levels]

    @property
    def in_words(self) -> str:
        """What it is called in headings: parameters' names as words, other names as they are."""
        return " & ".join(words_of(name, self.declared) for name in self.name.split(" & "))

    @property
    def subject(self) -> str:
        """What it is called in a sentence."""
        is_of_parameters = all(name in self.declared for name in self.name.split(" & "))
        return f"the {self.in_words}" if is_of_parameters else self.in_words

    @property
    def axis(self) -> str:
        """The label of an axis that shows the levels, with unit."""
        if not self.parameters:
            return ""
        first, *others = self.parameters
        words = ", ".join(words_of(name, self.declared) for name in others)
        together = f" with {words}" if others else ""
        return axis_of(first, self.declared) + together

    @property
    def is_numeric(self) -> bool:
        """Whether the levels are numbers, so that there can be a trend."""
        return all(_is_number(level) for level in self.levels)

    @property
    def on_log_scale(self) -> bool:
        """Whether the levels are spread more evenly in their logarithms than as they are."""
        if not self.is_numeric or len(self.levels) < 3 or min(self.levels) <= 0:
            return False
        steps = np.diff(np.array(self.levels, dtype=float))
        ratios = np.diff(np.log(np.array(self.levels, dtype=float)))
        return bool(np.std(ratios) / np.mean(ratios) < np.std(steps) / np.mean(steps))

    @cached_property
    def done(self) -> pd.DataFrame:
        """The finished runs."""
        return self.runs[self.runs["status"] == "done"]

    def groups(self, outcome: str) -> dict[Any, NDArray[np.float64]]:
        """Return the finished runs' values of an outcome at each level."""
        return {level: values_of(runs, outcome) for level, runs in self.by_level()}

    def by_level(self) -> Iterator[tuple[Any, pd.DataFrame]]:
        """Go through the levels with their finished runs."""
        for level in self.levels:
            yield level, self._runs_at[level]

    @cached_property
    def _runs_at(self) -> dict[Any, pd.DataFrame]:
        return {level: self.done[self.done["level"] == level] for level in self.levels}

    def scaled(self, levels: Any) -> NDArray[np.floating[Any]]:
        """Return levels on the scale of a trend: as they are, or their logarithms to base 2."""
        values = np.asarray(levels, dtype=np.float64)
        return np.log2(values) if self.on_log_scale else values

    @property
    def step(self) -> str:
        """What one unit on the scale of a trend is, in words."""
        return "per doubling" if self.on_log_scale else "per unit"


def factors_of(study: FinishedStudy) -> list[Factor]:
    """Return the factors of a study that sweeps lists of levels.

    In a one-at-a-time study, a factor's runs are those in which all others are at the base case;
    in a grid, all runs. The factors of a zip change together and count as one. Studies that draw
    from ranges have no levels; ``sensitivity`` is for them.
    """
    spec = study.spec
    if spec.design in SAMPLED or not spec.factors:
        return []
    base, declared = study.base, study.parameters
    groups = spec.factors
    if spec.design == "zip":
        names = tuple(dict.fromkeys(p for group in groups.values() for p in group))
        groups = {next(iter(groups)) if len(groups) == 1 else " & ".join(groups): names}
    factors = []
    for name, parameters in groups.items():
        runs = study.runs() if spec.design == "zip" else study.runs_of(name)
        level, base_level = _levels(runs, parameters, base)
        factors.append(Factor(name, parameters, runs.assign(level=level), base_level, declared))
    return factors


def values_of(runs: pd.DataFrame, outcome: str) -> NDArray[np.float64]:
    """Return an outcome of some runs as numbers, without those that have none."""
    known = runs[outcome].astype("Float64").fillna(np.nan)
    values = np.asarray(known, dtype=np.float64)
    return values[np.isfinite(values)]


def label_of(level: Any) -> str:
    """Return a level as text.

    Example:
        >>> label_of(25_000.0), label_of(0.00001), label_of("none")
        ('25000', '1e-05', 'none')
    """
    return f"{level:.10g}" if _is_number(level) else str(level)


def _levels(
    runs: pd.DataFrame, parameters: tuple[str, ...], base: dict[str, Any]
) -> tuple["pd.Series[Any]", Any]:
    """Return the level of each run: the first parameter that tells all of them apart."""
    settings = runs[list(parameters)].drop_duplicates()
    for name in parameters:
        if runs[name].nunique(dropna=False) == len(settings):
            column, base_level = runs[name], base[name]
            break
    else:
        column = runs[list(parameters)].map(label_of).agg(" / ".join, axis=1)
        base_level = " / ".join(label_of(base[name]) for name in parameters)
    column = pd.Series(column.tolist(), index=runs.index, dtype=object)
    at_base = (runs[list(parameters)] == [base[name] for name in parameters]).all(axis=1)
    return column, base_level if at_base.any() else None


def _is_number(level: Any) -> bool:
    return isinstance(level, int | float | np.number) and not isinstance(level, bool)
