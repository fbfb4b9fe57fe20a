"""Which contracts of a study can be compared under attack."""

import pandas as pd

from cmlabm.analysis import CONTRACT, Contracts, contracts_of
from cmlabm.batch import FinishedStudy
from cmlabm.batch.study import SAMPLED


def attacked_contracts(study: FinishedStudy, runs: pd.DataFrame) -> list[Contracts]:
    """Return the contracts whose runs show what attacks do to them, along each axis.

    There have to be several malicious behaviours, or several contracts each of which was run with
    and without an attack. Designs that draw from ranges have no strengths to compare at.
    """
    if study.spec.design in SAMPLED:
        return []
    found = contracts_of(_at_base(study, runs), study.base_case)
    return [contracts for contracts in found if _compares(contracts)]


def _at_base(study: FinishedStudy, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs in which all is at the base case but the attack and the contract.

    In a one-at-a-time study other factors are varied at one attack and contract only.
    """
    if study.spec.design != "one-at-a-time":
        return runs
    declared = study.parameters
    base = {
        name: value
        for name, value in study.base.items()
        if name not in CONTRACT.registries and not declared[name].is_of_attack and value is not None
    }
    return runs[(runs[list(base)] == list(base.values())).all(axis=1)]


def _compares(contracts: Contracts) -> bool:
    axis, runs = contracts.axis, contracts.runs
    attacked, alone = runs[runs["malicious_agents"] > 0], runs[runs["malicious_agents"] == 0]
    both = set(axis.ids(attacked)) & set(axis.ids(alone))
    return attacked["malicious_behaviour"].nunique() > 1 or len(both) > 1
