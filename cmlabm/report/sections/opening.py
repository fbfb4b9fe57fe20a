"""What a study found, in at most five sentences that its tables carry."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from cmlabm.analysis import (
    ADMISSION,
    CONTRACT,
    FINAL_ACCURACY,
    MALICIOUS_BALANCE,
    MECHANISM,
    Factor,
    Measure,
    summarise,
)
from cmlabm.analysis.comparison import ALPHA, shown_p
from cmlabm.analysis.measures import ATTACKER_RETURN, REGRET
from cmlabm.batch import FinishedStudy
from cmlabm.declarations import in_words
from cmlabm.report.page import capital
from cmlabm.report.sections.protection import describe_least
from cmlabm.report.sections.tests import Tests

MONEY = {"malicious_agents", "malicious_start_balance"}
"""What the attacker comes with; what it has in the end follows from that trivially."""

_KEEPS = "mechanism-keeps-accuracy"
_INDICES = {"total": "total Sobol index", "mu_star": "mean effect", "first": "first-order index"}

type Tables = Mapping[str, pd.DataFrame]


def sentences_of(
    study: FinishedStudy, factors: list[Factor], tests: Tests, tables: Tables
) -> Iterator[str]:
    """Go through what was found.

    Args:
        study: the study.
        factors: its factors.
        tests: of them.
        tables: those of the report, by name.
    """
    yield from _missing(study)
    for measure in (FINAL_ACCURACY, MALICIOUS_BALANCE):
        if f"sensitivity_{measure.name}" in tables:
            yield describe_sensitivity(tables[f"sensitivity_{measure.name}"], measure)
        elif factors:
            yield describe_strongest(factors, tests, measure)
    compared = compares_contracts(tables)
    if compared:
        yield _protection(tables["protection"])
    elif "attack" in tables:
        yield describe_attack(tables["attack"])
    if "reference" in tables:
        yield _against_publication(tables)
    elif not compared and "claims" in tables:
        yield from _mechanism(study, tables["claims"])


def compares_contracts(tables: Tables) -> bool:
    """Return whether several contracts have a worst regret under the strongest attacks."""
    return "protection" in tables and _at_worst(tables["protection"])["worst_regret"].count() > 1


def strongest(factors: list[Factor], tests: Tests, measure: Measure) -> Factor | None:
    """Return the factor with the largest effect on an outcome that is shown, if there is one."""
    rows = _tested(factors, tests, measure)
    shown = rows[rows["p_holm"] < ALPHA]
    if shown.empty:
        return None
    name = shown.sort_values("effect", ascending=False, kind="stable")["factor"].iloc[0]
    return next(factor for factor in factors if factor.name == name)


def describe_strongest(factors: list[Factor], tests: Tests, measure: Measure) -> str:
    """Say which factor has the largest effect on an outcome, from where to where."""
    rows = _tested(factors, tests, measure)
    if rows.empty:
        return f"No factor's effect on {measure.label} can be tested with these runs."
    factor = strongest(factors, tests, measure)
    if factor is None:
        beyond = ", beyond the money that attackers come with" if _trivial(factors, measure) else ""
        return (
            f"No effect of any factor on {measure.label} is shown{beyond} ({len(rows)} tested; the"
            f" least p after Holm: {rows['p_holm'].min():.3f})."
        )
    order = rows[rows["p_holm"] < ALPHA].sort_values("effect", ascending=False, kind="stable")
    row, *others = order.to_dict("records")
    means = summarise(factor, (measure,)).dropna(subset=["mean"]).sort_values("mean")
    low, high = (_level(one, measure) for one in means.iloc[[0, -1]].to_dict("records"))
    kind = "variance" if row["test"] == "one-way ANOVA" else "ranks' variance"
    of_all = f"Of {len(rows)} factors, {factor.subject} changes {measure.label} most"
    what = of_all if len(rows) > 1 else f"{capital(factor.subject)} changes {measure.label}"
    following = next((one for one in factors if others and one.name == others[0]["factor"]), None)
    then = f"; next is {following.subject} with {others[0]['effect']:.0%}" if following else ""
    return (
        f"{what}, from {low} to {high} ({row['test']}, {shown_p(row['p_holm'])} after Holm; it"
        f" explains {row['effect']:.0%} of the {kind}{then})."
    )


def describe_sensitivity(table: pd.DataFrame, measure: Measure) -> str:
    """Say on which factor an outcome depends most, and which others are not told apart from it.

    Example:
        >>> rows = {"factor": ["num_words", "lock"], "total": [0.8, 0.1], "total_error": [0.1, 0.1]}
        >>> describe_sensitivity(pd.DataFrame(rows | {"note": ""}), FINAL_ACCURACY)[:56]
        'Final accuracy depends most on the number of words (tota'
    """
    if table["note"].iloc[0]:
        return f"The sensitivity of {measure.label} {table['note'].iloc[0]}."
    column = next(name for name in _INDICES if name in table)
    order = table.sort_values(column, ascending=False, kind="stable")
    first, *others = order.to_dict("records")
    error = f"{column}_error"
    least = first[column] - first[error]
    if not least > 0:
        return f"No factor is shown to matter for {measure.label}: all intervals reach 0."
    alike = [in_words(row["factor"]) for row in others if row[column] + row[error] >= least]
    apart = f"; not told apart from it: {', '.join(alike)}" if alike else ""
    return (
        f"{capital(measure.label)} depends most on the {in_words(first['factor'])}"
        f" ({_INDICES[column]} {first[column]:.3g}, 95 % interval {least:.3g} to"
        f" {first[column] + first[error]:.3g}){apart}."
    )


def describe_attack(table: pd.DataFrame) -> str:
    """Say what the attack costs in the base case, or else where it costs most.

    Args:
        table: as ``attack_summary`` returns it.
    """
    at_base = table[table["setting"] == "base case"]
    rows = table if at_base.empty else at_base
    row = rows.sort_values("regret", ascending=False, kind="stable").to_dict("records")[0]
    where = "In the base case" if len(at_base) else f"Where it costs most ({row['setting']})"
    back = f"the attacker's return is {_with_interval(row, ATTACKER_RETURN, 'return')}"
    if pd.isna(row["regret"]):
        return f"What the attack costs is unknown, as no paired run is without it; {back}."
    regret = f"{_with_interval(row, REGRET, 'regret')} of final accuracy, {row['pairs']} pairs"
    if row["regret_low"] <= 0 <= row["regret_high"]:
        return f"{where}, no cost of the attack is shown (mean {regret}); {back}."
    cost = "costs" if row["regret"] > 0 else "raises accuracy; it costs"
    return f"{where}, the attack {cost} {regret}; {back}."


def _tested(factors: list[Factor], tests: Tests, measure: Measure) -> pd.DataFrame:
    """Return the tests of an outcome that could be made and say something."""
    rows = tests.comparisons
    rows = rows[(rows["outcome"] == measure.name) & (rows["note"] == "")]
    return rows[~rows["factor"].isin(_trivial(factors, measure))]


def _trivial(factors: list[Factor], measure: Measure) -> list[str]:
    if measure != MALICIOUS_BALANCE:
        return []
    return [factor.name for factor in factors if MONEY.intersection(factor.parameters)]


def _missing(study: FinishedStudy) -> Iterator[str]:
    runs, planned = study.runs(), study.design()["run"].nunique()
    failed = int((runs["status"] != "done").sum())
    waiting = max(0, planned - len(runs))
    if failed or waiting:
        yield (
            f"Of {planned} planned runs {failed} failed and {waiting} were not run yet; what"
            f" follows is of the others."
        )


def _protection(table: pd.DataFrame) -> str:
    rows = _at_worst(table)
    axes = {axis.noun: axis for axis in (MECHANISM, ADMISSION, CONTRACT)}
    return describe_least(rows, axes[rows["axis"].iloc[0]])


def _at_worst(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first axis under the strongest attacks."""
    rows = table[table["axis"] == table["axis"].iloc[0]]
    return pd.DataFrame(rows[rows["strength"] == rows["strength"].iloc[-1]])


def _mechanism(study: FinishedStudy, claims: pd.DataFrame) -> Iterator[str]:
    (row,) = claims[claims["claim"] == _KEEPS].to_dict("records")
    base: Mapping[str, Any] = study.base_case
    if base["malicious_agents"] and base["incentive"] != "none":
        statement, evidence = (row[name].removesuffix(".") for name in ("statement", "evidence"))
        yield f"{statement}: {row['verdict']}; {evidence}."


def _against_publication(tables: Tables) -> str:
    compared = tables["reference"][tables["reference"]["within"] != ""]
    inside = int((compared["within"] == "yes").sum())
    values = f"{inside} of {len(compared)} published values lie within the range of our runs"
    if "claims" not in tables:
        return f"{values}."
    counts = tables["claims"]["verdict"].value_counts()
    verdicts = ", ".join(
        f"{counts.get(name, 0)} {name}" for name in ("supported", "not supported", "undecided")
    )
    return f"Claims of the published study: {verdicts}; {values}."


def _level(row: Mapping[Any, Any], measure: Measure) -> str:
    return f"{_interval(measure, row['mean'], row['low'], row['high'])} at {row['level']}"


def _with_interval(row: Mapping[Any, Any], measure: Measure, ends: str) -> str:
    return _interval(measure, row[measure.name], row[f"{ends}_low"], row[f"{ends}_high"])


def _interval(measure: Measure, value: float, low: float, high: float) -> str:
    if pd.isna(value):
        return "unknown"
    if pd.isna(low):
        return f"{measure.shown(value)} (no interval)"
    return f"{measure.shown(value)} (95 % interval {measure.shown(low)} to {measure.shown(high)})"
