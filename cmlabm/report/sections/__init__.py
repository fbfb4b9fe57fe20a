"""The sections of a report, one module each, one after the other."""

from collections.abc import Iterator

import pandas as pd

from cmlabm.analysis import Factor, factors_of
from cmlabm.batch import FinishedStudy
from cmlabm.batch.study import SAMPLED
from cmlabm.report.parts import Section, Text
from cmlabm.report.sections.attack import attack
from cmlabm.report.sections.attack_matrix import attack_matrix_sections
from cmlabm.report.sections.claims import claims
from cmlabm.report.sections.factor import factor_section
from cmlabm.report.sections.methods import METHODS
from cmlabm.report.sections.protection import protection_sections
from cmlabm.report.sections.reference import against_reference
from cmlabm.report.sections.sensitivity import sensitivity_sections
from cmlabm.report.sections.tests import Tests
from cmlabm.report.sections.what_was_run import what_was_run


def sections_of(study: FinishedStudy, reference: pd.DataFrame | None) -> Iterator[Section]:
    """Go through the sections of a report on a study.

    Args:
        study: the study, finished or under way.
        reference: published values to compare with, as ``read_reference`` returns them.
    """
    runs = study.runs()
    sampled = study.spec.design in SAMPLED
    if not (runs["status"] == "done").any():
        yield Section("Nothing to conclude", [Text(["No run has finished."])])
        yield what_was_run(study, runs)
        return
    factors = factors_of(study)
    tests = Tests.of(factors)
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
