"""The command line: what it writes, prints and returns."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from cmlabm.batch import Store
from cmlabm.batch.command import app
from cmlabm.batch.schema import PARAMETERS

SMALL = [
    "--set=train_size=120",
    "--set=test_size=60",
    "--set=initial_fraction=0.5",
    "--set=max_days=4",
    "--workers=1",
]
type Command = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_without_a_study_it_runs_the_example(run: Command, tmp_path: Path) -> None:
    result = run(*SMALL)
    assert result.exit_code == 0, result.output
    (directory,) = (tmp_path / "results").iterdir()
    assert directory.name.startswith("quick-train_size=120-"), "it is another study than quick"
    runs = pd.read_csv(directory / "runs.csv")
    assert len(runs) == 9
    assert {*PARAMETERS, "seed", "status", "final_accuracy", "wall_seconds"} <= set(runs.columns)
    assert set(runs["num_words"]) == {100, 400, 1000}
    parquet = pd.read_parquet(directory / "runs.parquet")
    assert set(parquet.pop("error")) == {""}
    pd.testing.assert_frame_equal(runs.drop(columns="error"), parquet, check_dtype=False)
    series = pd.read_csv(directory / "series.csv")
    assert set(series["run"]) == set(runs["run"])
    assert (directory / "accuracy_balances.png").read_bytes().startswith(b"\x89PNG")
    assert "±" in result.output


def test_a_dry_run_says_how_much_and_writes_nothing(run: Command, tmp_path: Path) -> None:
    result = run("--dry-run", *SMALL)
    assert result.exit_code == 0
    assert "9 runs, 9 of them to do" in result.output
    assert not list(tmp_path.iterdir())


def test_tables_can_be_written_again(run: Command, tmp_path: Path) -> None:
    run(*SMALL, "--out=a")
    csv = tmp_path / "a" / "runs.csv"
    before = csv.read_bytes()
    csv.unlink()
    assert run("--export", "--out=a").exit_code == 0
    assert csv.read_bytes() == before


def test_failed_runs_give_status_3_and_are_run_again_on_request(
    run: Command, tmp_path: Path
) -> None:
    once = [*SMALL, "--set=num_words=20", "--seeds=2", "--out=a"]
    result = run(*once, "--timeout=0.001")
    assert result.exit_code == 3
    assert "TimeoutError" in result.output
    assert set(pd.read_csv(tmp_path / "a" / "runs.csv")["status"]) == {"failed"}
    assert run(*once).exit_code == 3, "a failed run is not run again unasked"
    assert run(*once, "--retry-failed").exit_code == 0
    assert set(pd.read_csv(tmp_path / "a" / "runs.csv")["status"]) == {"done"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["none.toml"], "none.toml: there is no such study file"),
        (["--set", "num_words"], "must be NAME=VALUE"),
        (["--set", "num_word=3"], "did you mean num_words"),
        (["--set", "test_size=many"], "test_size = 'many'"),
        (["--workers", "0"], "--workers"),
        (["--seeds", "0"], "--seeds"),
        (["--export", "--out", "nowhere"], "holds no study"),
    ],
)
def test_bad_input_gives_status_2_one_sentence_and_no_files(
    run: Command, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert complaint in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_a_directory_with_another_study_is_left_alone(run: Command, tmp_path: Path) -> None:
    run(*SMALL, "--out=a")
    before = (tmp_path / "a" / "study.sqlite").read_bytes()
    (tmp_path / "other.toml").write_text('name = "other"')
    result = run("other.toml", *SMALL, "--out=a")
    assert result.exit_code == 2
    assert "holds study 'quick', not 'other'" in result.output
    assert (tmp_path / "a" / "study.sqlite").read_bytes() == before


def test_a_damaged_store_is_left_alone(run: Command, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "study.sqlite").write_bytes(b"not a database, but somebody's file")
    result = run(*SMALL, "--out=a")
    assert result.exit_code == 1
    assert "is damaged" in result.output
    assert (tmp_path / "a" / "study.sqlite").read_bytes() == b"not a database, but somebody's file"


def test_a_store_that_another_program_has_locked_is_waited_for_and_then_named(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmlabm.batch.store.PATIENCE_S", 1.5)
    Store.create(tmp_path / "a").close()
    other = sqlite3.connect(tmp_path / "a" / "study.sqlite")
    other.execute("BEGIN EXCLUSIVE")
    try:
        result = run(*SMALL, "--out=a")
    finally:
        other.close()
    assert result.exit_code == 1
    assert "another program has locked it; waiting" in result.output
    assert "database is locked" in result.output


def test_a_full_disk_keeps_what_was_stored(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[object] = []
    save = Store.save

    def save_two(self: Store, result: object) -> None:
        if len(saved) == 2:
            self._connection.execute("PRAGMA max_page_count = 1")
        save(self, result)  # type: ignore[arg-type]
        saved.append(result)

    monkeypatch.setattr(Store, "save", save_two)
    result = run(*SMALL, "--set=num_words=20", "--seeds=60", "--out=a")
    assert result.exit_code == 1
    assert "full" in result.output
    with Store.open(tmp_path / "a") as store:
        assert 60 > len(store.statuses()) == len(saved) >= 2
