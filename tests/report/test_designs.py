"""Designs that draw all factors at once: the stored runs come back in the order of the design."""

from pathlib import Path

import numpy as np
import pytest
from made_study import store_study

from cmlabm.analysis import FINAL_ACCURACY, sample_of, sensitivity
from cmlabm.batch import open_study
from cmlabm.report.parts import Picture
from cmlabm.report.sections.sensitivity import sensitivity_sections

RANGES = {
    "num_words": {"low": 100, "high": 1000},
    "cost_weight": {"low": 0.5, "high": 8.0, "scale": "log"},
    "incentive": {"values": ["deposit-refund-take", "none"]},
}


@pytest.mark.parametrize(
    ("design", "samples", "column"),
    [
        ("saltelli", 32, "total"),
        ("morris", 32, "mu_star"),
        ("latin-hypercube", 256, "first"),
        ("sobol", 256, "first"),
    ],
)
def test_what_was_planted_comes_first(
    tmp_path: Path, design: str, samples: int, column: str
) -> None:
    store_study(tmp_path, design=design, samples=samples, seeds=2, ranges=RANGES)
    sample = sample_of(open_study(tmp_path), [FINAL_ACCURACY])
    table = sensitivity(sample, FINAL_ACCURACY).set_index("factor")
    assert table[column].idxmax() == "incentive"
    assert table[column].idxmin() == "cost_weight"


def test_a_point_has_the_mean_of_its_seeds_and_categories_are_numbered(tmp_path: Path) -> None:
    store_study(tmp_path, design="sobol", samples=8, seeds=3, ranges=RANGES)
    study = open_study(tmp_path)
    sample = sample_of(study, [FINAL_ACCURACY])
    runs, first = study.runs(), study.design().iloc[:3]
    there = runs[runs["run"].isin(first["run"])]
    assert sample.outcomes["final_accuracy"].iloc[0] == pytest.approx(
        there["final_accuracy"].mean()
    )
    assert sample.points.shape == (8, 3)
    assert np.unique(sample.points[:, 2]).tolist() == [0.0, 1.0]


def test_the_report_shows_them(tmp_path: Path) -> None:
    ranges = {name: RANGES[name] for name in ("num_words", "incentive")}
    store_study(
        tmp_path,
        design="saltelli",
        samples=16,
        ranges=ranges,
        fails=lambda run: run.parameters.num_words < 120,
    )
    section = next(sensitivity_sections(open_study(tmp_path)))
    assert section.title == "Sensitivity: final accuracy"
    pictures = [part.name for part in section.parts if isinstance(part, Picture)]
    assert pictures == ["sensitivity_final_accuracy", "partial_dependence_final_accuracy"]
