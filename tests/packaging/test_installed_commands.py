"""Every command runs from the wheel, in an environment of its own, away from the repository."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from by_uv import ROOT, environment, uv

EXTRAS = "report,viz,dask,search,chain"

MARKET = """
[parameters]
train_size = 120
test_size = 60
num_words = 30
initial_fraction = 0.5
max_days = 2
"""
STUDY = f'name = "fees"\nseeds = 2\n{MARKET}[sweep]\nincentive = ["deposit-refund-take", "none"]\n'
GAME = f'name = "echoes"\nseeds = 2\nplayers = 3\nstrategies = ["study", "echo"]\n{MARKET}'
SEARCH = f"""
name = "worst"
seeds = 1
fresh_seeds = 2
trials = 2
candidates = 1
maximise = "regret"
{MARKET}
[attack]
malicious_behaviour = {{ values = ["label-flip", "echo"] }}
malicious_mean_deposit = {{ low = 1, high = 200, scale = "log" }}
"""
CLUSTER = """
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        input()
"""
STARTS_WITHIN_S = 120


class Installed:
    """The installed commands, and a directory to use them in."""

    def __init__(self, scripts: Path, directory: Path) -> None:
        self.scripts = scripts
        self.directory = directory
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
        }

    def start(self, name: str, *arguments: str, errors: int | None = None) -> subprocess.Popen[str]:
        command = shutil.which(name, path=self.scripts)
        assert command is not None
        return subprocess.Popen(
            [command, *arguments],
            cwd=self.directory,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )

    def run(self, name: str, *arguments: str) -> str:
        """Return what a command prints, once it has ended well."""
        with self.start(name, *arguments, errors=subprocess.PIPE) as process:
            printed, said = process.communicate()
        assert process.returncode == 0, said
        return printed

    def told(self, *arguments: str) -> dict[str, Any]:
        """Return the summary of a command, once it has ended well."""
        summary: dict[str, Any] = json.loads(self.run("cmlabm", *arguments, "--json"))
        return summary

    def written(self, summary: dict[str, Any]) -> set[str]:
        """Return which files a command says that it has written; none is empty."""
        for name in summary["files"]:
            assert (self.directory / summary["directory"] / name).stat().st_size
        return set(summary["files"])


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    built = tmp_path_factory.mktemp("built")
    uv("build", "--quiet", "--wheel", "--out-dir", built)
    (wheel,) = built.glob("*.whl")
    directory = tmp_path_factory.mktemp("away")
    for name, text in (("study", STUDY), ("game", GAME), ("search", SEARCH)):
        (directory / f"{name}.toml").write_text(text, encoding="utf-8")
    place = tmp_path_factory.mktemp("plain") / "venv"
    return Installed(environment(place, f"cmlabm[{EXTRAS}] @ {wheel.as_uri()}"), directory)


@pytest.fixture(scope="module")
def stored(installed: Installed) -> dict[str, Any]:
    return installed.told("run", "study.toml", "--workers", "1", "--out", "stored")


def test_the_package_that_runs_is_the_installed_one(installed: Installed) -> None:
    place = Path(installed.run("python", "-c", "import cmlabm; print(cmlabm.__file__)").strip())
    assert place.is_relative_to(installed.scripts.parent)
    assert not place.is_relative_to(ROOT)
    assert installed.run("cmlabm", "--version") == f"cmlabm {metadata.version('cmlabm')}\n"


def test_the_library_is_listed(installed: Installed) -> None:
    assert "deposit-refund-take" in installed.run("cmlabm", "list")


def test_a_study_is_run(installed: Installed, stored: dict[str, Any]) -> None:
    assert (stored["finished"], stored["failed"]) == (4, 0)
    files = {"runs.csv", "runs.parquet", "series.csv", "accuracy_balances.png"}
    assert files <= installed.written(stored)


def test_a_study_is_run_by_dask(installed: Installed) -> None:
    (installed.directory / "cluster.py").write_text(CLUSTER, encoding="utf-8")
    with installed.start("python", "cluster.py") as cluster:
        assert cluster.stdout is not None
        address = cluster.stdout.readline().strip()
        done = installed.told("run", "study.toml", "--dask", address, "--out", "by_dask")
        cluster.communicate("\n")
    assert (done["finished"], done["failed"]) == (4, 0)


@pytest.mark.usefixtures("stored")
def test_a_report_is_written(installed: Installed) -> None:
    page = installed.directory / installed.told("report", "stored")["page"]
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_game_is_played(installed: Installed) -> None:
    done = installed.told("equilibrium", "game.toml", "--workers", "1", "--out", "game")
    assert {"verdicts.csv", "report.html"} <= installed.written(done)


def test_an_attack_is_searched_for(installed: Installed) -> None:
    done = installed.told("search", "search.toml", "--workers", "1", "--out", "search")
    assert {"best.toml", "report.html"} <= installed.written(done)


def test_a_market_is_replayed_on_a_chain(installed: Installed) -> None:
    done = installed.told("chain", "study.toml", "--backend", "exact", "--out", "chain")
    assert done["calls"] > 0
    assert {"costs.csv", "gas.csv", "report.html"} <= installed.written(done)


@pytest.fixture
def page(installed: Installed) -> Iterator[str]:
    with installed.start("cmlabm", "page", "--port", "0") as process:
        try:
            assert process.stdout is not None
            (address,) = re.findall(r"http://localhost:\d+", process.stdout.readline())
            yield address
        finally:
            process.terminate()


def test_the_page_is_served(page: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            assert answer(f"{page}/readyz") == 200
            break
        except (URLError, OSError):
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert answer(page) == 200


def answer(address: str) -> int:
    with urllib.request.urlopen(address, timeout=60) as response:  # noqa: S310
        return int(response.status)
