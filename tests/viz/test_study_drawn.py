"""What is drawn of a study, and what is saved from the page."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cmlabm.batch import Run, StorageError, Store, Study, execute, read_study, runs_of
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.viz.drawing.colours import LIGHT
from cmlabm.viz.drawing.study_charts import Axes, dots, heat_map, is_heat_map, on_log_axes
from cmlabm.viz.drawing.study_designs import parallel_lines
from cmlabm.viz.drawing.study_levels import means
from cmlabm.viz.drawing.study_survival import survival_chart
from cmlabm.viz.fields.study_choice import StudyChoice
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.permissions import Permissions, granting
from cmlabm.viz.views.downloads import runs_table, series_table, study_toml
from cmlabm.viz.views.study_analyses import survival_tables
from cmlabm.viz.views.study_choices import (
    axes_of,
    entries_of,
    filtered,
    shown_outcome,
    spread,
    unknown,
    varied,
)
from cmlabm.viz.views.study_reading import Reading, read, series
from cmlabm.viz.views.study_runs import ordered
from cmlabm.viz.views.study_saving import commands, python_lines

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
    json.dumps(dots(runs, Axes("cost_weight", "malicious_depletion_days"), LIGHT), allow_nan=False)


def test_many_levels_are_drawn_along_the_factor(runs: pd.DataFrame) -> None:
    many = pd.concat([runs] * 10, ignore_index=True)
    many["level"] = np.linspace(0.5, 8, len(many))
    option = dots(many, Axes("cost_weight", "final_accuracy"), LIGHT)
    assert option["xAxis"][0]["type"] == "value"
    assert len(option["series"][0]["data"]) == 100


def test_axes_are_fitted_to_the_intervals(runs: pd.DataFrame) -> None:
    """Intervals beyond the dots were lines outside of the chart, so that they were not seen."""
    series = dots(runs, Axes("cost_weight", "final_accuracy"), LIGHT)["series"]
    assert [one["type"] for one in series] == ["scatter", "custom"]
    places = series[1]["dimensions"]
    assert [places[at] for at in series[1]["encode"]["y"]] == ["mean", "from", "to"]
    drawn = [row[1:4] for row in series[1]["data"]]
    assert drawn == [[it.mean, it.low, it.high] for it in means(runs, "final_accuracy")]


def test_a_dot_tells_its_run_level_seed_and_value(runs: pd.DataFrame) -> None:
    runs["seed"] = range(10)
    (scatter, *_) = dots(runs, Axes("cost_weight", "final_accuracy"), LIGHT)["series"]
    assert scatter["data"][7][1:5] == [runs["final_accuracy"][7], "4", "7", "run7"]
    assert scatter["encode"]["itemName"] == 4


def test_few_levels_of_a_second_factor_have_colours_and_many_make_a_heat_map(
    runs: pd.DataFrame,
) -> None:
    axes = Axes("cost_weight", "final_accuracy", second="num_words")
    few = runs.assign(num_words=[50, 100] * 5)
    option = dots(few, axes, LIGHT)
    scatters = [one for one in option["series"] if one["type"] == "scatter"]
    assert [one["name"] for one in scatters] == ["num_words = 50", "num_words = 100"]
    assert len({(one["itemStyle"]["color"], one["symbol"]) for one in scatters}) == 2
    assert not is_heat_map(few, axes)

    many = pd.concat([runs.assign(num_words=words) for words in range(1, 9)], ignore_index=True)
    assert is_heat_map(many, axes)
    cells = heat_map(many, axes, LIGHT)["series"][0]["data"]
    assert len(cells) == 2 * 8
    expected = [mean.mean for mean in means(runs, "final_accuracy")]
    assert [cell[2] for cell in cells[:2]] == pytest.approx(expected)


def test_a_log_axis_is_refused_where_values_are_not_above_zero(runs: pd.DataFrame) -> None:
    axes = Axes("cost_weight", "final_accuracy", log_x=True, log_y=True)
    assert on_log_axes(runs, axes) == []
    option = dots(runs, axes, LIGHT)
    assert (option["xAxis"][0]["type"], option["yAxis"]["type"]) == ("log", "log")
    zero = runs.assign(level=[0] * 5 + [4] * 5)
    assert on_log_axes(zero, axes) == [
        "cost_weight is not above 0 in all runs, so its axis is not logarithmic."
    ]
    option = dots(zero, axes, LIGHT)
    assert (option["xAxis"][0]["type"], option["yAxis"]["type"]) == ("category", "log")


def test_all_factors_are_axes_of_the_parallel_lines(runs: pd.DataFrame) -> None:
    option = parallel_lines(
        runs, {"cost_weight": True, "incentive": False}, "final_accuracy", LIGHT, "run3"
    )
    assert [(it["name"], it["type"]) for it in option["parallelAxis"]] == [
        ("cost_weight", "log"),
        ("incentive", "category"),
        ("final_accuracy", "value"),
    ]
    lines = option["series"][0]["data"]
    assert lines[3]["value"] == [1.0, "deposit-refund-take", runs["final_accuracy"][3]]
    assert [line["name"] for line in lines if "lineStyle" in line] == ["run3"]


def test_survival_is_that_of_the_report_and_counts_runs_that_outlast_the_market(
    runs: pd.DataFrame,
) -> None:
    known = runs.assign(status="done", days=150.0, malicious_depleted=[False] * 9 + [True])
    tables = survival_tables(known)
    assert list(tables) == ["1", "4"]
    assert tables["4"]["share"].tolist() == pytest.approx([1.0, 0.8, 0.8])
    chart = survival_chart(tables, "cost_weight", LIGHT)
    assert chart["series"][2]["data"][1] == pytest.approx([130.0, 0.8])
    json.dumps(chart, allow_nan=False)
    with pytest.raises(InputError, match="does not have malicious_depleted"):
        survival_tables(runs)


def test_the_table_is_sorted_by_numbers_with_missing_ones_last(runs: pd.DataFrame) -> None:
    runs["honest_return"] = [10.0, 9.0, float("nan"), -1.0, 100.0] * 2
    rising = ordered(runs, "honest_return")["honest_return"].tolist()
    assert rising[:8] == [-1, -1, 9, 9, 10, 10, 100, 100]
    falling = ordered(runs, "-honest_return")["honest_return"].tolist()
    assert falling[:8] == rising[:8][::-1]
    assert np.isnan(falling[8:]).all()


def test_the_lines_that_are_shown_print_the_means_that_are_shown(
    stored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stored.parent)
    chosen = StudyChoice(stored.name, kept={"num_words": ("60",)})
    with granting(Permissions(stored.parent)):
        reading = read(stored.name, "")
    runs = filtered(reading.runs, chosen.kept)
    exec(python_lines(runs, chosen, axes_of(reading, chosen)))  # noqa: S102
    (mean,) = means(runs, "final_accuracy")
    printed = capsys.readouterr().out
    assert f"{mean.mean:.6f}".rstrip("0") in printed
    assert "50" not in printed.split()
    assert commands(reading, chosen).endswith(f"python -m cmlabm.report {stored.name}")


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


def test_a_directory_without_a_study_is_waited_for_and_a_broken_one_is_not(tmp_path: Path) -> None:
    with granting(Permissions(tmp_path)):
        reading = read(str(tmp_path), "")
        assert "holds no study yet" in reading.problem
        assert reading.waits
        assert not reading.is_complete
        (tmp_path / "study.sqlite").write_bytes(b"this is not a database" * 99)
        reading = read(str(tmp_path), "")
        assert "study.sqlite" in reading.problem
        assert reading.is_complete


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two runs whose rows have no checksums, as earlier versions stored them."""
    directory = tmp_path_factory.mktemp("stored")
    fixed = {name: int(text) for name, text in SMALL.items() if name != "num_words"}
    study = Study(name="s", seeds=1, parameters=fixed, sweep={"num_words": [50, 60]})
    with Store.create(directory) as store:
        store.begin(study, runs_of(study), {})
        for run in runs_of(study):
            store.save(execute(run))
    change(directory, "UPDATE runs SET checksum = NULL, series_checksum = NULL")
    return directory


def change(directory: Path, *statements: str) -> None:
    with closing(sqlite3.connect(directory / "study.sqlite")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE runs SET final_accuracy = 'high'", "column final_accuracy: 'high' where a number"),
        ("UPDATE runs SET num_words = 'many'", "column num_words: 'many' where a number belongs"),
        ("ALTER TABLE runs DROP COLUMN status", "its table of runs has no column status"),
        ("DROP TABLE runs", "no such table: runs"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_sentence(
    stored: Path, tmp_path: Path, statement: str, sentence: str
) -> None:
    shutil.copytree(stored, tmp_path / "study")
    change(tmp_path / "study", statement)
    with granting(Permissions(tmp_path)):
        reading = read("study", "")
    assert sentence in reading.problem
    assert "\n" not in reading.problem
    assert reading.is_complete


def test_a_store_without_an_outcome_or_with_infinite_ones_is_drawn(
    stored: Path, tmp_path: Path
) -> None:
    """Infinity is no JSON: the browser would show nothing at all."""
    shutil.copytree(stored, tmp_path / "study")
    change(
        tmp_path / "study",
        "ALTER TABLE runs DROP COLUMN final_accuracy",
        "UPDATE runs SET honest_return = 9e999 WHERE num_words = 50",
    )
    with granting(Permissions(tmp_path)):
        reading = read("study", "")
    assert reading.problem == ""
    assert shown_outcome(reading, "final_accuracy") == "initial_accuracy"
    (problem,) = unknown(reading, StudyChoice(outcome="final_accuracy"))
    assert "no outcome 'final_accuracy'; initial_accuracy, accuracy_gap" in problem
    option = dots(reading.runs, Axes("num_words", "honest_return"), LIGHT)
    assert len(option["series"][0]["data"]) == 1
    json.dumps(option, allow_nan=False)


def test_curves_that_are_not_numbers_are_said_in_one_sentence(stored: Path, tmp_path: Path) -> None:
    shutil.copytree(stored, tmp_path / "study")
    change(tmp_path / "study", "UPDATE series SET accuracy = 'x'")
    with granting(Permissions(tmp_path)):
        runs = [str(run) for run in read("study", "").runs["run"]]
        with pytest.raises(StorageError, match="column accuracy: 'x' where a number belongs"):
            series("study", runs)


def test_what_a_link_names_wrongly_keeps_no_run_out(runs: pd.DataFrame) -> None:
    reading = Reading(runs=runs, factors=("cost_weight",), parameters=("num_words", "cost_weight"))
    chosen = StudyChoice(
        factor="cost", run="run99", kept={"cost_weight": ("4", "7"), "fee": ("1",)}
    )
    assert unknown(reading, chosen) == [
        "This study has no factor 'cost'; cost_weight.",
        "This study has no cost_weight of '7'; 1, 4.",
        "This study has no parameter that varies, called 'fee'; cost_weight.",
        "This study has no run 'run99' that shows this factor.",
    ]
    assert len(filtered(runs, chosen.kept)) == 5
    assert len(filtered(runs, {"cost_weight": ("7",)})) == 10


def test_levels_of_mixed_kinds_and_without_a_value_are_drawn(runs: pd.DataFrame) -> None:
    """Pandas would drop the runs without a level, and cannot sort text among numbers."""
    levels: list[object] = [None, "many", 3, 20, 3]
    mixed = runs.assign(level=pd.Series(levels * 2, dtype=object))
    assert [(mean.level, mean.runs) for mean in means(mixed, "final_accuracy")] == [
        ("3", 4),
        ("20", 2),
        ("many", 2),
        ("none", 2),
    ]
    assert len(dots(mixed, Axes("cost_weight", "final_accuracy"), LIGHT)["series"][0]["data"]) == 10


def test_markets_of_two_seeds_are_saved_as_a_study_with_these_seeds(tmp_path: Path) -> None:
    stage = Stage([SMALL, SMALL | {"cost_weight": "4"}], "3", seeds=2)
    stage.open()
    path = tmp_path / "study.toml"
    path.write_text(study_toml(stage), encoding="utf-8")
    settings = (Parameters.checked(SMALL), Parameters.checked(SMALL | {"cost_weight": "4"}))
    assert runs_of(read_study(path)) == [Run(own, seed) for own in settings for seed in (3, 4)]


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
