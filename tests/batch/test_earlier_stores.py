"""Studies stored when there were fewer parameters and outcomes."""

import sqlite3
from pathlib import Path

import pandas as pd
from small_study import small_study, without_times

from cmlabm.batch import Store, open_study, run_here, runs_of
from cmlabm.batch.schema import CHECKSUMS
from cmlabm.batch.store import FILE_NAME
from cmlabm.parameters import Parameters

LATER = ("lock", "bankrupt_may_claim", "malicious_noise", "malicious_addresses", "gini")
LATER_CHECKS = ("versions", *CHECKSUMS)


def earlier_store(directory: Path) -> None:
    """Store a study and take away what an earlier version did not record."""
    study = small_study(seeds=2)
    with Store.create(directory) as store:
        store.begin(study, runs_of(study), {})
        for result in run_here(runs_of(study)):
            store.save(result)
    with sqlite3.connect(directory / FILE_NAME) as connection:
        for name in (*LATER, *LATER_CHECKS):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {name}")
    connection.close()


def test_its_runs_have_later_parameters_at_their_defaults(tmp_path: Path) -> None:
    earlier_store(tmp_path)
    runs = open_study(tmp_path).runs()
    for name in LATER[:-1]:
        assert runs[name].tolist() == [Parameters.model_fields[name].default] * 2


def test_a_study_goes_on_in_it_and_all_its_runs_look_alike(tmp_path: Path) -> None:
    """Else an analysis that groups by parameters would take old and new runs for different ones."""
    earlier_store(tmp_path / "earlier")
    study = small_study(seeds=3)
    runs = runs_of(study)
    with Store.create(tmp_path / "earlier") as store:
        store.begin(study, runs, {})
        for result in run_here(runs[2:]):
            store.save(result)
    with Store.create(tmp_path / "whole") as store:
        store.begin(study, runs, {})
        for result in run_here(runs):
            store.save(result)
        whole = store.runs()
    with Store.open(tmp_path / "earlier") as store:
        gone_on = store.runs()
    assert gone_on["gini"].notna().tolist() == [False, False, True]
    pd.testing.assert_frame_equal(
        without_times(gone_on).drop(columns=["gini", "versions"]),
        without_times(whole).drop(columns=["gini", "versions"]),
    )
