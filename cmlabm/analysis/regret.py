"""What an attack costs: the accuracy that is lost, and what the attacker gets for its money."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cmlabm.analysis.factors import label_of, values_of
from cmlabm.analysis.intervals import mean_interval, ratio_interval
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters


def pair_with_unattacked(runs: pd.DataFrame, declared: StudyParameters = BUILT_IN) -> pd.DataFrame:
    """Return the finished runs under attack, each with its paired control run.

    That has the same seed and the same parameters, except that there are no malicious contributors
    (whose other parameters then do not matter).

    Args:
        runs: one row a run, attacked and not.
        declared: the parameters of the study.

    Returns:
        The attacked runs with ``accuracy_unattacked`` (the control's final accuracy; NaN without
        one), ``regret`` (accuracy lost: the control's final accuracy minus the run's), ``spent``
        (tokens that the malicious contributors lost; negative if they gained) and
        ``attacker_return`` (gain as a share of their start balance: -1 is all lost).
    """
    done = runs[runs["status"] == "done"]
    market = [name for name, parameter in declared.items() if not parameter.is_of_attack]
    keys = ["seed", *(name for name in market if done[name].nunique(dropna=False) > 1)]
    alone = done.loc[done["malicious_agents"] == 0, [*keys, "final_accuracy"]]
    alone = alone.drop_duplicates(keys).rename(columns={"final_accuracy": "accuracy_unattacked"})
    pairs = done[done["malicious_agents"] > 0].merge(alone, on=keys, how="left")
    stake = (pairs["malicious_agents"] * pairs["malicious_start_balance"]).astype(float)
    spent = stake - pairs["malicious_final_balance"]
    return pairs.assign(
        regret=pairs["accuracy_unattacked"] - pairs["final_accuracy"],
        spent=spent,
        attacker_return=-spent / stake.where(stake > 0),
    )


def attack_summary(
    runs: pd.DataFrame, base: Mapping[str, object], declared: StudyParameters = BUILT_IN
) -> pd.DataFrame:
    """Return regret and the attacker's return at each setting, with 95 % bootstrap intervals.

    Args:
        runs: one row a run, attacked and not.
        base: the varied parameters and their values in the base case; a setting is named by what is
            different in it.
        declared: the parameters of the study.

    Returns:
        ``setting``, ``n`` attacked runs, ``pairs`` of them with a control run, ``regret`` with
        ``regret_low`` and ``regret_high``, ``attacker_return`` with ``return_low`` and
        ``return_high``, ``lost_per_1000`` (accuracy lost for each 1,000 tokens the attacker lost)
        with ``lost_low`` and ``lost_high``, and a ``note``.
    """
    pairs = pair_with_unattacked(runs, declared)
    rows = []
    groups = pairs.groupby(list(base), sort=False, dropna=False) if base else [((), pairs)]
    for setting, group in groups:
        paired = group[group["regret"].notna()]
        regret, spent = values_of(paired, "regret"), values_of(paired, "spent")
        returns = values_of(group, "attacker_return")
        paid = len(spent) > 0 and spent.mean() > 0
        rows.append(
            {
                "setting": _name(base, setting),
                "n": len(group),
                "pairs": len(paired),
                "regret": _mean(regret),
                **_ends("regret", mean_interval(regret)),
                "attacker_return": _mean(returns),
                **_ends("return", mean_interval(returns)),
                "lost_per_1000": 1000 * regret.mean() / spent.mean() if paid else np.nan,
                **_ends("lost", ratio_interval(1000 * regret, spent) if paid else (np.nan, np.nan)),
                "note": _note(len(group), len(paired), bool(paid)),
            }
        )
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["setting", "n", "pairs", "note"])


def _name(base: Mapping[str, object], setting: tuple[object, ...]) -> str:
    together = zip(base.items(), setting, strict=True)
    apart = [f"{name} = {label_of(value)}" for (name, at), value in together if value != at]
    return ", ".join(apart) or "base case"


def _ends(name: str, interval: tuple[float, float]) -> dict[str, float]:
    return {f"{name}_low": interval[0], f"{name}_high": interval[1]}


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def _note(size: int, pairs: int, paid: bool) -> str:
    if not pairs:
        return "no runs without an attacker to compare with: regret is unknown"
    if size == 1 or pairs == 1:
        return "one pair of runs: no interval"
    return "" if paid else "the attack cost nothing or paid off: no loss to set the harm against"
