"""The section on attacks and mechanisms: when it is there, what it says, what it does not claim."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_study import made_outcomes, page_of, store_study

from cmlabm.batch import Run, open_study
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS
from cmlabm.mechanisms import MECHANISMS
from cmlabm.report.parts import Picture, Table, Text
from cmlabm.report.sections.attack_matrix import attack_matrix_sections

HARM = {
    ("echo", "slashing"): 0.01,
    ("echo", "points"): 0.05,
    ("sniper", "slashing"): 0.002,
    ("sniper", "points"): 0.002,
}
"""Slashing withstands the echo; the sniper harms no more under one mechanism than the other."""

SMALL: dict[str, Any] = {
    "seeds": 6,
    "sweep": {
        "attack": {
            "malicious_behaviour": ["echo", "sniper", "echo"],
            "malicious_agents": [1, 1, 0],
            "malicious_mean_wait_s": [5400.0, 5400.0, 5400.0],
        },
        "incentive": ["points", "slashing"],
    },
}


def planted(run: Run) -> dict[str, Any]:
    """Return outcomes with the harm above, which differs a little from seed to seed."""
    own = run.parameters
    noise = np.random.default_rng([run.seed, len(own.incentive)]).normal(0, 0.001)
    harm = HARM.get((own.malicious_behaviour, own.incentive), 0.02)
    lost = own.malicious_agents * (harm + noise)
    return made_outcomes(run) | {"final_accuracy": 0.8 + 0.01 * run.seed - lost}


def always_the_same(run: Run) -> dict[str, Any]:
    return made_outcomes(run) | {"final_accuracy": 0.8}


def parts_of(directory: Path, **study: Any) -> list[Any]:
    store_study(directory, **({"outcomes": planted} | study))
    stored = open_study(directory)
    return [
        part for section in attack_matrix_sections(stored, stored.runs()) for part in section.parts
    ]


def sentences_of(parts: list[Any]) -> list[str]:
    listed = [s for part in parts if isinstance(part, Text) and part.listed for s in part.sentences]
    assert not any(re.search(r"\bnan\b|None|NaN", sentence) for sentence in listed)
    return listed


def test_the_page_names_the_planted_best_and_the_planted_tie(tmp_path: Path) -> None:
    page = page_of(tmp_path, outcomes=planted, **SMALL)
    assert "Every attack against every mechanism" in page
    assert "1/10 of the wakings are the attackers" in page
    assert "Echo: Slashing withstands it best (mean regret 0.0" in page
    assert re.search(r"Sniper: a tie\. (Points|Slashing) has the least mean regret", page)
    assert "not told apart from" in page
    files = {path.name for path in (tmp_path / "report_files").iterdir()}
    assert {"attack_matrix.csv", "best_mechanism.csv", "mechanism_pairs.csv"} <= files
    assert {"attack_matrix_regret.png", "attack_matrix_attacker_return.svg"} <= files


def test_there_is_a_sentence_for_each_attack_at_each_strength(tmp_path: Path) -> None:
    attack = {
        "malicious_behaviour": ["echo", "sniper", "echo", "sniper", "echo"],
        "malicious_agents": [1, 1, 1, 1, 0],
        "malicious_mean_wait_s": [1200.0, 1200.0, 5400.0, 5400.0, 5400.0],
    }
    sweep = {"attack": attack, "incentive": ["points", "slashing"]}
    parts = parts_of(tmp_path, seeds=3, sweep=sweep)
    assert len(sentences_of(parts)) == 4
    leads = [part.sentences[0] for part in parts if isinstance(part, Text) and not part.listed]
    assert [lead[:4] for lead in leads[2:]] == ["1/10", "1/3 "]


def test_one_seed_concludes_nothing(tmp_path: Path) -> None:
    for sentence in sentences_of(parts_of(tmp_path, **(SMALL | {"seeds": 1}))):
        assert "cannot be concluded (cannot be tested: 1 seed(s) in common" in sentence


def test_without_control_runs_nothing_is_concluded(tmp_path: Path) -> None:
    sweep = {"malicious_behaviour": ["echo", "sniper"], "incentive": ["points", "slashing"]}
    parts = parts_of(tmp_path, seeds=3, sweep=sweep)
    for sentence in sentences_of(parts):
        assert "nothing can be concluded (no finished pair of runs" in sentence
    assert sum(isinstance(part, Picture) for part in parts) == 1  # of regret there is none


def test_constant_outcomes_are_a_tie(tmp_path: Path) -> None:
    for sentence in sentences_of(parts_of(tmp_path, **(SMALL | {"outcomes": always_the_same}))):
        assert ": a tie. Points has the least mean regret (0.000" in sentence


@pytest.mark.parametrize("gone", ["slashing", "echo", "alone"])
def test_failed_runs_are_not_missed_silently(tmp_path: Path, gone: str) -> None:
    def fails(run: Run) -> bool:
        attack, incentive = run.parameters.of_kind("malicious"), run.parameters.incentive
        attacked = attack.agents > 0
        return {
            "slashing": attacked and incentive == "slashing",
            "echo": attacked and attack.behaviour == "echo",
            "alone": not attacked,
        }[gone]

    parts = parts_of(tmp_path, fails=fails, **SMALL)
    echo, sniper = sentences_of(parts)
    if gone == "slashing":
        assert echo.startswith("Echo: under Points, regret is 0.0")
        assert "nothing to compare with" in sniper
    else:
        assert "nothing can be concluded" in echo
        assert ("nothing can be concluded" in sniper) == (gone == "alone")
    (matrix,) = (p.frame for p in parts if isinstance(p, Table) and p.name == "attack_matrix")
    assert len(matrix) == 4


def test_one_mechanism_alone_is_not_called_best(tmp_path: Path) -> None:
    sweep = {"attack": SMALL["sweep"]["attack"]}
    echo, _ = sentences_of(parts_of(tmp_path, seeds=4, sweep=sweep))
    assert "nothing to compare with (no other mechanism)" in echo


@pytest.mark.parametrize(
    "study",
    [
        {"seeds": 2, "sweep": {"num_words": [400, 1000], "malicious_agents": [0, 1]}},
        {"seeds": 2, "sweep": {"incentive": ["none", "points"]}},
        {
            "seeds": 2,
            "design": "one-at-a-time",
            "sweep": {"incentive": ["deposit-refund-take", "none"], "malicious_agents": [0, 1]},
        },
        {
            "design": "sobol",
            "samples": 4,
            "ranges": {
                "malicious_behaviour": {"values": ["echo", "sniper"]},
                "malicious_mean_wait_s": {"low": 600.0, "high": 6000.0},
            },
        },
        {"seeds": 2, "sweep": {"incentive": ["none", "points"], "malicious_agents": [0]}},
    ],
)
def test_a_study_that_compares_no_attacks_or_mechanisms_has_no_such_section(
    tmp_path: Path, study: dict[str, Any]
) -> None:
    assert parts_of(tmp_path, **study) == []


def test_one_at_a_time_other_factors_stay_at_the_base_case(tmp_path: Path) -> None:
    sweep = {"num_words": [400, 1000], **SMALL["sweep"]}
    parameters = {"malicious_behaviour": "echo", "incentive": "points"}
    parts = parts_of(tmp_path, seeds=3, design="one-at-a-time", sweep=sweep, parameters=parameters)
    (matrix,) = (p.frame for p in parts if isinstance(p, Table) and p.name == "attack_matrix")
    assert matrix["n"].max() == 3


def test_all_attacks_and_mechanisms_at_two_strengths(tmp_path: Path) -> None:
    """The largest study of this kind that is at hand: nothing is cut off, nothing is missing."""
    count = len(MALICIOUS_BEHAVIOURS)
    attack = {
        "malicious_behaviour": [*MALICIOUS_BEHAVIOURS, *MALICIOUS_BEHAVIOURS, "echo"],
        "malicious_agents": [1] * 2 * count + [0],
        "malicious_mean_wait_s": [5400.0] * count + [1200.0] * count + [5400.0],
    }
    sweep = {"attack": attack, "incentive": list(MECHANISMS)}
    parts = parts_of(tmp_path, seeds=3, sweep=sweep)
    assert len(sentences_of(parts)) == 2 * count
    regret, _ = (part.figure for part in parts if isinstance(part, Picture))
    regret.canvas.draw()
    renderer = regret.canvas.get_renderer()  # type: ignore[attr-defined]
    for ax in regret.axes[:2]:
        boxes = [text.get_window_extent(renderer) for text in ax.texts]
        assert len(boxes) == 2 * count * len(MECHANISMS)
        for number, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[number + 1 : number + 4])
        names = [text.get_window_extent(renderer) for text in ax.get_xticklabels()]
        assert not any(a.overlaps(b) for a, b in pairwise(names))
