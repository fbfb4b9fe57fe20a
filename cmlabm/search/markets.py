"""The markets of a search: run with all seeds, stored, and none of them twice."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from cmlabm.batch.design import runs_of
from cmlabm.batch.run import Result, Run, place_of
from cmlabm.batch.running import Spectator, missing_runs, refuse_impossible_data
from cmlabm.batch.store import Store
from cmlabm.batch.study_parameters import StudyParameters, brought, that_matter
from cmlabm.parameters import Parameters
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.search.definition import MARKET, Search
from cmlabm.search.objectives import Outcomes, value_of
from cmlabm.search.space import Setting

NOT_ATTACKED = {"malicious_agents": 0}
"""What a market without an attack is at, all else of the attack being as in [parameters]."""

type Execute = Callable[[list[Run]], Iterator[Result]]


class Interrupted(Exception):  # noqa: N818
    """The search is to be stopped; what is stored is whole, and the same command goes on."""


class Markets:
    """The markets that a search has asked for.

    The store's study has all of them, whatever ends the program, so that it can be read as any
    other study.
    """

    def __init__(
        self,
        search: Search,
        store: Store,
        execute: Execute,
        facts: Mapping[str, str],
        spectator: Spectator,
    ) -> None:
        """Take up what a store has of a search; damaged runs are run again.

        Args:
            search: whose markets they are.
            store: where their runs are kept.
            execute: runs some runs.
            facts: what to note of the search.
            spectator: is told of each run.
        """
        self._search = search
        self._store = store
        self._execute = execute
        self._facts = facts
        self._spectator = spectator
        self._own: StudyParameters = {}
        self._rows: dict[str, Setting] = {}
        self._by_row: dict[str, list[Run]] = {}
        self._runs: dict[str, Run] = {}
        self._outcomes: dict[str, Outcomes] = {}
        self._contents: dict[str, str] = {}
        if "study" in store.facts():
            self._take_up()

    def parameters(self, row: Setting) -> Parameters:
        """Return all parameters of a market.

        Raises:
            InputError: they are not possible.
        """
        values = {**self._search.parameters, **row}
        return Parameters.checked(that_matter(values, self._own_of(row)))

    def run(self, rows: Sequence[Setting]) -> None:
        """Run some markets, as far as they are not stored.

        Raises:
            InputError: their data cannot be used.
            Interrupted: the spectator wants to stop.
        """
        asked = [run for row in rows for run in self._runs_of(row)]
        new = {run.id: run for run in asked if run.id not in self._runs}
        if new:
            refuse_impossible_data(list(new.values()))
            self._runs |= new
            self._rows |= {key_of(row): row for row in rows}
            study = self._search.study(list(self._rows.values()))
            self._store.begin(study, list(self._runs.values()), self._facts)
        missing = {run.id: run for run in asked if run.id not in self._outcomes}
        self._run(list(missing.values()))

    def values(self, objective: str, row: Setting, unattacked: Setting) -> NDArray[np.float64]:
        """Return what the runs of a market say of an objective, shape (seeds,).

        Args:
            objective: see ``value_of``.
            row: the market; it has been run.
            unattacked: the same without an attack.
        """
        runs = zip(self._of(row), self._of(unattacked), strict=True)
        return np.array([value_of(objective, run, alone) for run, alone in runs])

    def cost(self, base: Setting, contract: Setting) -> NDArray[np.float64]:
        """Return the accuracy that a contract costs without an attack, shape (seeds,)."""
        before, now = (
            self.values("final_accuracy", row | NOT_ATTACKED, row | NOT_ATTACKED)
            for row in (base, contract)
        )
        return before - now

    def _of(self, row: Setting) -> list[Outcomes]:
        return [self._outcomes[run.id] for run in self._runs_of(row)]

    def _runs_of(self, row: Setting) -> list[Run]:
        key = key_of(row)
        if key not in self._by_row:
            self._by_row[key] = self._made(row)
        return self._by_row[key]

    def _made(self, row: Setting) -> list[Run]:
        parameters = self.parameters(row)
        place = place_of(parameters)
        if place not in self._contents:
            self._contents[place] = Run.on(parameters, 0).content
        seeds = self._search.searched_with
        return [Run(parameters, seed, self._contents[place]) for seed in seeds]

    def _own_of(self, row: Setting) -> StudyParameters:
        classes = self._search.study([row]).classes
        return brought(classes) if classes else {}

    def _run(self, runs: list[Run]) -> None:
        done = 0
        for result in self._execute(runs) if runs else ():
            self._store.save(result)
            self._outcomes[result.run.id] = result.outcomes
            self._spectator.counts(result)
            done += 1
        if done < len(runs):
            raise Interrupted

    def _take_up(self) -> None:
        study = self._store.study_as_noted()
        self._rows = {key_of(row): row for row in study.levels(MARKET)} if study.sweep else {}
        self._runs = {run.id: run for run in runs_of(study)}
        self._store.begin(study, list(self._runs.values()), self._facts)
        stored = self._store.statuses()
        present = [run for run in self._runs.values() if run.id in stored]
        self._run(missing_runs(self._store, present, False, self._spectator))
        for row in self._store.runs().to_dict("records"):
            done = row["status"] == "done"
            self._outcomes[row["run"]] = {name: row[name] for name in OUTCOMES if done}


def key_of(row: Setting) -> str:
    """Return what tells a setting from others, in whatever order its parameters are."""
    return json.dumps(row, sort_keys=True)
