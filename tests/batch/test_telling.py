"""What scripts get: one JSON object on the standard output, or nothing; progress elsewhere."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_study import SMALL as SMALL_MARKET
from typer.testing import CliRunner, Result

from cmlabm.batch.command import app as batch
from cmlabm.batch.telling import Teller
from cmlabm.commands import app as cmlabm
from cmlabm.registries import REGISTRIES
from cmlabm.report.command import app as report

MARKET = {name: value for name, value in SMALL_MARKET.items() if name != "num_words"}
SMALL = [*(f"--set={name}={value}" for name, value in MARKET.items()), "--workers=1"]


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    return lambda app, *arguments: CliRunner().invoke(app, list(arguments))


def the_object(result: Result) -> Any:
    """All of the standard output as JSON: a table or a sentence beside it would not be read."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_study_is_summarised_for_scripts(invoke: Callable[..., Result], tmp_path: Path) -> None:
    found = the_object(invoke(batch, *SMALL, "--out=a", "--json"))
    assert (found["planned"], found["finished"], found["failed"], found["aside"]) == (9, 9, 0, 0)
    assert all((tmp_path / found["directory"] / name).exists() for name in found["files"])
    runs = pd.read_csv(tmp_path / "a" / "runs.csv")
    means = runs.groupby("num_words")["final_accuracy"].mean()
    told = {row["num_words"]: row["final_accuracy"] for row in found["settings"]}
    assert told == pytest.approx(means.to_dict())
    assert [row["runs"] for row in found["settings"]] == [3, 3, 3]


def test_what_no_run_reached_is_null_and_not_a_number_that_json_has_not(
    invoke: Callable[..., Result],
) -> None:
    found = the_object(invoke(batch, *SMALL, "--set=malicious_agents=0", "--out=a", "--json"))
    assert found["settings"][0]["malicious_depletion_days"] is None


def test_a_dry_run_is_summarised_too(invoke: Callable[..., Result]) -> None:
    found = the_object(invoke(batch, *SMALL, "--dry-run", "--json"))
    assert (found["runs"], found["missing"]) == (9, 9)
    assert found["seconds"] > 0


def test_quiet_says_nothing_on_either_side(invoke: Callable[..., Result], tmp_path: Path) -> None:
    result = invoke(batch, *SMALL, "--out=a", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "a" / "runs.csv").exists()
    result = invoke(report, "a", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "a" / "report.html").exists()


def test_quiet_still_says_what_is_wrong(invoke: Callable[..., Result]) -> None:
    result = invoke(batch, "no_such_study.toml", "--quiet", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no such study" in result.stderr


def test_the_library_is_listed_for_scripts(invoke: Callable[..., Result]) -> None:
    found = the_object(invoke(cmlabm, "list", "--json"))
    assert {name: [entry["id"] for entry in entries] for name, entries in found.items()} == {
        name: list(registry) for name, registry in REGISTRIES.items()
    }


def test_frames_become_rows_without_nan(capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame({"strategy": ["echo", "abstain"], "gain": [0.1, float("nan")]})
    Teller(as_json=True).tell(list, lambda: {"rows": frame, "directory": Path("a")})
    assert json.loads(capsys.readouterr().out) == {
        "rows": [{"strategy": "echo", "gain": 0.1}, {"strategy": "abstain", "gain": None}],
        "directory": "a",
    }


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_no_color_is_respected(no_color: str, coloured: bool) -> None:
    lines = (
        "from cmlabm.batch.telling import Teller; Teller().tell(lambda: [Text('a', 'red')], dict)"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"from rich.text import Text; {lines}"],
        env=os.environ | {"FORCE_COLOR": "1", "TERM": "xterm", "NO_COLOR": no_color},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("\x1b[31m" in done.stdout) == coloured
