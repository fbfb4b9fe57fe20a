"""Which contract protects the model best whatever the attack, at what cost, and who is paid."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from cmlabm import analysis
from cmlabm.analysis import Axis, Contracts
from cmlabm.analysis.contracts import ATTACK
from cmlabm.analysis.figures.protection import MOST_ROWS, MOST_STRENGTHS
from cmlabm.analysis.measures import ATTACKER_RETURN, FINAL_ACCURACY, REGRET
from cmlabm.analysis.protection import AND
from cmlabm.batch import FinishedStudy
from cmlabm.report.parts import Part, Picture, Section, Table, Text
from cmlabm.report.sections.contracts import attacked_contracts

_ROUNDING = 1e-12
_MOST_NAMED = 4

_MEANING = (
    """A contract's worst regret is the largest mean regret over the attacks of one strength. The
largest of several means that scatter is on average larger than what it stands for, the more so the
more attacks are alike, and its interval (percentiles; seeds resampled together, then the means,
then their maximum) can be all above it.""",
    """Attacks that were not tried can be worse, and contracts of which not the same attacks are
known cannot be compared.""",
    """The cost of protection is the accuracy without any attack under the base contract, minus that
under the contract, paired by seed.""",
    """Returns are shares of the money that contributors came with, deposits that are still held
counted as lost; they and the shares learnt are means over the attacks, each of which counts
once.""",
)

_FIGURE = """Worst regret, with the attack that it is under, and the accuracy that each {noun} costs
without an attack: means with 95 % bootstrap intervals, the least worst regret under the strongest
attacks first."""

_TABLE = """The worst of the attacks under each contract, what the contract costs without one, and
who gains what; the base case has no cost by definition."""


def protection_sections(study: FinishedStudy, runs: pd.DataFrame) -> Iterator[Section]:
    """Go through the section on protection, which studies that compare no contracts have not."""
    tables: list[pd.DataFrame] = []
    parts: list[Part] = []
    for contracts in attacked_contracts(study, runs):
        table = analysis.protection(contracts, study.parameters)
        parts += _parts(contracts, table)
        table.insert(0, "axis", contracts.axis.noun)
        tables.append(table)
    if tables:
        together = Table("protection", _TABLE, pd.concat(tables, ignore_index=True))
        yield Section("How well contracts protect", [Text([*_MEANING]), *parts, together])


def _parts(contracts: Contracts, table: pd.DataFrame) -> Iterator[Part]:
    axis = contracts.axis
    held = "".join(f", {name} = {value}" for name, value in contracts.held.items())
    yield Text([f"By {axis.noun} (base: {axis.shown(contracts.base)}{held}):"])
    yield Text(
        [
            f"{strength}: {describe_protection(rows, axis)} {describe_returns(rows, axis)}".strip()
            for strength, rows in table.groupby("strength", sort=False)
        ],
        listed=True,
    )
    if table["worst_regret"].notna().any():
        caption = [_FIGURE.format(noun=axis.noun)]
        for count, most, what in (
            (table["contract"].nunique(), MOST_ROWS, f"{axis.noun}s"),
            (table["strength"].nunique(), MOST_STRENGTHS, "strengths"),
        ):
            caption += [f"{most} of {count} {what} are drawn."] if count > most else []
        figure = analysis.draw_protection(table, axis)
        yield Picture(f"protection_{axis.noun}", " ".join(caption), figure)


def describe_protection(rows: pd.DataFrame, axis: Axis) -> str:
    """Say which contract has the least worst regret at one strength, and what it costs.

    Args:
        rows: of the table of ``protection``.
        axis: what the contracts differ in.

    Example:
        >>> row = {"contract": "sphere", "worst_attack": "echo", "worst_final_accuracy": 0.78}
        >>> row |= {f"worst_regret{end}": 0.01 for end in ("", "_low", "_high")} | {"attacks": 2}
        >>> row |= {f"cost_of_protection{end}": 0.002 for end in ("", "_low", "_high")}
        >>> describe_protection(pd.DataFrame([row | {"note": ""}]), analysis.ADMISSION)[:79]
        'Sphere has a worst regret of 0.010 (95 % interval 0.010 to 0.010) under Echo, f'
    """
    known = rows[rows["worst_regret"].notna()]
    if known.empty:
        return f"no worst regret is known ({'; '.join(dict.fromkeys(rows['note']))})."
    is_least = known["worst_regret"] <= known["worst_regret"].min() + _ROUNDING
    least, others = known[is_least], known[~is_least]
    if len(least) > 1:
        names = "; ".join(map(axis.shown, least["contract"]))
        costs = "; ".join(map(_cost, least.to_dict("records")))
        regret = REGRET.shown(least["worst_regret"].min())
        found = f"{names} have the same least worst regret, {regret}; they cost {costs}."
    else:
        (row,) = least.to_dict("records")
        what = "the least worst regret," if len(known) > 1 else "a worst regret of"
        note = f" ({row['note']})" if row["note"] else ""
        found = (
            f"{axis.shown(row['contract'])} has {what} {_shown(row, 'worst_regret')} under"
            f" {_attacks(row)}, final accuracy {FINAL_ACCURACY.shown(row['worst_final_accuracy'])}"
            f" then; it costs {_cost(row)}{note}."
        )
    unknown = "; ".join(map(axis.shown, rows.loc[rows["worst_regret"].isna(), "contract"]))
    missing = f" Not known of: {unknown}." if unknown else ""
    return f"{found}{_compared(others, least, axis)}{missing}"


def describe_least(rows: pd.DataFrame, axis: Axis) -> str:
    """Say in a sentence which contract has the least worst regret, and who is not told apart.

    Args:
        rows: of the table of ``protection``, at one strength.
        axis: what the contracts differ in.

    Example:
        >>> row = {"worst_attack": "echo", "attacks": 2, "strength": "1 agent"}
        >>> row |= {f"cost_of_protection{end}": 0.002 for end in ("", "_low", "_high")}
        >>> rows = [
        ...     row
        ...     | {"contract": name, "worst_regret": loss}
        ...     | {"worst_regret_low": loss, "worst_regret_high": loss}
        ...     for name, loss in (("points", 0.01), ("none", 0.2))
        ... ]
        >>> sentence = describe_least(pd.DataFrame(rows), analysis.MECHANISM)
        >>> print(sentence[:50], "...", sentence[-24:])
        Of 2 mechanisms Points has the least worst regret, ... of all others are above.
    """
    known = rows[rows["worst_regret"].notna()].sort_values("worst_regret", kind="stable")
    if known.empty:
        return f"No worst regret is known of any {axis.noun}."
    row, *others = known.to_dict("records")
    if not others:
        apart = "there is no other to compare with"
    elif pd.isna(row["worst_regret_high"]):
        apart = "with one seed there are no intervals to tell others apart by"
    else:
        alike = [one for one in others if not one["worst_regret_low"] > row["worst_regret_high"]]
        names = [axis.shown(one["contract"]) for one in alike[:_MOST_NAMED]]
        more = [f"{len(alike) - _MOST_NAMED} more"] if len(alike) > _MOST_NAMED else []
        apart = (
            f"not told apart from it, as the intervals overlap: {', '.join(names + more)}"
            if alike
            else "the intervals of all others are above"
        )
    return (
        f"Of {len(known)} {axis.noun}s {axis.shown(row['contract'])} has the least worst regret,"
        f" {_shown(row, 'worst_regret')} under {_attacks(row)} ({row['strength']}); it costs"
        f" {_cost(row)}; {apart}."
    )


def describe_returns(rows: pd.DataFrame, axis: Axis) -> str:
    """Say who is paid at one strength, as far as it is known; "" if it is not.

    Example:
        >>> rows = [("points", 0.1, -0.5), ("slashing", 0.2, -0.9)]
        >>> columns = ["contract", "honest_return", "malicious_return"]
        >>> sentence = describe_returns(pd.DataFrame(rows, columns=columns), analysis.MECHANISM)
        >>> print(sentence[:62], "...")
        Over the attacks, the honest contributors' return is from 0.10 ...
    """
    found = [
        f"the {whose} return is {between}"
        for whose, column in (
            ("honest contributors'", "honest_return"),
            ("attackers'", "malicious_return"),
        )
        if (between := _span(rows[["contract", column]].dropna(), column, axis))
    ]
    return f"Over the attacks, {', '.join(found)}." if found else ""


def _span(rows: pd.DataFrame, column: str, axis: Axis) -> str:
    """Return between what a return lies, and under which contracts it is the least and the most."""
    if rows.empty:
        return ""
    ends = rows.sort_values(column, kind="stable").iloc[[0, -1]]
    low, high = map(ATTACKER_RETURN.shown, ends[column])
    least, most = map(axis.shown, ends["contract"])
    return low if low == high else f"from {low} ({least}) to {high} ({most})"


def _compared(others: pd.DataFrame, least: pd.DataFrame, axis: Axis) -> str:
    """Say of which contracts the interval overlaps with that of the least worst regret."""
    if others.empty:
        return "" if len(least) > 1 else " There is no other to compare with."
    if others["worst_regret_low"].isna().all():
        return " With one seed there are no intervals."
    overlaps = others[~(others["worst_regret_low"] > least["worst_regret_high"].max())]
    names = "; ".join(map(axis.shown, overlaps["contract"]))
    if not names:
        return " The intervals of all others are above."
    return f" Not told apart, as the intervals overlap: {names}."


def _attacks(row: Mapping[Hashable, Any]) -> str:
    names = row["worst_attack"].split(AND)
    return "each attack" if 1 < len(names) == row["attacks"] else AND.join(map(ATTACK.shown, names))


def _cost(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["cost_of_protection"]):
        return "an unknown accuracy without an attack"
    return f"{_shown(row, 'cost_of_protection')} without an attack"


def _shown(row: Mapping[Hashable, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    value = REGRET.shown(row[name])
    if pd.isna(low):
        return value
    return f"{value} (95 % interval {REGRET.shown(low)} to {REGRET.shown(high)})"
