"""Every attack against every contract: what it costs the model, what it brings the attacker."""

from typing import Any

import numpy as np
import pandas as pd

from cmlabm.analysis.contracts import ATTACK, MECHANISM, Axis
from cmlabm.analysis.factors import values_of
from cmlabm.analysis.intervals import mean_interval
from cmlabm.analysis.measures import ATTACKER_RETURN, REGRET
from cmlabm.analysis.regret import pair_with_unattacked
from cmlabm.analysis.strength import strengths_of
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters

_OUTCOMES = [
    "n",
    "pairs",
    *(f"regret{end}" for end in ("", "_low", "_high")),
    *(f"attacker_return{end}" for end in ("", "_low", "_high")),
    "cost_per_point",
    "final_accuracy",
    "accuracy_unattacked",
    "note",
]


def attack_matrix(
    runs: pd.DataFrame, declared: StudyParameters = BUILT_IN, axis: Axis = MECHANISM
) -> pd.DataFrame:
    """Return what each attack costs and brings under each mechanism, or each other contract.

    Args:
        runs: one row a run, attacked and not, finished and failed.
        declared: the parameters of the study.
        axis: what the contracts differ in; the column with their ids is called by its noun.

    Returns:
        A row for each strength (in words, rising), behaviour and mechanism (in the order of their
        registries) of which there is a run: ``n`` finished runs under attack, ``pairs`` of them
        with a finished control run, the means of ``regret`` and ``attacker_return`` with their
        95 % bootstrap intervals (``_low``, ``_high``), ``cost_per_point`` (tokens that the attacker
        lost for each percentage point of accuracy lost, a ratio of means), the means of
        ``final_accuracy`` and of the controls' ``accuracy_unattacked``, and a ``note``.

    Example:
        >>> from cmlabm.parameters import Parameters
        >>> own = Parameters(malicious_behaviour="echo").model_dump() | {"status": "done"}
        >>> calm = own | {"malicious_agents": 0, "final_accuracy": 0.8}
        >>> hurt = own | {"final_accuracy": 0.7, "malicious_final_balance": 4_000.0}
        >>> runs = pd.DataFrame([run | {"seed": s} for s in (1, 2) for run in (calm, hurt)])
        >>> (row,) = attack_matrix(runs).round(3).to_dict("records")
        >>> row["pairs"], row["regret"], row["attacker_return"], row["cost_per_point"]
        (2, 0.1, -0.6, 600.0)
    """
    cell = ["strength", ATTACK.noun, axis.noun]
    named = with_cells(runs, declared, axis)
    pairs = pair_with_unattacked(named, declared)
    groups = dict(list(pairs.groupby(cell, observed=True)))
    rows = [
        dict(zip(cell, values, strict=True)) | _outcomes(groups.get(values, pairs.iloc[:0]))
        for values, _ in named.groupby(cell, observed=True)
    ]
    return pd.DataFrame(rows, columns=[*cell, *_OUTCOMES])


def with_cells(
    runs: pd.DataFrame, declared: StudyParameters = BUILT_IN, axis: Axis = MECHANISM
) -> pd.DataFrame:
    """Return runs with the cell of the matrix that each is in.

    That are ordered categories: ``strength`` (rising; missing without an attack), ``behaviour`` and
    a column that is called by the axis's noun, in the order of their registries.
    """
    runs = runs.reset_index(drop=True)
    strengths = strengths_of(runs, declared)
    strength = pd.Series(index=runs.index, dtype=object)
    for words, index in strengths.items():
        strength[index] = words
    return runs.assign(
        strength=pd.Categorical(strength, list(strengths), ordered=True),
        **{of.noun: of.categories(runs) for of in (ATTACK, axis)},
    )


def _outcomes(group: pd.DataFrame) -> dict[str, Any]:
    paired = group[group["regret"].notna()]
    found: dict[str, Any] = {"n": len(group), "pairs": len(paired)}
    for measure, runs in ((REGRET, paired), (ATTACKER_RETURN, group)):
        values = values_of(runs, measure.name)
        low, high = mean_interval(values)
        mean = values.mean() if len(values) else np.nan
        found |= {measure.name: mean, f"{measure.name}_low": low, f"{measure.name}_high": high}
    cost, note = _cost_per_point(paired)
    return found | {
        "cost_per_point": cost,
        "final_accuracy": group["final_accuracy"].mean(),
        "accuracy_unattacked": paired["accuracy_unattacked"].mean(),
        "note": note,
    }


def _cost_per_point(paired: pd.DataFrame) -> tuple[float, str]:
    """Return tokens lost for each percentage point of accuracy lost, and what is to be noted."""
    regret, spent = values_of(paired, "regret"), values_of(paired, "spent")
    if not len(regret):
        return np.nan, "no finished pair of runs with and without an attack: regret is unknown"
    note = "one pair of runs: no interval" if len(regret) == 1 else ""
    if regret.mean() <= 0:
        return np.nan, note or "no harm on average: no cost for a point"
    if spent.mean() <= 0:
        return np.nan, note or "the attacker lost nothing: no cost for a point"
    return float(spent.mean() / (100 * regret.mean())), note
