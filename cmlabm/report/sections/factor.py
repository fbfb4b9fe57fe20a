"""What one factor does: sentences, figures, tables."""

import re

import pandas as pd
from matplotlib.figure import Figure

from cmlabm import analysis
from cmlabm.analysis.figures.curves import MOST_LEVELS, shown_levels
from cmlabm.analysis.measures import MEASURES
from cmlabm.batch import FinishedStudy
from cmlabm.report.page import capital
from cmlabm.report.parts import Part, Picture, Section, Table, Text
from cmlabm.report.sections.tests import Tests

_OUTCOMES = """Each dot is a run; bars are means with 95 % bootstrap intervals (for the depletion
time: medians after Kaplan and Meier). Open triangles: the malicious money was not used up when the
run ended. The accuracy gap is the final minus the initial accuracy."""

_SURVIVAL = """How long the malicious money lasts. Share of runs in which it is not used up yet
(Kaplan-Meier); ticks are runs that ended before."""

_CURVES = "Accuracy and balances day by day. Means over the runs; bands hold 90 % of the runs."


def factor_section(study: FinishedStudy, factor: analysis.Factor, tests: Tests) -> Section:
    """Return the section on a factor."""
    name = file_name(factor.name)
    summary, depletion = analysis.summarise(factor), analysis.depletion_summary(factor)
    compared = len(factor.levels) > 1
    parts: list[Part] = [Text([meaning])] if (meaning := _meaning(factor)) else []
    parts += [Text(tests.sentences(factor, summary), listed=True)] if compared else []
    parts += [
        Picture(f"{name}_outcomes", _OUTCOMES, analysis.draw_outcomes(factor, summary, depletion)),
        Picture(f"{name}_survival", _SURVIVAL, analysis.draw_survival(factor), folded=True),
        Picture(f"{name}_curves", _curves_caption(factor), _curves(study, factor), folded=True),
        Table(f"{name}_summary", "Outcomes at each level.", summary),
        Table(f"{name}_depletion", "Depletion times at each level, in days.", depletion),
    ]
    parts += _pairs(factor, name) if compared else []
    return Section(factor.in_words, parts, factor.parameters)


def _meaning(factor: analysis.Factor) -> str:
    known = [factor.declared[name] for name in factor.parameters if name in factor.declared]
    meanings = (
        f"{own.meaning} ({own.unit})" if own.unit else own.meaning for own in known if own.meaning
    )
    return capital("; ".join(meanings)) + "." * bool(known)


def _pairs(factor: analysis.Factor, name: str) -> list[Part]:
    pairs = pd.concat([analysis.compare_pairs(factor, measure) for measure in MEASURES])
    log_ranks = analysis.log_rank_pairs(factor)
    hazards = pd.DataFrame([vars(hazard) for hazard in analysis.hazard_ratios(factor)])
    return [
        Table(f"{name}_pairs", "Each two levels compared.", pairs, folded=True),
        Table(
            f"{name}_log_rank_pairs",
            "Depletion times of each two levels compared (log-rank).",
            log_ranks,
            folded=True,
        ),
        Table(
            f"{name}_hazards",
            "Hazard ratios of each level against the base case (Cox).",
            hazards,
            folded=True,
        ),
    ]


def _curves(study: FinishedStudy, factor: analysis.Factor) -> Figure:
    shown = factor.done[factor.done["level"].isin(shown_levels(factor))]
    return analysis.draw_curves(factor, study.series([str(run) for run in shown["run"]]))


def _curves_caption(factor: analysis.Factor) -> str:
    if len(factor.levels) <= MOST_LEVELS:
        return _CURVES
    return f"{_CURVES} {MOST_LEVELS} of {len(factor.levels)} levels are shown."


def file_name(factor: str) -> str:
    """Return a factor's name as part of a file's name.

    Example:
        >>> file_name("train_size & initial_fraction")
        'train_size_initial_fraction'
    """
    return re.sub(r"[^A-Za-z0-9]+", "_", factor).strip("_")
