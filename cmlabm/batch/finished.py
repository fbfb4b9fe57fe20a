"""A study's directory as analyses and the page read it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from cmlabm.batch.design import Setting, base_setting, settings_of
from cmlabm.batch.export import TABLES, export
from cmlabm.batch.figure import PICTURE, draw_accuracy_balances
from cmlabm.batch.run import Run
from cmlabm.batch.store import DEFINITION, Store
from cmlabm.batch.study import Study
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameter, as_stored

FILES = (*(f"{table}.{kind}" for table in TABLES for kind in ("csv", "parquet")), PICTURE)


@dataclass(frozen=True)
class FinishedStudy:
    """What a directory written by ``python -m cmlabm.batch`` holds, finished or under way.

    Each call reads anew, so that a study that is still running can be followed.
    """

    directory: Path

    @cached_property
    def spec(self) -> Study:
        """The study as it was last run."""
        with Store.open(self.directory) as store:
            return store.study()

    @property
    def planned(self) -> list[str]:
        """The ids of the runs that the study asks for."""
        with Store.open(self.directory) as store:
            return store.planned()

    @property
    def aside(self) -> int:
        """How many runs the directory holds beside those that the study asks for."""
        with Store.open(self.directory) as store:
            return store.aside()

    @property
    def files(self) -> list[Path]:
        """The tables and the picture that were written."""
        return [self.directory / name for name in FILES if (self.directory / name).exists()]

    @property
    def factors(self) -> list[str]:
        """The names of the factors."""
        return list(self.spec.factors)

    @property
    def parameters(self) -> dict[str, StudyParameter]:
        """What the runs' parameters are, also those of users' classes, which are not imported."""
        return {**BUILT_IN, **self._own()}

    @property
    def base(self) -> Setting:
        """What the factors' parameters are at where nothing is swept."""
        return base_setting(self.spec, self._own())

    @property
    def base_case(self) -> dict[str, Any]:
        """What all parameters are at where nothing is swept."""
        defaults = {name: parameter.default for name, parameter in self.parameters.items()}
        return defaults | as_stored(self.spec.parameters, self._own()).model_dump() | self.base

    @property
    def provenance(self) -> dict[str, str]:
        """Versions, commit, data, command, machine, start and end."""
        with Store.open(self.directory) as store:
            facts = store.facts()
        return {name: value for name, value in facts.items() if name not in DEFINITION}

    def runs(self) -> pd.DataFrame:
        """Return one row a run: id, parameters, seed, status, outcomes, wall seconds, error."""
        with Store.open(self.directory) as store:
            return store.runs()

    def runs_of(self, factor: str) -> pd.DataFrame:
        """Return the runs that show what one factor does, with a column ``level``.

        In a one-at-a-time study these are the runs with all other factors at their base; in other
        designs all runs. The level of a factor of several parameters is that of its first one.
        """
        study, runs = self.spec, self.runs()
        names = study.factors[factor]
        if study.design == "one-at-a-time":
            base = self.base
            wanted = [base | level for level in [{}, *study.levels(factor)]]
            ids = [run.id for _, run in self._runs_at(wanted)]
            runs = runs[runs["run"].isin(ids)]
        return runs.assign(level=runs[names[0]]).reset_index(drop=True)

    def design(self) -> pd.DataFrame:
        """Return the settings in the order of the design, a row a setting and seed, with run ids.

        Points that a sampling design draws twice stand here twice, as their analysis needs.
        """
        base = self.base
        return pd.DataFrame(
            [
                base | setting | {"seed": run.seed, "run": run.id}
                for setting, run in self._runs_at(settings_of(self.spec, self._own()))
            ]
        )

    def _runs_at(self, settings: list[Setting]) -> Iterator[tuple[Setting, Run]]:
        """Go through the runs at some settings, as they were identified when they were run."""
        study, own = self.spec, self._own()
        with Store.open(self.directory) as store:
            contents = store.contents()
        for setting in settings:
            parameters = as_stored(study.parameters | setting, own)
            for seed in study.seeds:
                yield setting, Run.on(parameters, seed, contents)

    def failures(self) -> pd.DataFrame:
        """Return the failed runs: id, what was varied, seed, and the last line of the error."""
        runs = self.runs()
        failed = runs[runs["status"] == "failed"]
        varied = dict.fromkeys(name for names in self.spec.factors.values() for name in names)
        last = failed["error"].astype(str).str.strip().str.split("\n").str[-1]
        return failed[["run", *varied, "seed"]].assign(error=last)

    def export(self) -> list[Path]:
        """Write the tables and the picture of what is stored, and return their files.

        Raises:
            StorageError: a file cannot be written, or what is stored is damaged.
        """
        with Store.open(self.directory) as store:
            written = export(store, self.directory)
            picture = self.directory / PICTURE
            if draw_accuracy_balances(store.study(), store, picture):
                written.append(picture)
        return written

    def _own(self) -> dict[str, StudyParameter]:
        with Store.open(self.directory) as store:
            return store.own_parameters()

    def playing(self, runs: Sequence[str] | None = None) -> pd.DataFrame:
        """Return how many of those who learn played what: run, day, behaviour, contributors."""
        with Store.open(self.directory) as store:
            return store.playing(runs)

    def series(self, runs: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the daily series of some runs, or of all: run, day, and a column each."""
        with Store.open(self.directory) as store:
            return store.series(runs)

    def agents(self) -> pd.DataFrame:
        """Return each agent's balances, as far as they are stored: run, day, agent, balance."""
        with Store.open(self.directory) as store:
            return store.agents()


def open_study(directory: Path | str) -> FinishedStudy:
    """Open a directory written by ``run_study`` or ``python -m cmlabm.batch``.

    Raises:
        InputError: it holds no study.
        StorageError: its file is damaged.
    """
    with Store.open(Path(directory)) as store:
        store.study()
    return FinishedStudy(Path(directory))
