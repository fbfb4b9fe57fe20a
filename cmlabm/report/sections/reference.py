"""Ours against published values."""

import pandas as pd

from cmlabm.analysis import compare_with_reference, draw_reference
from cmlabm.batch import FinishedStudy
from cmlabm.report.parts import Part, Picture, Section, Table, Text

_FIGURE = """Line: the range of our runs (an arrow: in some of them it never happened); bar: their
mean; diamond: the published value, open if it lies outside of our range."""


def against_reference(study: FinishedStudy, reference: pd.DataFrame) -> Section:
    """Return the section on published values."""
    table = compare_with_reference(study, reference)
    compared = table[table["within"] != ""]
    parts: list[Part] = [Text([_sentence(study, compared)])]
    if len(compared):
        parts.append(Picture("reference", _FIGURE, draw_reference(table)))
    parts.append(Table("reference", "Published values and ours.", table))
    return Section("Against published values", parts)


def _sentence(study: FinishedStudy, compared: pd.DataFrame) -> str:
    if not len(compared):
        return "None of the published settings was run twice here: nothing can be compared."
    data = study.spec.parameters.get("data", "synthetic-reviews")
    inside, n = int((compared["within"] == "yes").sum()), int(compared["n"].median())
    return (
        f"{inside} of {len(compared)} published values lie within the range of our runs (on data ="
        f" {data}). One more run of the same market would lie within the range of {n} runs with"
        f" probability {(n - 1) / (n + 1):.2f}."
    )
