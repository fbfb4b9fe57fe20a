"""The market's picture and curves on Mesa's own page, headless and in a real browser."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipyvue
import ipyvuetify
import pytest
import solara
from mesa.visualization import SolaraViz
from mesa.visualization.utils import force_update
from small_market import record
from solara.widgets.widgets import GridLayout

from cmlabm.model import CMLModel
from cmlabm.viz import (
    AccuracyChart,
    Balances,
    EscrowChart,
    MarketPicture,
    SubmissionTable,
    show,
)
from cmlabm.viz.drawing.charts import Option
from cmlabm.viz.drawing.colours import LIGHT, Colours
from cmlabm.viz.drawing.market_curves import accuracy_chart, balances_chart, escrow_chart
from cmlabm.viz.drawing.market_picture import picture
from cmlabm.viz.views.submission_table import as_html, lines
from viz.conftest import SMALL, Visit, Visitor, serving
from viz.mesa_page import OwnMarket

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DRAWN = [
    (MarketPicture, picture),
    (AccuracyChart, accuracy_chart),
    (Balances, balances_chart),
    (EscrowChart, escrow_chart),
]
SAMPLES = {"train_size": 1500, "test_size": 500}


@contextmanager
def rendered(element: Any) -> Iterator[Any]:
    """Render without a browser."""
    _, context = solara.render(element, handle_error=False)
    try:
        yield context
    finally:
        context.close()


def chart_of(context: Any) -> Option:
    (board,) = (w for w in context.find(ipyvue.VueTemplate).widgets if hasattr(w, "content"))
    (chart,) = json.loads(board.content)["charts"]
    option: Option = chart["option"]
    return option


@pytest.mark.parametrize(("component", "draw"), DRAWN)
def test_a_component_draws_the_market_and_draws_it_anew_after_each_step(
    component: Any, draw: Callable[[CMLModel, Colours], Option]
) -> None:
    """One that does not watch Mesa's counter would stand still."""
    model = OwnMarket(rng=5, num_words=100, **SAMPLES)
    with rendered(component(model)) as context:
        charts = []
        for _ in range(3):
            charts.append(chart_of(context))
            assert charts[-1] == json.loads(json.dumps(draw(model, LIGHT)))
            model.step()
            force_update()
    assert charts[0] != charts[1] != charts[2]


def test_submissions_are_those_of_the_market_after_each_step() -> None:
    model = OwnMarket(rng=5, num_words=100, **SAMPLES)
    with rendered(SubmissionTable(model)) as context:
        for _ in range(3):
            shown = [w.unsafe_innerHTML for w in context.find(solara.widgets.HTML).widgets]
            assert shown == [as_html(lines(model))]
            model.step()
            force_update()


def test_charts_bring_their_library_where_solara_serves_none(browser: "Browser") -> None:
    """In a notebook they would ask a server of others for it."""
    model = OwnMarket(rng=5, num_words=100, **SAMPLES)
    with rendered(AccuracyChart(model)) as context:
        (board,) = (w for w in context.find(ipyvue.VueTemplate).widgets if hasattr(w, "library"))
        script = board.library
    page = browser.new_page()
    version = page.evaluate(
        """script => {
            const module = {exports: {}};
            new Function("module", "exports", script)(module, module.exports);
            return module.exports.version;
        }""",
        script,
    )
    page.close()
    assert version == "5.4.0"


def test_show_in_a_notebook_needs_no_script_from_elsewhere_and_reset_brings_it_back() -> None:
    """Mesa lays its page out by a script that only Solara's server has: it would stay empty.

    And Mesa would reset to the base case, and to a seed that nobody knows.
    """
    start = {"rng": 5, "num_words": 100, "cost_weight": 4, **SAMPLES}
    model = CMLModel(**start)
    with rendered(show(model)) as context:
        assert not context.find(GridLayout).widgets
        boards = [w for w in context.find(ipyvue.VueTemplate).widgets if hasattr(w, "library")]
        assert len(boards) == len(DRAWN)

        def accuracy() -> Option:
            (chart,) = json.loads(boards[1].content)["charts"]
            return dict(chart["option"])

        context.find(ipyvuetify.Btn, children=["Step"]).widget.click()
        assert model.time == 1
        assert accuracy() == json.loads(json.dumps(accuracy_chart(model, LIGHT)))
        context.find(ipyvuetify.Btn, children=["Reset"]).widget.click()
        assert accuracy() == json.loads(json.dumps(accuracy_chart(CMLModel(**start), LIGHT)))


def test_the_package_loads_solara_only_when_it_is_asked_for() -> None:
    code = (
        "import sys, cmlabm.viz; assert 'solara' not in sys.modules;"
        " cmlabm.viz.show; assert 'solara' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_mesas_controls_step_a_market_and_reset_it_with_other_parameters() -> None:
    """At Reset Mesa makes the model anew, of the same class, from keywords that may be text."""
    model = solara.reactive(OwnMarket(rng=1, least=7.0, num_words=100, **SAMPLES))
    parameters = {
        **SMALL,
        "rng": "5",
        "num_words": "50",
        "least": {"type": "SliderFloat", "label": "least", "value": 7.0, "min": 0.0, "max": 9.0},
    }
    viz = SolaraViz(model, components=[MarketPicture], model_params=parameters)
    with rendered(solara.AppLayout(children=[viz])) as context:

        def press(name: str) -> None:
            context.find(ipyvuetify.Btn, children=[name]).widget.click()

        press("Step")
        press("Step")
        assert (model.value.time, model.value.seed) == (2, 1)
        press("Reset")
        assert type(model.value) is OwnMarket
        assert (model.value.time, model.value.seed, model.value.least) == (0, 5, 7.0)
        press("Step")
        same = OwnMarket(rng=5, num_words=50, **SAMPLES)
        same.step()
        assert model.value.series().equals(same.series())


def drawings_beside(model: OwnMarket) -> int:
    """Run a market to its end while another thread draws it; return how often it was drawn."""
    failures: list[Exception] = []
    drawn = 0

    def draw_on() -> None:
        nonlocal drawn
        while model.running:
            try:
                for _, draw in DRAWN:
                    draw(model, LIGHT)
                    lines(model)
                    drawn += 1
            except Exception as error:
                failures.append(error)

    drawing = threading.Thread(target=draw_on)
    drawing.start()
    try:
        model.run()
    finally:
        model.running = False
        drawing.join()
    assert failures == []
    return drawn


def test_drawing_while_the_market_steps_disturbs_neither() -> None:
    """Solara draws in whichever thread a browser's word arrives, also in the midst of a day."""
    undisturbed = OwnMarket(rng=5, num_words=100, **SAMPLES)
    undisturbed.run()
    drawn = 0
    while drawn < 100:  # on a busy machine that takes several markets
        model = OwnMarket(rng=5, num_words=100, **SAMPLES)
        drawn += drawings_beside(model)
        assert record(model) == record(undisturbed)


# In a browser


@pytest.fixture(scope="module")
def mesa_address() -> Iterator[str]:
    """Mesa's page as its users start it, with Solara's own command."""
    page = str(Path(__file__).parent / "mesa_page.py")
    with serving(["-m", "solara", "run", page, "--no-open", "--production"]) as address:
        yield address


def time_of(visitor: Visitor) -> float:
    return float(visitor.page.locator("text=/^Time: /").inner_text().split()[1])


def press(visitor: Visitor, name: str) -> None:
    visitor.page.locator(f"button:has-text('{name}')").click()


def first_accuracy(visitor: Visitor) -> float:
    """What the second chart, the accuracy's, starts with."""
    script = "document.querySelectorAll('.cml-chart')[1].chart.getOption().series[0].data[0][1]"
    return float(visitor.page.evaluate(script))


def test_mesas_page_comes_up_steps_plays_and_resets_without_an_error(
    visit: Visit, mesa_address: str
) -> None:
    """Also without a request to another host: Solara would ask one for scripts it has not."""
    visitor = visit(mesa_address).go()
    visitor.wait_for(lambda: visitor.page.locator(".cml-chart canvas").count() == len(DRAWN))
    model = OwnMarket(rng=5, num_words=100, **SAMPLES)
    for day in range(1, 4):
        press(visitor, "Step")
        visitor.wait_for(lambda day=day: time_of(visitor) == day)  # type: ignore[misc]
    visitor.wait_for(lambda: visitor.points(1) == 4)
    started_at = model.accuracy
    assert first_accuracy(visitor) == pytest.approx(started_at, abs=1e-5)

    press(visitor, "▶")
    model.run()
    visitor.wait_for(lambda: time_of(visitor) == model.time)

    visitor.page.get_by_label("num_words").fill("300")
    visitor.page.keyboard.press("Tab")
    press(visitor, "Reset")
    visitor.wait_for(lambda: time_of(visitor) == 0)
    other = OwnMarket(rng=5, num_words=300, **SAMPLES)
    assert other.accuracy != started_at
    visitor.wait_for(lambda: visitor.points(1) == 1)
    assert first_accuracy(visitor) == pytest.approx(other.accuracy, abs=1e-5)

    visitor.page.locator(".v-tab:has-text('Page 1')").click()
    plot = "document.querySelector('.v-window img')"
    visitor.wait_for(lambda: bool(visitor.page.evaluate(f"{plot} && {plot}.naturalWidth > 200")))
