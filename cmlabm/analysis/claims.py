"""The study's claims as checks: stated in words, with evidence and a verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import pandas as pd

from cmlabm.analysis.comparison import shown_p
from cmlabm.analysis.equivalence import Equivalence, equivalence
from cmlabm.analysis.factors import Factor, factors_of, label_of, values_of
from cmlabm.analysis.measures import FINAL_ACCURACY, Measure
from cmlabm.analysis.survival import hazard_trend
from cmlabm.analysis.trend import trend
from cmlabm.batch import FinishedStudy
from cmlabm.declarations import in_words

HARDLY = 0.01
"""A difference in accuracy smaller than this hardly matters."""

MARGIN = 0.02
"""The mechanism is to keep the final accuracy within this margin of the initial one."""

HARDLY_SOONER = 1.25
"""A hazard ratio between 1 and this, over the whole range of levels, hardly matters."""

type Verdict = Literal["supported", "not supported", "undecided"]


@dataclass(frozen=True)
class Evidence:
    """What the claims are checked against.

    Attributes:
        factors: the study's factors by name.
        runs: all runs of the study.
        base: the value of each swept parameter in the base case.
    """

    factors: dict[str, Factor]
    runs: pd.DataFrame
    base: dict[str, object]

    @classmethod
    def of(cls, study: FinishedStudy, factors: list[Factor] | None = None) -> Self:
        """Collect the evidence of a finished study, whose factors may be at hand."""
        factors = factors_of(study) if factors is None else factors
        named = {factor.name: factor for factor in factors}
        return cls(named, study.runs(), study.base)

    def finished(self, **setting: object) -> pd.DataFrame:
        """Return the finished runs at the base case with some parameters set otherwise."""
        chosen = self.runs["status"] == "done"
        for name, value in (self.base | setting).items():
            if value is not None:
                chosen &= (self.runs[name] == value).fillna(False).astype(bool)
        return self.runs[chosen]


@dataclass(frozen=True)
class Finding:
    """What came of a check.

    Attributes:
        verdict: ``supported``, ``not supported``, or ``undecided`` by these runs.
        evidence: the numbers, in a sentence.
    """

    verdict: Verdict
    evidence: str


@dataclass(frozen=True)
class Claim:
    """A claim of the published study.

    Attributes:
        name: a stable id.
        statement: in words.
        rule: when it counts as supported and when as not supported.
        check: the check.
    """

    name: str
    statement: str
    rule: str
    check: Callable[[Evidence], Finding]


def check_claims(evidence: Evidence) -> pd.DataFrame:
    """Return all claims: ``claim``, ``statement``, ``verdict``, ``evidence``, ``rule``."""
    rows = []
    for claim in CLAIMS:
        found = claim.check(evidence)
        rows.append((claim.name, claim.statement, found.verdict, found.evidence, claim.rule))
    return pd.DataFrame(rows, columns=["claim", "statement", "verdict", "evidence", "rule"])


def rises(factor: str, measure: Measure, least: float) -> Callable[[Evidence], Finding]:
    """Return a check that an outcome rises with a factor, by its regression slope."""

    def check(evidence: Evidence) -> Finding:
        if factor not in evidence.factors:
            return _not_varied(factor)
        found = trend(evidence.factors[factor], measure)
        if found.note:
            return Finding(
                "undecided", f"{measure.label} over the {in_words(factor)} {found.note}."
            )
        lowest, *_, highest = evidence.factors[factor].labels
        numbers = (
            f"From {in_words(factor)} = {lowest} to {highest}, {measure.label} changes by"
            f" {found.change:+.4f} (95 % interval {found.change_low:+.4f} to"
            f" {found.change_high:+.4f}; Spearman's rho {found.rho:.2f},"
            f" {shown_p(found.rho_p)}; n = {found.n})."
        )
        return Finding(_verdict(found.change_low, found.change_high, 0.0, least), numbers)

    return check


def sooner(factor: str) -> Callable[[Evidence], Finding]:
    """Return a check that the malicious money is used up sooner as a factor rises, after Cox."""

    def check(evidence: Evidence) -> Finding:
        if factor not in evidence.factors:
            return _not_varied(factor)
        found = hazard_trend(evidence.factors[factor])
        seen = f"{found.depleted} of {found.n} runs depleted"
        if found.note and not found.sign:
            return Finding(
                "undecided", f"Depletion time over the {in_words(factor)}: {found.note} ({seen})."
            )
        if found.note:
            direction = "sooner" if found.sign > 0 else "later"
            sentence = (
                f"At higher {in_words(factor)} the money is used up {direction} (score test"
                f" {shown_p(found.p)}; {seen}); {found.note}."
            )
            certain = found.p < 0.05
            verdict: Verdict = "supported" if found.sign > 0 else "not supported"
            return Finding(verdict if certain else "undecided", sentence)
        numbers = (
            f"Hazard ratio {found.ratio:.3g} for {in_words(factor)} = {found.contrast} (95 %"
            f" interval {found.low:.3g} to {found.high:.3g}, {shown_p(found.p)}; {seen}, the others"
            f" censored); above 1 is sooner."
        )
        return Finding(_verdict(found.low, found.high, 1.0, HARDLY_SOONER), numbers)

    return check


def hardly_matter(names: tuple[str, ...], measure: Measure) -> Callable[[Evidence], Finding]:
    """Return a check that an outcome is the same at all levels of some factors, within a margin.

    Each level is compared with the base case, paired by seed; all have to be equivalent to it
    (which needs no correction: Berger 1982).
    """

    def check(evidence: Evidence) -> Finding:
        present = [evidence.factors[name] for name in names if name in evidence.factors]
        tests = [test for factor in present for test in _against_base(factor, measure)]
        if not tests:
            return _not_varied(*names)
        beyond = [name for name, test in tests if test.beyond]
        within = [name for name, test in tests if test.within]
        shown = "; ".join(_shown(name, test) for name, test in tests)
        sentence = (
            f"Within {HARDLY} of the base case at {len(within)} of {len(tests)} levels, beyond it"
            f" at {len(beyond)} (means of the differences, 90 % intervals): {shown}."
        )
        if beyond:
            return Finding("not supported", sentence)
        complete = len(within) == len(tests) and len(present) == len(names)
        return Finding("supported" if complete else "undecided", sentence)

    return check


def keeps_accuracy(evidence: Evidence) -> Finding:
    """Check that with the mechanism the final accuracy stays within a margin of the initial."""
    incentive = evidence.base.get("incentive", "deposit-refund-take")
    found = _gap(evidence.finished())
    sentence = _gap_sentence(f"Base case (incentive = {incentive})", found)
    if incentive == "none":
        return Finding("undecided", "The base case of this study has no mechanism.")
    return Finding(_within(found, "supported", "not supported"), sentence)


def loses_accuracy_without(evidence: Evidence) -> Finding:
    """Check that without the mechanism the final accuracy leaves that margin."""
    if "incentive" not in evidence.runs:
        return _not_varied("incentive")
    runs = evidence.finished(incentive="none")
    runs = runs[(runs["incentive"] == "none") & (runs["malicious_agents"] > 0)]
    if not len(runs):
        return Finding("undecided", 'No finished run with incentive = "none" under attack.')
    found = _gap(runs)
    sentence = _gap_sentence('incentive = "none"', found)
    return Finding(_within(found, "not supported", "supported"), sentence)


CLAIMS = (
    Claim(
        "words-accuracy",
        "More words raise accuracy.",
        f"95 % interval of the change over the range above 0; not if all below {HARDLY}",
        rises("num_words", FINAL_ACCURACY, HARDLY),
    ),
    Claim(
        "words-depletion",
        "More words shorten the time until the malicious money is used up.",
        f"95 % interval of the hazard ratio above 1; not if all below {HARDLY_SOONER}",
        sooner("num_words"),
    ),
    Claim(
        "cost-depletion",
        "A higher cost shortens the time until the malicious money is used up.",
        f"95 % interval of the hazard ratio above 1; not if all below {HARDLY_SOONER}",
        sooner("cost_weight"),
    ),
    Claim(
        "initial-data-accuracy",
        "More initial data raises accuracy.",
        f"95 % interval of the change over the range above 0; not if all below {HARDLY}",
        rises("initial_fraction", FINAL_ACCURACY, HARDLY),
    ),
    Claim(
        "deposits-hardly-matter",
        "What agents are willing to deposit hardly matters for accuracy.",
        f"every level within {HARDLY} of the base case (two one-sided tests); not if one is beyond",
        hardly_matter(("honest_mean_deposit", "malicious_mean_deposit"), FINAL_ACCURACY),
    ),
    Claim(
        "mechanism-keeps-accuracy",
        f"The mechanism keeps accuracy within {MARGIN} of where it started.",
        f"mean gap within {MARGIN} (two one-sided tests); not if its 90 % interval is beyond",
        keeps_accuracy,
    ),
    Claim(
        "none-loses-accuracy",
        f"Without the mechanism, accuracy does not stay within {MARGIN} of where it started.",
        f"90 % interval of the mean gap beyond {MARGIN}; not if the mean gap is within",
        loses_accuracy_without,
    ),
)


def _verdict(low: float, high: float, nothing: float, least: float) -> Verdict:
    if low > nothing and high > least:
        return "supported"
    return "not supported" if high < least else "undecided"


def _within(found: Equivalence, if_within: Verdict, if_beyond: Verdict) -> Verdict:
    if found.within:
        return if_within
    return if_beyond if found.beyond else "undecided"


def _not_varied(*factors: str) -> Finding:
    names = " or ".join(map(in_words, factors))
    return Finding("undecided", f"This study does not vary the {names}.")


def _gap(runs: pd.DataFrame) -> Equivalence:
    return equivalence(values_of(runs, "accuracy_gap"), MARGIN)


def _gap_sentence(where: str, found: Equivalence) -> str:
    if found.note:
        return f"{where}: {found.note}."
    return (
        f"{where}: final minus initial accuracy {found.mean:+.4f} on average (90 % interval"
        f" {found.low:+.4f} to {found.high:+.4f}; equivalence test {shown_p(found.p)}; n ="
        f" {found.n})."
    )


def _against_base(factor: Factor, measure: Measure) -> list[tuple[str, Equivalence]]:
    if factor.base is None:
        return []
    table = factor.done.pivot_table(
        values=measure.name, index="seed", columns="level", aggfunc="mean", observed=True
    )
    tests = []
    for level in factor.levels:
        if level == factor.base:
            continue
        if level in table and factor.base in table:
            differences = (table[level] - table[factor.base]).dropna().to_numpy(dtype=np.float64)
        else:
            differences = np.empty(0)
        tests.append((f"{factor.in_words} = {label_of(level)}", equivalence(differences, HARDLY)))
    return tests


def _shown(name: str, test: Equivalence) -> str:
    if test.note:
        return f"{name}: {test.note}"
    return f"{name}: {test.mean:+.4f} ({test.low:+.4f} to {test.high:+.4f})"
