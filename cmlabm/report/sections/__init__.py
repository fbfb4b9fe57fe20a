"""The sections of a report, one module each, one after the other."""

from collections.abc import Iterator

import pandas as pd

from cmlabm.analysis import FINAL_ACCURACY, MALICIOUS_BALANCE, Factor, factors_of
from cmlabm.batch import FinishedStudy
from cmlabm.batch.study import SAMPLED
from cmlabm.report.parts import Opening, Picture, Section, Table, Text
from cmlabm.report.sections.attack import attack
from cmlabm.report.sections.attack_matrix import attack_matrix_sections
from cmlabm.report.sections.claims import claims
from cmlabm.report.sections.factor import factor_section
from cmlabm.report.sections.methods import METHODS
from cmlabm.report.sections.opening import compares_contracts, sentences_of, strongest
from cmlabm.report.sections.protection import protection_sections
from cmlabm.report.sections.reference import against_reference
from cmlabm.report.sections.sensitivity import sensitivity_sections
from cmlabm.report.sections.tests import Tests
from cmlabm.report.sections.what_was_run import what_was_run


def sections_of(
    study: FinishedStudy, reference: pd.DataFrame | None
) -> Iterator[Section | Opening]:
    """Go through the sections of a report on a study; what it opens with comes last.

    Args:
        study: the study, finished or under way.
        reference: published values to compare with, as ``read_reference`` returns them.
    """
    runs = study.runs()
    if not (runs["status"] == "done").any():
        yield Opening(["No run has finished: nothing can be concluded."])
        yield what_was_run(study, runs)
        return
    factors = factors_of(study)
    tests = Tests.of(factors)
    changes = [strongest(factors, tests, one) for one in (FINAL_ACCURACY, MALICIOUS_BALANCE)]
    titles = [factor.in_words for factor in changes if factor]
    tables: dict[str, pd.DataFrame] = {}
    pictures: dict[str, Picture] = {}
    for section in _sections(study, runs, factors, tests, reference):
        for part in section.parts:
            if isinstance(part, Table):
                tables.setdefault(part.name, part.frame)
            elif isinstance(part, Picture) and part.name.startswith(_OPENING):
                pictures.setdefault(part.name, part)
            elif isinstance(part, Picture) and section.title in titles[:1]:
                pictures.setdefault("outcomes", part)
        yield section
    if not compares_contracts(tables):
        pictures = {name: one for name, one in pictures.items() if "protection_" not in name}
    shown = [pictures[name] for name in sorted(pictures, key=_place)]
    yield Opening([*sentences_of(study, factors, tests, tables)], shown)


_OPENING = ("effects", "sensitivity_final", "sensitivity_malicious_final", "protection_")
"""Beginnings of the names of the pictures that a report can open with, and of what it prefers."""


def _place(name: str) -> int:
    return next((at for at, known in enumerate(_OPENING) if name.startswith(known)), len(_OPENING))


def _sections(
    study: FinishedStudy,
    runs: pd.DataFrame,
    factors: list[Factor],
    tests: Tests,
    reference: pd.DataFrame | None,
) -> Iterator[Section]:
    sampled = study.spec.design in SAMPLED
    if not sampled:
        yield claims(study, factors)
    yield what_was_run(study, runs)
    if factors:
        yield tests.section()
    for factor in factors or [Factor("all runs", (), runs.assign(level="all runs"))]:
        yield factor_section(study, factor, tests)
    yield attack(study, runs)
    yield from attack_matrix_sections(study, runs)
    yield from protection_sections(study, runs)
    if sampled:
        yield from sensitivity_sections(study)
    if reference is not None:
        yield against_reference(study, reference)
    yield Section("How it was calculated", [Text(METHODS.strip().split("\n\n"), listed=True)])
