"""The study view in a real browser."""

from pathlib import Path

import pandas as pd
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
            const dot = chart.getOption().series[0].data.find(dot => dot[4] === run);
            const [x, y] = chart.convertToPixel({seriesIndex: 0}, dot.slice(0, 2));
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
    visitor.page.get_by_label("directory of the study").fill(str(tmp_path / "study"))
    visitor.page.keyboard.press("Enter")
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
    visitor.wait_for(lambda: "factor=cost_weight&outcome=honest_final_balance" in visitor.page.url)

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
    visitor.wait_for(lambda: "cost_weight=4" in visitor.page.url)
    visitor.wait_for(lambda: f"seed={run.seed}" in visitor.page.url)
    model = CMLModel(rng=run.seed, **run.parameters.model_dump())
    assert visitor.figure("accuracy").split()[0] == f"{model.accuracy:.4f}"


def test_intervals_are_inside_of_the_chart(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    """With two runs a level they are far longer than the dots are apart."""
    write(tmp_path, results)
    visitor = visit().go(view="study", study=str(tmp_path), **{"only.cost_weight": "1"})
    visitor.page.wait_for_selector(".cml-chart canvas")
    ends = visitor.page.evaluate(
        """() => {
            const chart = document.querySelector('.cml-chart').chart;
            const rows = chart.getOption().series[1].data;
            const shown = chart.getModel().getComponent('yAxis').axis.scale.getExtent();
            return [shown, rows.map(row => row.slice(2, 4))];
        }"""
    )
    (low, high), intervals = ends
    assert len(intervals) == 2
    assert all(low <= start < end <= high for start, end in intervals)


def test_figures_rows_and_lines_are_taken_away(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    write(tmp_path / "study", results)
    visitor = visit().go(
        view="study",
        study=str(tmp_path / "study"),
        factor="cost_weight",
        outcome="malicious_depletion_days",
        by="num_words",
        **{"only.num_words": "50"},
    )
    title = "How long malicious money lasts, by cost_weight"
    visitor.page.locator(f"figure:has-text('{title}') canvas").wait_for()
    for kind, start in (("svg", b"<svg"), ("png", b"\x89PNG")):
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=f"Save {title} as {kind.upper()}").click()
        assert download.value.suggested_filename == (
            f"how-long-malicious-money-lasts-by-cost_weight.{kind}"
        )
        download.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(start)
    visitor.page.locator("text=Save, and make the same").click()
    with visitor.page.expect_download() as download:
        visitor.page.locator("button:has-text('filtered_runs.csv')").click()
    download.value.save_as(tmp_path / "rows.csv")
    rows = pd.read_csv(tmp_path / "rows.csv")
    assert set(rows["run"]) == {r.run.id for r in results if r.run.parameters.num_words == 50}
    lines = visitor.page.locator(".cml-code").first.inner_text()
    assert "runs = runs[runs['num_words'].isin([50])]" in lines


def test_runs_are_sorted_and_picked_by_keyboard(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    write(tmp_path, results)
    visitor = visit().go(view="study", study=str(tmp_path), outcome="gini")
    heads = visitor.page.locator(".cml-runs th")
    heads.locator("button:has-text('gini')").focus()
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: "sort=gini" in visitor.page.url)
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: "sort=-gini" in visitor.page.url)
    best = max(results, key=lambda result: float(result.outcomes["gini"])).run
    visitor.wait_for(lambda: visitor.rows(".cml-runs")[0][0] == best.id)
    visitor.page.locator(f".cml-runs td button:has-text('{best.id}')").focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.locator(f".cml-picked:has-text('run {best.id}')").wait_for()
    visitor.wait_for(lambda: f"run={best.id}" in visitor.page.url)


def test_follows_a_study_that_is_still_running(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    directory = tmp_path / "later"
    visitor = visit().go(view="study", study=str(directory))
    visitor.page.locator("text=holds no study yet").wait_for()
    write(directory, results[:3])
    visitor.page.locator("text=3 of 8 runs so far").wait_for()
    visitor.page.wait_for_selector(".cml-chart canvas")
    write(directory, results[3:6])
    visitor.page.locator("text=6 of 8 runs so far").wait_for()
    visitor.wait_for(lambda: visitor.points(0) == 6)
    write(directory, results[6:])
    visitor.page.locator(".cml-count:has-text('8 of 8 runs')").wait_for()


def test_says_what_failed_and_what_is_no_study(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    failed = Result(results[0].run, "failed", 0.1, error="ValueError: the market broke")
    write(tmp_path, [failed, *results[1:]])
    visitor = visit().go(view="study", study=str(tmp_path))
    visitor.page.locator("text=7 of 8 runs; 1 failed").click()
    visitor.page.locator("text=ValueError: the market broke").wait_for()
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "study.sqlite").write_bytes(b"no database" * 99)
    other = visit().go(view="study", study=str(tmp_path / "torn"))
    other.page.locator("text=file is not a database").wait_for()


def test_the_address_brings_back_filters_and_the_picked_run(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    write(tmp_path, results)
    run = next(r.run for r in results if r.run.parameters.cost_weight == 4)
    visitor = visit().go(
        view="study",
        study=str(tmp_path),
        factor="cost_weight",
        outcome="gini",
        run=run.id,
        **{"only.num_words": str(run.parameters.num_words)},
    )
    visitor.page.locator(f"text=run {run.id}").wait_for()
    assert [row[:2] for row in shown_means(visitor)] == [["1", "2"], ["4", "2"]]
    visitor.page.locator(".cml-curve").click()
    visitor.page.locator(".v-list-item:has-text('escrow')").click()
    visitor.wait_for(lambda: "curve=escrow" in visitor.page.url)
    before = shown_means(visitor)
    visitor.page.reload()
    visitor.page.locator(f"text=run {run.id}").wait_for()
    visitor.page.locator("text=escrow of 4 of 4 runs, by day").wait_for()
    assert shown_means(visitor) == before


def test_a_link_that_names_what_is_not_there_is_answered_in_a_sentence(
    visit: Visit, tmp_path: Path, results: list[Result]
) -> None:
    write(tmp_path, results)
    visitor = visit().go(view="study", study=str(tmp_path), factor="fee", outcome="luck")
    visitor.page.locator("text=no factor 'fee'; num_words, cost_weight.").wait_for()
    visitor.page.locator("text=no outcome 'luck'; initial_accuracy").wait_for()
    visitor.page.wait_for_selector(".cml-means")
