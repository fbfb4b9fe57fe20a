"""What calls used, and what they cost: by hand."""

import sys
from pathlib import Path

import pandas as pd
import pytest

from cmlabm.analysis.figures.costs import draw_costs
from cmlabm.batch.store import StorageError
from cmlabm.chain.costs import MARKET, SAMPLE, costs
from cmlabm.chain.findings import write_findings
from cmlabm.chain.gas import CallLog, gas_by_call
from cmlabm.chain.replay import Made
from cmlabm.contract.gas import gas_table
from cmlabm.contract.refusals import Refusal

MADE = [
    Made("submit", 10, None, moved=False, gas=140_000),
    Made("submit", 30, None, moved=True, gas=300_000),
    Made("submit", 20, Refusal.OFFER_TOO_LOW, moved=False, gas=26_500),
    Made("submit", 20, None, moved=True, gas=200_000),
    Made("tell", 10, None, moved=False, gas=46_000),
    Made("refund", 10, None, moved=False, gas=75_000),
    Made("take", 30, Refusal.NOT_VERIFIED, moved=False, gas=110_000),
    Made("expiry", 30, None, moved=False, gas=66_000),
]


def logged(made: list[Made]) -> pd.DataFrame:
    log = CallLog()
    for one in made:
        log.add(one)
    assert len(log) == len(made)
    return log.frame()


def test_gas_by_call() -> None:
    table = gas_by_call(logged(MADE)).set_index("call")
    learns = table.loc["submit-learns"]
    assert list(learns) == [2, 250_000.0, 205_000.0, 295_000.0, 10_000.0]
    assert list(table.index) == [
        *("submit-stays", "submit-learns", "submit-refused", "tell"),
        *("refund", "take-refused", "expiry"),
    ]
    assert list(table["per_word"].isna()) == [call != "submit-learns" for call in table.index]


def test_a_market_costs_its_calls_times_the_table() -> None:
    table = costs(logged(MADE), gas_price=2.0, ether_price=3_000.0)
    for form in ("model", "digests"):
        gas = gas_table("model" if form == "model" else "digests")
        by_hand = {
            "submit-stays": int(gas.gas("submit-stays", 10)),
            "submit-learns": int(gas.gas("submit-learns", [20, 30]).sum()),
            "submit-refused": int(gas.gas("submit-refused", 20)),
            "refund": int(gas.gas("refund", 10)),
            "take-refused": int(gas.gas("take-refused", 30)),
            "expiry": int(gas.gas("expiry", 30)),
        }
        own = table[table["form"] == form].set_index("call")
        assert own["all_gas"][list(by_hand)].to_dict() == by_hand
        whole = sum(by_hand.values())
        assert list(own.loc[MARKET, ["gas", "all_gas"]]) == [whole, whole]
        assert own.loc[SAMPLE, "gas"] == pytest.approx(whole / 3)
        assert own.loc[MARKET, "cost"] == pytest.approx(whole * 2e-9 * 3_000)
        assert own.loc["submit-learns", "cost"] == pytest.approx(
            by_hand["submit-learns"] / 2 * 2e-9 * 3_000
        )


def test_digests_pay_the_oracle_once_for_each_claim() -> None:
    table = gas_table("digests")
    own = costs(logged(MADE), 1.0, 1.0).set_index(["form", "call"])
    assert (
        own.loc[("digests", "refund"), "gas"]
        == table.measured["refund"][0] + table.measured["tell"][0]
    )
    assert ("digests", "tell") not in own.index


def test_files(tmp_path: Path) -> None:
    files = write_findings(logged(MADE), 0.25, 3_000.0, tmp_path)
    assert [file.name for file in files] == ["costs.csv", "gas.csv", "costs.png", "report.html"]
    there = {file.name for file in tmp_path.iterdir()}
    assert there == {"report_files", *(file.name for file in files)}
    gas = pd.read_csv(tmp_path / "gas.csv")
    assert list(gas) == ["call", "calls", "median", "p5", "p95", "per_word"]
    assert gas["calls"].sum() == len(MADE)


def test_gas_that_is_not_known_is_not_written(tmp_path: Path) -> None:
    made = [*MADE, Made("refund", 5, None, moved=False, gas=None)]
    files = write_findings(logged(made), 0.0, 3_000.0, tmp_path)
    assert [file.name for file in files] == ["costs.csv", "costs.png", "report.html"]


def test_without_the_packages_of_reports_the_tables_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cmlabm.chain.report", None)
    files = write_findings(logged(MADE), 0.25, 3_000.0, tmp_path)
    assert [file.name for file in files] == ["costs.csv", "gas.csv", "costs.png"]


def test_files_that_cannot_be_written_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="file: cannot be made: File exists"):
        write_findings(logged(MADE), 0.0, 3_000.0, tmp_path / "file")


@pytest.mark.parametrize("made", [[], MADE[:1], MADE[-1:]])
def test_any_market_can_be_drawn(made: list[Made]) -> None:
    draw_costs(costs(logged(made), 1.0, 1.0), 1e-9).canvas.draw()
