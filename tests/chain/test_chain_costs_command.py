"""``python -m cmlabm.chain``: what a market costs, and what cannot be asked for."""

import csv
import re
import runpy
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cmlabm.chain.command import app

ROOT = Path(__file__).parents[2]
TINY = [f"--set={one}" for one in ("train_size=60", "test_size=50", "num_words=10")]
BAD_INPUT = 2


def run(*options: str) -> Result:
    return CliRunner().invoke(app, [*TINY, *options])


def said(result: Result) -> str:
    return " ".join(result.output.split())


def test_costs_are_printed_and_written(tmp_path: Path) -> None:
    result = run("--gas-price=0.5", "--ether-price=2000", f"--out={tmp_path}")
    assert result.exit_code == 0, result.output
    assert "what it costs at 0.5 gwei and 2,000 tokens an ether" in said(result)
    assert {path.name for path in tmp_path.iterdir()} == {
        "costs.csv",
        "costs.png",
        "report.html",
        "report_files",
    }
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "With the model on the chain the market takes" in page
    assert "With the digests on the chain the market takes" in page
    with (tmp_path / "costs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["form"] for row in rows} == {"model", "digests"}
    for row in rows:
        assert float(row["cost"]) == pytest.approx(float(row["gas"]) * 0.5e-9 * 2000)
    calls = sum(int(row["calls"]) for row in rows if row["form"] == "model" and row["p5"])
    assert f"{calls} calls compared, 0 differences" in said(result)


def test_exact_gas_is_written(tmp_path: Path) -> None:
    few = ("--set=train_size=20", "--set=initial_fraction=0.3")
    result = run(*few, "--form=digests", "--backend=exact", f"--out={tmp_path}")
    assert result.exit_code == 0, result.output
    with (tmp_path / "gas.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["call"]: row for row in csv.DictReader(file)}
    assert float(rows["submit-stays"]["median"]) == pytest.approx(108_853, rel=0.01)
    assert float(rows["tell"]["median"]) == pytest.approx(45_863, rel=0.01)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--gas-price=nan"], "Invalid value for '--gas-price'"),
        (["--ether-price=-1"], "Invalid value for '--ether-price'"),
        (["--set=gas_price=1"], "gas_price = 1.0: must be 0 on a chain"),
        (["--set=block_time_s=12"], "block_time_s = 12: must be 0 on a chain"),
        (["--backend=rpc", "--url=http://127.0.0.1:1"], "no node answers at http://127.0.0.1:1"),
        (["--backend=rpc", "--url=here"], "must be the address of a node"),
    ],
)
def test_bad_input_is_a_sentence(options: list[str], message: str) -> None:
    result = run(*options)
    assert result.exit_code == BAD_INPUT
    assert message in said(result)


def test_the_example_of_the_document_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs/chain.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    (tmp_path / "example.py").write_text(example)
    runpy.run_path(str(tmp_path / "example.py"))
    assert capsys.readouterr().out == "2000000\n0\nNone\n"


def test_the_document_has_the_gas_of_the_table() -> None:
    text = (ROOT / "docs/chain.md").read_text(encoding="utf-8")
    path = ROOT / "cmlabm/contract/gas.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            is_shown = (row["form"], row["words"]) in {("model", "82"), ("digests", "0")}
            if is_shown and row["call"] != "expiry-refused":
                assert f"| {int(row['gas']):,} |" in text, row
