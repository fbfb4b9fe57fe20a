"""What is drawn of a market, against the market itself."""

import json
import threading
from collections import Counter
from dataclasses import asdict, replace
from itertools import pairwise

import pytest

from cmlabm.contract.ledger import Reason
from cmlabm.mechanisms import MECHANISMS
from cmlabm.model import CMLModel
from cmlabm.viz.drawing.charts import (
    MOST_POINTS,
    Curve,
    band_series,
    curves,
    in_words,
    until,
)
from cmlabm.viz.drawing.colours import DARK, LIGHT
from cmlabm.viz.drawing.market_curves import balances_chart, playing_chart
from cmlabm.viz.drawing.market_picture import CONTRACT, MOST_SHOWN, nodes, picture, recent_flows
from cmlabm.viz.markets.no_attack import no_attack_level
from cmlabm.viz.markets.pace import PATIENCE_S
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.views.live import Shown
from cmlabm.viz.views.market_charts import LEARNT
from cmlabm.viz.views.submission_table import CHOICES, as_html, lines

SMALL = {"train_size": "1500", "test_size": "300", "num_words": "50"}


def stage_after(days: int, **entries: str) -> Stage:
    stage = Stage([SMALL | entries], "3", day=days)
    stage.open()
    return stage


def model_after(days: int, **entries: str) -> CMLModel:
    model = stage_after(days, **entries).first.model
    assert model is not None
    return model


@pytest.fixture
def model() -> CMLModel:
    return model_after(7)


def test_the_picture_holds_all_the_money() -> None:
    for entries in ({}, {"honest_agents": "40", "malicious_agents": "30"}):
        model = model_after(3, **entries)
        drawn = nodes(model)
        agents = len(model.contributors)
        assert sum(node.balance for node in drawn) == pytest.approx(agents * 10_000)
        assert len(drawn) == 1 + (2 if agents == 2 else 2 * (MOST_SHOWN + 1))
        assert {flow.source for flow in recent_flows(model)} <= {node.name for node in drawn}


def test_the_picture_holds_the_money_of_customers_too() -> None:
    model = model_after(3, customers="2")
    drawn = nodes(model)
    assert sum(node.balance for node in drawn) == pytest.approx(2 * 10_000 + 2 * 30_000)
    paid = [flow for flow in recent_flows(model) if flow.reason is Reason.REVENUE]
    assert {(flow.source, flow.target) for flow in paid} <= {
        ("customers", name) for name in ("contract", "honest-1", "malicious-1")
    }
    assert len(paid) > 1
    assert json.dumps(picture(model, LIGHT))


def test_the_picture_and_the_balances_hold_the_fees_too() -> None:
    model = model_after(3, gas_price="0.1")
    drawn = {node.name: node.balance for node in nodes(model)}
    assert sum(drawn.values()) == pytest.approx(2 * 10_000)
    assert drawn["fees"] == model.fees > 0
    paid = {flow.source for flow in recent_flows(model) if flow.target == "fees"}
    assert paid == {"honest-1", "malicious-1"}
    assert json.dumps(picture(model, LIGHT))
    assert '"fees"' in json.dumps(balances_chart(model, LIGHT))
    assert '"fees"' not in json.dumps(balances_chart(model_after(1), LIGHT))


@pytest.mark.parametrize("more", [{}, {"customers": "2", "gas_price": "0.1"}])
def test_an_earlier_day_is_drawn_as_it_was_then(more: dict[str, str]) -> None:
    """Whoever winds the days back must not see what came later."""
    then, now = model_after(3, **more), model_after(7, **more)
    for one, other in zip(nodes(now, 3), nodes(then), strict=True):
        assert one.name == other.name
        assert one.balance == pytest.approx(other.balance)
    assert recent_flows(now, 3) == recent_flows(then)
    assert [(line.number, line.state, line.paid) for line in lines(now, day=3)] == [
        (line.number, line.state, line.paid) for line in lines(then)
    ]
    shown = Shown.of(now, LIGHT, None, CHOICES[0], "", day=3)
    assert shown.figures == Shown.of(then, LIGHT, None, CHOICES[0], "").figures


def test_contributors_stand_in_two_columns_whose_labels_do_not_meet() -> None:
    """Around a wheel, labels lay on each other from twelve contributors on."""
    option = picture(model_after(1, honest_agents="20", malicious_agents="20"), LIGHT)
    places = {node["name"]: node["value"] for node in option["series"][0]["data"]}
    for kind, side in (("honest", -1), ("malicious", 1)):
        column = [places[f"{kind}-{number}"] for number in range(1, 21)]
        assert {x for x, _, _ in column} == {side}
        heights = [y for _, y, _ in column]
        assert min(b - a for a, b in pairwise(heights)) > 0.1
    assert places[CONTRACT][:2] == [0, 0]


def test_the_arrows_are_the_movements_of_the_last_day(model: CMLModel) -> None:
    moved = model.movements()
    moved = moved[moved["time_s"] > 6 * 86_400]
    expected = Counter[tuple[bool, Reason]]()
    for row in moved.itertuples():
        expected[str(row.source) == "escrow", Reason(str(row.reason))] += int(str(row.amount))
    drawn = Counter[tuple[bool, Reason]]()
    for flow in recent_flows(model):
        drawn[flow.source == CONTRACT, flow.reason] += round(flow.amount * 1_000_000)
    assert drawn == expected
    assert drawn


def test_the_table_shows_true_labels_and_who_was_paid(model: CMLModel) -> None:
    senders = Counter[tuple[str, bool]]()
    for line in lines(model, rows=10_000):
        senders[line.kind, line.label == line.true_label] += 1
        assert (line.state == "held") == (not line.paid)
    assert senders == {
        ("honest", True): model.honest_accepted,
        ("malicious", False): model.malicious_accepted,
    }
    paid = lines(model, "paid last", rows=5)
    assert len(paid) == 5
    assert all(line.paid for line in paid)
    hostile = replace(paid[0], label="<script>", true_label="<b>", sender="<i>", paid="<u>")
    assert "<script>" not in as_html([hostile])
    assert "&lt;script&gt;" in as_html([hostile])


def test_all_that_is_drawn_is_plain_data(model: CMLModel) -> None:
    for palette in (LIGHT, DARK):
        for choice in CHOICES:
            shown = Shown.of(model, palette, 0.8, choice, "day=7")
            json.dumps(asdict(shown), allow_nan=False)
    json.dumps(picture(model, LIGHT), allow_nan=False)


def test_the_balances_of_single_accounts_are_drawn_each_day_beside_their_sum() -> None:
    """An account drawn under another's name, or a day too few, would show here."""
    model = model_after(5, honest_agents="2", malicious_agents="40")
    drawn = {line["name"]: line["data"] for line in balances_chart(model, LIGHT)["series"][:-1]}
    recorded = model.datacollector.get_agent_vars_dataframe()["balance"].unstack()
    singly = [*model.contributors[:2], *model.contributors[2 : 2 + MOST_SHOWN]]
    names = {model.ledger.names[agent.account]: agent.unique_id for agent in singly}
    assert set(drawn) == {"honest, all", "malicious, all", *names}
    for name, agent in names.items():
        assert drawn[name] == [[day, round(b, 2)] for day, b in recorded[agent].items()]


def test_a_band_ends_on_the_day_that_is_shown() -> None:
    """Its pieces are long where many days are thinned."""
    option = curves(LIGHT, [Curve("a", [1, 2, 3], "#000000")])
    option["series"].append(band_series("a", "#000000", [[0, 0, 1, 1, 0, 1], [1, 0, 1, 2, 0, 1]]))
    assert until(option, 1)["series"][-1]["data"] == [[0, 0, 1, 1, 0, 1]]


def test_a_long_curve_is_thinned() -> None:
    option = curves(LIGHT, [Curve("accuracy", [0.5] * 10_000, "#000000")])
    points = option["series"][0]["data"]
    assert len(points) == MOST_POINTS
    assert points[-1][0] == 9_999


def test_the_no_attack_level_is_that_of_the_same_market_without_malicious_agents() -> None:
    parameters = model_after(0).parameters
    outcomes = CMLModel(rng=3, malicious_agents=0, **SMALL).run()
    assert no_attack_level(parameters, 3, threading.Event()) == outcomes["final_accuracy"]


def test_a_stage_steps_its_markets_to_their_ends_as_the_model_does() -> None:
    stage = Stage([SMALL, SMALL | {"cost_weight": "4"}], "3")
    stage.pace.days_ahead = 10_000
    while stage.running:
        stage.step()
    for market, cost in zip(stage.markets, (1, 4), strict=True):
        model = CMLModel(rng=3, cost_weight=cost, **SMALL)
        expected = model.run()
        assert market.model is not None
        assert market.model.outcomes() == pytest.approx(expected, nan_ok=True)


def test_wrong_entries_and_errors_are_kept_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Stage([SMALL | {"num_words": "0"}], "x")
    wrong.open()
    assert set(wrong.first.problems) == {"num_words"}
    assert not wrong.running

    def step() -> None:
        raise RuntimeError("broken")

    stage = stage_after(1)
    monkeypatch.setattr(stage.first.model, "step", step)
    stage.step()
    assert "RuntimeError: broken" in stage.first.failure
    assert not stage.running
    stage.step()
    assert stage.day == 1


def test_a_stage_waits_for_the_browser_but_not_for_ever() -> None:
    stage = stage_after(0)
    stage.step()
    stage.pace.drawn(1)
    stage.step()
    assert stage.day == 2
    waiting = threading.Thread(target=stage.step)
    waiting.start()
    waiting.join(PATIENCE_S / 4)
    assert waiting.is_alive()
    stage.pace.drawn(2)
    waiting.join(PATIENCE_S * 10)
    assert stage.day == 3


@pytest.mark.parametrize("incentive", MECHANISMS)
def test_every_mechanisms_money_is_drawn_and_listed(incentive: str) -> None:
    """Burnt money goes nowhere, and must not seem to go to the last account."""
    slashed = False
    for day in (4, 1000):
        model = model_after(day, incentive=incentive)
        json.dumps(picture(model, LIGHT))
        known = {*model.ledger.names, "burnt"}
        for choice in CHOICES:
            for line in lines(model, choice):
                payees = {part.rsplit(" ", 1)[0] for part in line.paid.split(", ") if part}
                assert payees <= known
                assert line.number >= 0
                assert (line.state == "slashed") == ("burnt" in payees)
                slashed |= line.state == "slashed"
    assert slashed == (incentive == "slashing")


def test_areas_on_top_of_each_other_are_what_learners_play() -> None:
    """Their heights add up to the number of learners, on every day and to the last."""
    model = model_after(
        6,
        honest_agents="6",
        honest_behaviour="imitator = 4, study = 2",
        repertoire="study = 3, echo = 1, sniper",
        revision_wait_s="20000",
        mutation_probability="0.5",
    )
    chart = playing_chart(model, LIGHT)
    assert [area["name"] for area in chart["series"]] == ["study", "echo", "sniper"]
    assert chart["xAxis"]["data"] == [0, 1, 2, 3, 4, 5, 6]
    heights = [area["data"] for area in chart["series"]]
    assert [column[0] for column in heights] == [3, 1, 0]
    assert [sum(day) for day in zip(*heights, strict=True)] == [4] * 7
    assert {area["stack"] for area in chart["series"]} == {"all"}
    drawn = {
        chart.title: chart.option for chart in Shown.of(model, LIGHT, None, CHOICES[0], "").charts
    }
    assert "What contributors who learn play" in drawn
    json.dumps(drawn, allow_nan=False)


def test_nothing_is_drawn_of_learners_where_there_are_none(model: CMLModel) -> None:
    charts = Shown.of(model, LIGHT, None, CHOICES[0], "").charts
    assert "What contributors who learn play" not in [chart.title for chart in charts]
    assert playing_chart(model, LIGHT)["series"] == []


def test_what_an_admission_discards_is_drawn_beside_what_is_learnt() -> None:
    """Under ``all`` everything is learnt, and there is nothing to be seen."""
    model = model_after(4, admission="root-check")
    drawn = {chart.title: chart for chart in Shown.of(model, LIGHT, None, CHOICES[0], "").charts}
    lines = {line.get("name"): line for line in drawn[LEARNT].option["series"]}
    series = model.datacollector.model_vars
    assert series["malicious_discarded"][-1] > 0
    for kind in ("honest", "malicious"):
        for fate in ("learnt", "discarded"):
            days = [count for _, count in lines[f"{kind}, {fate}"]["data"]]
            assert days == series[f"{kind}_{fate}"]
    usual = Shown.of(model_after(1), LIGHT, None, CHOICES[0], "").charts
    assert LEARNT not in [chart.title for chart in usual]


def test_the_picture_is_told_in_words_by_its_balances() -> None:
    """Places on the picture are of no use to those who do not see it."""
    now = model_after(1)
    told = in_words("The market", picture(now, LIGHT))
    assert f"honest-1 {now.honest_balance:,.5g}" in told
    assert f"contract {now.escrow:,.5g}" in told
