"""The page for those who use a keyboard, a screen reader, or larger letters."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from cmlabm.batch import Store, Study, execute, runs_of
from viz.conftest import SMALL, Visit, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page

axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with figures of every kind but for those of designs over ranges."""
    directory = tmp_path_factory.mktemp("study")
    fixed = {name: int(text) for name, text in SMALL.items()}
    study = Study(name="costs", seeds=2, parameters=fixed, sweep={"cost_weight": [1.0, 4.0]})
    with Store.create(directory) as store:
        store.begin(study, runs_of(study), {})
        for run in runs_of(study):
            store.save(execute(run))
    return directory


def violations(visitor: Visitor) -> list[str]:
    """Return what is critical or serious by axe-core's rules, and where."""
    found: dict[str, Any] = axe.Axe().run(visitor.page).response
    return [
        f"{rule['id']}: {node['html'][:200]} ({node['failureSummary'][:200]})"
        for rule in found["violations"]
        if rule["impact"] in ("critical", "serious")
        for node in rule["nodes"]
    ]


def opened(visit: Visit, view: str, study: Path, scheme: Literal["light", "dark"]) -> Visitor:
    visitor = visit(scheme=scheme)
    match view:
        case "start":
            visitor.page.goto(visitor.address)
            visitor.page.wait_for_selector(".cml-scenarios article a")
            return visitor
        case "live":
            visitor.go(day="3", **SMALL)
        case "compare":
            visitor.go(view="compare", day="3", vary="cost_weight", value="1", seeds="2", **SMALL)
        case "study":
            outcome = "malicious_depletion_days"
            visitor.go(view="study", study=str(study), outcome=outcome)
            visitor.page.locator("figure:has-text('How long malicious') canvas").wait_for()
    visitor.page.wait_for_selector(".cml-chart canvas")
    return visitor


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["start", "live", "compare", "study"])
def test_axe_finds_nothing_serious(
    visit: Visit, view: str, study: Path, scheme: Literal["light", "dark"]
) -> None:
    """Names of controls, contrast of at least 4.5, roles, headings, and whether one may zoom."""
    visitor = opened(visit, view, study, scheme)
    visitor.page.wait_for_timeout(600)
    assert violations(visitor) == []


@pytest.mark.parametrize("view", ["live", "compare", "study"])
def test_each_chart_says_in_words_what_it_shows(visit: Visit, view: str, study: Path) -> None:
    charts = opened(visit, view, study, "light").page.locator(".cml-chart")
    for chart in charts.all():
        assert chart.get_attribute("role") == "img"
        assert any(letter.isdigit() for letter in str(chart.get_attribute("aria-label")))


@pytest.mark.parametrize("view", ["live", "compare", "study"])
def test_what_has_the_focus_is_seen(visit: Visit, view: str, study: Path) -> None:
    """Every stop of the Tab key is inside of the window, and looks other than before."""
    page = opened(visit, view, study, "light").page
    look = """() => {
        const it = document.activeElement;
        const style = element => { const own = getComputedStyle(element);
            return [own.outlineStyle, own.outlineWidth, own.boxShadow, own.borderColor].join(); };
        return [it.outerHTML.slice(0, 120), it.matches(':focus-visible'),
            getComputedStyle(it.closest('.v-input') || it).outlineStyle !== 'none'
            || getComputedStyle(it).outlineStyle !== 'none'];
    }"""
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        page.wait_for_timeout(60)
        stops.append(page.evaluate(look))
    assert [stop for stop in stops if not (stop[1] and stop[2])] == []
    assert len({stop[0] for stop in stops}) > 6


def go_to(page: "Page", what: str, key: str = "Tab") -> None:
    """Press a key until the focus is on what a selector finds."""
    for _ in range(60):
        page.keyboard.press(key)
        if page.locator(":focus").and_(page.locator(what)).count():
            return
    pytest.fail(f"the {key} key does not lead to {what}")


def test_a_market_is_changed_played_wound_back_and_looked_into_by_keyboard(visit: Visit) -> None:
    visitor = visit().go(view="live", seed="5", day="2", **SMALL)
    page = visitor.page
    page.wait_for_selector(".cml-pick")
    go_to(page, "button:has-text('Step')")
    page.keyboard.press("Enter")
    visitor.wait_for(lambda: visitor.day() == 3)
    go_to(page, ".cml-cost_weight input")
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    visitor.wait_for(lambda: "cost_weight=4" in page.url)
    visitor.wait_for(lambda: visitor.day() == 0)
    go_to(page, "button:has-text('Step')", "Shift+Tab")
    page.keyboard.press("Enter")
    visitor.wait_for(lambda: visitor.day() == 1)
    go_to(page, ".cml-days input")
    page.keyboard.press("Home")
    page.locator("text=Play and Step go on from day 1").wait_for()
    page.keyboard.press("End")
    go_to(page, ".cml-pick")
    page.keyboard.press("Enter")
    page.locator("text=The money of submission").wait_for()
