"""A page on a port of its own, and a real browser that visits it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.error import URLError
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

CHROMIUM = shutil.which("chromium")
SMALL = {"train_size": "1500", "test_size": "500", "num_words": "100"}
"""A market that is over after less than a second."""

STARTS_WITHIN_S = 180
ANSWERS_WITHIN_MS = 90_000

type Visit = Callable[..., "Visitor"]


def free_port() -> int:
    with socket.create_server(("localhost", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def serving(command: list[str]) -> Iterator[str]:
    """Run a server with a port of its own, and end it by its process id."""
    with started(command, subprocess.DEVNULL) as (address, _):
        yield address


@contextmanager
def started(
    command: list[str], errors: Any, port: int | None = None
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Run a server that reports its errors there; yields its address and the process."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=errors,
        env=os.environ
        | {"PYTHONWARNINGS": "default" if errors == subprocess.DEVNULL else "ignore"}
        | {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False"},
    )
    address = f"http://localhost:{port}"
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310
                    break
            except (URLError, OSError):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command} does not serve") from None
                time.sleep(0.2)
        yield address, process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def page_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page as users start it, for studies in the tests' directories."""
    root = str(tmp_path_factory.getbasetemp())
    with serving(["-m", "cmlabm.viz", "--data-root", root]) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


class Visitor:
    """What a test does with the page."""

    def __init__(self, page: "Page", address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        page.set_default_timeout(ANSWERS_WITHIN_MS)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._check_origin)

    def go(self, **query: str) -> "Visitor":
        self.page.goto(f"{self.address}/?{urlencode(query)}")
        return self

    def go_to(self, query: str) -> "Visitor":
        self.page.goto(f"{self.address}/{query}")
        return self

    def press(self, name: str) -> None:
        self.page.locator(f".cml-player button:has-text('{name}')").click()

    def play_to_the_end(self) -> None:
        self.page.locator(".cml-speed").click()
        self.page.locator(".v-list-item:has-text('fastest')").click()
        self.press("▶")
        self.wait_for(lambda: "the end" in self.figure("day"))

    def open_group(self, name: str) -> None:
        self.page.locator(f".cml-group-{name}").click()

    def enter(self, name: str, text: str) -> None:
        self.page.locator(f".cml-{name} input").fill(text)

    def figure(self, key: str) -> str:
        found = self.page.locator(f".cml-figures [data-figure='{key}'] dd")
        return str(found.inner_text())

    def figures(self) -> dict[str, str]:
        found = self.page.locator(".cml-figures .figure")
        return {
            str(item.get_attribute("data-figure")): str(item.locator("dd").inner_text())
            for item in found.all()
        }

    def day(self) -> int:
        return int(self.figure("day").split()[0])

    def wait_for(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + ANSWERS_WITHIN_MS / 1000
        while not condition():
            assert time.monotonic() < deadline, "the page did not get there"
            self.page.wait_for_timeout(50)

    def rows(self, table: str) -> list[list[str]]:
        """The cells of a table, all as they were at one moment."""
        script = (
            "selector => [...document.querySelectorAll(selector + ' tbody tr')]"
            ".map(row => [...row.children].map(cell => cell.innerText))"
        )
        found: list[list[str]] = self.page.evaluate(script, table)
        return found

    def points(self, chart: int) -> int:
        """How many points the first curve of a chart has."""
        script = (
            "n => document.querySelectorAll('.cml-chart')[n].chart"
            ".getOption().series[0].data.length"
        )
        return int(self.page.evaluate(script, chart))

    def _note(self, message: "ConsoleMessage") -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _check_origin(self, request: "Request") -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.errors.append(f"asked for {request.url}")


@pytest.fixture
def visit(browser: "Browser", page_address: str) -> Iterator[Visit]:
    """Return a function that opens the page as a new visitor; no visit may log an error."""
    visitors: list[Visitor] = []

    def open_page(
        address: str = page_address,
        width: int = 1280,
        height: int = 800,
        scheme: Literal["light", "dark"] = "light",
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        visitors.append(Visitor(context.new_page(), address))
        return visitors[-1]

    yield open_page
    for visitor in visitors:
        visitor.page.context.close()
    assert [error for visitor in visitors for error in visitor.errors] == []


@pytest.fixture(scope="session")
def failing_page_address() -> Iterator[str]:
    """A page whose markets break on their third day if the seed is 13."""
    with serving([str(Path(__file__).parent / "failing_page.py")]) as address:
        yield address
