"""What is drawn of a study, and what is saved from the page."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cmlabm.batch import Run, read_study, runs_of
from cmlabm.parameters import Parameters
from cmlabm.viz.drawing.colours import LIGHT
from cmlabm.viz.drawing.study_charts import dots, means
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.permissions import Permissions, granting
from cmlabm.viz.views.downloads import runs_table, series_table, study_toml
from cmlabm.viz.views.study_choices import entries_of, filtered, spread, varied
from cmlabm.viz.views.study_reading import Reading, read

SMALL = {"train_size": "1500", "test_size": "300", "num_words": "50"}


@pytest.fixture
def runs() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        [Parameters(cost_weight=cost).model_dump() for cost in (1, 4) for _ in range(5)]
    )
    table["run"] = [f"run{place}" for place in range(10)]
    table["level"] = table["cost_weight"]
    table["final_accuracy"] = rng.normal(0.8, 0.01, 10)
    table["malicious_depletion_days"] = [float("nan")] * 9 + [130.0]
    return table


def test_means_and_intervals_are_those_of_scipy(runs: pd.DataFrame) -> None:
    for mean, (_, group) in zip(means(runs, "final_accuracy"), runs.groupby("level"), strict=True):
        values = group["final_accuracy"]
        low, high = stats.t.interval(0.95, 4, values.mean(), stats.sem(values))
        assert (mean.mean, mean.low, mean.high) == pytest.approx((values.mean(), low, high))


def test_runs_without_a_value_are_counted_not_averaged(runs: pd.DataFrame) -> None:
    first, second = means(runs, "malicious_depletion_days")
    assert (first.runs, first.missing, np.isnan(first.mean)) == (0, 5, True)
    assert (second.runs, second.missing, second.mean, np.isnan(second.low)) == (1, 4, 130.0, True)
    json.dumps(dots(runs, "cost_weight", "malicious_depletion_days", LIGHT), allow_nan=False)


def test_many_levels_are_drawn_along_the_factor(runs: pd.DataFrame) -> None:
    many = pd.concat([runs] * 10, ignore_index=True)
    many["level"] = np.linspace(0.5, 8, len(many))
    option = dots(many, "cost_weight", "final_accuracy", LIGHT)
    assert option["xAxis"]["type"] == "value"
    assert len(option["series"][0]["data"]) == 100


def test_filters_and_what_is_offered(runs: pd.DataFrame) -> None:
    known = ("num_words", "cost_weight", "fee")
    assert varied(Reading(runs=runs, parameters=known)) == ["cost_weight"]
    own = runs.assign(fee=range(len(runs)))
    assert varied(Reading(runs=own, parameters=known)) == ["cost_weight", "fee"]
    assert len(filtered(runs, {"cost_weight": ["4"]})) == 5
    assert len(filtered(runs, {"cost_weight": []})) == 10
    assert spread(runs, "run9")[:2] == ["run0", "run5"]
    assert entries_of({str(name): value for name, value in runs.iloc[9].items()}) == {
        "cost_weight": "4"
    }


def test_a_directory_without_a_study_gives_a_sentence(tmp_path: Path) -> None:
    with granting(Permissions(tmp_path)):
        reading = read(str(tmp_path), "")
        assert "holds no study" in reading.problem
        assert reading.is_complete
        (tmp_path / "study.sqlite").write_bytes(b"this is not a database" * 99)
        assert "study.sqlite" in read(str(tmp_path), "").problem


def test_two_markets_are_saved_as_a_study_of_two_runs(tmp_path: Path) -> None:
    stage = Stage([SMALL, SMALL | {"cost_weight": "4"}], "3", day=2)
    stage.open()
    path = tmp_path / "study.toml"
    path.write_text(study_toml(stage), encoding="utf-8")
    runs = runs_of(read_study(path))
    assert runs == [
        Run(Parameters.checked(SMALL), 3),
        Run(Parameters.checked(SMALL | {"cost_weight": "4"}), 3),
    ]
    table = runs_table(stage)
    assert table["run"].tolist() == [run.id for run in runs]
    assert table["status"].tolist() == ["unfinished"] * 2
    assert series_table(stage).groupby("run").size().tolist() == [3, 3]
