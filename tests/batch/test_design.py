"""Designs: which runs they ask for, and in which order."""

import numpy as np
import pytest

from cmlabm.batch import Range, Study, runs_of, settings_of
from cmlabm.errors import InputError


def test_a_grid_has_every_combination() -> None:
    study = Study(name="a", sweep={"num_words": [10, 20], "cost_weight": [1, 2, 3]})
    assert len(settings_of(study)) == 6
    assert settings_of(study)[1] == {"num_words": 10, "cost_weight": 2}


def test_a_zip_takes_levels_side_by_side() -> None:
    study = Study(name="a", design="zip", sweep={"num_words": [10, 20], "cost_weight": [1, 2]})
    assert settings_of(study) == [
        {"num_words": 10, "cost_weight": 1},
        {"num_words": 20, "cost_weight": 2},
    ]


def test_one_at_a_time_changes_one_factor_of_the_base_case() -> None:
    study = Study(
        name="a",
        design="one-at-a-time",
        parameters={"num_words": 15},
        sweep={"num_words": [10], "sizes": {"train_size": [90, 80], "test_size": [9, 8]}},
    )
    assert settings_of(study) == [
        {"num_words": 15, "train_size": 25_000, "test_size": 25_000},
        {"num_words": 10, "train_size": 25_000, "test_size": 25_000},
        {"num_words": 15, "train_size": 90, "test_size": 9},
        {"num_words": 15, "train_size": 80, "test_size": 8},
    ]


def test_the_base_case_is_run_once_however_many_factors_have_it_as_a_level() -> None:
    study = Study(
        name="a",
        design="one-at-a-time",
        sweep={"num_words": [1000, 400], "cost_weight": [1, 2]},
    )
    assert len(runs_of(study)) == 3


def test_a_run_is_the_same_whichever_design_asks_for_it() -> None:
    grid = Study(name="a", sweep={"num_words": [10, 1000]})
    single = Study(name="b", parameters={"cost_weight": 1.0}, seeds=[0])
    assert runs_of(grid)[1].id == runs_of(single)[0].id


def test_run_ids_do_not_change_from_version_to_version() -> None:
    # A study could not be resumed with a later version if they did.
    assert runs_of(Study(name="a"))[0].id == "22dbdedc8a50fae0"


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol", "saltelli", "morris"])
def test_samples_stay_in_their_ranges(design: str) -> None:
    pytest.importorskip("SALib")
    study = Study.model_validate(
        {
            "name": "a",
            "design": design,
            "samples": 64,
            "ranges": {
                "num_words": Range(low=5, high=8),
                "cost_weight": Range(low=0.5, high=8.0, scale="log"),
                "classifier": Range(values=["perceptron", "logistic"]),
            },
        }
    )
    settings = settings_of(study)
    words = [setting["num_words"] for setting in settings]
    costs = np.array([setting["cost_weight"] for setting in settings])
    assert set(words) == {5, 6, 7, 8}
    assert all(isinstance(word, int) for word in words)
    assert costs.min() >= 0.5
    assert costs.max() <= 8.0
    assert 0.3 < (costs < 2.0).mean() < 0.7, "half of a log range lies below its geometric mean"
    assert {setting["classifier"] for setting in settings} == {"perceptron", "logistic"}
    assert settings_of(study) == settings, "the same study samples the same points"


def test_saltelli_has_the_rows_that_its_analysis_needs() -> None:
    pytest.importorskip("SALib")
    ranges = {"cost_weight": Range(low=1, high=2), "num_words": Range(low=5, high=8)}
    study = Study(name="a", design="saltelli", samples=8, ranges=ranges)
    assert len(settings_of(study)) == 8 * (2 + 2)


def test_sobol_points_come_in_powers_of_two() -> None:
    study = Study(name="a", design="sobol", samples=6, ranges={"num_words": Range(low=5, high=8)})
    with pytest.raises(InputError, match="power of two, such as 8"):
        settings_of(study)


def test_an_impossible_level_is_named() -> None:
    study = Study(name="a", sweep={"num_words": [10, -1]})
    with pytest.raises(InputError, match="num_words = -1: must be greater"):
        runs_of(study)
