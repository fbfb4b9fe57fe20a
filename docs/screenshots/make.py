"""Make the pictures of the page's three views, and of a market on Mesa's page.

    uv run python docs/screenshots/make.py [--dark] [--width 1280] [--to docs/screenshots]

The study is a small one, run for the purpose with the command line; Mesa's page is the example of
``docs/mesa.md``.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import typer
from playwright.sync_api import Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

STUDY = """
name = "what_a_submission_costs"
description = "Cost and words, small markets"
seeds = 6
[parameters]
train_size = 6000
test_size = 2000
[sweep]
cost_weight = [0.5, 1, 2, 4, 8]
num_words = [400, 1000]
"""


@contextmanager
def served(directory: Path, *command: str) -> Iterator[str]:
    """Run a server in a directory on a free port; yields its address."""
    with socket.create_server(("localhost", 0)) as server:
        port = server.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(port)],
        cwd=directory,
        env=os.environ
        | {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_THEME_SHOW_BANNER": "False"},
    )
    address = f"http://localhost:{port}"
    try:
        while process.poll() is None:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=5).close()  # noqa: S310
                break
            except (URLError, OSError):
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def live(page: Page, address: str) -> None:
    """Show three honest and two malicious contributors on their fortieth day."""
    page.goto(f"{address}/?seed=1&honest_agents=3&malicious_agents=2&day=40")
    page.wait_for_selector(".cml-chart canvas")
    page.locator(".cml-group-contract").click()
    page.wait_for_function(
        "document.querySelector('.cml-chart').chart.getOption()"
        ".series[1].markLine.data.some(level => level.label.formatter.startsWith('no attack'))"
    )


def compare(page: Page, address: str) -> None:
    """Show what a four times dearer submission changes."""
    page.goto(f"{address}/?view=compare&seed=1&second.cost_weight=4&day=80")
    page.wait_for_selector(".cml-chart canvas")


def study(page: Page, address: str) -> None:
    """Show what the cost does to what the malicious agent is left with."""
    outcome = "malicious_final_balance"
    page.goto(f"{address}/?view=study&study=results/study&factor=cost_weight&outcome={outcome}")
    page.wait_for_function("document.querySelectorAll('.cml-chart canvas').length === 2")


def mesa(page: Page, address: str) -> None:
    """Show the tenth day of the example of the document."""
    page.goto(address)
    page.wait_for_selector(".cml-chart canvas")
    for day in range(1, 11):
        page.locator("button:has-text('Step')").click()
        page.wait_for_selector(f"text='Time: {day}.0'")


def main(dark: bool = False, width: int = 1280, to: Path = Path(__file__).parent) -> None:
    """Make the pictures."""
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        path = Path(directory) / "study.toml"
        path.write_text(STUDY, encoding="utf-8")
        command = [sys.executable, "-m", "cmlabm.batch", "study.toml", "--out", "results/study"]
        subprocess.run(command, cwd=directory, check=True)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        text = (Path(__file__).parents[1] / "mesa.md").read_text(encoding="utf-8")
        example = text.split("`my_page.py`:\n\n```python\n")[1].split("```")[0]
        (Path(directory) / "my_page.py").write_text(example, encoding="utf-8")
        for command, views in (
            (["cmlabm.viz"], (live, compare, study)),
            (["solara", "run", "my_page.py", "--no-open", "--production"], (mesa,)),
        ):
            with served(Path(directory), *command) as address:
                for view in views:
                    page = browser.new_context(
                        viewport={"width": width, "height": 800 if view is not mesa else 1000},
                        color_scheme="dark" if dark else "light",
                    ).new_page()
                    page.set_default_timeout(300_000)
                    view(page, address)
                    page.wait_for_timeout(1500)
                    page.screenshot(path=to / f"{view.__name__}.png")
        browser.close()


if __name__ == "__main__":
    typer.run(main)
