"""How long the page takes for a day of the base case, what it keeps, and ten visitors at once.

Starts the page, visits it with Chromium, plays the base case to its end at the default speed, and
then ten sessions together for a while:

    uv run python benchmarks/page_speed.py [--sessions 10] [--seconds 30]
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import typer
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Run the page on a free port; yields its address and its process id."""
    with socket.create_server(("localhost", 0)) as server:
        port = server.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "cmlabm.viz", "--port", str(port)])
    address = f"http://localhost:{port}"
    try:
        while process.poll() is None:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=5).close()  # noqa: S310
                break
            except (URLError, OSError):
                time.sleep(0.2)
        yield address, process.pid
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait()


def megabytes(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_page(browser: Browser, address: str, seed: int) -> Page:
    """Open the base case as a new visitor, and wait until its no-attack level is known."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(300_000)
    page.goto(f"{address}/?seed={seed}")
    page.wait_for_selector(".cml-figures")
    return page


def day(page: Page) -> int:
    """Return the day that a page shows."""
    return int(page.locator("[data-figure='day'] dd").inner_text().split()[0])


def heap(page: Page) -> float:
    """Return the megabytes that a page's scripts hold."""
    page.evaluate("window.gc && window.gc()")
    return float(page.evaluate("performance.memory.usedJSHeapSize / 2**20"))


def whole_run(browser: Browser, address: str, pid: int, report: Table) -> None:
    """Play the base case to its end, a picture a day."""
    page = open_page(browser, address, seed=1)
    page.wait_for_timeout(15_000)  # the run without an attack
    page.locator(".cml-player button:has-text('▶')").click()
    start, cpu, shown = time.perf_counter(), cpu_seconds(pid), 0
    marks = []
    while True:
        page.wait_for_timeout(500)
        text = page.locator("[data-figure='day'] dd").inner_text()
        if int(text.split()[0]) >= shown + 40 or "the end" in text:
            shown = int(text.split()[0])
            marks.append(f"day {shown}: {megabytes(pid):.0f} + {heap(page):.0f} MB")
        if "the end" in text:
            break
    seconds = time.perf_counter() - start
    report.add_row("days", str(shown))
    report.add_row("a day, as seen in the browser", f"{1000 * seconds / shown:.0f} ms")
    used = 1000 * (cpu_seconds(pid) - cpu) / shown
    report.add_row("processor time of the server for a day", f"{used:.0f} ms")
    report.add_row("memory, server + page", "\n".join(marks))
    page.locator(".cml-player button:has-text('Reset')").click()
    page.wait_for_selector("[data-figure='day'] dd:text-matches('^0$')")
    report.add_row("after Reset", f"{megabytes(pid):.0f} + {heap(page):.0f} MB")
    page.context.close()


def together(
    browser: Browser, address: str, pid: int, report: Table, sessions: int, seconds: float
) -> None:
    """Let several visitors play at once, each with a seed of its own."""
    pages = [open_page(browser, address, seed) for seed in range(1, sessions + 1)]
    for page in pages:
        page.locator(".cml-player button:has-text('▶')").click()
    start = time.perf_counter()
    before = [day(page) for page in pages]
    pages[0].wait_for_timeout(1000 * seconds)
    days = [day(page) - first for page, first in zip(pages, before, strict=True)]
    passed = time.perf_counter() - start
    report.add_row(f"days of {sessions} sessions in {passed:.0f} s", f"{min(days)} to {max(days)}")
    clicked = time.perf_counter()
    pages[0].locator(".cml-group-honest").click()
    pages[0].wait_for_selector(".cml-honest_mean_deposit input")
    report.add_row("a group opens after", f"{time.perf_counter() - clicked:.1f} s")
    report.add_row("memory of the server", f"{megabytes(pid):.0f} MB")
    accuracies = {page.locator("[data-figure='accuracy'] dd").inner_text() for page in pages}
    report.add_row("different accuracies shown", f"{len(accuracies)} of {sessions}")


def main(sessions: int = 10, seconds: float = 30) -> None:
    """Print what was measured."""
    report = Table("what", "measured")
    with served() as (address, pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*FLAGS, "--js-flags=--expose-gc", "--enable-precise-memory-info"],
        )
        whole_run(browser, address, pid, report)
        together(browser, address, pid, report, sessions, seconds)
        browser.close()
    Console().print(report)


if __name__ == "__main__":
    typer.run(main)
