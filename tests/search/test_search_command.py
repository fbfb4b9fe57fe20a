"""The command: what it writes, that it confirms on fresh seeds, and that it goes on as it began."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tomli_w
from dask_cluster import DaskCluster
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import get_all_study_names
from small_search import MARKET, SMALL, run_in_this_process
from typer.testing import CliRunner, Result

from cmlabm import CMLModel
from cmlabm.analysis.regret import pair_with_unattacked
from cmlabm.batch import open_study, read_study, runs_of
from cmlabm.search import Search, SearchSpectator, run_search
from cmlabm.search.command import app
from cmlabm.search.markets import Interrupted

TABLES = ("trials.csv", "confirmed.csv", "importances.csv", "best.toml")
KILLED_AFTER = (9, 26)
"""Runs: within a batch, while confirming; ``benchmarks/search_kills.py`` kills more often."""

type Command = Callable[..., Result]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return run_in_this_process(monkeypatch)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "search.toml")


@pytest.fixture
def seek(file: Path, tmp_path: Path, ran: list[str]) -> Command:
    arguments = [str(file), "--workers", "1", "--out", str(tmp_path / "out")]
    return lambda *more: CliRunner().invoke(app, [*arguments, *more])


def written(path: Path, **changes: Any) -> Path:
    path.write_text(tomli_w.dumps(SMALL | changes))
    return path


def tables_in(directory: Path) -> dict[str, bytes]:
    return {name: (directory / name).read_bytes() for name in TABLES if (directory / name).exists()}


def test_it_writes_trials_what_was_confirmed_the_winner_and_a_report(
    seek: Command, tmp_path: Path
) -> None:
    result = seek()
    assert result.exit_code == 0, result.output
    out = tmp_path / "out"
    trials = pd.read_csv(out / "trials.csv")
    assert list(trials["trial"]) == list(range(10))
    sybils = trials["malicious_behaviour"] == "sybil"
    assert (trials["malicious_addresses"].notna() == sybils).all()
    assert 0 < sybils.sum() < 10
    confirmed = pd.read_csv(out / "confirmed.csv")
    defaults = confirmed[confirmed["candidate"] == "default"]
    assert list(defaults["malicious_behaviour"]) == ["label-flip", "echo", "sybil"]
    assert list(defaults["malicious_mean_deposit"]) == [100.0] * 3
    assert len(confirmed) == 3 + 2
    assert (confirmed["seeds"] == 3).all()
    assert (confirmed["regret_low"] <= confirmed["regret"]).all()
    assert (confirmed["regret"] <= confirmed["regret_high"]).all()
    found = confirmed[confirmed["candidate"] != "default"].set_index("candidate")
    best = trials.sort_values("regret", ascending=False, kind="stable")["trial"][:2]
    assert list(found.index.astype(int)) == list(best)
    assert list(found["regret_searched"]) == list(trials.loc[best, "regret"])
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "The worst attack" in page
    assert "The worst attack is" in " ".join(result.output.split())


def test_what_is_confirmed_was_run_on_fresh_seeds_and_paired(seek: Command, tmp_path: Path) -> None:
    """Calculated again by the analysis of ordinary studies, and in the markets themselves."""
    assert seek().exit_code == 0
    confirmed = pd.read_csv(tmp_path / "out" / "confirmed.csv")
    runs = open_study(tmp_path / "out" / "confirmed").runs()
    assert set(runs["seed"]) == {2, 3, 4}
    pairs = pair_with_unattacked(runs)
    for row in confirmed.to_dict("records"):
        of = pairs[pairs["malicious_behaviour"] == row["malicious_behaviour"]]
        of = of[np.isclose(of["malicious_mean_deposit"], row["malicious_mean_deposit"])]
        if row["malicious_behaviour"] == "sybil":
            of = of[of["malicious_addresses"] == row["malicious_addresses"]]
        assert of["regret"].mean() == pytest.approx(row["regret"], abs=1e-12)
    lost = []
    for seed in (2, 3, 4):
        with_it, without = (
            CMLModel(rng=seed, **MARKET, malicious_behaviour="echo", malicious_agents=agents)
            for agents in (1, 0)
        )
        lost.append(without.run()["final_accuracy"] - with_it.run()["final_accuracy"])
    (echo,) = confirmed[confirmed["malicious_behaviour"] == "echo"]["regret"][:1]
    assert echo == pytest.approx(np.mean(lost), abs=1e-12)


def test_the_winner_is_a_study_whose_runs_were_the_confirming_ones(
    seek: Command, tmp_path: Path
) -> None:
    assert seek().exit_code == 0
    best = read_study(tmp_path / "out" / "best.toml")
    confirming = open_study(tmp_path / "out" / "confirmed").runs()
    assert {run.id for run in runs_of(best)} <= set(confirming["run"])
    attacked = confirming[confirming["run"].isin([run.id for run in runs_of(best)])]
    confirmed = pd.read_csv(tmp_path / "out" / "confirmed.csv")
    regret = pair_with_unattacked(attacked)["regret"].mean()
    assert regret == pytest.approx(confirmed["regret"].max(), abs=1e-12)


def test_all_markets_of_the_search_are_an_ordinary_study_and_none_was_run_twice(
    seek: Command, tmp_path: Path, ran: list[str]
) -> None:
    assert seek().exit_code == 0
    runs = open_study(tmp_path / "out").runs()
    assert set(runs["seed"]) == {0, 1}
    assert (runs["status"] == "done").all()
    assert len(runs) <= (10 + 1) * 2  # one market without an attack for all trials
    assert len(ran) == len(set(ran))
    before = tables_in(tmp_path / "out")
    ran.clear()
    assert seek().exit_code == 0
    assert not ran
    assert tables_in(tmp_path / "out") == before


def test_optuna_opens_what_is_stored(seek: Command, tmp_path: Path) -> None:
    assert seek().exit_code == 0
    storage = JournalStorage(JournalFileBackend(str(tmp_path / "out" / "optuna.journal")))
    assert get_all_study_names(storage) == ["attack 1"]


def test_more_trials_go_on_and_are_those_of_a_search_that_had_them_from_the_start(
    file: Path, seek: Command, tmp_path: Path, ran: list[str]
) -> None:
    """Ten trials end within a batch of four."""
    assert seek().exit_code == 0
    assert seek("--trials", "13").exit_code == 0
    assert len(ran) == len(set(ran))
    assert seek("--trials", "13", "--out", str(tmp_path / "anew")).exit_code == 0
    assert tables_in(tmp_path / "out") == tables_in(tmp_path / "anew")


def test_two_workers_make_the_same_trials_as_one(file: Path, seek: Command, tmp_path: Path) -> None:
    command = ["-m", "cmlabm.search", str(file), "--workers", "2", "--out", str(tmp_path / "two")]
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    assert seek().exit_code == 0
    assert tables_in(tmp_path / "two") == tables_in(tmp_path / "out")


def test_a_dask_cluster_makes_the_same_trials(file: Path, seek: Command, tmp_path: Path) -> None:
    assert seek().exit_code == 0
    (tmp_path / "cluster").mkdir()
    with DaskCluster(tmp_path / "cluster", Path(__file__).parents[2]) as cluster:
        cluster.worker()
        done = seek("--dask", cluster.address, "--out", str(tmp_path / "dask"))
    assert done.exit_code == 0, done.output
    assert tables_in(tmp_path / "dask") == tables_in(tmp_path / "out")


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is not there")
def test_killed_at_several_moments_it_goes_on_and_comes_to_the_same(
    file: Path, seek: Command, tmp_path: Path, ran: list[str]
) -> None:
    killed = tmp_path / "killed"
    for runs in KILLED_AFTER:
        kill_after(runs, file, killed)
    assert not (killed / "trials.csv").exists()
    stored = runs_in(killed) + runs_in(killed / "confirmed")
    assert seek("--out", str(killed)).exit_code == 0
    resumed = len(ran)
    ran.clear()
    assert seek().exit_code == 0
    assert resumed + stored == len(ran)
    assert tables_in(killed) == tables_in(tmp_path / "out")


def kill_after(runs: int, file: Path, out: Path) -> None:
    """Kill a search when so many runs are stored."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cmlabm.search", str(file), "--workers", "1", "--out", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if runs_in(out) + runs_in(out / "confirmed") >= runs:
                break
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def runs_in(directory: Path) -> int:
    """Return how many runs are stored; none as long as the tables are being made."""
    try:
        with closing(sqlite3.connect(f"{directory.as_uri()}/study.sqlite?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT COUNT(*) FROM runs").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_torn_line_of_the_trials_is_made_again(seek: Command, tmp_path: Path) -> None:
    """A program that is killed while it writes leaves a part of a line, and a lock."""
    assert seek().exit_code == 0
    before = tables_in(tmp_path / "out")
    journal = tmp_path / "out" / "optuna.journal"
    journal.write_bytes(journal.read_bytes()[:-40])
    (tmp_path / "out" / "optuna.journal.lock").write_text("")
    assert seek().exit_code == 0
    assert tables_in(tmp_path / "out") == before


def test_it_can_be_stopped_and_goes_on(tmp_path: Path, ran: list[str]) -> None:
    class Impatient(SearchSpectator):
        def wants_to_stop(self) -> bool:
            return len(ran) == 7

    search = Search(**SMALL)
    with pytest.raises(Interrupted):
        run_search(search, tmp_path / "stopped", spectator=Impatient())
    assert len(ran) == 7
    stopped = run_search(search, tmp_path / "stopped")
    whole = run_search(search, tmp_path / "whole")
    pd.testing.assert_frame_equal(stopped.trials, whole.trials)
    pd.testing.assert_frame_equal(stopped.confirmed, whole.confirmed)


def test_another_search_in_the_directory_is_refused_and_nothing_is_lost(
    file: Path, seek: Command, tmp_path: Path
) -> None:
    assert seek().exit_code == 0
    before = tables_in(tmp_path / "out")
    refused = seek("--set", "num_words=20")
    assert refused.exit_code == 2
    assert "parameters.num_words = 30, not '20'" in refused.output
    fewer = seek("--trials", "5")
    assert fewer.exit_code == 2
    assert "trials = 10, not 5" in fewer.output
    assert tables_in(tmp_path / "out") == before
    assert seek().exit_code == 0
    assert tables_in(tmp_path / "out") == before


def test_a_directory_of_a_study_is_refused(seek: Command, tmp_path: Path) -> None:
    assert seek().exit_code == 0
    refused = seek("--out", str(tmp_path / "out" / "confirmed"))
    assert refused.exit_code == 2
    assert "holds study 'small', not a search" in refused.output


def test_what_no_market_allows_is_refused_before_anything_is_stored(
    file: Path, seek: Command, tmp_path: Path
) -> None:
    """Two behaviours need two contributors."""
    mixture = {"malicious_behaviour": {"values": ["echo = 1, sybil = 1"]}}
    written(file, attack=mixture)
    refused = seek()
    assert refused.exit_code == 2
    assert "2 behaviours need at least as many" in refused.output
    written(file)
    assert seek().exit_code == 0


def test_a_dry_run_says_how_much_there_is_and_writes_nothing(seek: Command, tmp_path: Path) -> None:
    result = seek("--dry-run")
    assert result.exit_code == 0
    assert "10 trials of 2 runs" in result.output
    assert not (tmp_path / "out").exists()


def test_failed_runs_are_told_and_their_trials_do_not_count(
    file: Path, seek: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = CMLModel.step

    def fails_with_sybils(model: CMLModel) -> None:
        if model.parameters.malicious_behaviour == "sybil":
            raise ZeroDivisionError("as arranged")
        step(model)

    monkeypatch.setattr(CMLModel, "step", fails_with_sybils)
    result = seek()
    assert result.exit_code == 3
    assert "runs of the search failed" in result.output
    trials = pd.read_csv(tmp_path / "out" / "trials.csv")
    failed = trials["malicious_behaviour"] == "sybil"
    assert (trials["regret"].isna() == failed).all()
    assert 0 < failed.sum() < 10


def test_several_objectives_are_confirmed_along_their_front(
    file: Path, seek: Command, tmp_path: Path
) -> None:
    written(file, maximise=["regret", "malicious_return"], candidates=4)
    assert seek().exit_code == 0
    trials = pd.read_csv(tmp_path / "out" / "trials.csv").set_index("trial")
    confirmed = pd.read_csv(tmp_path / "out" / "confirmed.csv")
    numbers = confirmed.loc[confirmed["candidate"] != "default", "candidate"].astype(int)
    assert len(numbers)
    for number in numbers:
        its = trials.loc[number, ["regret", "malicious_return"]]
        others = trials[["regret", "malicious_return"]]
        assert not ((others > its).all(axis=1)).any()
    assert {"malicious_return_low", "malicious_return_searched"} <= set(confirmed)
