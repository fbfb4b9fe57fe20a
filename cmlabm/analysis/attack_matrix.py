"""Every attack against every mechanism: what it costs the model, what it brings the attacker."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cmlabm.analysis.factors import values_of
from cmlabm.analysis.intervals import mean_interval
from cmlabm.analysis.measures import ATTACKER_RETURN, REGRET
from cmlabm.analysis.regret import pair_with_unattacked
from cmlabm.analysis.strength import strengths_of
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS
from cmlabm.mechanisms import MECHANISMS

CELL = ["strength", "behaviour", "mechanism"]
_COLUMNS = [
    *CELL,
    "n",
    "pairs",
    *(f"regret{end}" for end in ("", "_low", "_high")),
    *(f"attacker_return{end}" for end in ("", "_low", "_high")),
    "cost_per_point",
    "final_accuracy",
    "accuracy_unattacked",
    "note",
]


def attack_matrix(runs: pd.DataFrame, declared: StudyParameters = BUILT_IN) -> pd.DataFrame:
    """Return what each attack costs and brings under each mechanism.

    Args:
        runs: one row a run, attacked and not, finished and failed.
        declared: the parameters of the study.

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
    named = _with_cells(runs, declared)
    pairs = pair_with_unattacked(named, declared)
    groups = dict(list(pairs.groupby(CELL, observed=True)))
    rows = [
        dict(zip(CELL, cell, strict=True)) | _outcomes(groups.get(cell, pairs.iloc[:0]))
        for cell, _ in named.groupby(CELL, observed=True)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def pairs_by_cell(runs: pd.DataFrame, declared: StudyParameters = BUILT_IN) -> pd.DataFrame:
    """Return the runs of ``pair_with_unattacked`` with ``strength``, ``behaviour``, ``mechanism``.

    These are ordered categories: strengths rising, the others in the order of their registries.
    """
    return pair_with_unattacked(_with_cells(runs, declared), declared)


def display_name(id: str, registry: Mapping[str, Any]) -> str:  # noqa: A002
    """Return what a behaviour or mechanism is called, or for one that is not built in, its id.

    Example:
        >>> display_name("label-flip", MALICIOUS_BEHAVIOURS), display_name("a:B", MECHANISMS)
        ('Label flip', 'a:B')
    """
    return str(registry[id].display_name) if id in registry else id


def in_order(ids: "pd.Series[str]", registry: Mapping[str, Any]) -> list[str]:
    """Return what occurs of behaviours or mechanisms: a registry's in its order, then others.

    Example:
        >>> in_order(pd.Series(["a:B", "none", "deposit-refund-take", "none"]), MECHANISMS)
        ['deposit-refund-take', 'none', 'a:B']
    """
    here = set(ids)
    return [id_ for id_ in registry if id_ in here] + sorted(here - set(registry))


def _with_cells(runs: pd.DataFrame, declared: StudyParameters) -> pd.DataFrame:
    runs = runs.reset_index(drop=True)
    strengths = strengths_of(runs, declared)
    strength = pd.Series(index=runs.index, dtype=object)
    for words, index in strengths.items():
        strength[index] = words
    return runs.assign(
        strength=pd.Categorical(strength, list(strengths), ordered=True),
        behaviour=_categories(runs["malicious_behaviour"], MALICIOUS_BEHAVIOURS),
        mechanism=_categories(runs["incentive"], MECHANISMS),
    )


def _categories(ids: "pd.Series[str]", registry: Mapping[str, Any]) -> "pd.Categorical[str]":
    return pd.Categorical(ids, in_order(ids, registry), ordered=True)


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
