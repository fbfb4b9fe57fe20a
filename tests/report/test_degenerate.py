"""Studies that tell little: the report says what cannot be concluded."""

import sqlite3
from pathlib import Path
from typing import Any

from made_study import made_outcomes, page_of, store_study
from typer.testing import CliRunner

from cmlabm.batch import Run
from cmlabm.report.command import app

WORDS = {"num_words": [400, 1000]}
CONSTANT = {"initial_accuracy": 0.8, "final_accuracy": 0.8, "accuracy_gap": 0.0}


def never_depleted(run: Run) -> dict[str, Any]:
    nothing = {"malicious_depleted": False, "malicious_depletion_days": float("nan")}
    return made_outcomes(run) | nothing


def always_the_same(run: Run) -> dict[str, Any]:
    first = Run(run.parameters.model_copy(update={"num_words": 1000}), seed=0)
    return made_outcomes(first) | CONSTANT


def test_some_failed_runs_are_counted_and_listed(tmp_path: Path) -> None:
    page = page_of(tmp_path, seeds=6, sweep=WORDS, fails=lambda run: run.seed == 3)
    assert "10 finished, 2 failed" in page
    assert "2 failed run(s) are missing from all that follows" in page
    assert "ValueError: &lt;no&gt; luck" in page


def test_a_level_of_which_all_runs_failed(tmp_path: Path) -> None:
    page = page_of(
        tmp_path, seeds=4, sweep=WORDS, fails=lambda run: run.parameters.num_words == 400
    )
    assert "no finished run" in page
    assert "The number of words and final accuracy: cannot be tested: only one level has" in page


def test_all_runs_failed(tmp_path: Path) -> None:
    page = page_of(tmp_path, seeds=2, sweep=WORDS, fails=lambda _: True)
    assert "No run has finished: nothing can be concluded." in page


def test_no_run_yet(tmp_path: Path) -> None:
    store_study(tmp_path, seeds=2, sweep=WORDS)
    with sqlite3.connect(tmp_path / "study.sqlite") as connection:
        connection.execute("DELETE FROM runs")
    connection.close()
    found = CliRunner().invoke(app, [str(tmp_path)])
    assert found.exit_code == 0, found.output
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "No run has finished: nothing can be concluded." in page
    assert "4 runs planned, 0 finished, 0 failed, 4 not run yet" in page


def test_one_seed(tmp_path: Path) -> None:
    page = page_of(tmp_path, seeds=1, sweep=WORDS)
    assert "one run: no spread, no interval" in page
    assert "cannot be tested: no level has two finished runs" in page
    assert "undecided" in page


def test_one_level(tmp_path: Path) -> None:
    page = page_of(tmp_path, seeds=5, sweep={"num_words": [1000]})
    assert "cannot be tested: only one level has two finished runs or more" in page


def test_no_factor_at_all(tmp_path: Path) -> None:
    page = page_of(tmp_path, seeds=5)
    assert "all runs" in page
    assert "This study does not vary the number of words." in page


def test_all_runs_censored(tmp_path: Path) -> None:
    page = page_of(tmp_path, seeds=5, sweep=WORDS, outcomes=never_depleted)
    assert "cannot be tested: used up in none of 10 runs (all censored)" in page
    assert "used up in none of 5 runs: the median is beyond what was seen" in page


def test_constant_outcomes(tmp_path: Path) -> None:
    page = page_of(tmp_path, seeds=5, sweep=WORDS, outcomes=always_the_same)
    assert "cannot be tested: all 10 runs gave 0.8" in page


def test_no_attacker_at_all(tmp_path: Path) -> None:
    page = page_of(tmp_path, seeds=4, sweep=WORDS, parameters={"malicious_agents": 0})
    assert "No finished run is under attack." in page
    assert "cannot be tested: no finished run has malicious money to use up" in page


def test_a_sample_too_small(tmp_path: Path) -> None:
    page = page_of(
        tmp_path, design="saltelli", samples=2, ranges={"num_words": {"low": 100, "high": 1000}}
    )
    assert "The sensitivity of final accuracy cannot be estimated: 2 complete blocks" in page
