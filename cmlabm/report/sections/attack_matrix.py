"""Every attack against every mechanism or admission, and which of them withstands it best."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from cmlabm import analysis
from cmlabm.analysis import CONTRACT, MECHANISM, Axis, Contracts
from cmlabm.analysis.comparison import shown_p
from cmlabm.analysis.contracts import ATTACK
from cmlabm.analysis.figures.matrix import MOST_PANELS
from cmlabm.analysis.measures import ATTACKER_RETURN, FINAL_ACCURACY, REGRET
from cmlabm.batch import FinishedStudy
from cmlabm.report.parts import Part, Picture, Section, Table, Text
from cmlabm.report.sections.contracts import attacked_contracts

MOST_COMBINED = 20

_TOO_MANY = """{} contracts that differ in both admission and mechanism are too many to be compared
attack by attack; the table of protection has them all."""

_MEANING = """Regret is the final accuracy that an attack costs: that of the paired control run (the
same seed and {noun}, without malicious contributors), minus that of the run. {A} under
which the model learns little has little to lose, so look at the accuracies in the tables as well.
The attacker's return is what it gained as a share of its money, deposits that are still held
counted as lost. The attackers' share of the wakings is that of their mean waits; behaviours that
wait otherwise, or submit nothing, make another share of the submissions."""

_TESTS = """{A} withstands an attack best if its mean regret is the least and that of each
other {noun} of which it is known is shown to be larger: paired t tests over the seeds, p < 0.05
after Holm over all pairs of {noun}s under that attack. Else it is a tie. Attacks are not
corrected for each other, and a collapse so rare that no seed shows it is not seen here either."""

_FIGURE = """{what} under each attack and {noun}. The darker, the higher; below the mean its 95 %
bootstrap interval. A frame: the {noun} with the least mean regret; dashed: those that cannot be
told apart from it; grey: not known."""

_WORST = """The row above: the largest mean regret over the attacks, its interval, and under which
attack it is; the least of them has a frame."""

_MATRIX = """Means with 95 % bootstrap intervals; cost per point: tokens that the attacker lost for
each percentage point of accuracy lost."""

_BEST = "The {noun} with the least mean regret under each attack, and who ties with it."

_COMPARISONS = """Regret under each two {noun}s, paired by seed: mean difference, other minus
{noun}."""


def attack_matrix_sections(study: FinishedStudy, runs: pd.DataFrame) -> Iterator[Section]:
    """Go through the sections on attacks and contracts, which not every study has.

    There is one for mechanisms, one for admissions, or both if both vary, each with the other at
    the base case; and one for contracts that differ from it in both, unless they are too many.
    """
    for contracts in attacked_contracts(study, runs):
        title = f"Every attack against every {contracts.axis.noun}"
        count = len(contracts.ids)
        if contracts.axis is CONTRACT and count > MOST_COMBINED:
            yield Section(title, [Text([_TOO_MANY.format(count)])])
        else:
            yield Section(title, _parts(study, contracts))


def _parts(study: FinishedStudy, contracts: Contracts) -> list[Part]:
    axis, declared = contracts.axis, study.parameters
    matrix = analysis.attack_matrix(contracts.runs, declared, axis)
    comparisons = analysis.compare_mechanisms(contracts.runs, declared, axis)
    best = analysis.best_mechanisms(contracts.runs, matrix, comparisons, declared, axis)
    words = {"noun": axis.noun, "A": axis.a.capitalize()}
    held = [f"In all runs here, {name} = {value}." for name, value in contracts.held.items()]
    parts: list[Part] = [Text([_MEANING.format(**words), *held]), Text([_TESTS.format(**words)])]
    for strength, rows in best.groupby("strength", sort=False):
        parts.append(Text([f"{strength}:"]))
        sentences = [describe_best(row, axis) for row in rows.to_dict("records")]
        parts.append(Text(sentences, listed=True))
    worst = analysis.protection(contracts, declared)
    drawn = [m for m in (REGRET, ATTACKER_RETURN) if matrix[m.name].notna().any()]
    parts += [_picture(matrix, best, measure, axis, worst) for measure in drawn]
    return [
        *parts,
        Table(f"best_{axis.noun}", _BEST.format(**words), best),
        Table(_name_of(axis), _MATRIX, matrix, folded=True),
        Table(_pairs_name(axis), _COMPARISONS.format(**words), comparisons, folded=True),
    ]


def _name_of(axis: Axis) -> str:
    return "attack_matrix" if axis is MECHANISM else f"attack_matrix_{axis.noun}"


def _pairs_name(axis: Axis) -> str:
    """Return another name than that of the pairs of a factor."""
    return "mechanism_pairs" if axis is MECHANISM else f"{_name_of(axis)}_pairs"


def describe_best(row: Mapping[Hashable, Any], axis: Axis = MECHANISM) -> str:
    """Return a sentence on which mechanism, or other contract, withstands an attack best.

    Args:
        row: of the table of ``best_mechanisms``.
        axis: what the contracts differ in.

    Example:
        >>> row = {"behaviour": "echo", "mechanism": "points", "runner_up": "none", "tied": "none"}
        >>> row |= {"regret": 0.01, "regret_low": 0.008, "regret_high": 0.012, "verdict": "tie"}
        >>> row |= {"attacker_return": -0.9, "final_accuracy": 0.8, "note": ""}
        >>> sentence = describe_best(row)
        >>> print(sentence[:45], "...", sentence[-40:])
        Echo: a tie. Points has the least mean regret ... but is not told apart from No incentive.
    """
    attack = ATTACK.shown(row["behaviour"])
    note = f" ({row['note']})" if row["note"] else ""
    if pd.isna(row[axis.noun]):
        return f"{attack}: nothing can be concluded{note}."
    contract, numbers = axis.shown(row[axis.noun]), _numbers(row)
    if pd.isna(row["runner_up"]):
        return f"{attack}: under {contract}, regret is {numbers}; nothing to compare with{note}."
    if row["verdict"] == "undecided":
        return (
            f"{attack}: which {axis.noun} withstands it best cannot be concluded{note}; {contract}"
            f" has the least mean regret ({numbers})."
        )
    if row["verdict"] == "tie":
        tied = "; ".join(map(axis.shown, row["tied"].split(", ")))
        return (
            f"{attack}: a tie. {contract} has the least mean regret ({numbers}) but is not told"
            f" apart from {tied}{note}."
        )
    return (
        f"{attack}: {contract} withstands it best (mean regret {numbers}); next is"
        f" {axis.shown(row['runner_up'])} ({REGRET.shown(row['runner_up_regret'])},"
        f" {shown_p(row['p_holm'])}){note}."
    )


def _numbers(row: Mapping[Hashable, Any]) -> str:
    low, high = row["regret_low"], row["regret_high"]
    interval = (
        "" if pd.isna(low) else f", 95 % interval {REGRET.shown(low)} to {REGRET.shown(high)}"
    )
    back = row["attacker_return"]
    gain = "unknown" if pd.isna(back) else ATTACKER_RETURN.shown(back)
    return (
        f"{REGRET.shown(row['regret'])}{interval}; final accuracy"
        f" {FINAL_ACCURACY.shown(row['final_accuracy'])}; attacker's return {gain}"
    )


def _picture(
    matrix: pd.DataFrame,
    best: pd.DataFrame,
    measure: analysis.Measure,
    axis: Axis,
    worst: pd.DataFrame,
) -> Picture:
    of_regret = measure == REGRET
    what = f"{measure.axis[0].upper()}{measure.axis[1:]}"
    caption = [_FIGURE.format(what=what, noun=axis.noun)]
    caption += [_WORST] if of_regret else []
    count = matrix["strength"].nunique()
    caption += [f"{MOST_PANELS} of {count} strengths are drawn."] if count > MOST_PANELS else []
    above = worst if of_regret else None
    figure = analysis.draw_attack_matrix(matrix, measure, best, axis, above)
    return Picture(f"{_name_of(axis)}_{measure.name}", " ".join(caption), figure)
