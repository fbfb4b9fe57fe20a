"""Every attack against every mechanism, and which mechanism withstands it best."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from cmlabm import analysis
from cmlabm.analysis.attack_matrix import display_name
from cmlabm.analysis.comparison import shown_p
from cmlabm.analysis.figures.matrix import MOST_PANELS
from cmlabm.analysis.measures import ATTACKER_RETURN, FINAL_ACCURACY, REGRET
from cmlabm.batch import FinishedStudy
from cmlabm.batch.study import SAMPLED
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS
from cmlabm.mechanisms import MECHANISMS
from cmlabm.report.parts import Part, Picture, Section, Table, Text

_MEANING = """Regret is the final accuracy that an attack costs: that of the paired control run (the
same seed and mechanism, without malicious contributors), minus that of the run. A mechanism under
which the model learns little has little to lose, so look at the accuracies in the tables as well.
The attacker's return is what it gained as a share of its money, deposits that are still held
counted as lost. The attackers' share of the wakings is that of their mean waits; behaviours that
wait otherwise, or submit nothing, make another share of the submissions."""

_TESTS = """A mechanism withstands an attack best if its mean regret is the least and that of each
other mechanism of which it is known is shown to be larger: paired t tests over the seeds, p < 0.05
after Holm over all pairs of mechanisms under that attack. Else it is a tie. Attacks are not
corrected for each other, and a collapse so rare that no seed shows it is not seen here either."""

_FIGURE = """{} The darker, the higher; below the mean its 95 % bootstrap interval. A frame: the
mechanism with the least mean regret; dashed: those that cannot be told apart from it; grey: not
known."""

_MATRIX = """Means with 95 % bootstrap intervals; cost per point: tokens that the attacker lost for
each percentage point of accuracy lost."""

_BEST = "The mechanism with the least mean regret under each attack, and who ties with it."

_COMPARISONS = """Regret under each two mechanisms, paired by seed: mean difference, other minus
mechanism."""


def attack_matrix_sections(study: FinishedStudy, runs: pd.DataFrame) -> Iterator[Section]:
    """Go through the section on attacks and mechanisms, which not every study has.

    It needs several malicious behaviours, or several mechanisms each of which was run with and
    without an attack. Designs that draw from ranges have no strengths to compare at.
    """
    runs = _at_base(study, runs)
    if study.spec.design in SAMPLED or not _compares(runs):
        return
    declared = study.parameters
    matrix = analysis.attack_matrix(runs, declared)
    comparisons = analysis.compare_mechanisms(runs, declared)
    best = analysis.best_mechanisms(runs, matrix, comparisons, declared)
    parts: list[Part] = [Text([_MEANING]), Text([_TESTS])]
    for strength, rows in best.groupby("strength", sort=False):
        parts.append(Text([f"{strength}:"]))
        parts.append(Text([describe_best(row) for row in rows.to_dict("records")], listed=True))
    drawn = [m for m in (REGRET, ATTACKER_RETURN) if matrix[m.name].notna().any()]
    parts += [_picture(matrix, best, measure) for measure in drawn]
    parts += [
        Table("best_mechanism", _BEST, best),
        Table("attack_matrix", _MATRIX, matrix, folded=True),
        Table("mechanism_pairs", _COMPARISONS, comparisons, folded=True),
    ]
    yield Section("Every attack against every mechanism", parts)


def describe_best(row: Mapping[Hashable, Any]) -> str:
    """Return a sentence on which mechanism withstands an attack best.

    Args:
        row: of the table of ``best_mechanisms``.

    Example:
        >>> row = {"behaviour": "echo", "mechanism": "points", "runner_up": "none", "tied": "none"}
        >>> row |= {"regret": 0.01, "regret_low": 0.008, "regret_high": 0.012, "verdict": "tie"}
        >>> row |= {"attacker_return": -0.9, "final_accuracy": 0.8, "note": ""}
        >>> sentence = describe_best(row)
        >>> print(sentence[:45], "...", sentence[-40:])
        Echo: a tie. Points has the least mean regret ... but is not told apart from No incentive.
    """
    attack = display_name(row["behaviour"], MALICIOUS_BEHAVIOURS)
    note = f" ({row['note']})" if row["note"] else ""
    if pd.isna(row["mechanism"]):
        return f"{attack}: nothing can be concluded{note}."
    mechanism, numbers = display_name(row["mechanism"], MECHANISMS), _numbers(row)
    if pd.isna(row["runner_up"]):
        return f"{attack}: under {mechanism}, regret is {numbers}; nothing to compare with{note}."
    if row["verdict"] == "undecided":
        return (
            f"{attack}: which mechanism withstands it best cannot be concluded{note}; {mechanism}"
            f" has the least mean regret ({numbers})."
        )
    if row["verdict"] == "tie":
        tied = "; ".join(display_name(name, MECHANISMS) for name in row["tied"].split(", "))
        return (
            f"{attack}: a tie. {mechanism} has the least mean regret ({numbers}) but is not told"
            f" apart from {tied}{note}."
        )
    return (
        f"{attack}: {mechanism} withstands it best (mean regret {numbers}); next is"
        f" {display_name(row['runner_up'], MECHANISMS)} ({REGRET.shown(row['runner_up_regret'])},"
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


def _picture(matrix: pd.DataFrame, best: pd.DataFrame, measure: analysis.Measure) -> Picture:
    count = matrix["strength"].nunique()
    rest = f" {MOST_PANELS} of {count} strengths are drawn." if count > MOST_PANELS else ""
    figure = analysis.draw_attack_matrix(matrix, measure, best)
    what = f"{measure.axis[0].upper()}{measure.axis[1:]} under each attack and mechanism."
    return Picture(f"attack_matrix_{measure.name}", _FIGURE.format(what) + rest, figure)


def _at_base(study: FinishedStudy, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs in which all is at the base case but the attack and the mechanism.

    In a one-at-a-time study other factors are varied at one attack and mechanism only.
    """
    if study.spec.design != "one-at-a-time":
        return runs
    declared = study.parameters
    base = {
        name: value
        for name, value in study.base.items()
        if name != "incentive" and not declared[name].is_of_attack and value is not None
    }
    return runs[(runs[list(base)] == list(base.values())).all(axis=1)]


def _compares(runs: pd.DataFrame) -> bool:
    attacked, alone = runs[runs["malicious_agents"] > 0], runs[runs["malicious_agents"] == 0]
    both = set(attacked["incentive"]) & set(alone["incentive"])
    return attacked["malicious_behaviour"].nunique() > 1 or len(both) > 1
