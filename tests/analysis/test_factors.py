"""Factors: which runs belong to which level, in each design."""

from pathlib import Path
from typing import Any

import pytest

from cmlabm.analysis import Factor, factors_of
from cmlabm.batch import Result, Store, Study, open_study, runs_of


def factors(directory: Path, **study: Any) -> dict[str, Factor]:
    spec = Study(name="made", **study)
    with Store.create(directory) as store:
        store.begin(spec, runs_of(spec), {})
        for run in runs_of(spec):
            store.save(Result(run, "done", 0.1, {"final_accuracy": 0.8}))
    return {factor.name: factor for factor in factors_of(open_study(directory))}


def sizes(factor: Factor) -> dict[Any, int]:
    return {level: len(runs) for level, runs in factor.by_level()}


def test_one_at_a_time_shares_the_base_case_and_nothing_else(tmp_path: Path) -> None:
    found = factors(
        tmp_path,
        design="one-at-a-time",
        seeds=2,
        sweep={
            "num_words": [400, 1000],
            "initial_fraction": [0.08, 0.16],
            "size": {"train_size": [12_500, 25_000], "initial_fraction": [0.16, 0.08]},
        },
    )
    assert sizes(found["num_words"]) == {400: 2, 1000: 2}
    assert sizes(found["initial_fraction"]) == {0.08: 2, 0.16: 2}
    assert sizes(found["size"]) == {12_500: 2, 25_000: 2}
    assert found["size"].axis == "train size (samples) with initial fraction"
    assert [factor.base for factor in found.values()] == [1000, 0.08, 25_000]


def test_a_grid_shows_a_level_over_all_levels_of_the_others(tmp_path: Path) -> None:
    found = factors(tmp_path, seeds=3, sweep={"num_words": [1, 2], "cost_weight": [1, 2, 4]})
    assert sizes(found["num_words"]) == {1: 9, 2: 9}
    assert sizes(found["cost_weight"]) == {1.0: 6, 2.0: 6, 4.0: 6}


def test_what_is_zipped_is_one_factor(tmp_path: Path) -> None:
    sweep = {"cost_weight": [1, 1, 2], "num_words": [400, 600, 600], "train_size": [10, 20, 30]}
    found = factors(tmp_path, design="zip", sweep=sweep, parameters={"initial_fraction": 0.5})
    (factor,) = found.values()
    assert factor.name == "cost_weight & num_words & train_size"
    assert sizes(factor) == {10: 1, 20: 1, 30: 1}


def test_zipped_levels_that_no_single_parameter_tells_apart(tmp_path: Path) -> None:
    sweep = {"cost_weight": [1, 1, 2], "num_words": [400, 600, 600]}
    (factor,) = factors(tmp_path, design="zip", sweep=sweep).values()
    assert factor.labels == ["1 / 400", "1 / 600", "2 / 600"]
    assert not factor.is_numeric


def test_words_stand_with_the_base_case_first(tmp_path: Path) -> None:
    found = factors(tmp_path, sweep={"incentive": ["none", "deposit-refund-take"]})
    assert found["incentive"].levels == ["deposit-refund-take", "none"]


@pytest.mark.parametrize(
    ("levels", "logarithmic"),
    [
        ([100, 200, 300, 400], False),
        ([0.01, 0.02, 0.04], True),
        ([0, 1, 10], False),
        ([1, 2], False),
    ],
)
def test_levels_that_multiply_are_on_a_log_scale(
    tmp_path: Path, levels: list[float], logarithmic: bool
) -> None:
    found = factors(tmp_path, sweep={"cost_weight": levels})
    assert found["cost_weight"].on_log_scale == logarithmic
