"""The section on protection: what it says, and of which studies there is one."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_study import made_outcomes, page_of, store_study
from typer.testing import CliRunner

from cmlabm.batch import FinishedStudy, Run, open_study
from cmlabm.report.command import app
from cmlabm.report.parts import Picture, Section, Table, Text
from cmlabm.report.sections.attack_matrix import attack_matrix_sections
from cmlabm.report.sections.protection import protection_sections

HARM = {
    ("all", "label-flip"): 0.06,
    ("all", "echo"): 0.01,
    ("verified", "label-flip"): 0.01,
    ("verified", "echo"): 0.02,
    ("track-record", "label-flip"): 0.03,
    ("track-record", "echo"): 0.021,
}
"""Verified is hurt least at worst, by the echo."""

COST = {"all": 0.0, "verified": 0.05, "track-record": 0.01}

ATTACKS = [
    {"malicious_behaviour": "label-flip"},
    {"malicious_behaviour": "echo"},
    {"malicious_agents": 0},
]
PAID = "deposit-refund-take"
TAUGHT = [{"admission": name, "incentive": PAID} for name in ("verified", "all", "track-record")]
PAYING = [{"admission": "all", "incentive": name} for name in (PAID, "none", "slashing")]

ADMISSIONS: dict[str, Any] = {"seeds": 5, "sweep": {"admission": list(COST), "attack": ATTACKS}}
INCENTIVES: dict[str, Any] = {"seeds": 3, "sweep": {"incentive": ["none", PAID], "attack": ATTACKS}}
CONTRACTS: dict[str, Any] = {
    "seeds": 3,
    "sweep": {"contract": [*TAUGHT, *PAYING], "attack": ATTACKS},
}
TOGETHER: dict[str, Any] = {
    "seeds": 3,
    "sweep": {
        "contract": [*TAUGHT, *PAYING, {"admission": "verified", "incentive": "slashing"}],
        "attack": ATTACKS,
    },
}


def planted(run: Run) -> dict[str, Any]:
    """Return outcomes with the harm and cost above, which differ a little from seed to seed."""
    own = run.parameters
    noise = np.random.default_rng([run.seed, len(own.admission)]).normal(0, 0.0003)
    harm = HARM[own.admission, own.malicious_behaviour] if own.malicious_agents else 0.0
    harm /= 2 if own.incentive == "slashing" else 1
    accuracy = 0.8 + 0.01 * run.seed - COST[own.admission] - harm - own.malicious_agents * noise
    honest, malicious = {"all": (-0.1, 0.4), "verified": (0.2, -0.7)}.get(own.admission, (0.0, 0.0))
    return made_outcomes(run) | {
        "final_accuracy": accuracy,
        "honest_return": honest,
        "malicious_return": malicious,
    }


def sections_of(directory: Path, **study: Any) -> list[Section]:
    store_study(directory, **({"outcomes": planted} | study))
    stored = open_study(directory)
    return list(protection_sections(stored, stored.runs()))


def sentences_of(sections: list[Section]) -> list[str]:
    texts = [part for found in sections for part in found.parts if isinstance(part, Text)]
    listed = [sentence for text in texts if text.listed for sentence in text.sentences]
    assert not any(re.search(r"\bnan\b|None|NaN|  ", sentence) for sentence in listed)
    return listed


def table_of(sections: list[Section]) -> pd.DataFrame:
    (table,) = (part for found in sections for part in found.parts if isinstance(part, Table))
    assert table.name == "protection"
    return table.frame


def test_the_page_says_who_protects_best_at_what_cost_and_who_is_paid(tmp_path: Path) -> None:
    page = page_of(tmp_path, outcomes=planted, **ADMISSIONS)
    assert "Every attack against every admission" in page
    assert "Label flip: Verified withstands it best" in page
    opening, sentence = (line for line in page.splitlines() if "has the least worst regret" in line)
    assert "it costs 0.050" in opening
    assert re.search(r"Verified has the least worst regret, 0\.020 \(.*\) under Echo", sentence)
    assert "final accuracy 0.750 then; it costs 0.050" in sentence
    assert "The intervals of all others are above." in sentence
    assert "contributors&#39; return is from -0.10 (Everything) to 0.20 (Verified)" in sentence
    assert "attackers&#39; return is from -0.70 (Verified) to 0.40 (Everything)" in sentence
    files = {path.name for path in (tmp_path / "report_files").iterdir()}
    assert {"protection.csv", "protection_admission.png", "best_admission.csv"} <= files
    assert {"attack_matrix_admission.csv", "attack_matrix_admission_regret.svg"} <= files
    frame = pd.read_csv(tmp_path / "report_files" / "protection.csv")
    assert frame["contract"].tolist() == ["all", "verified", "track-record"]
    assert set(frame["axis"]) == {"admission"}


def test_files_of_mechanisms_are_called_as_before(tmp_path: Path) -> None:
    page_of(tmp_path, outcomes=planted, **INCENTIVES)
    files = {path.name for path in (tmp_path / "report_files").iterdir()}
    assert {"attack_matrix.csv", "best_mechanism.csv", "mechanism_pairs.csv"} <= files
    assert not any(name.startswith("attack_matrix_admission") for name in files)


@pytest.mark.parametrize(
    ("study", "axes"),
    [
        (ADMISSIONS, ["admission"]),
        (INCENTIVES, ["mechanism"]),
        (CONTRACTS, ["admission", "mechanism"]),
        (TOGETHER, ["admission", "mechanism", "contract"]),
        (TOGETHER | {"design": "grid", "seeds": 1}, ["admission", "mechanism", "contract"]),
    ],
)
def test_each_axis_is_read_at_the_base_of_the_other(
    tmp_path: Path, study: dict[str, Any], axes: list[str]
) -> None:
    sections = sections_of(tmp_path, **study)
    table = table_of(sections)
    assert list(dict.fromkeys(table["axis"])) == axes
    stored = open_study(tmp_path)
    matrices = list(attack_matrix_sections(stored, stored.runs()))
    assert [section.title for section in matrices] == [
        f"Every attack against every {axis}" for axis in axes
    ]
    names = [part.name for section in matrices for part in section.parts if hasattr(part, "name")]
    assert len(set(names)) == len(names)
    worst = table[table["axis"] == "admission"].set_index("contract")["worst_regret"]
    if "admission" in axes:
        assert worst.round(2).to_dict() == {"all": 0.06, "verified": 0.02, "track-record": 0.03}


def test_contracts_that_differ_in_both_are_held_against_the_base(tmp_path: Path) -> None:
    table = table_of(sections_of(tmp_path, **TOGETHER))
    both = table[table["axis"] == "contract"]
    assert both["contract"].tolist() == [f"all + {PAID}", "verified + slashing"]
    assert both["worst_regret"].tolist() == pytest.approx([0.06, 0.01], abs=0.001)
    assert both["cost_of_protection"].tolist() == pytest.approx([0.0, 0.05])


def test_too_many_contracts_that_differ_in_both_are_not_compared_attack_by_attack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmlabm.report.sections.attack_matrix.MOST_COMBINED", 1)
    table = table_of(sections_of(tmp_path, **TOGETHER))
    stored = open_study(tmp_path)
    *_, last = attack_matrix_sections(stored, stored.runs())
    (text,) = last.parts
    assert isinstance(text, Text)
    assert text.sentences[0].startswith("2 contracts that differ in both")
    assert "verified + slashing" in set(table["contract"])


def test_a_study_whose_base_was_not_run_takes_what_is_near(tmp_path: Path) -> None:
    sweep = {"admission": ["verified", "track-record"], "attack": ATTACKS}
    sections = sections_of(tmp_path, seeds=3, sweep=sweep, parameters={"incentive": "none"})
    table = table_of(sections)
    assert table["cost_of_protection"].tolist() == pytest.approx([0.0, -0.04])
    leads = [t.sentences[0] for t in sections[0].parts if isinstance(t, Text) and not t.listed]
    assert "By admission (base: Verified):" in leads


def test_contracts_that_are_equally_good_are_all_named(tmp_path: Path) -> None:
    def same(run: Run) -> dict[str, Any]:
        return made_outcomes(run) | {"final_accuracy": 0.8}

    (sentence,) = sentences_of(sections_of(tmp_path, **(ADMISSIONS | {"outcomes": same})))
    assert "Everything; Verified; Track record have the same least worst regret, 0.000" in sentence
    assert "There is no other" not in sentence


def test_one_seed_has_no_interval(tmp_path: Path) -> None:
    (sentence,) = sentences_of(sections_of(tmp_path, **(ADMISSIONS | {"seeds": 1})))
    assert "With one seed there are no intervals." in sentence
    assert "95 %" not in sentence


@pytest.mark.parametrize("gone", ["all controls", "controls of the base", "an attack"])
def test_what_is_missing_is_said(tmp_path: Path, gone: str) -> None:
    def fails(run: Run) -> bool:
        own = run.parameters
        return {
            "all controls": own.malicious_agents == 0,
            "controls of the base": own.malicious_agents == 0 and own.admission == "all",
            "an attack": own.admission == "verified" and own.malicious_behaviour == "echo",
        }[gone] and (own.malicious_agents == 0 or gone == "an attack")

    page = page_of(tmp_path, outcomes=planted, fails=fails, **ADMISSIONS)
    assert {
        "all controls": "no worst regret is known (regret unknown: label-flip, echo; no finished",
        "controls of the base": "Not known of: Everything.",
        "an attack": "(regret unknown: echo)",
    }[gone] in page
    assert ("it costs an unknown accuracy" in page) == (gone == "controls of the base")


def test_stores_of_earlier_versions_are_reported_without_what_they_lack(tmp_path: Path) -> None:
    def earlier(run: Run) -> dict[str, Any]:
        new = ("honest_return", "malicious_return")
        return {name: value for name, value in planted(run).items() if name not in new}

    page = page_of(tmp_path, outcomes=earlier, **ADMISSIONS)
    assert "honest contributors&#39; return" not in page
    frame = pd.read_csv(tmp_path / "report_files" / "protection.csv")
    assert frame[["honest_return", "honest_learnt_share"]].isna().all(axis=None)
    assert frame["malicious_return"].notna().all()


def test_a_study_that_compares_no_contracts_has_no_such_section(tmp_path: Path) -> None:
    sweep = {"num_words": [400, 1000], "malicious_agents": [0, 1]}
    assert sections_of(tmp_path, seeds=2, sweep=sweep, outcomes=made_outcomes) == []


def test_one_at_a_time_the_contracts_stay_when_other_factors_are_at_the_base(
    tmp_path: Path,
) -> None:
    """Only the base contract has runs without an attack, so that of others nothing is known."""
    sweep = {"num_words": [400, 1000], **ADMISSIONS["sweep"]}
    parameters = {"malicious_behaviour": "label-flip"}
    design = "one-at-a-time"
    sections = sections_of(tmp_path, seeds=3, design=design, sweep=sweep, parameters=parameters)
    table = table_of(sections)
    assert table["attacks"].tolist() == [2, 0, 0]
    assert table["note"].str.contains("no finished run without an attack").tolist() == [0, 1, 1]


HOSTILE = '<img src=x onload="p()"> + $\\frac{ $, ; {{7}} ../x'


def test_hostile_ids_are_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No name of a contract or behaviour becomes markup, a formula, a path, or ends the report."""
    directory = store_study(tmp_path / "study", outcomes=planted, **TOGETHER)
    runs = FinishedStudy.runs

    def spoilt(study: FinishedStudy) -> pd.DataFrame:
        own = runs(study)
        names = {"verified": HOSTILE, "slashing": HOSTILE[::-1], "echo": f"{HOSTILE} = 2"}
        return own.replace(dict.fromkeys(("admission", "incentive", "malicious_behaviour"), names))

    monkeypatch.setattr(FinishedStudy, "runs", spoilt)
    result = CliRunner().invoke(app, [str(directory)])
    assert result.exit_code == 0, result.output
    page = (directory / "report.html").read_text(encoding="utf-8")
    assert "&lt;img src=x" in page
    for text in (page, *(p.read_text() for p in (directory / "report_files").glob("*.svg"))):
        tags = Tags()
        tags.feed(text)
        assert not tags.handlers
        assert tags.sources <= {"data:image/svg+xml"}
    names = {path.name for path in (directory / "report_files").iterdir()}
    assert {"protection_contract.svg", "attack_matrix_contract_regret.svg"} <= names
    assert all(re.fullmatch(r"[A-Za-z0-9_]+\.(csv|png|svg)", name) for name in names)


class Tags(HTMLParser):
    """What the elements of a page would load or do."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: set[str] = set()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(f"{tag}.{name}")
            elif name == "src":
                self.sources.add(str(value).partition(",")[0])


HALF = '''
from dataclasses import dataclass

from cmlabm.admission.interface import Admission
from cmlabm.declarations import parameter


@dataclass(eq=False)
class Half(Admission):
    """Learns every second submission."""

    every: int = parameter(2, "which <submissions> are learnt", ge=1)

    def submitted(self, submission):
        self.lessons.learn(submission)
'''


def test_users_admissions_are_reported_without_their_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "halves.py"
    file.write_text(HALF)
    monkeypatch.syspath_prepend(tmp_path)
    rows = [{"admission": "halves:Half", "every": 3}, {"admission": "all"}]
    study = {"seeds": 3, "sweep": {"contract": rows, "attack": ATTACKS}}
    directory = store_study(tmp_path / "study", **study)  # type: ignore[arg-type]
    file.unlink()
    sys.modules.pop("halves")
    result = CliRunner().invoke(app, [str(directory)])
    assert result.exit_code == 0, result.output
    assert "halves" not in sys.modules
    frame = pd.read_csv(directory / "report_files" / "protection.csv")
    assert frame["contract"].tolist() == ["all", "halves:Half"]
    assert frame["worst_regret"].notna().all()
    assert "halves:Half" in (directory / "report.html").read_text(encoding="utf-8")


def test_no_captions_promise_pictures_that_are_not_there(tmp_path: Path) -> None:
    sections = sections_of(tmp_path, **CONTRACTS)
    pictures = [p.name for s in sections for p in s.parts if isinstance(p, Picture)]
    assert pictures == ["protection_admission", "protection_mechanism"]
