"""What a search has found: its tables, the winner as a study, and in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from cmlabm.analysis.factors import label_of
from cmlabm.batch.export import replacing
from cmlabm.batch.finished import FinishedStudy
from cmlabm.batch.study import Study, checked_study
from cmlabm.declarations import in_words
from cmlabm.search.breaking import breaking_sentences, breaking_table
from cmlabm.search.confirmation import (
    DEFAULT,
    SEARCHED,
    Candidate,
    Confirmed,
    confirmed_attacks,
    confirmed_contracts,
    interval_of,
)
from cmlabm.search.definition import Search
from cmlabm.search.markets import NOT_ATTACKED
from cmlabm.search.objectives import COST_OF_PROTECTION, HONEST_LOSS
from cmlabm.search.rounds import Searched
from cmlabm.search.space import Setting
from cmlabm.search.tables import archive_table, importances_table, rounds_table, trials_table


@dataclass(frozen=True)
class FinishedSearch:
    """What a search has found.

    Attributes:
        directory: where everything is kept.
        searched: the trials that were made.
        found: what the confirming runs say.
        study: these runs.
        failed: how many runs of the trials failed.
    """

    directory: Path
    searched: Searched
    found: Confirmed
    study: FinishedStudy
    failed: int

    @property
    def search(self) -> Search:
        """What was searched for."""
        return self.found.search

    @cached_property
    def trials(self) -> pd.DataFrame:
        """See ``trials_table``."""
        return trials_table(self.search, self.searched)

    @cached_property
    def confirmed(self) -> pd.DataFrame:
        """See ``confirmed_attacks``, or ``confirmed_contracts``."""
        if self.search.contracts is None:
            return confirmed_attacks(self.found, {})
        return confirmed_contracts(self.found)

    @cached_property
    def archive(self) -> pd.DataFrame:
        """See ``archive_table``; empty without contracts."""
        return archive_table(self.found, self.searched, self.contract)

    @cached_property
    def rounds(self) -> pd.DataFrame:
        """See ``rounds_table``; empty without contracts."""
        return rounds_table(self.search, self.searched)

    @cached_property
    def importances(self) -> pd.DataFrame:
        """See ``importances_table``."""
        return importances_table(self.searched)

    @cached_property
    def breaking(self) -> pd.DataFrame:
        """See ``breaking_table``."""
        return breaking_table(self.search, self.searched)

    @cached_property
    def place(self) -> int:
        """The row of ``confirmed`` of the attack that does most, or the contract that holds best.

        Of contracts within the limits, if there is one.
        """
        harm = self.confirmed[self.search.objective].to_numpy(dtype=np.float64)
        if self.search.contracts is None:
            return int(np.argmax(np.nan_to_num(harm, nan=-np.inf)))
        harm = np.nan_to_num(harm, nan=np.inf)
        within = np.full(len(harm), True)
        for name, most in self.search.limits.items():
            within &= (self.confirmed[name] <= most).to_numpy()
        return int(np.argmin(np.where(within, harm, np.inf) if within.any() else harm))

    @property
    def winner(self) -> dict[str, Any]:
        """That row."""
        return _row(self.confirmed, self.place)

    @property
    def contract(self) -> Setting:
        """What the contract of ``best`` has over the fixed parameters."""
        return {} if self.search.contracts is None else self.found.settings[self.place]

    @property
    def attack(self) -> Candidate:
        """The attack of ``best``: of all that were confirmed the worst for its contract."""
        if self.search.contracts is None:
            return self.found.attacks[self.place]
        return self.found.attacks[_worst(self.archive, self.search.objective)]

    @property
    def best(self) -> Study:
        """The winner as a study: its market with the worst attack, and without any."""
        values = {
            "name": f"{self.search.name}_best",
            "description": self.sentences[0],
            "seeds": self.search.confirmed_with,
            "parameters": self.search.parameters | self.contract,
            "sweep": {"attack": [self.attack.setting, NOT_ATTACKED]},
        }
        return checked_study(values, "best")

    @cached_property
    def sentences(self) -> list[str]:
        """What was found, on fresh seeds."""
        found = _of_attacks(self) if self.search.contracts is None else _of_contracts(self)
        breaking = breaking_sentences(self.breaking, self.search.objective)
        return [*found, *_of_importances(self), *breaking]


def write_search(finished: FinishedSearch) -> list[Path]:
    """Write a search's tables as CSV and its winner as a study, and return their files.

    Raises:
        StorageError: a file cannot be written.
    """
    tables = {
        "trials": finished.trials,
        "confirmed": finished.confirmed,
        "archive": finished.archive,
        "rounds": finished.rounds,
        "importances": finished.importances,
        "breaking": finished.breaking,
    }
    written = []
    for name, table in tables.items():
        path = finished.directory / f"{name}.csv"
        if table.empty:
            path.unlink(missing_ok=True)
            continue
        with replacing(path) as part:
            table.to_csv(part, index=False, lineterminator="\n")
        written.append(path)
    best = finished.directory / "best.toml"
    with replacing(best) as part:
        part.write_text(_as_toml(finished.best), encoding="utf-8")
    return [*written, best]


def _row(table: pd.DataFrame, place: int) -> dict[str, Any]:
    return {str(name): table[name].iloc[place] for name in table}


def _worst(table: pd.DataFrame, objective: str) -> int:
    values = table[objective].to_numpy(dtype=np.float64)
    return int(np.argmax(np.nan_to_num(values, nan=-np.inf)))


def named_setting(setting: Setting) -> str:
    """Return what is chosen in words.

    Example:
        >>> named_setting({"malicious_behaviour": "sybil", "malicious_mean_deposit": 11.2345678})
        'sybil, malicious mean deposit = 11.23'
    """
    texts = [
        value if isinstance(value, str) else f"{in_words(name)} = {shorter(value)}"
        for name, value in setting.items()
    ]
    return ", ".join(texts)


def shorter(value: Any) -> str:
    """Return a value in four digits."""
    return f"{value:.4g}" if isinstance(value, float) else label_of(value)


def _as_toml(study: Study) -> str:
    return tomli_w.dumps(study.model_dump(exclude_defaults=True, exclude_none=True))


def _figure(row: Any, name: str) -> str:
    words = name.replace("_", " ")
    return f"{words} {row[name]:.4f} [{row[f'{name}_low']:.4f}, {row[f'{name}_high']:.4f}]"


def _of_attacks(finished: FinishedSearch) -> Iterator[str]:
    search, table, winner = finished.search, finished.confirmed, finished.winner
    objective = search.objective
    attacks = finished.found.attacks
    defaults = [place for place, attack in enumerate(attacks) if attack.name == DEFAULT]
    trials = [place for place, attack in enumerate(attacks) if attack.name != DEFAULT]
    yield (
        f"The worst attack is {_who(finished.attack)}: {_figure(winner, objective)} on"
        f" {winner['seeds']} fresh seeds{_seemed(winner, objective)}."
    )
    if not defaults or not trials:
        return
    base, found = (places[_worst(table.iloc[places], objective)] for places in (defaults, trials))
    other = found if finished.attack.name == DEFAULT else base
    kind = "found" if other == found else "of the defaults"
    row = _row(table, other)
    yield (
        f"The worst {kind} is {_who(attacks[other])}: {_figure(row, objective)}"
        f"{_seemed(row, objective)}."
    )
    of_found, of_base = (
        finished.found.values(objective, {}, attacks[place].setting) for place in (found, base)
    )
    difference = interval_of("difference", of_found - of_base)
    low, high = difference["difference_low"], difference["difference_high"]
    verdict = "does more" if low > 0 else "does less" if high < 0 else "is not told apart from it"
    yield (
        f"Against the worst default the attack found {verdict}:"
        f" {_figure(difference, 'difference')}, paired by seed."
    )


def _who(attack: Candidate) -> str:
    name = "a default" if attack.name == DEFAULT else f"trial {attack.name}"
    setting = named_setting(attack.setting)
    return f"{name}{setting and f' ({setting})'}"


def _seemed(row: dict[str, Any], objective: str) -> str:
    """Say what the search itself saw of a trial."""
    searched = row[f"{objective}{SEARCHED}"]
    return "" if np.isnan(searched) else f"; the search itself saw {searched:.4f}"


def _of_contracts(finished: FinishedSearch) -> Iterator[str]:
    search, winner = finished.search, finished.winner
    objective = search.objective
    name = winner["candidate"]
    which = "that of the parameters" if name == DEFAULT else f"trial {name}"
    setting = named_setting(finished.contract)
    yield (
        f"The most robust contract is {which}{setting and f' ({setting})'}: at the worst of"
        f" {len(finished.archive)} attacks ({winner['worst_attack']}) {_figure(winner, objective)}"
        f" on {winner['seeds']} fresh seeds; {_figure(winner, COST_OF_PROTECTION)},"
        f" {_figure(winner, HONEST_LOSS)}."
    )
    base = _row(finished.confirmed, 0)
    if name != DEFAULT:
        yield (
            f"The contract of the parameters has {_figure(base, objective)} at the worst"
            f" ({base['worst_attack']})."
        )
    last = finished.searched.rounds[-1]
    more = last.harm_found - last.harm
    yield (
        f"The last search for an attack found one that is worse by {more:.4f} than those known"
        f" before (in the search's own figures): "
        + (
            f"within delta = {search.delta:g}, so the contract withstands."
            if finished.searched.withstands
            else f"more than delta = {search.delta:g}; more rounds may find better contracts."
        )
    )
    over = [n for n, most in search.limits.items() if not winner[n] <= most]
    if over:
        yield f"No confirmed contract is within the limits ({', '.join(over)})."


def _of_importances(finished: FinishedSearch) -> Iterator[str]:
    table = finished.importances
    for (round_, kind, where), rows in table.groupby(["round", "search", "where"], sort=False):
        if round_ != table["round"].max():
            continue
        first = _row(rows, _worst(rows, "importance"))
        a, among = "an" if kind == "attack" else "a", f" where {where} is chosen" if where else ""
        yield (
            f"What matters most in {a} {kind}{among}: the {in_words(first['parameter'])}"
            f" ({first['importance']:.0%} of what single choices explain, over"
            f" {first['trials']} trials)."
        )
