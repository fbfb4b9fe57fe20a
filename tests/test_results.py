"""The results in ``docs/results`` can be made again, each by its declaration."""

import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import renew_results
from declared_results import RESULTS, Result, Step
from matplotlib.figure import Figure
from results_figures import (
    CONTRACTS,
    draw_gains_by_contract,
    gains_by_contract,
    honest_by_day,
    tell_attacks,
)
from typer.testing import CliRunner

from cmlabm.batch.design import runs_of
from cmlabm.batch.study import Study, read_study
from cmlabm.equilibrium.game import read_game
from cmlabm.report.parts import Part, Picture, Section, Table
from cmlabm.report.write import write_page
from cmlabm.search.definition import read_search
from cmlabm.search.markets import NOT_ATTACKED

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "docs/results"

STUDY = """
name = "small"
seeds = 2
[parameters]
train_size = 60
test_size = 30
initial_fraction = 0.5
max_days = 2
"""
RUN = ("-m", "cmlabm.batch", "{out}/../small.toml", "--out", "{out}", "--quiet", "--workers", "1")
NOTE = "import time, pathlib; print(pathlib.Path(r'{data}').read_text(), time.time_ns())"
NOTED = Step(("-c", NOTE), printed="noted.txt")


def count_runs(directory: Path, to: Path) -> None:
    to.write_text(str(len(pd.read_csv(directory / "runs.csv"))))


SMALL = Result(
    "small",
    "small.md",
    steps=[Step(RUN), NOTED],
    files={"small/runs.csv": "runs.csv", "small/count.txt": count_runs},
)


def study_in(argument: str) -> Study:
    """Return the study, or that of the game or of the attacks that a search begins with."""
    path = ROOT / argument
    match path.parent.name:
        case "games":
            return read_game(path).study
        case "searches":
            search = read_search(path)
            return search.study([*search.default_attacks, NOT_ATTACKED])
    return read_study(path)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put a small result in the place of all, and return where its files are kept."""
    kept = tmp_path / "docs/results"
    kept.mkdir(parents=True)
    monkeypatch.setattr(renew_results, "KEPT", kept)
    monkeypatch.setattr(renew_results, "ROOT", tmp_path)
    monkeypatch.setattr(renew_results, "RESULTS", (SMALL,))
    (tmp_path / "work").mkdir()
    (tmp_path / "work/small.toml").write_text(STUDY)
    (tmp_path / "reviews").write_text("Good.")
    return kept


def call(tmp_path: Path, *options: str) -> int:
    paths = ["--data", str(tmp_path / "reviews"), "--work", str(tmp_path / "work")]
    return CliRunner().invoke(renew_results.app, [*paths, *options]).exit_code


def files_in(directory: Path) -> list[str]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return sorted(path.relative_to(directory).as_posix() for path in files)


def test_every_kept_file_is_made_by_one_declaration_and_every_declared_one_is_kept() -> None:
    declared = Counter(file for result in RESULTS for file in result.files)
    by_hand = (".md", ".svg")  # git keeps no SVG of a report
    assert declared == Counter(name for name in files_in(KEPT) if not name.endswith(by_hand))


def test_every_document_has_its_results_declared() -> None:
    documents = {path.name for path in KEPT.glob("*.md")} - {"index.md"}
    assert {result.document for result in RESULTS} == documents


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.name)
def test_what_a_declaration_names_is_there_and_can_be_run(result: Result) -> None:
    for step in result.steps:
        for argument in step.arguments:
            if argument.endswith((".py", ".toml")) or argument.startswith("benchmarks/"):
                assert (ROOT / argument).is_file()
            if argument.endswith(".toml"):
                assert runs_of(study_in(argument))


def test_a_result_is_run_once_and_kept_twice(kept: Path, tmp_path: Path) -> None:
    assert call(tmp_path) == 0
    assert files_in(kept) == ["small/count.txt", "small/runs.csv"]
    assert (kept / "small/count.txt").read_text() == "2"
    first = (kept / "small/runs.csv").read_bytes()  # with the seconds that each run took
    noted = (tmp_path / "work/small/noted.txt").read_text()
    assert noted.startswith("Good.")
    (kept / "small/runs.csv").unlink()
    assert call(tmp_path) == 0
    assert (kept / "small/runs.csv").read_bytes() == first
    assert (tmp_path / "work/small/noted.txt").read_text() == noted


def fails(status: int) -> Step:
    code = f"import sys; print('half'); sys.exit({status})"
    return Step(("-c", code), printed="half.txt")


@pytest.mark.parametrize(("status", "goes_on"), [(3, True), (2, False), (130, False)])
def test_what_fails_replaces_nothing_and_only_bad_input_keeps_others_from_being_tried(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, goes_on: bool
) -> None:
    (kept / "old.txt").write_text("as it was")
    write = Step(("-c", "import pathlib; pathlib.Path(r'{out}', 'new').write_text('new')"))
    failing = Result("failing", "", steps=[write, fails(status)], files={"old.txt": "new"})
    other = Result("other", "", steps=[write], files={"other.txt": "new"})
    monkeypatch.setattr(renew_results, "RESULTS", (failing, other))
    assert call(tmp_path) == status
    assert files_in(kept) == (["old.txt", "other.txt"] if goes_on else ["old.txt"])
    assert (kept / "old.txt").read_text() == "as it was"
    assert not (tmp_path / "work/failing/half.txt").exists()


def test_a_command_that_is_killed_has_failed(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = Step(("-c", "import os; os.kill(os.getpid(), 9)"))
    monkeypatch.setattr(renew_results, "RESULTS", (Result("killed", "", steps=[killed]),))
    assert call(tmp_path) != 0


def test_a_file_that_no_command_wrote_is_said_and_nothing_is_replaced(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work/r").mkdir()
    (tmp_path / "work/r/there").write_text("new")
    lacking = Result("r", "", files={"a": "there", "b": "not_there"})
    monkeypatch.setattr(renew_results, "RESULTS", (lacking,))
    assert call(tmp_path) == 1
    assert files_in(kept) == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--only", "papers"], "--only 'papers': no such result; there are small"),
        (["--data", "nowhere.tar.gz"], "--data 'nowhere.tar.gz': there is no such file or folder"),
        ([], "--data is missing"),
        (["--data", ".", "--work", "reviews"], "cannot be made"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(
    kept: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(renew_results.app, options)
    assert done.exit_code == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert files_in(kept) == []
    assert not (tmp_path / "results").exists()


def test_a_rehearsal_prints_commands_and_files_and_makes_neither(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renew_results, "RESULTS", RESULTS)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(renew_results.app, ["--dry-run"])
    assert done.exit_code == 0
    command = "python -m cmlabm.equilibrium games/honesty.toml --out"
    assert command in done.output
    assert "--set data_path=ARCHIVE" in done.output
    for result in RESULTS:
        assert all(f"docs/results/{file}\n" in done.output for file in result.files)
    assert not (tmp_path / "results").exists()


def test_the_list_names_every_result_and_what_is_by_hand() -> None:
    said = CliRunner().invoke(renew_results.app, ["--list"]).output
    assert all(result.name in said for result in RESULTS)
    assert "some need a browser" in said


def test_a_kept_page_links_only_to_files_that_are_kept(tmp_path: Path) -> None:
    long = pd.DataFrame({"a": range(99)})
    parts: list[Part] = [
        Picture("drawn", "What is drawn.", Figure()),
        Table("long", "A long one.", long),
        Table("longer", "Another.", long),
    ]
    write_page("small", [Section("What was found", parts)], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    kept = renew_results.linking_only(page, ["report_files/drawn.png", "report_files/long.csv"])
    links = set(re.findall(r'href="([^"#]+)"', kept))
    assert links == {"report_files/drawn.png", "report_files/long.csv"}
    assert page.count("The first 60 of 99 rows; the file has all.") == 2
    assert kept.count("The first 60 of 99 rows; the file has all.") == 1
    assert kept.count("The first 60 of 99 rows.") == 1


def test_the_gains_drawn_are_those_of_six_contracts_by_every_strategy(tmp_path: Path) -> None:
    deviations = pd.read_csv(KEPT / "equilibrium/deviations.csv")
    gains = gains_by_contract(deviations)
    strategies = deviations["strategy"].nunique()
    assert [len(rows) for rows in gains.values()] == [strategies] * len(CONTRACTS)
    assert set(gains["slashing"]["incentive"]) == {"slashing"}
    assert set(gains["admission = anchored-record"]["admission"]) == {"anchored-record"}
    draw_gains_by_contract(KEPT / "equilibrium", tmp_path / "gains.png")
    assert (tmp_path / "gains.png").read_bytes().startswith(b"\x89PNG")


def test_a_market_that_has_ended_counts_on_with_its_last_day() -> None:
    rows = [("short", 0, 5), ("short", 1, 8), ("long", 0, 5), ("long", 1, 4), ("long", 2, 2)]
    honest = [(run, day, "study", count) for run, day, count in rows]
    others = [(run, day, "echo", 10 - count) for run, day, count in rows]
    columns = ["run", "day", "behaviour", "contributors"]
    playing = pd.DataFrame([*honest, *others, ("else", 0, "study", 1)], columns=columns)
    assert honest_by_day(playing, pd.Index(["short", "long"])).tolist() == [5, 6, 5]


def test_regret_is_against_the_same_contract_contributors_and_seed(tmp_path: Path) -> None:
    market = {"admission": "all", "incentive": "none", "honest_return": 0.1}
    rows = [
        market
        | {"malicious_agents": attackers, "honest_agents": honest, "seed": seed}
        | {"malicious_behaviour": "echo", "malicious_return": 0.2, "final_accuracy": accuracy}
        for attackers, honest, seed, accuracy in [
            (0, 1, 1, 0.8),
            (0, 1, 2, 0.9),
            (0, 10, 1, 0.5),
            (1, 1, 1, 0.7),
            (1, 1, 2, 0.6),
            (10, 10, 1, 0.5),
        ]
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "runs.csv", index=False)
    tell_attacks(tmp_path, tmp_path / "told.csv")
    told = pd.read_csv(tmp_path / "told.csv").set_index("malicious_agents")
    assert told["seeds"].to_dict() == {1: 2, 10: 1}
    assert told["regret"].to_dict() == pytest.approx({1: 0.2, 10: 0.0})
    assert told.loc[1, "regret_standard_error"] == pytest.approx(0.1)
