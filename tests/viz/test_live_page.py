"""The live view in a real browser."""

from pathlib import Path

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
    visitor = visit().go()
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
    assert "num_words=300" in visitor.page.url

    visitor.page.go_back()
    visitor.wait_for(lambda: visitor.figure("accuracy") == before)


def test_a_slider_moves_its_entry(visit: Visit) -> None:
    visitor = visit().go(seed="5", **SMALL)
    visitor.open_group("contract")
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
    visitor.press("Reset")
    visitor.page.locator("text=The market was not set up").wait_for()
    visitor.enter("seed", "5")
    visitor.enter("num_words", "100")
    visitor.enter("initial_fraction", "0.08")
    visitor.press("Reset")
    visitor.page.wait_for_selector(".cml-figures")
    assert visitor.figures() == expected(CMLModel(rng=5, **SMALL))


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
