"""What candidates come to on fresh seeds: the figures that are reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmlabm.analysis.intervals import largest_mean_interval, mean_interval
from cmlabm.batch.design import runs_of
from cmlabm.batch.finished import FinishedStudy
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.search.attacks import ATTACK
from cmlabm.search.contracts import KnownAttack
from cmlabm.search.definition import Search
from cmlabm.search.markets import NOT_ATTACKED, key_of
from cmlabm.search.objectives import COST_OF_PROTECTION, HONEST_LOSS, value_of
from cmlabm.search.rounds import KnownContract, Searched
from cmlabm.search.space import Setting

DEFAULT = "default"
SEARCHED = "_searched"
"""What the search's own figures end with: of what was picked, they are too good to be true."""

type Values = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """An attack that is confirmed.

    Attributes:
        name: "default", or the trial's number.
        setting: what the attacker chose.
        searched: what the search says of each objective; empty for defaults.
    """

    name: str
    setting: Setting
    searched: tuple[float, ...] = ()


@dataclass(frozen=True)
class Confirming:
    """What is run on fresh seeds.

    Attributes:
        search: the search.
        attacks: each is run against each contract; the defaults first.
        contracts: that of the fixed parameters first.
    """

    search: Search
    attacks: Sequence[Candidate]
    contracts: Sequence[KnownContract | None]

    @property
    def settings(self) -> list[Setting]:
        """What each contract has over the fixed parameters."""
        return [{} if contract is None else contract.setting for contract in self.contracts]

    @property
    def rows(self) -> list[Setting]:
        """All markets, each once."""
        under = [NOT_ATTACKED, *(attack.setting for attack in self.attacks)]
        found = [contract | attack for contract in self.settings for attack in under]
        return list({key_of(row): row for row in found}.values())


def confirming(search: Search, searched: Searched, defaults: Sequence[Setting]) -> Confirming:
    """Return what of a search is to be confirmed.

    Args:
        search: the search.
        searched: what it has made.
        defaults: the attacks at their defaults that are possible.
    """
    if searched.contracts:
        attacks = [Candidate(attack.name, attack.setting) for attack in searched.archive]
        return Confirming(search, attacks, _contracts(search, searched.contracts))
    found = [Candidate(DEFAULT, setting) for setting in defaults]
    (made,) = searched.stages
    distinct: list[Candidate] = []
    for trial in made.best:
        setting = trial.user_attrs[ATTACK]
        if all(setting != its.setting for its in distinct):
            distinct.append(Candidate(str(trial.number), setting, tuple(trial.values)))
    if len(search.maximise) > 1:
        distinct = _spread(distinct, search.candidates)
    return Confirming(search, found + distinct[: search.candidates], [None])


def _spread(candidates: list[Candidate], most: int) -> list[Candidate]:
    """Return so many candidates, spread evenly along a front."""
    places = np.linspace(0, len(candidates) - 1, min(most, len(candidates)))
    return [candidates[round(place)] for place in places]


def _contracts(search: Search, contracts: Sequence[KnownContract]) -> list[KnownContract]:
    """Return the contract of the fixed parameters, and the best of the others."""
    base, *others = contracts
    able = [its for its in others if its.scored.values is not None]
    within = [its for its in able if not any(x > 0 for x in its.scored.excesses.values())] or able
    ordered = sorted(within, key=lambda its: its.scored.values or ())
    return [base, *ordered[: search.candidates]]


class Confirmed:
    """What the confirming runs say, by market and seed."""

    def __init__(self, confirming: Confirming, study: FinishedStudy) -> None:
        """Read the runs of a study.

        Args:
            confirming: what was to be run.
            study: with the runs.
        """
        self.search = confirming.search
        self.attacks = list(confirming.attacks)
        self.contracts = list(confirming.contracts)
        self.settings = confirming.settings
        table = study.runs()
        columns = [*OUTCOMES]
        done = table[table["status"] == "done"].set_index("run")[columns].astype("object")
        known: dict[Any, Any] = done.where(done.notna(), None).to_dict("index")
        spec = confirming.search
        self._outcomes = {
            key_of(row): [known.get(run.id, {}) for run in runs_of(spec.confirming_study([row]))]
            for row in confirming.rows
        }

    def values(self, objective: str, contract: Setting, attack: Setting) -> Values:
        """Return what a market's runs say of an objective, shape (seeds,); NaN if nothing."""
        runs = self._outcomes[key_of(contract | attack)]
        alone = self._outcomes[key_of(contract | NOT_ATTACKED)]
        return np.array([value_of(objective, *pair) for pair in zip(runs, alone, strict=True)])

    def cost(self, contract: Setting) -> Values:
        """Return the accuracy that a contract costs without an attack, shape (seeds,)."""
        base = self.values("final_accuracy", {}, NOT_ATTACKED)
        return base - self.values("final_accuracy", contract, NOT_ATTACKED)


def confirmed_attacks(found: Confirmed, contract: Setting) -> pd.DataFrame:
    """Return what attacks do to a contract, a row each.

    Returns:
        ``candidate``, the parameters that are chosen, each objective with ``_low`` and ``_high``
        (95 %), the number of ``seeds`` behind them, and with ``_searched`` what the search said.
    """
    rows = []
    completed = found.search.attacks.completed
    for attack in found.attacks:
        row: dict[str, Any] = {"candidate": attack.name} | completed(attack.setting)
        for objective in found.search.maximise:
            values = found.values(objective, contract, attack.setting)
            row |= interval_of(objective, values)
        row["seeds"] = int(np.isfinite(values).sum())
        searched = attack.searched or [np.nan] * len(found.search.maximise)
        names = [f"{objective}{SEARCHED}" for objective in found.search.maximise]
        rows.append(row | dict(zip(names, searched, strict=True)))
    return _with_parameters_first(rows, [completed(its.setting) for its in found.attacks])


def confirmed_contracts(found: Confirmed) -> pd.DataFrame:
    """Return how contracts withstand all attacks of the archive, a row each.

    Returns:
        ``candidate``, the parameters that are chosen, the objective at the worst attack (with the
        interval of ``largest_mean_interval``), ``worst_attack``, ``cost_of_protection`` and
        ``honest_loss`` (the largest, that without an attack included) with intervals,
        ``final_accuracy`` at the worst attack and ``accuracy_unattacked``, the number of
        ``seeds``, and with ``_searched`` what the search said.
    """
    objective = found.search.objective
    assert found.search.contracts is not None
    completed = found.search.contracts.completed
    rows = []
    for contract, setting in zip(found.contracts, found.settings, strict=True):
        assert contract is not None
        harms = np.array([found.values(objective, setting, it.setting) for it in found.attacks]).T
        under = [NOT_ATTACKED, *(it.setting for it in found.attacks)]
        losses = np.array([found.values(HONEST_LOSS, setting, it) for it in under]).T
        worst = found.attacks[largest(harms)]
        rows.append(
            {"candidate": contract.name}
            | completed(setting)
            | _largest_interval(objective, harms)
            | {"worst_attack": attack_name(worst)}
            | interval_of(COST_OF_PROTECTION, found.cost(setting))
            | _largest_interval(HONEST_LOSS, losses)
            | {
                "final_accuracy": _mean(found.values("final_accuracy", setting, worst.setting)),
                "accuracy_unattacked": _mean(found.values("final_accuracy", setting, NOT_ATTACKED)),
                "seeds": int(np.isfinite(harms).all(axis=1).sum()),
                f"{objective}{SEARCHED}": (contract.scored.values or (np.nan,))[0],
            }
        )
    return _with_parameters_first(rows, [completed(setting) for setting in found.settings])


def attack_name(attack: Candidate | KnownAttack) -> str:
    """Return what an attack is called: its trial, and its behaviour."""
    behaviour = attack.setting.get("malicious_behaviour", "")
    return " ".join(filter(None, (attack.name, behaviour)))


def largest(table: Values) -> int:
    """Return which column of a table has the largest mean; what is not known does not count."""
    means = [_mean(column) for column in table.T]
    return int(np.argmax(np.nan_to_num(means, nan=-np.inf)))


def interval_of(name: str, values: Values) -> dict[str, float]:
    """Return the mean of some values with its interval, as columns."""
    known = values[np.isfinite(values)]
    low, high = mean_interval(known)
    return {name: _mean(values), f"{name}_low": low, f"{name}_high": high}


def _largest_interval(name: str, table: Values) -> dict[str, float]:
    low, high = largest_mean_interval(table)
    column = table[:, largest(table)]
    return {name: _mean(column), f"{name}_low": low, f"{name}_high": high}


def _mean(values: Values) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


def _with_parameters_first(rows: list[dict[str, Any]], settings: Sequence[Setting]) -> pd.DataFrame:
    """Return rows as a table: the candidate, all parameters that any chooses, what it came to."""
    chosen = list(dict.fromkeys(name for setting in settings for name in setting))
    others = [name for row in rows for name in row if name not in chosen]
    columns = list(dict.fromkeys(["candidate", *chosen, *others]))
    return pd.DataFrame(rows, columns=columns)
