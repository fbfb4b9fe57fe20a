"""Runs on a Dask cluster are those of this process, or it is said why not."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest
from dask_cluster import DaskCluster
from distributed import Client, Future
from small_study import small_study

import cmlabm
from cmlabm.batch import ClusterLost, Result, Run, run_here, run_on_dask, runs_of
from cmlabm.batch.provenance import other_versions
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

OTHER_NUMPY = """
from cmlabm.batch import provenance
real = provenance.versions()
provenance.versions = lambda: real.replace("numpy 2", "numpy 1")
"""
FALSE_VERSIONS = "from cmlabm.batch import run; run.versions = lambda: 'numpy 1'"
TRUE_VERSIONS = "from cmlabm.batch import provenance, run; run.versions = provenance.versions"
NO_PACKAGE = "import sys; sys.modules['cmlabm'] = None"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with DaskCluster(tmp_path_factory.mktemp("cluster"), HERE) as cluster:
        for _ in range(2):
            cluster.worker()
        yield cluster


@pytest.fixture(scope="module")
def client(cluster: DaskCluster) -> Iterator[Client]:
    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        yield client


@pytest.fixture(scope="module")
def no_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with DaskCluster(tmp_path_factory.mktemp("none"), HERE, allowed_failures=0) as cluster:
        yield cluster


@contextmanager
def one_more(cluster: DaskCluster, client: Client, preload: str) -> Iterator[str]:
    """Let a worker join for a while, and return its address."""
    before = set(client.nthreads())
    process = cluster.worker(preload)
    wait_until(lambda: set(client.nthreads()) > before)
    (address,) = set(client.nthreads()) - before
    yield address
    cluster.kill(process)
    wait_until(lambda: set(client.nthreads()) == before)


def wait_until(condition: object, seconds: float = 60.0) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def rows(results: Iterable[Result]) -> list[str]:
    """Return all of some results but how long they took."""
    return sorted(repr(replace(result, wall_seconds=0.0)) for result in results)


@pytest.mark.parametrize("path", ["table.csv", "~/table.csv"])
def test_rows_equal_a_serial_run_s_though_workers_run_in_another_directory(
    cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    lines = [f"{i % 7},{i % 5},{i % 2}" for i in range(60)]
    (tmp_path / "table.csv").write_text("\n".join(["a,b,label", *lines]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    sizes = {"train_size": 40, "test_size": 20, "initial_fraction": 0.5, "max_days": 3}
    parameters = Parameters(data="table", data_path=path, **sizes)
    runs = [Run(parameters, seed) for seed in range(3)]
    here = list(run_here(runs))
    assert {result.status for result in here} == {"done"}
    assert rows(run_on_dask(runs, cluster.address)) == rows(here)


def test_a_path_that_a_worker_does_not_have_is_refused_before_a_run(
    cluster: DaskCluster, client: Client
) -> None:
    run = Run(Parameters(data="imdb", data_path="nowhere.tar.gz"), 0)
    with pytest.raises(
        InputError, match=r"^worker tcp://\S+ has nothing .* at data_path ="
    ) as told:
        list(run_on_dask([run], cluster.address))
    assert any(worker in str(told.value) for worker in client.nthreads())
    assert str(Path("nowhere.tar.gz").absolute()) in str(told.value)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs Linux")
def test_other_data_at_the_same_path_of_a_worker_are_refused(cluster: DaskCluster) -> None:
    run = Run(Parameters(data="table", data_path="/proc/self/cmdline"), 0)
    with pytest.raises(
        InputError, match=r"^worker tcp://\S+ has a file of digest \w+ at .*, where this process"
    ):
        list(run_on_dask([run], cluster.address))


def test_a_worker_with_another_version_is_refused_before_a_run(
    cluster: DaskCluster, client: Client
) -> None:
    came: list[Result] = []
    with (
        one_more(cluster, client, OTHER_NUMPY) as worker,
        pytest.raises(InputError) as told,
    ):
        came.extend(run_on_dask(runs_of(small_study()), cluster.address))
    numpy = version("numpy")
    assert str(told.value) == (
        f"worker {worker} has numpy 1{numpy[1:]} instead of {numpy};"
        " all workers need the versions of this process"
    )
    assert not came


def test_a_worker_without_the_package_is_refused_before_a_run(
    cluster: DaskCluster, client: Client
) -> None:
    with (
        one_more(cluster, client, NO_PACKAGE) as worker,
        pytest.raises(InputError, match=f"worker {worker} cannot execute cmlabm"),
    ):
        list(run_on_dask(runs_of(small_study()), cluster.address))


def test_a_worker_with_another_version_is_refused_when_it_joins_later(
    cluster: DaskCluster, client: Client
) -> None:
    before = set(client.nthreads())
    study = small_study(seeds=5000, classifier=["small_study:Slow"])
    results = run_on_dask(runs_of(study), cluster.address)
    came = [next(results)]
    worker = cluster.worker(OTHER_NUMPY)
    with pytest.raises(InputError, match=r"^worker tcp://\S+ has numpy 1") as told:
        came.extend(results)
    cluster.kill(worker)
    wait_until(lambda: set(client.nthreads()) == before)
    assert not any(address in str(told.value) for address in before)
    assert not any(other_versions(result.versions) for result in came)


def test_a_result_of_other_versions_does_not_count_though_its_worker_did(
    cluster: DaskCluster, client: Client
) -> None:
    results = run_on_dask(runs_of(small_study(seeds=5000)), cluster.address)
    came = [next(results)]
    client.run(exec, FALSE_VERSIONS)
    try:
        with pytest.raises(InputError, match="a run was executed with python unknown instead of"):
            came.extend(results)
    finally:
        client.run(exec, TRUE_VERSIONS)
    assert not any(other_versions(result.versions) for result in came)


def test_other_code_of_the_same_version_is_another_version(tmp_path: Path) -> None:
    shutil.copytree(Path(cmlabm.__file__).parent, tmp_path / "cmlabm")

    def versions_there() -> str:
        code = "from cmlabm.batch.provenance import versions; print(versions())"
        return subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert other_versions(versions_there()) == "", "a copy differs"
    with (tmp_path / "cmlabm" / "model.py").open("a") as file:
        file.write("# changed\n")
    number = re.escape(version("cmlabm"))
    code = rf"{number} \(code [0-9a-f]{{12}}\)"
    assert re.fullmatch(f"cmlabm {code} instead of {code}", other_versions(versions_there()))


def test_runs_that_another_client_cancels_are_run_again(
    cluster: DaskCluster, client: Client
) -> None:
    runs = runs_of(small_study(seeds=12))
    came: list[Result] = []
    for result in run_on_dask(runs, cluster.address):
        if len(came) in (0, 5):
            keys = [key for keys in client.processing().values() for key in keys]
            client.cancel([Future(key, client) for key in keys], force=True)
        came.append(result)
    assert rows(came) == rows(run_here(runs))


def test_without_workers_it_waits_says_so_once_and_can_be_stopped(no_workers: DaskCluster) -> None:
    told: list[str] = []
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    runs = runs_of(small_study())
    results = run_on_dask(runs, no_workers.address, should_stop=should_stop, say=told.append)
    assert list(results) == []
    assert told == [f"{no_workers.address} has no workers yet; waiting for one"]


def test_a_run_under_which_workers_die_fails_alone_and_once_they_are_gone_it_is_said(
    no_workers: DaskCluster,
) -> None:
    told: list[str] = []
    no_workers.worker()
    runs = runs_of(small_study(seeds=1, classifier=["small_study:Deadly", "perceptron"]))
    results = run_on_dask(
        runs, no_workers.address, should_stop=lambda: len(told) > 1, say=told.append
    )
    came = list(results)
    assert [result.run for result in came if result.status == "failed"] == [runs[0]]
    assert re.fullmatch(
        r"KilledWorker: workers died under this run, the last of 1 was tcp://\S+\n", came[0].error
    )
    assert told[-1] == f"{no_workers.address} has lost all its workers; waiting for one"


@pytest.mark.skipif(os.name == "nt", reason="a process cannot be stopped and go on")
def test_workers_that_fall_silent_before_they_were_asked_are_not_waited_for_without_end(
    cluster: DaskCluster, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmlabm.batch.cluster.CHECK_SECONDS", 1.0)
    _, silent, _ = cluster.processes[:3]
    cluster.freeze(silent)
    try:
        with pytest.raises(ClusterLost, match=f"^the workers at {cluster.address} do not answer"):
            list(run_on_dask(runs_of(small_study()), cluster.address))
    finally:
        cluster.thaw(silent)


def test_a_worker_is_not_taken_for_a_scheduler(cluster: DaskCluster, client: Client) -> None:
    worker = next(iter(client.nthreads()))
    with pytest.raises(InputError, match="is a Worker's address, not a scheduler's"):
        list(run_on_dask([], worker))


def test_the_documented_cluster_listens_on_the_loopback_interface_alone(tmp_path: Path) -> None:
    scheduler, worker = documented("docs/how-to/cluster.md")
    other_ports = scheduler.replace(":8787", ":0") + " --port 0 --scheduler-file scheduler.json"
    started = [start(other_ports, tmp_path)]
    try:
        wait_until(lambda: listening(started[0], at_least=2))
        there = worker.replace("tcp://127.0.0.1:8786", "--scheduler-file scheduler.json")
        started.append(start(there, tmp_path))
        wait_until(lambda: listening(started[1], at_least=6))
        interfaces = {ip for process in started for ip in listening(process)}
    finally:
        for process in reversed(started):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
    assert interfaces == {"127.0.0.1"}


def documented(document: str) -> list[str]:
    """Return the arguments of a document's commands that start a cluster."""
    text = (ROOT / document).read_text(encoding="utf-8").replace("\\\n", "")
    return re.findall(r"^uv run --extra dask dask (.*) &$", text, re.MULTILINE)


def start(arguments: str, directory: Path) -> "subprocess.Popen[bytes]":
    module, *rest = shlex.split(arguments)
    command = [sys.executable, "-m", f"distributed.cli.dask_{module}", *rest]
    with (directory / f"{module}.txt").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=directory)


def listening(process: "subprocess.Popen[bytes]", at_least: int = 0) -> list[str]:
    """Return the interfaces on which a process and its children listen, one for each port."""
    root = psutil.Process(process.pid)
    ports = [
        connection.laddr.ip
        for each in (root, *root.children(recursive=True))
        for connection in each.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    return ports if len(ports) >= at_least else []
