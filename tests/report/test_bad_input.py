"""Bad input: one sentence, status 2, and nothing half-written."""

from pathlib import Path

import pytest
from made_study import store_study
from typer.testing import CliRunner

from cmlabm.report import write
from cmlabm.report.command import app


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return store_study(tmp_path / "study", seeds=2, sweep={"num_words": [400, 1000]})


def refused(*arguments: object) -> str:
    found = CliRunner().invoke(app, list(map(str, arguments)))
    assert found.exit_code == 2
    assert isinstance(found.exception, SystemExit)
    sentence = found.stderr.strip()
    assert "Traceback" not in sentence
    assert len(sentence.splitlines()) == 1
    return sentence


def test_a_directory_that_holds_no_study(tmp_path: Path) -> None:
    assert "holds no study (study.sqlite is missing)" in refused(tmp_path)
    assert "holds no study" in refused(tmp_path / "nowhere")


def test_a_damaged_study(study: Path) -> None:
    (study / "study.sqlite").write_bytes(b"SQLite format 3\x00" + b"?" * 5000)
    assert "study.sqlite" in refused(study)
    assert [path.name for path in study.iterdir() if path.suffix == ".html"] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot be read as a CSV table"),
        ("num_wrods,final_accuracy\n1000,0.8\n", "column 'num_wrods' is neither a parameter nor"),
        ("num_words\n1000\n", "has none of the columns initial_accuracy"),
        ("num_words,final_accuracy\n1000,high\n", "holds something that is not a number"),
        ("num_words,final_accuracy\nmany,0.8\n", "column 'num_words' holds something that is not"),
    ],
)
def test_a_reference_that_is_not_one(study: Path, text: str, why: str) -> None:
    reference = study.parent / "published.csv"
    reference.write_text(text)
    before = sorted(study.iterdir())
    assert why in refused(study, "--reference", reference)
    assert sorted(study.iterdir()) == before


def test_a_reference_that_is_not_there(study: Path) -> None:
    assert "cannot be read" in refused(study, "--reference", study / "nothing.csv")


def test_a_place_that_cannot_be_written_to(study: Path, tmp_path: Path) -> None:
    assert "there is no such directory" in refused(study, "--out", tmp_path / "no" / "report.html")
    assert "is a directory" in refused(study, "--out", tmp_path)


def test_a_folder_of_other_things_is_left_alone(study: Path) -> None:
    other = study / "report_files" / "notes.txt"
    other.parent.mkdir()
    other.write_text("mine")
    assert "holds other things than a report's" in refused(study)
    assert other.read_text() == "mine"


def test_a_disk_that_fills_up_leaves_the_earlier_report(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = study / "report.html"
    page.write_text("earlier")

    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "save_figure", full)
    before = sorted(study.iterdir())
    assert "cannot be written: No space left on device" in refused(study)
    assert page.read_text() == "earlier"
    assert sorted(study.iterdir()) == before
