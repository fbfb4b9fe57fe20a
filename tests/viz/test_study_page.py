"""The study view in a real browser."""

from pathlib import Path

import pytest

from cmlabm.batch import Result, Store, Study, execute, runs_of
from cmlabm.model import CMLModel
from viz.conftest import SMALL, Visit, Visitor

STUDY = Study(
    name="words_and_cost",
    description="What words and cost do",
    seeds=2,
    parameters={name: int(text) for name, text in SMALL.items() if name != "num_words"},
    sweep={"num_words": [50, 100], "cost_weight": [1.0, 4.0]},
)


@pytest.fixture(scope="module")
def results() -> list[Result]:
    return [execute(run) for run in runs_of(STUDY)]


def write(directory: Path, results: list[Result]) -> None:
    with Store.create(directory) as store:
        store.begin(STUDY, runs_of(STUDY), {})
        for result in results:
            store.save(result)


def shown_means(visitor: Visitor) -> list[list[str]]:
    return visitor.rows(".cml-means")


def click_dot(visitor: Visitor, run: str) -> None:
    place = visitor.page.evaluate(
        """run => {
            const element = document.querySelector('.cml-chart');
            const chart = element.chart;
            const dot = chart.getOption().series[0].data.find(dot => dot.name === run);
            const [x, y] = chart.convertToPixel({seriesIndex: 0}, dot.value);
            const box = element.getBoundingClientRect();
            return [box.left + x, box.top + y];
        }""",
        run,
    )
    visitor.page.mouse.click(*place)


def test_factor_outcome_filter_and_a_run_opened_live(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    write(tmp_path / "study", results)
    visitor = visit().go(view="study")
    visitor.page.locator(".cml-dir input, .cml-controls input").first.fill(str(tmp_path / "study"))
    visitor.page.keyboard.press("Enter")
    visitor.page.locator("button:has-text('Open')").click()
    visitor.page.wait_for_selector(".cml-means")
    visitor.page.locator(".cml-count:has-text('8 of 8 runs')").wait_for()
    assert [row[:2] for row in shown_means(visitor)] == [["50", "4"], ["100", "4"]]

    visitor.page.locator(".cml-factor").click()
    visitor.page.locator(".v-list-item:has-text('cost_weight')").click()
    visitor.wait_for(lambda: [row[0] for row in shown_means(visitor)] == ["1", "4"])
    visitor.page.locator(".cml-outcome").click()
    visitor.page.locator(".v-list-item:has-text('honest_final_balance')").click()
    expected = [
        sum(
            float(result.outcomes["honest_final_balance"])
            for result in results
            if result.run.parameters.cost_weight == cost
        )
        / 4
        for cost in (1, 4)
    ]
    visitor.wait_for(
        lambda: [row[3] for row in shown_means(visitor)] == [f"{mean:,.1f}" for mean in expected]
    )
    assert "factor=cost_weight&outcome=honest_final_balance" in visitor.page.url

    visitor.page.locator(".cml-only-num_words").click()
    visitor.page.locator(".v-list-item:has-text('100')").click()
    visitor.page.keyboard.press("Escape")
    visitor.wait_for(lambda: [row[1] for row in shown_means(visitor)] == ["2", "2"])

    run = next(
        result.run
        for result in results
        if result.run.parameters.num_words == 100 and result.run.parameters.cost_weight == 4
    )
    visitor.wait_for(lambda: visitor.points(0) == 4)
    visitor.page.wait_for_timeout(500)
    click_dot(visitor, run.id)
    visitor.page.locator("button:has-text('Open this run live')").click()
    visitor.page.wait_for_selector(".cml-figures")
    assert "cost_weight=4" in visitor.page.url
    assert f"seed={run.seed}" in visitor.page.url
    model = CMLModel(rng=run.seed, **run.parameters.model_dump())
    assert visitor.figure("accuracy") == f"{model.accuracy:.4f}"


def test_follows_a_study_that_is_still_running(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    write(tmp_path, results[:3])
    visitor = visit().go(view="study", study=str(tmp_path))
    visitor.page.locator("text=3 of 8 runs so far").wait_for()
    visitor.page.wait_for_selector(".cml-chart canvas")
    write(tmp_path, results[3:6])
    visitor.page.locator("text=6 of 8 runs so far").wait_for()
    visitor.wait_for(lambda: visitor.points(0) == 6)
    write(tmp_path, results[6:])
    visitor.page.locator(".cml-count:has-text('8 of 8 runs')").wait_for()


def test_says_what_failed_and_what_is_no_study(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    failed = Result(results[0].run, "failed", 0.1, error="ValueError: the market broke")
    write(tmp_path, [failed, *results[1:]])
    visitor = visit().go(view="study", study=str(tmp_path))
    visitor.page.locator("text=7 of 8 runs; 1 failed").click()
    visitor.page.locator("text=ValueError: the market broke").wait_for()
    other = visit().go(view="study", study=str(tmp_path / "nothing"))
    other.page.locator("text=holds no study").wait_for()
