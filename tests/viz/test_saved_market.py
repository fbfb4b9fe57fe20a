"""A market saved as one file, opened from the disk without a network."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cmlabm.model import CMLModel
from cmlabm.viz.views.key_figures import key_figures
from cmlabm.viz.views.saved_market import MOST_FRAMES, python_lines, saved_market

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SMALL = {"train_size": 1500, "test_size": 300, "num_words": 50}

POINTS = """[...document.querySelectorAll('.chart')].map(
    chart => echarts.getInstanceByDom(chart).getOption().series[0].data.length)"""


@pytest.fixture(scope="module")
def model() -> CMLModel:
    model = CMLModel(rng=3, cost_weight=2, **SMALL)
    for _ in range(6):
        model.step()
    return model


def test_the_file_is_drawn_without_server_and_network(
    browser: "Browser", model: CMLModel, tmp_path: Path
) -> None:
    path = tmp_path / "market.html"
    path.write_text(saved_market(model, 0.7), encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('.chart canvas').length === 4")
    assert page.evaluate(POINTS) == [3, 7, 7, 7]
    assert (
        page.locator("[data-figure=accuracy] dd")
        .inner_text()
        .startswith(key_figures(model)[1].shown)
    )
    page.locator("#wind").fill("2")
    assert page.locator("#day").inner_text() == "day 2 of 6"
    assert page.evaluate(POINTS) == [3, 3, 3, 3]
    assert (
        page.locator("[data-figure=accuracy] dd")
        .inner_text()
        .startswith(key_figures(model, 2)[1].shown)
    )
    assert "cost_weight" in page.locator("table").inner_text()
    assert python_lines(model) == page.locator("pre").inner_text()
    assert (errors, asked) == ([], [path.as_uri()])
    context.close()


def test_the_python_lines_make_the_same_market(model: CMLModel) -> None:
    made: dict[str, CMLModel] = {}
    exec(python_lines(model), made)  # noqa: S102
    assert made["model"].series().equals(model.series())


def test_labels_of_a_users_data_are_no_script_in_the_file(model: CMLModel) -> None:
    model.ledger.names[1] = "</script><script>alert(1)</script>"
    saved = saved_market(model)
    model.ledger.names[1] = "honest-1"
    assert "<script>alert" not in saved


def test_a_long_market_has_so_many_days_to_choose() -> None:
    """A frame for each of thousands of days would make a file of hundreds of megabytes."""
    seldom = {"honest_mean_wait_s": 600_000, "malicious_mean_wait_s": 600_000}
    model = CMLModel(rng=1, max_days=MOST_FRAMES + 10, **seldom, **SMALL)
    model.run()
    assert model.time > MOST_FRAMES
    saved = saved_market(model)
    assert saved.count('"figures":') == MOST_FRAMES
    assert len(saved) < 10_000_000
