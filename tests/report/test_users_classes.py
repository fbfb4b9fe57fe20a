"""Studies of users' classes are reported without the classes."""

import sys
from pathlib import Path
from typing import Any

import pytest
from made_study import store_study
from typer.testing import CliRunner

from cmlabm.analysis import factors_of, sample_of
from cmlabm.analysis.figures.sensitivity import draw_partial_dependence
from cmlabm.analysis.measures import FINAL_ACCURACY
from cmlabm.analysis.partial_dependence import partial_dependence
from cmlabm.batch import Store, open_study
from cmlabm.report.command import app

TOLL = '''
from dataclasses import dataclass

from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import Mechanism


@dataclass(frozen=True)
class Toll(Mechanism):
    """Takes a fee for each submission."""

    awaits_claims = False
    lets_take = False
    fee: float = parameter(3.0, "price of a <submission>", unit="tokens", ge=0)

    def required_deposit(self, waited, standing):
        return int(self.fee)
'''


@pytest.fixture
def toll(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a module ``tolls`` and return its file."""
    file = tmp_path / "tolls.py"
    file.write_text(TOLL)
    monkeypatch.syspath_prepend(tmp_path)
    return file


def forget(file: Path) -> None:
    """Leave nothing of a module."""
    file.unlink()
    sys.modules.pop("tolls")


@pytest.mark.parametrize(
    "study",
    [
        {
            "parameters": {"incentive": "tolls:Toll"},
            "sweep": {"fee": [1, 3, 8]},
            "design": "one-at-a-time",
        },
        {
            "sweep": {
                "contract": [{"incentive": "tolls:Toll", "fee": 8}, {"incentive": "none"}],
                "malicious_agents": [0, 1],
            }
        },
    ],
    ids=["one at a time", "rows"],
)
def test_a_factor_of_theirs_has_its_unit_and_meaning(
    tmp_path: Path, toll: Path, study: dict[str, Any]
) -> None:
    directory = store_study(tmp_path / "study", seeds=3, **study)
    forget(toll)
    result = CliRunner().invoke(app, [str(directory)])
    assert result.exit_code == 0, result.output
    assert "tolls" not in sys.modules
    page = (directory / "report.html").read_text(encoding="utf-8")
    assert "price of a &lt;submission&gt;" in page
    factor = factors_of(open_study(directory))[0]
    if factor.name == "fee":
        assert factor.axis == "fee (tokens)"
        assert factor.levels == [1.0, 3.0, 8.0]
        assert factor.base == 3.0
    else:
        assert factor.levels == ["none", "tolls:Toll"]
        assert "incentive = tolls:Toll, fee = 8; incentive = none" in page


def test_a_range_of_theirs_is_drawn_with_its_unit(tmp_path: Path, toll: Path) -> None:
    study: dict[str, Any] = {
        "design": "latin-hypercube",
        "samples": 12,
        "parameters": {"incentive": "tolls:Toll"},
        "ranges": {"fee": {"low": 1.0, "high": 4.0}},
    }
    directory = store_study(tmp_path / "study", **study)
    forget(toll)
    sample = sample_of(open_study(directory), [FINAL_ACCURACY])
    assert 1 < sample.points.min() < sample.points.max() < 4
    assert sample.outcomes["final_accuracy"].notna().all(), "the runs are found again by their ids"
    figure = draw_partial_dependence(
        sample, partial_dependence(sample, FINAL_ACCURACY), FINAL_ACCURACY
    )
    assert figure.axes[0].get_xlabel() == "fee (tokens)"


def test_what_a_file_declares_may_be_hostile(tmp_path: Path, toll: Path) -> None:
    directory = store_study(
        tmp_path / "study",
        parameters={"incentive": "tolls:Toll"},
        sweep={"fee": [1, 3]},
    )
    with Store.create(directory) as store:
        note = store.facts()["own_parameters"]
        store.note({"own_parameters": note.replace("tokens", "<script>alert(1)</script>")})
    result = CliRunner().invoke(app, [str(directory)])
    assert result.exit_code == 0, result.output
    assert "<script" not in (directory / "report.html").read_text(encoding="utf-8")
