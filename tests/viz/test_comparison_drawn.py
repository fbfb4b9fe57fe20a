"""What is compared, as an address says it and as curves show it."""

import json

import numpy as np
import pytest
from scipy import stats

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.charts import Option
from cmlabm.viz.drawing.colours import LIGHT
from cmlabm.viz.drawing.comparison_curves import DASHES, Band, Group, comparison_charts
from cmlabm.viz.fields.address import PageState, from_query, to_query
from cmlabm.viz.fields.comparison import Comparison, names_of
from cmlabm.viz.markets.stage import Stage

SMALL = {"train_size": 1500, "test_size": 500, "num_words": 50}


def test_bands_are_the_interval_of_scipy_or_the_range() -> None:
    values = np.random.default_rng(1).normal(size=(4, 3))
    interval, whole = Band.of(values, "interval"), Band.of(values, "range")
    low, high = stats.t.interval(0.95, 3, values.mean(axis=0), stats.sem(values, axis=0))
    assert interval.low == pytest.approx(low)
    assert interval.high == pytest.approx(high)
    assert whole.low.tolist() == values.min(axis=0).tolist()
    assert whole.high.tolist() == values.max(axis=0).tolist()


@pytest.fixture(scope="module")
def models() -> list[CMLModel]:
    found = [CMLModel(rng=seed, **SMALL) for seed in (1, 2, 3, 4)]
    for model in found:
        model.step()
        model.step()
    return found


def of_kind(chart: Option, kind: str) -> list[Option]:
    return [one for one in chart["series"] if one["type"] == kind and "name" in one]


def test_seeds_are_a_mean_with_a_band_and_differences_are_of_the_same_seeds(
    models: list[CMLModel],
) -> None:
    groups = [Group("a", models[:2]), Group("b", models[2:])]
    charts = comparison_charts(groups, LIGHT, "range")
    first, second = (
        np.array([model.datacollector.model_vars["accuracy"] for model in group.models])
        for group in groups
    )
    lines = of_kind(charts["Accuracy"], "line")
    for line, own in zip(lines, (first, second), strict=True):
        assert [value for _, value in line["data"]] == pytest.approx(own.mean(axis=0), abs=1e-5)
    low, high = of_kind(charts["Accuracy"], "custom")[0]["data"][0][1:3]
    assert (low, high) == pytest.approx((first[:, 0].min(), first[:, 0].max()), abs=1e-5)
    (less,) = of_kind(charts["Accuracy: less that of a"], "line")
    paired = (second - first).mean(axis=0)
    assert [value for _, value in less["data"]] == pytest.approx(paired, abs=1e-5)
    assert less["color"] == lines[1]["color"]
    json.dumps(charts, allow_nan=False)


def test_a_market_that_has_ended_stays_as_it_ended() -> None:
    short, long = (CMLModel(rng=1, max_days=days, **SMALL) for days in (1, 3))
    short.run()
    long.run()
    charts = comparison_charts([Group("both", [short, long])], LIGHT, "range")
    ends = [model.datacollector.model_vars["honest_balance"][-1] for model in (short, long)]
    (line,) = of_kind(charts["Honest balance (tokens)"], "line")
    assert line["data"][-1][1] == pytest.approx(np.mean(ends), abs=0.01)


def test_seven_curves_differ_in_colour_and_dash(models: list[CMLModel]) -> None:
    groups = [Group(str(place), models[:1]) for place in range(7)]
    lines = of_kind(comparison_charts(groups, LIGHT, "range")["Accuracy"], "line")
    assert len({line["color"] for line in lines}) == 7
    assert len({str(line["lineStyle"]["type"]) for line in lines}) == len(DASHES) == 7


def test_names_say_what_differs() -> None:
    settings = [{"num_words": "50"}, {"num_words": "50", "incentive": "none", "cost_weight": "4"}]
    assert names_of(settings, False) == [
        "incentive deposit-refund-take, cost weight 1",
        "incentive none, cost weight 4",
    ]


def test_a_comparison_comes_back_from_its_address() -> None:
    comparison = Comparison("cost_weight", ("1", "4", "8"), 3, "range", no_attack=True)
    state = PageState("compare", {"num_words": "50"}, "7", comparison=comparison)
    assert from_query(to_query(state)) == (state, [])


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("vary=cost&value=1", "cost is not a parameter"),
        ("vary=data_path&value=/etc/passwd", "data_path is not taken from a link"),
        ("vary=classifier&value=os:system&value=perceptron", "'os:system' is not taken from"),
        ("vary=cost_weight", "needs at least one value"),
        ("seeds=99", "seeds = '99' is not taken over; allowed are 1 to 5"),
        ("band=all", "band = 'all' is not taken over; allowed are interval and range"),
        ("vary=cost_weight" + "&value=1" * 7, "allowed are at most 6 values"),
    ],
)
def test_a_wrong_comparison_is_refused_in_one_sentence(query: str, sentence: str) -> None:
    _, complaints = from_query(f"view=compare&{query}")
    assert len(complaints) == 1
    assert sentence in complaints[0]


def test_each_seed_has_each_market() -> None:
    stage = Stage([{}, {"cost_weight": "4"}], "7", seeds=2)
    assert [(market.seed, market.entries) for market in stage.markets] == [
        ("7", {}),
        ("7", {"cost_weight": "4"}),
        ("8", {}),
        ("8", {"cost_weight": "4"}),
    ]
    assert [market.seed for market in Stage([{}], "many", seeds=2).markets] == ["many"]
