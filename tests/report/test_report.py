"""The report: one page that needs nothing else, and its files beside it."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from made_study import store_study
from typer.testing import CliRunner, Result

from cmlabm.report.command import app

PAPER: dict[str, Any] = {
    "design": "one-at-a-time",
    "seeds": 10,
    "parameters": {"train_size": 3000},
    "sweep": {
        "num_words": [400, 700, 1000],
        "incentive": ["deposit-refund-take", "none"],
        "malicious_agents": [0, 1],
    },
}
PUBLISHED = """# a comment
num_words,start_balance,initial_accuracy,final_accuracy,malicious_below_1pct_days,days
1000,10000,0.8,0.8,130,10
1000,10000,0.5,0.8,,
300,10000,0.72,0.65,,28
"""


def report(directory: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, [str(directory), *map(str, arguments)])


class Addresses(HTMLParser):
    """Everything that a page would load or link to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "src":
                self.loaded.append(value or "")
            if name == "href":
                (self.linked if tag == "a" else self.loaded).append(value or "")


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = store_study(tmp_path_factory.mktemp("paper"), **PAPER)
    reference = directory / "published.csv"
    reference.write_text(PUBLISHED)
    found = report(directory, "--reference", reference)
    assert found.exit_code == 0, found.output
    return directory


def page_of(directory: Path) -> str:
    return (directory / "report.html").read_text(encoding="utf-8")


def table_of(directory: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(directory / "report_files" / f"{name}.csv")


def test_the_page_loads_nothing_from_anywhere(paper: Path) -> None:
    addresses = Addresses(page_of(paper))
    assert len(addresses.loaded) == 14
    assert all(address.startswith("data:image/svg+xml,") for address in addresses.loaded)
    for address in addresses.loaded:
        svg = unquote(address.partition(",")[2])
        assert svg.startswith("<?xml")
        assert svg.rstrip().endswith("</svg>")
        assert not re.search(r'(href|src)="(?!#|data:)', svg)
    assert "<script" not in page_of(paper)
    assert "@import" not in page_of(paper)


def test_all_that_it_links_to_is_there(paper: Path) -> None:
    for address in Addresses(page_of(paper)).linked:
        if address.startswith("#"):
            assert f'id="{address[1:]}"' in page_of(paper)
        else:
            assert (paper / address).is_file()


def test_each_figure_is_there_as_svg_and_png_and_each_table_as_csv(paper: Path) -> None:
    files = sorted(path.name for path in (paper / "report_files").iterdir())
    svgs = [name.removesuffix(".svg") for name in files if name.endswith(".svg")]
    assert [f"{name}.png" for name in svgs] == [n for n in files if n.endswith(".png")]
    assert "num_words_outcomes" in svgs
    assert "claims.csv" in files


def test_it_says_what_was_run(paper: Path) -> None:
    page = page_of(paper)
    assert "50 runs planned, 50 finished, 0 failed, 0 not run yet" in page
    assert "python -m cmlabm.batch made.toml" in page


def test_it_finds_what_was_planted(paper: Path) -> None:
    verdicts = table_of(paper, "claims").set_index("claim")["verdict"]
    assert verdicts["words-accuracy"] == "supported"
    assert verdicts["words-depletion"] == "supported"
    assert verdicts["mechanism-keeps-accuracy"] == "supported"
    assert verdicts["none-loses-accuracy"] == "supported"
    assert verdicts["cost-depletion"] == "undecided"
    assert "The number of words changes final accuracy (" in page_of(paper)
    assert "No effect of the number of words on malicious final balance is shown" in page_of(paper)
    assert "The number of words changes the depletion time (log-rank, p &lt;" in page_of(paper)
    attack = table_of(paper, "attack").set_index("setting")
    assert attack.loc["base case", "regret"] == pytest.approx(0.01)


def test_it_compares_with_published_values(paper: Path) -> None:
    table = table_of(paper, "reference")
    assert (
        table["within"].fillna("").tolist() == ["yes", "yes", "yes", "yes", "no", "yes"] + [""] * 3
    )
    assert table["note"].iloc[-1] == "no finished run of ours at this setting"


def test_a_table_of_means_is_that_of_the_runs(paper: Path) -> None:
    table = table_of(paper, "num_words_summary")
    assert table["n"].tolist() == [10] * 12
    assert (table["low"] <= table["mean"]).all()


def test_the_same_study_gives_the_same_files(tmp_path: Path) -> None:
    study = store_study(tmp_path / "study", seeds=3, sweep={"num_words": [400, 1000]})
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        assert report(study, "--out", tmp_path / name / "report.html").exit_code == 0
    files = [path for path in (tmp_path / "first").rglob("*") if path.is_file()]
    assert len(files) > 15
    for path in files:
        again = tmp_path / "second" / path.relative_to(tmp_path / "first")
        assert again.read_bytes() == path.read_bytes()


def test_a_new_report_takes_the_place_of_the_earlier_one(tmp_path: Path) -> None:
    directory = store_study(tmp_path / "study", seeds=2, sweep={"num_words": [400, 1000]})
    folder = directory / "report_files"
    folder.mkdir()
    (folder / "old_factor.csv").write_text("level\n")
    assert report(directory).exit_code == 0
    assert not (folder / "old_factor.csv").exists()
    assert (folder / "num_words_summary.csv").exists()
