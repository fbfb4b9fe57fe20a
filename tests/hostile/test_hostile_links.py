"""Links and stored studies that nobody would write by accident: one sentence each, and an end."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cmlabm.batch import Result, Store, Study, execute, runs_of
from cmlabm.batch.schema import CHECKSUMS
from cmlabm.viz.fields.address import MOST_DAYS, PageState, from_query
from cmlabm.viz.fields.entries import problems
from cmlabm.viz.fields.study_choice import StudyChoice
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.permissions import Permissions, granting
from cmlabm.viz.views.study_choices import shown_outcome, unknown
from cmlabm.viz.views.study_reading import read

SMALL = {"train_size": "500", "test_size": "100", "num_words": "20"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("day=99999999999999999999", "day = '99999999999999999999': must be a whole number from 0"),
        (f"day={MOST_DAYS + 1}&max_days=999999999", f"from 0 to {MOST_DAYS}"),
        ("day=11&max_days=10", "from 0 to 10, the market's max_days"),
        ("day=3651", "from 0 to 3650"),
        ("day=-1", "day = '-1'"),
        ("day=1e3", "day = '1e3'"),
        ("day=%D9%A3", "day = '٣'"),
        ("day=" + "9" * 5000, "'day' is not taken over: it is longer than 1,000 characters"),
        ("seed=" + "9" * 5000, "'seed' is not taken over"),
        ("num_words=" + "9" * 5000, "'num_words' is not taken over"),
        ("x" * 5000 + "=1", "is not taken over"),
        ("study=a%00b", "or has some that no text has"),
        ("study=\ud800", "or has some that no text has"),
        ("seed=%1B[31m", "or has some that no text has"),
        ("&".join(f"x{n}=1" for n in range(1000)), "says more than 200 things"),
        ("classifier=perceptron%3Dos:system", "is not taken from a link"),
        ("incentive=none%2Cos:system", "is not taken from a link"),
        ("malicious_behaviour=echo%2C%20os:system%3D1", "is not taken from a link"),
    ],
)
def test_a_link_is_refused_in_one_sentence(query: str, words: str) -> None:
    """Days without end were played, long values were cut to others, big numbers were tracebacks."""
    state, complaints = from_query(query)
    assert len(complaints) == 1
    assert words in complaints[0]
    assert len(complaints[0]) < 400
    assert state == PageState(entries={k: v for k, v in state.entries.items() if k == "max_days"})


@pytest.mark.parametrize(
    ("entries", "seed", "field"),
    [
        ({}, "9" * 5000, "seed"),
        ({}, "\ud800", "seed"),
        ({"num_words": "9" * 5000}, "1", "num_words"),
        ({"label_column": "\ud800"}, "1", "label_column"),
        ({"incentive": "none=os:system"}, "1", "incentive"),
        ({"data_path": "a\0b"}, "1", "data_path"),
        ({"data_path": "~nobody-of-this-name/x"}, "1", "data_path"),
    ],
)
def test_an_entry_is_refused_at_its_field(entries: dict[str, str], seed: str, field: str) -> None:
    assert list(problems(entries, seed)) == [field]


def test_a_market_taken_to_a_far_day_ends_with_its_data() -> None:
    """The page went on counting days to 10^20 after the market was over."""
    stage = Stage([SMALL], "1", day=10**20)
    stage.open()
    assert stage.is_open
    assert not stage.running


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    with granting(Permissions(tmp_path)):
        yield tmp_path


STUDY = Study(
    name="words",
    seeds=2,
    parameters={name: int(text) for name, text in SMALL.items() if name != "num_words"},
    sweep={"num_words": [10, 20]},
)


def stored(directory: Path, study: Any = None, results: list[Result] | None = None) -> Path:
    runs = [result.run for result in results or []] or runs_of(STUDY)
    with Store.create(directory) as store:
        store.begin(STUDY, runs, {})
        text = study if isinstance(study, str) else json.dumps(study or STUDY.model_dump())
        store.note({"study": text})
        for result in [execute(run) for run in runs_of(STUDY)] if results is None else results:
            store.save(result)
    return directory


def without(column: str) -> Callable[[Path], None]:
    """Take a column away, as in a store of an earlier version, which had no checksums either."""

    def change(directory: Path) -> None:
        connection = sqlite3.connect(directory / "study.sqlite")
        for name in (column, *CHECKSUMS):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {name}")
        connection.close()

    return change


def saying(study: Any) -> Callable[[Path], None]:
    def change(directory: Path) -> None:
        stored(directory, study, results=[])

    return change


def without_contents(study: Any) -> Callable[[Path], None]:
    """Take away what tells the data, so that they would have to be read to know the runs."""

    def change(directory: Path) -> None:
        stored(directory, study, results=[])
        with sqlite3.connect(directory / "study.sqlite") as connection:
            connection.execute("DELETE FROM study WHERE name IN ('contents', 'checksum')")
        connection.close()

    return change


BROAD = {
    "name": "x",
    "sweep": {f"honest_{name}": list(range(1, 200)) for name in ("agents", "period", "own_samples")}
    | {"num_words": list(range(1, 200))},
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without("status"), "has no column status"),
        (without("num_words"), "study"),
        (saying("not JSON"), "study"),
        (saying("[]"), "study"),
        (saying("{}"), "name is missing"),
        (
            saying(
                {
                    "name": "x",
                    "sweep": {"num_words": list(range(1, 999))}
                    | {"train_size": list(range(4, 999)), "test_size": list(range(4, 999))},
                }
            ),
            "200,000 runs",
        ),
        (
            saying(
                {
                    "name": "x",
                    "design": "sobol",
                    "samples": 2**19,
                    "ranges": {"num_words": {"low": 1, "high": 2}},
                }
            ),
            "200,000 runs",
        ),
        (
            saying({"name": "x", "parameters": {"data": "table", "data_path": "/dev/zero"}}),
            "not below the page's data root",
        ),
        (
            saying({"name": "x", "sweep": {"a": {"data": ["table"], "data_path": ["/dev/zero"]}}}),
            "not below the page's data root",
        ),
        (
            without_contents({"name": "x", "parameters": {"data": "openml:adult"}}),
            "does not say which of OpenML's data it has",
        ),
        (
            without_contents({"name": "x", "sweep": {"data": ["imdb", "openml:adult:2"]}}),
            "does not say which of OpenML's data it has",
        ),
    ],
)
def test_a_damaged_study_is_a_sentence(
    root: Path, change: Callable[[Path], None], words: str
) -> None:
    """An exception in the thread that reads left the page loading for ever."""
    stored(root / "study")
    change(root / "study")
    reading = read("study", "")
    if words != "study" or reading.problem:
        assert words in reading.problem
        assert len(reading.problem.splitlines()) == 1


@pytest.mark.parametrize("directory", ["..", "/etc", "link", "~", "linked_file", "a\0b", "~no-one"])
def test_only_studies_below_the_data_root_are_read(tmp_path: Path, directory: str) -> None:
    """Visitors could open what the server could, also by a symbolic link."""
    stored(tmp_path / "outside")
    (tmp_path / "root" / "linked_file").mkdir(parents=True)
    (tmp_path / "root" / "link").symlink_to(tmp_path / "outside")
    target = tmp_path / "outside" / "study.sqlite"
    (tmp_path / "root" / "linked_file" / "study.sqlite").symlink_to(target)
    with granting(Permissions(tmp_path / "root")):
        problem = read(directory, "").problem
    assert "not below the page's data root" in problem or "cannot be a path" in problem


def test_an_unknown_factor_or_outcome_is_said(root: Path) -> None:
    """An unknown outcome was a traceback, an unknown factor silently another one."""
    stored(root / "study")
    without("gini")(root / "study")
    reading = read("study", "cost_weight")
    sentences = unknown(reading, StudyChoice(factor="cost_weight", outcome="gini"))
    assert "no factor 'cost_weight'; num_words" in sentences[0]
    assert "no outcome 'gini'" in sentences[1]
    assert shown_outcome(reading, "gini") == "final_accuracy"
    assert unknown(reading, StudyChoice(factor="num_words", outcome="days")) == []


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module that leaves a trace when it is imported."""
    (tmp_path / "trap_module.py").write_text("class Trap: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "trap_module"
    assert "trap_module" not in sys.modules


@pytest.mark.parametrize("parameter", ["classifier", "incentive", "malicious_behaviour"])
@pytest.mark.parametrize("design", ["grid", "one-at-a-time"])
def test_a_stored_study_is_shown_without_importing_what_it_names(
    root: Path, trap: str, parameter: str, design: str
) -> None:
    """Opening a study ran the modules that it named."""
    name = f"{trap}:Trap"
    study = {**STUDY.model_dump(), "design": design}
    study["parameters"] = study["parameters"] | {parameter: name}
    run = runs_of(STUDY)[0]
    named = run.parameters.model_copy(update={parameter: name})
    result = execute(run)
    stored(root / "study", study, [Result(type(run)(named, 0), "done", 0.1, result.outcomes)])
    reading = read("study", "")
    assert reading.problem == ""
    assert (reading.factors, reading.done, reading.planned) == (("num_words",), 1, 1)
    assert reading.runs[parameter].tolist() == [name]
