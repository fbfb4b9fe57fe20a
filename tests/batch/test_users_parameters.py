"""Parameters that users' classes bring: swept, drawn, fixed, stored, read without the classes."""

import sqlite3
from dataclasses import make_dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import users_own
from small_study import SMALL
from typer.testing import CliRunner

from cmlabm.batch import (
    Range,
    Run,
    StorageError,
    Store,
    Study,
    open_study,
    read_study,
    run_here,
    run_study,
    runs_of,
    settings_of,
    with_changes,
)
from cmlabm.batch.checksums import row_checksum
from cmlabm.batch.command import app
from cmlabm.batch.store import FILE_NAME
from cmlabm.batch.study_parameters import StudyParameter, as_note
from cmlabm.declarations import parameter
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

FEE = parameter(3.0, "toll for a sample", name="fee", unit="tokens", ge=0)


PLAIN = {name: getattr(users_own, name) for name in ("Toll", "Contrarian")}
OPTIONS: dict[str, dict[str, Any]] = {"Toll": {"frozen": True}, "Contrarian": {"eq": False}}


def declare(monkeypatch: pytest.MonkeyPatch, name: str, *parameters: Any) -> None:
    """Have one of the users' classes declare parameters."""
    fields = [(f"own{number}", Any, it) for number, it in enumerate(parameters)]
    made = make_dataclass(name, fields, bases=(PLAIN[name],), **OPTIONS[name])
    made.__module__ = "users_own"
    monkeypatch.setattr(users_own, name, made)


@pytest.fixture(autouse=True)
def _toll_has_a_fee(monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch, "Toll", FEE)
    monkeypatch.setattr("cmlabm.batch.running.run_in_processes", lambda runs, *_: run_here(runs))


def toll(fixed: dict[str, Any] | None = None, **study: Any) -> Study:
    parameters = SMALL | {"incentive": "users_own:Toll"} | (fixed or {})
    return Study(name="toll", parameters=parameters, **study)


def nothing_may_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(values: object) -> Parameters:
        raise AssertionError(f"reading a study must not look for {values}")

    monkeypatch.setattr(Parameters, "checked", refused)


def fees_of(study: Study) -> list[Any]:
    return [getattr(run.parameters, "fee", None) for run in runs_of(study)]


def test_it_is_fixed_swept_and_drawn_like_any_other() -> None:
    assert fees_of(toll({"fee": "2"})) == [2.0]
    assert fees_of(toll(sweep={"fee": [1, 3, 8]})) == [1.0, 3.0, 8.0]
    assert fees_of(toll()) == [3.0]
    drawn = fees_of(toll(design="latin-hypercube", samples=8, ranges={"fee": Range(low=1, high=2)}))
    assert all(1 < fee < 2 for fee in drawn)
    assert len(set(drawn)) == 8
    chosen = fees_of(toll(design="sobol", samples=8, ranges={"fee": Range(values=[1, 2])}))
    assert set(chosen) == {1.0, 2.0}


def test_whole_numbers_are_drawn_where_its_type_is_int(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn as other numbers they would be refused, or the ends would be drawn half as often."""
    declare(monkeypatch, "Contrarian", parameter(5, "how many count", name="window", ge=1))
    study = Study(
        name="a",
        design="latin-hypercube",
        samples=30,
        parameters=SMALL | {"malicious_behaviour": "users_own:Contrarian"},
        ranges={"window": Range(low=1, high=3)},
    )
    drawn = [setting["window"] for setting in settings_of(study)]
    assert sorted(drawn) == [1] * 10 + [2] * 10 + [3] * 10


def test_the_command_sets_it(tmp_path: Path) -> None:
    small = [f"--set={name}={value}" for name, value in SMALL.items()]
    arguments = [*small, "--set=incentive=users_own:Toll", "--seeds=1", f"--out={tmp_path}"]
    result = CliRunner().invoke(app, [*arguments, "--set=fee=2.5"])
    assert result.exit_code == 0, result.output
    assert pd.read_csv(tmp_path / "runs.csv")["fee"].tolist() == [2.5]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[parameters]\nfees = 3", "parameters: fees is not known; did you mean"),
        ("[sweep]\nfees = [3]", "factor fees: fees is not known; did you mean"),
        (
            "[parameters]\nincentive = 'users_own:Toll'\nfees = 3",
            "fees is not a parameter; did you mean",
        ),
        ("[sweep]\nincentive = ['users_own:Toll']\nfees = [3]", "fees is not a parameter"),
        ("[parameters]\nincentive = 'users_own:Toll'\n[sweep]\nfee = [3, -1]", "fee = -1: "),
        ("[parameters]\nincentive = 'users_own:Toll'\nfee = 'x'", "fee = 'x': "),
    ],
)
def test_an_unknown_name_or_impossible_value_is_refused(
    tmp_path: Path, text: str, sentence: str
) -> None:
    file = tmp_path / "study.toml"
    file.write_text(f"name = 'a'\n{text}")
    result = CliRunner().invoke(app, [str(file), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert sentence in result.output
    assert not (tmp_path / "out").exists()


def test_it_counts_only_where_its_class_is_named(tmp_path: Path) -> None:
    """A fee makes no other markets of those without a toll: one run, not three."""
    sweep = {"incentive": ["none", "users_own:Toll"], "fee": [1, 3, 8]}
    study = Study(name="toll", parameters=SMALL, sweep=sweep)
    runs = run_study(study, tmp_path).runs()
    assert runs["incentive"].tolist() == ["none"] + ["users_own:Toll"] * 3
    assert runs["fee"].tolist() == [3.0, 1.0, 3.0, 8.0]
    plain = Run(Parameters(**SMALL, incentive="none"), 0)
    assert runs["run"][0] == plain.id, "the market without a toll is the one that it always was"


def test_a_finished_study_is_read_without_the_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = toll(design="one-at-a-time", seeds=2, sweep={"fee": [1, 3, 8], "cost_weight": [2]})
    written = run_study(study, tmp_path).runs()
    nothing_may_be_imported(monkeypatch)
    finished = open_study(tmp_path)
    pd.testing.assert_frame_equal(finished.runs(), written)
    assert finished.runs()["fee"].dtype == "float64"
    fee = finished.parameters["fee"]
    assert (fee.kind, fee.default, fee.unit) == (float, 3.0, "tokens")
    assert fee.meaning == "toll for a sample"
    assert set(finished.runs_of("fee")["level"]) == {1.0, 3.0, 8.0}
    assert set(finished.runs_of("cost_weight")["level"]) == {1.0, 2.0}
    assert set(finished.design()["run"]) == set(written["run"])
    assert finished.base == {"fee": 3.0, "cost_weight": 1.0}
    csv = pd.read_csv(tmp_path / "runs.csv")
    assert csv["fee"].tolist() == written["fee"].tolist()


def test_a_study_goes_on_with_a_class_that_brings_a_parameter(tmp_path: Path) -> None:
    """Runs stored before have its default, and count as they were written."""
    first = Study(name="toll", seeds=2, parameters=SMALL)
    before = run_study(first, tmp_path).runs()
    finished = run_study(toll({"fee": 8}), tmp_path)
    assert finished.runs()["fee"].tolist() == [8.0]
    assert finished.aside == 2
    with Store.open(tmp_path) as store:
        assert not store.damaged()
    after = run_study(first, tmp_path).runs()
    assert after.pop("fee").tolist() == [3.0, 3.0]
    pd.testing.assert_frame_equal(after, before)


def test_an_altered_value_is_noticed(tmp_path: Path) -> None:
    run_study(toll(sweep={"fee": [1, 3]}), tmp_path)
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("UPDATE runs SET fee = 2 WHERE fee = 3")
    connection.close()
    with pytest.raises(StorageError, match="is not as it was written"):
        open_study(tmp_path).runs()


def test_the_checksum_of_a_row_is_what_it_always_was_and_stays_when_a_column_is_added() -> None:
    """The digest was noted before users' classes brought parameters."""
    row = {"run": "a", "cost_weight": 1.0, "num_words": 400, "gini": None, "final_accuracy": 0.75}
    fee = StudyParameter("fee", float, 3.0)
    for stored in (row, row | {"fee": 3.0}):
        assert row_checksum(stored, {"fee": fee}) == "981110853f8ba213"
    assert row_checksum(row | {"fee": 4.0}, {"fee": fee}) != "981110853f8ba213"


def test_another_default_is_another_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runs of the earlier default would be taken for those of the later one."""
    run_study(toll(), tmp_path)
    declare(monkeypatch, "Toll", parameter(4.0, "toll", name="fee"))
    with pytest.raises(InputError, match=r"fee = 4\.0 by default .*: runs are stored .* 3\.0"):
        run_study(toll(), tmp_path)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("seed", "is named like another column"),
        ("Status", "is named like another column"),
        ("gini", "is named like another column"),
        ("level", "is named like another column"),
        ("balance", "is named like another column"),
        ('x" REAL; DROP TABLE runs; --', "cannot be the name of a parameter"),
        ("größe", "must be named by at most 60 letters"),
        ("x" * 61, "must be named by at most 60 letters"),
    ],
)
def test_a_name_that_cannot_be_a_column_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, sentence: str
) -> None:
    declare(monkeypatch, "Toll", parameter(3.0, "toll", name=name))
    with pytest.raises(InputError, match=sentence) as caught:
        run_study(toll(), tmp_path)
    assert "\n" not in str(caught.value)
    assert not [*tmp_path.glob("*.csv")]


@pytest.mark.parametrize("name", ["order", "select", "table", "index"])
def test_a_name_that_is_a_word_of_sql_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    declare(monkeypatch, "Toll", parameter(3.0, "toll", name=name))
    runs = run_study(toll(sweep={name: [1, 8]}), tmp_path).runs()
    assert runs[name].tolist() == [1.0, 8.0]


@pytest.mark.parametrize(
    ("kind", "default"), [(bool, True), (int, 4), (float, 0.5), (str, 'it\'s "so"'), (str, "")]
)
def test_every_type_comes_back_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type, default: Any
) -> None:
    declare(monkeypatch, "Toll", parameter(default, "any", name="own"))
    run_study(Study(name="toll", parameters=SMALL), tmp_path)
    study = Study(name="toll", parameters=SMALL, sweep={"incentive": ["none", "users_own:Toll"]})
    finished = run_study(study, tmp_path)
    assert finished.runs()["own"].tolist() == [default, default]
    assert finished.parameters["own"].kind is kind
    assert set(finished.design()["run"]) == set(finished.runs()["run"])


def test_a_parameter_that_is_no_single_value_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(monkeypatch, "Toll", parameter((1.0,), "several", name="fees"))
    with pytest.raises(InputError, match=r"fees = .*: a parameter in a study must be a number"):
        run_study(toll(), tmp_path)


HOSTILE = StudyParameter('x" REAL; DROP TABLE runs; --', float, 1.0)
NOTES = ["", "3", "[3]", '[{"name": "fee"}]', as_note({HOSTILE.name: HOSTILE})]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_that_declares_nothing_usual_is_named(tmp_path: Path, note: str) -> None:
    run_study(toll(), tmp_path)
    with Store.create(tmp_path) as store:
        store.note({"own_parameters": note})
    with pytest.raises(StorageError, match="is damaged"):
        open_study(tmp_path).runs()


def test_rows_bring_it_where_their_class_is(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(
        "name = 'a'\n[[sweep.contract]]\nincentive = 'users_own:Toll'\nfee = 2\n"
        "[[sweep.contract]]\nincentive = 'none'\n"
    )
    study = with_changes(read_study(file), SMALL)
    runs = run_study(study, tmp_path / "out").runs()
    assert runs["fee"].tolist() == [2.0, 3.0]
    assert open_study(tmp_path / "out").design()["fee"].tolist() == [2.0, 3.0]


def test_a_study_of_whose_parameter_nothing_is_noted_is_named(tmp_path: Path) -> None:
    """Whoever made such a file by hand would meet a KeyError."""
    run_study(toll(sweep={"fee": [1, 2]}), tmp_path)
    with Store.create(tmp_path) as store:
        store.note({"own_parameters": "[]"})
    with pytest.raises(StorageError, match="nothing is noted of fee"):
        open_study(tmp_path)
