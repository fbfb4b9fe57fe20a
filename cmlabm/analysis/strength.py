"""How strong an attack is, in words: what of it varies besides the behaviour."""

from fractions import Fraction

import numpy as np
import pandas as pd

from cmlabm.analysis.factors import label_of
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters

_NAMED_APART = ("malicious_behaviour", "malicious_agents")
_LARGEST_DENOMINATOR = 20


def strengths_of(runs: pd.DataFrame, declared: StudyParameters = BUILT_IN) -> dict[str, pd.Index]:
    """Return the strengths of the attacks in rising order, and which runs have each.

    A strength is named by the share of all wakings that are the malicious contributors', from
    agents and mean waits, and by the malicious parameters that vary besides the behaviour. What
    share of the submissions that becomes is up to the behaviours: some wait otherwise than their
    mean wait says, some skip a turn, some submit nothing, and submissions can be refused.

    Args:
        runs: one row a run, attacked and not.
        declared: the parameters of the study.

    Example:
        >>> from cmlabm.parameters import Parameters
        >>> own = Parameters().model_dump()
        >>> runs = pd.DataFrame([own | {"malicious_mean_wait_s": s} for s in (5400.0, 1200.0)])
        >>> for strength in strengths_of(runs):
        ...     print(strength)
        1/10 of the wakings are the attackers' (malicious_mean_wait_s = 5400)
        1/3 of the wakings are the attackers' (malicious_mean_wait_s = 1200)
    """
    attacked = runs[runs["malicious_agents"] > 0]
    of_attack = [name for name, parameter in declared.items() if parameter.is_of_attack]
    names = ["malicious_agents", *(name for name in of_attack if name not in _NAMED_APART)]
    varied = [name for name in names if attacked[name].nunique(dropna=False) > 1]
    share = attackers_share(attacked)
    if not varied:
        return {_words(share, ""): attacked.index} if len(attacked) else {}
    found = []
    for values, group in attacked.groupby(varied, dropna=False):
        setting = zip(varied, values, strict=True)
        settings = ", ".join(f"{name} = {label_of(value)}" for name, value in setting)
        here = share.loc[group.index]
        found.append((here.mean(), _words(here, settings), group.index))
    return {words: index for _, words, index in sorted(found, key=lambda entry: entry[0])}


def attackers_share(runs: pd.DataFrame) -> "pd.Series[float]":
    """Return which share of all wakings are the malicious contributors', by their mean waits.

    Example:
        >>> from cmlabm.parameters import Parameters
        >>> runs = pd.DataFrame([Parameters(malicious_agents=3).model_dump()])
        >>> attackers_share(runs).round(3).tolist()
        [0.333]
    """
    honest, malicious = (
        runs[f"{kind}_agents"].astype(float) / runs[f"{kind}_mean_wait_s"].astype(float)
        for kind in ("honest", "malicious")
    )
    return malicious / (honest + malicious)


def _words(share: "pd.Series[float]", settings: str) -> str:
    first = float(share.iloc[0])
    if not np.isfinite(first) or not np.allclose(share, first):
        return settings or "all attacks"
    words = f"{_shown(first)} of the wakings are the attackers'"
    return f"{words} ({settings})" if settings else words


def _shown(share: float) -> str:
    near = Fraction(share).limit_denominator(_LARGEST_DENOMINATOR)
    if near == 1:
        return "all"
    return str(near) if near > 0 and abs(float(near) - share) < 1e-9 else f"{share:.1%}"
