"""What other websites, hostile studies and visitors who leave can do, in a real browser.

``tests/hostile/test_hostile_page.py`` tries more of it, without a browser.
"""

import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from cmlabm.batch import Result, Store, Study, execute, runs_of
from cmlabm.report.command import app
from viz.conftest import SMALL, Visit, started

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOSTILE = '<img src=x onerror="window.pwned=1"><svg onload="window.pwned=1">{a|b}\n{{7*7}}'

TRY = """address => new Promise(resolve => {
    const socket = new WebSocket(address);
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
})"""
"""Opens a websocket as Solara's own scripts do."""


class Website(BaseHTTPRequestHandler):
    """Another website on this machine."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html><title>another website</title></html>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def website() -> Iterator[str]:
    with ThreadingHTTPServer(("localhost", 0), Website) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def test_another_website_opens_no_websocket_and_no_frame_of_the_page(
    browser: "Browser", visit: Visit, page_address: str, website: str
) -> None:
    """Any open website could start markets through the page's websocket."""
    socket = page_address.replace("http", "ws") + "/jupyter/api/kernels/{}/channels?session_id=x"
    visitor = visit().go(**SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    assert visitor.page.evaluate(TRY, socket.format("own")) == "open"
    foreign = browser.new_page()
    foreign.goto(website)
    assert foreign.evaluate(TRY, socket.format("foreign")) == "refused"
    foreign.evaluate(
        "address => { const frame = document.createElement('iframe'); frame.src = address;"
        " document.body.append(frame); }",
        page_address,
    )
    foreign.wait_for_timeout(1000)
    assert all("cmlabm" not in frame.content() for frame in foreign.frames[1:])
    foreign.close()


def test_no_handler_in_an_element_runs_even_if_it_gets_into_the_page(visit: Visit) -> None:
    visitor = visit().go(**SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.page.evaluate(
        """document.querySelector('.cml-card').innerHTML =
            '<img src="data:image/png," onerror="window.pwned=1">'"""
    )
    visitor.wait_for(lambda: any("Content Security Policy" in error for error in visitor.errors))
    assert visitor.page.evaluate("window.pwned") is None
    visitor.errors.clear()


@pytest.fixture
def hostile_study(tmp_path: Path) -> Path:
    study = Study(
        name="x",
        description=HOSTILE,
        seeds=2,
        parameters={name: int(text) for name, text in SMALL.items()},
        sweep={HOSTILE: {"label_column": ["label", HOSTILE], "cost_weight": [1, 2]}},
    )
    with Store.create(tmp_path) as store:
        store.begin(study, runs_of(study), {HOSTILE: HOSTILE})
        for run in runs_of(study):
            done = execute(run)
            failed = Result(run, "failed", 0.1, error=f"ValueError: {HOSTILE}")
            store.save(failed if run.seed and run.parameters.cost_weight > 1 else done)
    return tmp_path


def test_a_hostile_study_runs_no_script_on_the_page(visit: Visit, hostile_study: Path) -> None:
    """A factor's name was put into the page as HTML."""
    visitor = visit().go(view="study", study=str(hostile_study))
    visitor.page.wait_for_selector(".cml-means")
    visitor.page.locator("text=1 failed").click()
    visitor.page.locator(".cml-traceback >> text=ValueError").wait_for()
    for chart in visitor.page.locator(".cml-chart canvas").all():
        box = chart.bounding_box()
        assert box is not None
        for share in (0.2, 0.3, 0.5, 0.7, 0.8):
            x, y = box["x"] + share * box["width"], box["y"] + box["height"] / 2
            visitor.page.mouse.move(x, y)
            visitor.page.wait_for_timeout(50)
    assert "<img" in visitor.page.locator(".cml-means th").first.inner_text()
    assert visitor.page.locator("img[src=x], svg[onload]").count() == 0
    assert visitor.page.evaluate("window.pwned") is None


def test_a_hostile_study_runs_no_script_in_its_report(
    browser: "Browser", hostile_study: Path
) -> None:
    assert CliRunner().invoke(app, [str(hostile_study)]).exit_code == 0
    page = browser.new_page()
    page.goto((hostile_study / "report.html").as_uri())
    page.wait_for_selector("h2")
    assert page.locator("img[src=x], svg[onload]").count() == 0
    assert page.evaluate("window.pwned") is None
    page.close()


def test_odd_links_are_answered_in_sentences(visit: Visit, hostile_study: Path) -> None:
    visitor = visit().go(day="9" * 30, seed="9" * 3000, **SMALL)
    visitor.page.locator("text=must be a whole number from 0 to 3650").wait_for()
    visitor.page.locator("text='seed' is not taken over").wait_for()
    visitor.page.wait_for_selector(".cml-figures")
    assert visitor.day() == 0
    study = visit().go(view="study", study=str(hostile_study), factor="<b>x", outcome="nothing")
    study.page.locator("text=This study has no factor '<b>x'").wait_for()
    study.page.locator("text=This study has no outcome 'nothing'").wait_for()
    study.page.wait_for_selector(".cml-means")
    other = visit().go(view="study", study="/etc")
    other.page.locator("text=is not below the page's data root").wait_for()


def test_a_large_market_waits_until_one_asks_again(visit: Visit) -> None:
    visitor = visit().go(train_size="1000000")
    visitor.page.locator("text=To set this up takes about 26 seconds, and 3.3 GB").wait_for()
    visitor.page.locator("button:has-text('Set it up')").wait_for()
    visitor.open_group("data")
    visitor.enter("train_size", "1500")
    visitor.enter("test_size", "500")
    visitor.press("Reset")
    visitor.page.wait_for_selector(".cml-figures")
    too_large = visit().go(train_size="1000000", num_words="20000")
    too_large.page.locator("text=the page has 4 for one").wait_for()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


CROWD = {"honest_agents": "20000", "honest_start_balance": "100"} | SMALL


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs the times of a process")
def test_what_a_visitor_started_ends_on_stop_with_the_tab_and_with_the_server(
    visit: Visit, tmp_path: Path
) -> None:
    """Days to come were played on when nobody was there, and Ctrl-C waited for them."""
    with (tmp_path / "errors").open("w+b") as errors:
        with started(["-m", "cmlabm.viz"], errors) as (address, process):

            def is_at_rest() -> bool:
                before = cpu_seconds(process.pid)
                visitor.page.wait_for_timeout(1000)
                return cpu_seconds(process.pid) - before < 0.3

            visitor = visit(address=address).go(day="30", **CROWD)
            visitor.page.locator("button:has-text('Set it up')").click()
            visitor.wait_for(lambda: not is_at_rest())
            visitor.page.locator("button:has-text('Stop')").click()
            visitor.page.locator("text=Stopped before all was set up").wait_for()
            visitor.wait_for(is_at_rest)

            leaving = visit(address=address).go(day="30", **CROWD)
            leaving.page.locator("button:has-text('Set it up')").click()
            visitor.wait_for(lambda: not is_at_rest())
            leaving.page.goto("about:blank")
            visitor.wait_for(is_at_rest)

            playing = visit(address=address).go(**CROWD)
            playing.page.locator("button:has-text('Set it up')").click()
            playing.page.wait_for_selector(".cml-figures")
            playing.press("▶")
            visitor.wait_for(lambda: not is_at_rest())
            process.send_signal(signal.SIGINT)
            process.wait(20)
            for left in (visitor, leaving, playing):
                left.page.goto("about:blank")  # the page asks again and again whether it answers
                left.errors.clear()
        errors.seek(0)
        assert b"Traceback" not in errors.read()
