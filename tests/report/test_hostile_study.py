"""A study whose every text was chosen by somebody who means harm."""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from made_study import store_study
from typer.testing import CliRunner

from cmlabm.report.command import app

HOSTILE = '<img src=x onerror="window.pwned=1"> $\\frac{ $ [/bold] {{7*7}} ../../../../evil'


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = store_study(
        tmp_path_factory.mktemp("hostile") / "study",
        design="one-at-a-time",
        seeds=2,
        description=HOSTILE,
        fails=lambda run: run.seed == 1 and run.parameters.cost_weight == 4,
        sweep={
            HOSTILE: {"cost_weight": [1, 4, 8]},
            "a b": {"num_words": [100, 200]},
            "a_b": {"test_size": [1000, 2000]},
            "A_B": {"train_size": [1000, 2000]},
            "x" * 300: {"honest_agents": [1, 2]},
            "label_column": ["label", HOSTILE],
        },
    )
    result = CliRunner().invoke(app, [str(found)])
    assert result.exit_code == 0, result.output
    return found


def test_the_page_shows_texts_as_texts(directory: Path) -> None:
    """Markup of the terminal in a factor's name ended the command with a traceback."""
    page = (directory / "report.html").read_text(encoding="utf-8")
    tags = Tags(page)
    assert tags.sources <= {"data:image/svg+xml"}
    assert not tags.handlers
    assert "&lt;img src=x" in page
    assert "{{7*7}}" in page
    assert "49" not in re.findall(r"<h2>(.*?)</h2>", page)


def test_the_figures_show_texts_as_texts(directory: Path) -> None:
    """Two dollars made a formula of a name, and one that is none ended the command."""
    for picture in (directory / "report_files").glob("*.svg"):
        tags = Tags(picture.read_text(encoding="utf-8"))
        assert not tags.handlers
        assert "script" not in tags.names
        assert "img" not in tags.names


def test_all_files_are_where_they_belong(directory: Path) -> None:
    found = {path.relative_to(directory) for path in directory.parent.rglob("*") if path.is_file()}
    assert {path.parent for path in found} == {Path(), Path("report_files")}
    assert all(
        re.fullmatch(r"[A-Za-z0-9_]+\.(csv|png|svg)", path.name)
        for path in found
        if path.parent.name
    )


def test_factors_of_like_names_have_files_of_their_own(directory: Path) -> None:
    """The second of two such factors took the files of the first, to which both linked."""
    page = (directory / "report.html").read_text(encoding="utf-8")
    tables = [
        name
        for name in Tags(page).links
        if re.match(r"report_files/a_b_summary", name, re.IGNORECASE)
    ]
    assert len(set(tables)) == len(tables) == 3
    levels = [set(pd.read_csv(directory / table)["level"]) for table in tables]
    assert levels == [{100, 200, 1000}, {1000, 2000, 25_000}, {1000, 2000, 25_000}]


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "report_trap.py").write_text("class Trap: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "report_trap"
    assert "report_trap" not in sys.modules


def test_a_report_imports_nothing_that_its_study_names(tmp_path: Path, trap: str) -> None:
    """Whoever sent a study could have its reader's machine run a module."""
    directory = store_study(tmp_path / "study", seeds=2, sweep={"num_words": [100, 200]})
    text = (directory / "study.sqlite").read_bytes()
    assert b'"num_words":[100,200]' in text
    from cmlabm.batch import Store

    with Store.open(directory) as store:
        study = store.facts()["study"].replace(
            '"sweep"', f'"parameters":{{"classifier":"{trap}:Trap"}},"sweep"'
        )
        store.note({"study": study})
    result = CliRunner().invoke(app, [str(directory)])
    assert result.exit_code == 0, result.output
    assert f"{trap}:Trap" in (directory / "report.html").read_text(encoding="utf-8")


class Tags(HTMLParser):
    """What the elements of a page would load or do."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.sources: set[str] = set()
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(name)
            elif name == "src":
                self.sources.add(str(value).partition(",")[0])
            elif name == "href" and tag == "a":
                self.links.append(str(value))
