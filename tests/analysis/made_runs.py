"""Made-up runs, so that what a statistic should find is known."""

from typing import Any

import numpy as np
import pandas as pd

from cmlabm.analysis import Factor
from cmlabm.parameters import Parameters


def runs_with(size: int, **columns: Any) -> pd.DataFrame:
    """Return finished runs at the base case, with some columns given."""
    made: dict[str, Any] = {
        **Parameters().model_dump(),
        "run": [f"run-{number}" for number in range(size)],
        "seed": np.arange(size),
        "status": "done",
        "initial_accuracy": 0.79,
        "final_accuracy": 0.79,
        "accuracy_gap": 0.0,
        "malicious_depleted": True,
        "malicious_depletion_days": 130.0,
        "days": 155.0,
        "honest_final_balance": 19_990.0,
        "malicious_final_balance": 10.0,
        "error": "",
    }
    return pd.DataFrame(made | columns, index=range(size))


def make_factor(
    samples: dict[Any, Any], outcome: str = "final_accuracy", name: str = "num_words"
) -> Factor:
    """Return a factor from an outcome's values at each level, of which the first is the base."""
    values = np.concatenate([np.asarray(values, dtype=float) for values in samples.values()])
    level = [level for level, values in samples.items() for _ in values]
    seed = [seed for values in samples.values() for seed in range(len(values))]
    runs = runs_with(len(level), **{"level": level, "seed": seed, outcome: values, name: level})
    return Factor(name, (name,), runs, base=next(iter(samples)))


def make_lifetimes(times: dict[Any, Any], end: float = np.inf, name: str = "cost_weight") -> Factor:
    """Return a factor from depletion times at each level; markets end, and censor, at ``end``."""
    factor = make_factor(times, "malicious_depletion_days", name)
    days = factor.runs["malicious_depletion_days"]
    runs = factor.runs.assign(
        malicious_depleted=days <= end,
        malicious_depletion_days=days.where(days <= end),
        days=days.clip(upper=end),
    )
    return Factor(name, (name,), runs, factor.base)
