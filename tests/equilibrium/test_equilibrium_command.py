"""The command: what it writes and prints, and that a game goes on where it was stopped."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import tomli_w
from small_game import SMALL
from typer.testing import CliRunner, Result

from cmlabm.equilibrium.command import app

TABLES = ("deviations", "verdicts", "break_even", "payoffs", "dynamics")
type Command = Callable[..., Result]


@pytest.fixture
def game(tmp_path: Path) -> Path:
    file = tmp_path / "game.toml"
    file.write_text(tomli_w.dumps(SMALL))
    return file


@pytest.fixture
def play(game: Path, tmp_path: Path) -> Command:
    arguments = [str(game), "--workers", "1", "--out", str(tmp_path / "out")]
    return lambda *more: CliRunner().invoke(app, [*arguments, *more])


def tables_in(directory: Path) -> dict[str, bytes]:
    return {name: (directory / f"{name}.csv").read_bytes() for name in TABLES}


def test_it_writes_gains_verdicts_payoffs_dynamics_and_a_report(
    play: Command, tmp_path: Path
) -> None:
    result = play()
    assert result.exit_code == 0, result.output
    out = tmp_path / "out"
    gains = pd.read_csv(out / "deviations.csv")
    assert list(gains) == ["incentive", "strategy", "seeds", "gain", "gain_low", "gain_high"]
    assert list(gains["strategy"][:3]) == ["echo", "sniper", "sybil malicious_addresses=2"]
    assert (gains["seeds"] == 3).all()
    verdicts = pd.read_csv(out / "verdicts.csv")
    assert list(verdicts) == ["incentive", "verdict", "epsilon", "best_deviation"]
    payoffs = pd.read_csv(out / "payoffs.csv")
    assert len(payoffs) == 2 * (1 + 3 * 2 + 3)
    dynamics = pd.read_csv(out / "dynamics.csv")
    assert set(dynamics["population"]) == {"study + echo"}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Is honesty an equilibrium?" in page
    assert (out / "report_files" / "gains.png").exists()
    assert "that all play study is an equilibrium" in " ".join(result.output.split())


def test_where_nothing_is_paid_honesty_is_an_equilibrium(play: Command, tmp_path: Path) -> None:
    assert play("--set", "incentive=none").exit_code == 0
    gains = pd.read_csv(tmp_path / "out" / "deviations.csv")
    assert (gains[["gain", "gain_low", "gain_high"]] == 0).all(axis=None)
    (verdict,) = pd.read_csv(tmp_path / "out" / "verdicts.csv").to_dict("records")
    assert (verdict["verdict"], verdict["epsilon"]) == ("equilibrium", 0)


def test_ranking_tries_each_strategy_among_each_other(game: Path, play: Command) -> None:
    """One echo among sniping players has nothing to gain from them, as they submit nothing."""
    changed = SMALL | {"rank": True, "populations": [], "strategies": ["study", "echo", "sniper"]}
    changed |= {"sweep": {}, "seeds": 2}
    game.write_text(tomli_w.dumps(changed))
    result = play()
    assert result.exit_code == 0, result.output
    responses = pd.read_csv(game.parent / "out" / "responses.csv")
    assert list(responses)[:3] == ["resident", "deviation", "gain"]
    assert (responses["gain"] > 0).all()
    assert not ((responses["resident"] == "sniper") & (responses["deviation"] == "echo")).any()


def test_a_dry_run_says_how_many_runs_there_are_and_writes_nothing(
    play: Command, tmp_path: Path
) -> None:
    result = play("--dry-run")
    assert result.exit_code == 0
    assert "36 runs, 36 of them to do" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is not there")
def test_killed_at_any_moment_it_goes_on_and_comes_to_the_same_tables(
    play: Command, game: Path, tmp_path: Path
) -> None:
    """Killed after some runs are stored; those are not run again, and nothing else differs."""
    killed = tmp_path / "killed"
    arguments = ["-m", "cmlabm.equilibrium", str(game), "--workers", "1", "--out", str(killed)]
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while _stored(killed) < 5 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert 5 <= _stored(killed) < 36
    assert not (killed / "verdicts.csv").exists()
    assert play().exit_code == 0
    assert play("--out", str(killed)).exit_code == 0
    assert tables_in(killed) == tables_in(tmp_path / "out")


def test_failed_runs_are_told_and_their_seeds_left_out(play: Command, tmp_path: Path) -> None:
    result = play("--timeout", "0.001")
    assert result.exit_code == 3
    assert "failed runs" in result.output
    assert "Traceback (most recent call last)" not in result.output


def _stored(directory: Path) -> int:
    """Return how many runs are stored; none as long as the tables are being made."""
    try:
        with closing(sqlite3.connect(f"{directory.as_uri()}/study.sqlite?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT COUNT(*) FROM runs").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
