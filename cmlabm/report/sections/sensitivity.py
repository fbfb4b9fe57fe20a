"""Which of many factors matter, for designs that draw them all at once."""

from collections.abc import Iterator

import pandas as pd

from cmlabm import analysis
from cmlabm.analysis.measures import DEPLETED, MEASURES, Measure
from cmlabm.batch import FinishedStudy
from cmlabm.report.parts import Part, Picture, Section, Table, Text

SENSITIVITY_MEASURES = (*MEASURES, DEPLETED)
"""These methods need a number from every run, so that in place of the depletion time, which may be
censored, they look at whether there was a depletion."""

_MORRIS = """Morris: how much the outcome changes as one factor goes over its range (95 % bootstrap
interval), and how much that differs with the others."""

_SOBOL = "Sobol indices with 95 % bootstrap intervals."

_FIRST_ORDER = """First-order indices with 95 % bootstrap intervals (RBD-FAST). Total indices need a
saltelli design."""

_DEPENDENCE = """Each dot is a point of the design; the line is a forest's mean prediction as one
factor changes. The forest predicts {} of the variance of points that its trees had not seen."""


def sensitivity_sections(study: FinishedStudy) -> Iterator[Section]:
    """Go through a section for each outcome."""
    sample = analysis.sample_of(study, SENSITIVITY_MEASURES)
    for measure in SENSITIVITY_MEASURES:
        parts = [*_indices(sample, measure), *_dependence(sample, measure)]
        yield Section(f"Sensitivity: {measure.label}", parts)


def _indices(sample: analysis.Sample, measure: Measure) -> list[Part]:
    table = analysis.sensitivity(sample, measure)
    name, note = f"sensitivity_{measure.name}", table["note"].iloc[0]
    if note:
        return [Text([f"The sensitivity of {measure.label} {note}."])]
    figure = analysis.draw_sensitivity(table, measure)
    return [
        Picture(name, _caption(table), figure),
        Table(name, f"Sensitivity of {measure.label}.", table),
    ]


def _dependence(sample: analysis.Sample, measure: Measure) -> list[Part]:
    found = analysis.partial_dependence(sample, measure)
    if found.note:
        return [Text([f"The partial dependence of {measure.label} {found.note}."])]
    name = f"partial_dependence_{measure.name}"
    caption = _DEPENDENCE.format(f"{max(0.0, found.r2):.0%}")
    figure = analysis.draw_partial_dependence(sample, found, measure)
    return [
        Picture(name, caption, figure),
        Table(name, "The lines of the figure.", found.curves, folded=True),
    ]


def _caption(table: pd.DataFrame) -> str:
    if "mu_star" in table:
        return _MORRIS
    return _SOBOL if "total" in table else _FIRST_ORDER
