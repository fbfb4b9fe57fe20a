"""The live view in a real browser."""

from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from cmlabm.batch import Run, execute, read_study, runs_of
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.viz.views.key_figures import key_figures
from viz.conftest import SMALL, Visit


def expected(model: CMLModel) -> dict[str, str]:
    return {figure.key: f"{figure.shown}\n{figure.note}".strip() for figure in key_figures(model)}


def test_opens_without_an_error_and_asks_no_other_host(visit: Visit) -> None:
    visitor = visit().go(view="live")
    visitor.page.wait_for_selector(".cml-figures")
    visitor.page.wait_for_selector(".cml-chart canvas")
    assert visitor.figures() == expected(CMLModel(rng=1))


def test_play_moves_the_day_and_the_curves_and_pause_holds_them(visit: Visit) -> None:
    visitor = visit().go(seed="3", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    assert visitor.day() == 0
    visitor.press("▶")
    visitor.wait_for(lambda: visitor.day() >= 4)
    visitor.press("❚❚")
    visitor.page.wait_for_selector(".cml-player button:has-text('▶')")
    visitor.page.wait_for_timeout(1500)
    day = visitor.day()
    assert [visitor.points(chart) for chart in (0, 2, 3)] == [day + 1] * 3
    visitor.page.wait_for_timeout(500)
    assert visitor.day() == day
    visitor.press("Step")
    visitor.wait_for(lambda: visitor.day() == day + 1)


def test_the_figures_are_those_of_the_model_and_of_the_command_line(visit: Visit) -> None:
    visitor = visit().go(seed="5", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.play_to_the_end()
    first = visitor.figures()
    model = CMLModel(rng=5, **SMALL)
    outcomes = model.run()
    assert first == expected(model)
    result = execute(Run(Parameters.checked(SMALL), 5))
    assert result.outcomes == pytest.approx(outcomes, nan_ok=True)

    visitor.press("Reset")
    visitor.wait_for(lambda: visitor.day() == 0)
    visitor.play_to_the_end()
    assert visitor.figures() == first


def test_a_changed_parameter_takes_effect_at_reset_and_stands_in_the_address(
    visit: Visit,
) -> None:
    visitor = visit().go(seed="5", **SMALL)
    before = visitor.figure("accuracy")
    visitor.open_group("data")
    visitor.enter("num_words", "300")
    visitor.page.wait_for_selector("text=press Reset to start")
    assert visitor.figure("accuracy") == before
    visitor.press("Reset")
    visitor.wait_for(lambda: visitor.figure("accuracy") != before)
    assert visitor.figures() == expected(CMLModel(rng=5, **SMALL | {"num_words": "300"}))
    visitor.wait_for(lambda: "num_words=300" in visitor.page.url)

    visitor.page.go_back()
    visitor.wait_for(lambda: visitor.figure("accuracy") == before)


def test_a_slider_moves_its_entry(visit: Visit) -> None:
    visitor = visit().go(seed="5", **SMALL)
    visitor.page.locator(".cml-slider-cost_weight .v-slider__thumb-container").focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.wait_for(lambda: visitor.page.locator(".cml-cost_weight input").input_value() == "2")


def test_a_link_to_a_day_shows_that_day(visit: Visit) -> None:
    model = CMLModel(rng=9, **SMALL)
    for _ in range(6):
        model.step()
    visitor = visit().go(seed="9", day="6", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    assert visitor.figures() == expected(model)
    link = visitor.page.locator("a.cml-link").get_attribute("href")
    other = visit().go_to(str(link))
    other.page.wait_for_selector(".cml-figures")
    assert other.figures() == expected(model)


def test_a_wrong_entry_is_refused_at_its_field(visit: Visit) -> None:
    visitor = visit().go(seed="5", **SMALL)
    visitor.open_group("data")
    visitor.enter("initial_fraction", "2")
    field = visitor.page.locator(".cml-initial_fraction")
    field.locator("text=must be less than or equal to 1").wait_for()
    visitor.enter("num_words", "many")
    visitor.page.locator(".cml-num_words >> text=valid integer").wait_for()
    visitor.enter("seed", "-1")
    visitor.page.locator(".cml-seed >> text=whole number from 0 on").wait_for()
    visitor.press("Step")
    visitor.wait_for(lambda: visitor.day() == 1)
    visitor.press("Reset")
    visitor.page.locator("text=Nothing is started until it is corrected").wait_for()
    visitor.press("Step")
    visitor.wait_for(lambda: visitor.day() == 2)
    visitor.enter("seed", "5")
    visitor.enter("num_words", "100")
    visitor.enter("initial_fraction", "0.08")
    visitor.press("Reset")
    visitor.wait_for(lambda: visitor.day() == 0)
    assert visitor.figures() == expected(CMLModel(rng=5, **SMALL))


def test_apply_and_play_starts_what_was_typed_last(visit: Visit) -> None:
    """The slider's answer to the first digits was taken for an entry, and overwrote the others."""
    visitor = visit().go(seed="5", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.enter("honest_agents", "")
    visitor.page.locator(".cml-honest_agents input").press_sequentially("137", delay=5)
    visitor.page.locator(".cml-apply").click()
    visitor.wait_for(lambda: visitor.day() > 0)
    visitor.wait_for(lambda: "honest_agents=137&day=" in visitor.page.url)
    assert visitor.page.locator(".cml-honest_agents input").input_value() == "137"


def test_enter_in_a_field_applies_it(visit: Visit) -> None:
    visitor = visit().go(seed="5", day="2", **SMALL)
    visitor.wait_for(lambda: visitor.day() == 2)
    visitor.enter("cost_weight", "4")
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: visitor.day() == 0)
    visitor.wait_for(lambda: "cost_weight=4" in visitor.page.url)


def test_long_times_are_entered_in_days_and_large_numbers_are_seen_whole(visit: Visit) -> None:
    visitor = visit().go(seed="5", honest_start_balance="10000000", **SMALL)
    visitor.open_group("honest")
    field = visitor.page.locator(".cml-honest_start_balance input")
    assert field.input_value() == "10000000"
    assert field.evaluate("field => field.scrollWidth <= field.clientWidth")
    visitor.open_group("contract")
    field = visitor.page.locator(".cml-claim_time_s input")
    assert field.input_value() == "9"
    field.fill("10.5")
    visitor.press("Reset")
    visitor.wait_for(lambda: "claim_time_s=907200" in visitor.page.url)
    assert field.input_value() == "10.5"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_play_stays_in_view_and_the_market_above_its_parameters(
    visit: Visit, width: int, height: int
) -> None:
    visitor = visit(width=width, height=height).go(seed="5", **SMALL)
    visitor.page.wait_for_selector(".cml-chart canvas")
    visitor.open_group("contract")
    visitor.page.locator(".cml-claim_time_s input").scroll_into_view_if_needed()
    play = visitor.page.locator(".cml-player button:has-text('▶')").bounding_box()
    assert play is not None
    assert 40 < play["y"] < 200
    market, parameters = (
        visitor.page.locator(where).bounding_box() for where in (".cml-figures", ".cml-parameters")
    )
    assert market is not None
    assert parameters is not None
    assert market["y"] < parameters["y"] or width > 900


def test_a_choice_is_explained_where_it_is_made(visit: Visit) -> None:
    visitor = visit().go(seed="5", **SMALL)
    visitor.page.locator("text=Sends every sample with a wrong label.").wait_for()
    visitor.page.locator(".cml-malicious_behaviour").click()
    visitor.page.locator(".cml-choice:has-text('Submits nothing and is the first')").click()
    visitor.page.locator(".cml-player ~ div >> text=press Reset to start").wait_for()


def test_days_are_wound_back_and_play_goes_on_from_the_last(visit: Visit) -> None:
    visitor = visit().go(seed="5", day="9", **SMALL)
    visitor.wait_for(lambda: visitor.day() == 9)
    visitor.page.locator(".cml-days input").fill("4")
    visitor.wait_for(lambda: visitor.day() == 4)
    model = CMLModel(rng=5, **SMALL)
    for _ in range(4):
        model.step()
    assert visitor.figures() == expected(model)
    assert [visitor.points(chart) for chart in (0, 2, 3)] == [5] * 3
    visitor.wait_for(lambda: "day=4" in visitor.page.url)
    visitor.page.locator("text=Play and Step go on from day 9").wait_for()
    visitor.press("Step")
    visitor.wait_for(lambda: visitor.day() == 10)


def test_a_submission_shows_where_its_money_went(visit: Visit) -> None:
    visitor = visit().go(seed="5", day="4", **SMALL)
    visitor.page.locator("button:has-text('paid last')").click()
    visitor.page.locator("button[aria-pressed=true]:has-text('paid last')").wait_for()
    number = visitor.rows(".cml-submissions")[0][0]
    visitor.page.locator(".cml-submissions tbody tr").first.click()
    visitor.page.locator(f"text=The money of submission {number}").wait_for()
    model = CMLModel(rng=5, **SMALL)
    for _ in range(4):
        model.step()
    moved = model.movements()
    moved = moved[moved["submission"] == int(number)]
    assert [row[3] for row in visitor.rows(".cml-way")] == moved["reason"].tolist()
    assert len(moved) > 1


def test_every_chart_is_saved_as_an_image_with_its_title(visit: Visit, tmp_path: Path) -> None:
    visitor = visit().go(seed="5", day="4", **SMALL)
    visitor.page.wait_for_selector(".cml-chart canvas")
    buttons = visitor.page.locator(".cml-save-image button")
    assert buttons.count() == 2 * visitor.page.locator(".cml-chart").count() == 8
    title = "The market: money that moved on this day"
    for kind in ("SVG", "PNG"):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=f"Save {title} as {kind}").click()
        name = f"the-market-money-that-moved-on-this-day.{kind.lower()}"
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    image = next(tmp_path.glob("*.svg")).read_text(encoding="utf-8")
    assert f">{title}</text>" in image
    assert ElementTree.fromstring(image).tag.endswith("svg")  # noqa: S314
    assert next(tmp_path.glob("*.png")).read_bytes().startswith(b"\x89PNG")


def test_an_address_that_names_nothing_opens_the_start(visit: Visit) -> None:
    visitor = visit().go()
    visitor.page.locator(".cml-scenarios a:has-text('Cheap spam')").click()
    visitor.page.wait_for_selector(".cml-figures")
    visitor.page.locator(".cml-guide:has-text('Five spammers')").wait_for()
    visitor.wait_for(lambda: "malicious_agents=5" in visitor.page.url)
    visitor.page.go_back()
    visitor.page.locator("text=A market for labels").wait_for()


def test_a_link_imports_no_class_and_reads_no_file(visit: Visit) -> None:
    visitor = visit().go(classifier="os:system", data_path="/etc/passwd", **SMALL)
    visitor.page.locator("text=classifier = 'os:system' is not taken from a link").wait_for()
    visitor.page.locator("text=data_path is not taken from a link").wait_for()
    visitor.page.wait_for_selector(".cml-figures")
    assert visitor.figures() == expected(CMLModel(rng=1, **SMALL))


def test_an_error_in_the_model_is_shown_and_reset_recovers(
    visit: Visit, failing_page_address: str
) -> None:
    visitor = visit(address=failing_page_address).go(seed="13", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.press("▶")
    visitor.page.locator("text=The market stopped: RuntimeError: the market broke").wait_for()
    assert "failing_page.py" in visitor.page.locator(".cml-traceback").inner_text()
    visitor.enter("seed", "14")
    visitor.press("Reset")
    visitor.wait_for(lambda: visitor.page.locator(".cml-traceback").count() == 0)
    visitor.play_to_the_end()
    model = CMLModel(rng=14, **SMALL)
    model.run()
    assert visitor.figures() == expected(model)


def test_what_is_saved_is_understood_by_the_command_line(visit: Visit, tmp_path: Path) -> None:
    visitor = visit().go(seed="5", cost_weight="4", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.play_to_the_end()
    visitor.page.locator(".cml-parameters >> text=Save").click()
    for name in ("runs.csv", "series.csv", "study.toml"):
        with visitor.page.expect_download() as download:
            visitor.page.locator(f".cml-save button:has-text('{name}')").click()
        download.value.save_as(tmp_path / name)
    (run,) = runs_of(read_study(tmp_path / "study.toml"))
    assert run == Run(Parameters.checked(SMALL | {"cost_weight": "4"}), 5)
    result = execute(run)
    row = pd.read_csv(tmp_path / "runs.csv").iloc[0]
    assert (row["run"], row["status"]) == (run.id, "done")
    assert row["final_accuracy"] == pytest.approx(result.outcomes["final_accuracy"])
    series = pd.read_csv(tmp_path / "series.csv")
    assert series["accuracy"].tolist() == pytest.approx(result.series["accuracy"])


def test_visitors_do_not_see_each_other(visit: Visit) -> None:
    one, other = visit().go(seed="5", **SMALL), visit().go(seed="6", **SMALL)
    one.page.wait_for_selector(".cml-figures")
    other.page.wait_for_selector(".cml-figures")
    one.play_to_the_end()
    assert other.day() == 0
    assert other.figures() == expected(CMLModel(rng=6, **SMALL))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_fits_the_window(visit: Visit, width: int, scheme: str) -> None:
    visitor = visit(width=width, height=800, scheme=scheme).go(seed="5", day="5", **SMALL)
    visitor.page.wait_for_selector(".cml-chart canvas")
    widest = visitor.page.evaluate(
        "Math.max(...[...document.querySelectorAll('.cml-main > *')]"
        ".map(e => e.getBoundingClientRect().right))"
    )
    assert widest <= width
    background = visitor.page.evaluate(
        "getComputedStyle(document.querySelector('.v-application')).backgroundColor"
    )
    shade = int(background.removeprefix("rgb(").split(",")[0])
    assert (shade < 80) == (scheme == "dark")
