"""Make the pictures of the page's views and of a market on Mesa's page, and the film of the README.

    uv run python docs/screenshots/make.py [--dark] [--width 1280] [--only start]

The study is a small one, run for the purpose with the command line; Mesa's page is the example of
``docs/mesa.md``.
"""

import io
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
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

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


FILM_DAYS = 40
FILM_SIZE = (1000, 900)
FRAMES_A_SECOND = 4
FILM_COLOURS = 256
LAST_FRAME_S = 3


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


def opened(browser: Browser, width: int, height: int, dark: bool) -> Page:
    """Return the page of a new visitor."""
    page = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    ).new_page()
    page.set_default_timeout(300_000)
    return page


def start(page: Page, address: str) -> None:
    """Show the guided markets."""
    page.goto(address)
    page.wait_for_selector(".cml-scenarios")


def live(page: Page, address: str) -> None:
    """Show three honest and two malicious contributors on their fortieth day."""
    page.goto(f"{address}/?seed=1&honest_agents=3&malicious_agents=2&day=40")
    page.wait_for_selector(".cml-chart canvas")
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


def film(page: Page, address: str, path: Path) -> None:
    """Film the base case, a frame a day."""
    page.goto(f"{address}/?view=live&seed=1")
    page.wait_for_selector(".cml-chart canvas")
    page.wait_for_function(
        "document.querySelector('.cml-chart').chart.getOption()"
        ".series[1].markLine.data.some(level => level.label.formatter.startsWith('no attack'))"
    )
    frames = [page.screenshot()]
    for day in range(1, FILM_DAYS + 1):
        page.locator(".cml-player button:has-text('Step')").click()
        page.wait_for_selector(f"[data-figure='day'] dd:text-matches('^{day}$')")
        page.mouse.move(0, 0)
        page.wait_for_timeout(400)
        frames.append(page.screenshot())
    pictures = [Image.open(io.BytesIO(frame)).convert("RGB") for frame in frames]
    palette = pictures[-1].quantize(
        FILM_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    reduced = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    reduced[0].save(
        path,
        save_all=True,
        append_images=reduced[1:],
        duration=[1000 // FRAMES_A_SECOND] * FILM_DAYS + [1000 * LAST_FRAME_S],
        loop=0,
        optimize=True,
    )


def main(
    dark: bool = False,
    width: int = 1280,
    to: Path = Path(__file__).parent,
    only: list[str] | None = None,
) -> None:
    """Make the pictures and the film, or only those that are named: start, live, market, …."""
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for command, names in (
            (["cmlabm.viz"], ("market", "start", "live", "compare", "study")),
            (["solara", "run", "my_page.py", "--no-open", "--production"], ("mesa",)),
        ):
            wanted = [name for name in names if not only or name in only]
            if not wanted:
                continue
            _prepare(Path(directory), wanted)
            with served(Path(directory), *command) as address:
                if "market" in wanted:
                    film(opened(browser, *FILM_SIZE, dark), address, to / "market.gif")
                for name in wanted:
                    if name in VIEWS:
                        show, height = VIEWS[name]
                        page = opened(browser, width, height, dark)
                        show(page, address)
                        page.wait_for_timeout(1500)
                        page.screenshot(path=to / f"{name}.png")
        browser.close()


def _prepare(directory: Path, wanted: list[str]) -> None:
    """Make what is shown: the runs of the study, and the page of the document."""
    if "study" in wanted:
        (directory / "study.toml").write_text(STUDY, encoding="utf-8")
        command = [sys.executable, "-m", "cmlabm.batch", "study.toml", "--out", "results/study"]
        subprocess.run(command, cwd=directory, check=True)
    if "mesa" in wanted:
        text = (Path(__file__).parents[1] / "mesa.md").read_text(encoding="utf-8")
        example = text.split("`my_page.py`:\n\n```python\n")[1].split("```")[0]
        (directory / "my_page.py").write_text(example, encoding="utf-8")


VIEWS = {
    "start": (start, 880),
    "live": (live, 800),
    "compare": (compare, 800),
    "study": (study, 800),
    "mesa": (mesa, 1000),
}
"""What is shown in each picture, and its height."""


if __name__ == "__main__":
    typer.run(main)
