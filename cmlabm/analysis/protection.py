"""How well each contract protects the model whatever the attack, and what that costs."""

from typing import Any

import numpy as np
import pandas as pd

from cmlabm.analysis.attack_matrix import with_cells
from cmlabm.analysis.contracts import ATTACK, Contracts
from cmlabm.analysis.factors import values_of
from cmlabm.analysis.intervals import largest_mean_interval, mean_interval
from cmlabm.analysis.measures import ATTACKER_RETURN
from cmlabm.analysis.regret import pair_with_unattacked
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters

AND = "; "
"""What stands between attacks that are equally bad."""

_ROUNDING = 1e-12
_COLUMNS = [
    "strength",
    "contract",
    "attacks",
    "seeds",
    *(f"worst_regret{end}" for end in ("", "_low", "_high")),
    "worst_attack",
    "worst_final_accuracy",
    *(f"cost_of_protection{end}" for end in ("", "_low", "_high")),
    "accuracy_unattacked",
    "honest_return",
    "honest_return_unattacked",
    "malicious_return",
    "honest_learnt_share",
    "malicious_learnt_share",
    "note",
]


def protection(contracts: Contracts, declared: StudyParameters = BUILT_IN) -> pd.DataFrame:
    """Return the worst that the attacks of a study do under each contract.

    Args:
        contracts: with their runs.
        declared: the parameters of the study.

    Returns:
        A row for each strength (in words, rising) and contract (in order) that was attacked:
        of how many ``attacks`` regret is known, from how many ``seeds``; ``worst_regret``, the
        largest mean regret over these attacks, with ``worst_attack`` (several, if they are the
        same to the last digit) and its mean ``worst_final_accuracy``; ``cost_of_protection``, the
        accuracy without any attack under the base contract minus ``accuracy_unattacked``, which is
        that under this one, paired by seed; means over the attacks of ``honest_return``,
        ``malicious_return``, ``honest_learnt_share`` and ``malicious_learnt_share``,
        ``honest_return_unattacked``, and a ``note``. Intervals (``_low``, ``_high``) are 95 %
        bootstrap ones; that of ``worst_regret`` as ``largest_mean_interval`` says. Where a seed
        has several runs, their mean counts. What earlier versions did not store is missing.

    Example:
        >>> from cmlabm.analysis.contracts import MECHANISM
        >>> from cmlabm.parameters import Parameters
        >>> own = Parameters().model_dump() | {"status": "done", "malicious_final_balance": 0.0}
        >>> runs = pd.DataFrame(
        ...     own
        ...     | {"incentive": name, "malicious_agents": agents, "malicious_behaviour": attack}
        ...     | {"seed": seed, "final_accuracy": level - agents * loss * (1 + seed / 10)}
        ...     for name, level in (("none", 0.8), ("points", 0.75))
        ...     for attack, loss in (("echo", 0.1), ("sniper", 0.0))
        ...     for seed in range(5)
        ...     for agents in (0, 1)
        ... )
        >>> table = protection(Contracts(MECHANISM, "none", runs)).round(3)
        >>> table[["contract", "worst_attack", "worst_regret", "cost_of_protection"]].values
        array([['none', 'echo', 0.12, 0.0],
               ['points', 'echo', 0.12, 0.05]], dtype=object)
    """
    axis = contracts.axis
    named = with_cells(contracts.runs, declared, axis)
    pairs = pair_with_unattacked(named, declared)
    alone = named[(named["malicious_agents"] == 0) & (named["status"] == "done")]
    calm = alone.pivot_table("final_accuracy", "seed", axis.noun, "mean", observed=True)
    rows = []
    for (strength, contract), runs in named.groupby(["strength", axis.noun], observed=True):
        here = (pairs["strength"] == strength) & (pairs[axis.noun] == contract)
        control = alone[alone[axis.noun] == contract]
        parts = (
            _worst(pairs[here], runs),
            _cost(calm, contracts.base, str(contract)),
            _outcomes(pairs[here], control),
        )
        note = "; ".join(part.pop("note") for part in parts if part.get("note"))
        of = {"strength": strength, "contract": contract, "note": note}
        rows.append({name: value for part in (*parts, of) for name, value in part.items()})
    return pd.DataFrame(rows, columns=_COLUMNS)


def _worst(pairs: pd.DataFrame, runs: pd.DataFrame) -> dict[str, Any]:
    """Return the largest mean regret under one contract.

    Args:
        pairs: its finished runs under attack.
        runs: all of its runs under attack.
    """
    paired = pairs[pairs["regret"].notna()]
    table = paired.pivot_table("regret", "seed", ATTACK.noun, "mean", observed=True)
    missing = [name for name in ATTACK.in_order(runs[ATTACK.noun]) if name not in table]
    note = f"regret unknown: {', '.join(missing)}" if missing else ""
    found: dict[str, Any] = {"attacks": table.shape[1], "seeds": len(table), "note": note}
    if table.empty:
        return found
    means = table.mean()
    worst = list(means.index[means >= means.max() - _ROUNDING])
    accuracy = paired.groupby(ATTACK.noun, observed=True)["final_accuracy"].mean()
    low, high = largest_mean_interval(table.to_numpy(dtype=np.float64))
    return found | {
        "worst_regret": means.max(),
        "worst_regret_low": low,
        "worst_regret_high": high,
        "worst_attack": AND.join(worst),
        "worst_final_accuracy": accuracy.loc[worst].min(),
    }


def _cost(calm: pd.DataFrame, base: str, contract: str) -> dict[str, Any]:
    """Return the accuracy that a contract costs without an attack.

    Args:
        calm: final accuracies without an attack, a row a seed, a column a contract.
        base: the contract that the others are held against.
        contract: whose cost it is.
    """
    missing = [name for name in dict.fromkeys((base, contract)) if name not in calm]
    if missing:
        return {"note": f"no finished run without an attack: {', '.join(missing)}"}
    differences = (calm[base] - calm[contract]).dropna().to_numpy(dtype=np.float64)
    if not len(differences):
        return {"note": f"no seed in common with {base} without an attack"}
    low, high = mean_interval(differences)
    return {
        "cost_of_protection": differences.mean(),
        "cost_of_protection_low": low,
        "cost_of_protection_high": high,
        "accuracy_unattacked": calm[contract].mean(),
    }


def _outcomes(attacked: pd.DataFrame, control: pd.DataFrame) -> dict[str, Any]:
    malicious = _over_attacks(attacked, "malicious_return")
    if np.isnan(malicious):  # as of runs of earlier versions
        malicious = _over_attacks(attacked, ATTACKER_RETURN.name)
    return {
        "honest_return": _over_attacks(attacked, "honest_return"),
        "honest_return_unattacked": _mean(control, "honest_return"),
        "malicious_return": malicious,
        "honest_learnt_share": _over_attacks(attacked, "honest_learnt_share"),
        "malicious_learnt_share": _over_attacks(attacked, "malicious_learnt_share"),
    }


def _over_attacks(attacked: pd.DataFrame, outcome: str) -> float:
    """Return the mean over the attacks, each of which counts once, of the means of their runs."""
    means = [_mean(runs, outcome) for _, runs in attacked.groupby(ATTACK.noun, observed=True)]
    known = [mean for mean in means if np.isfinite(mean)]
    return float(np.mean(known)) if known else np.nan


def _mean(runs: pd.DataFrame, outcome: str) -> float:
    values = values_of(runs, outcome) if outcome in runs else np.empty(0)
    return float(values.mean()) if len(values) else np.nan
