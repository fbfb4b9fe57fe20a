"""Schedulers and workers that are lost, fall silent or never were: no run is lost or wrong."""

import logging
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import refusal
from dask_cluster import DaskCluster

from cmlabm.batch import ClusterLost, Result, Run, run_here, run_on_dask
from cmlabm.batch.command import app
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

HERE = Path(__file__).parent
SMALL = {
    "train_size": 120,
    "test_size": 60,
    "num_words": 20,
    "initial_fraction": 0.5,
    "max_days": 4,
}


def runs(number: int, **parameters: Any) -> list[Run]:
    return [Run(Parameters(**SMALL, **parameters), seed) for seed in range(number)]


def rows(results: list[Result]) -> list[str]:
    return sorted(repr(replace(result, wall_seconds=0.0)) for result in results)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with DaskCluster(tmp_path_factory.mktemp("cluster"), HERE) as cluster:
        for _ in range(2):
            cluster.worker()
        yield cluster


@pytest.fixture
def dask_log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what Dask and its event loops log, which users would see."""
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    for name in ("", "distributed", "distributed.client", "tornado.application"):
        monkeypatch.setattr(logging.getLogger(name), "handlers", [Lines()])
    return lines


def test_runs_whose_worker_is_lost_come_once_and_as_in_a_serial_run(cluster: DaskCluster) -> None:
    wanted = runs(30)
    worker = random.Random(0).choice(cluster.processes[1:])  # noqa: S311
    came: list[Result] = []
    for result in run_on_dask(wanted, cluster.address):
        came.append(result)
        if len(came) == 7:
            cluster.kill(worker)
    assert rows(came) == rows(list(run_here(wanted)))


def test_a_scheduler_that_falls_silent_after_the_last_result_does_no_harm(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, dask_log: list[str]
) -> None:
    monkeypatch.setattr("cmlabm.batch.cluster.ANSWER_SECONDS", 2.0)
    results = run_on_dask(runs(1), cluster.address)
    next(results)
    cluster.freeze(cluster.scheduler)
    try:
        start = time.monotonic()
        assert next(results, None) is None
        assert time.monotonic() - start < 5.0
    finally:
        cluster.thaw(cluster.scheduler)
    assert not dask_log


def test_a_scheduler_that_falls_silent_is_lost(
    cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch, dask_log: list[str]
) -> None:
    monkeypatch.setattr("cmlabm.batch.cluster.ANSWER_SECONDS", 2.0)
    results = run_on_dask(runs(2000), cluster.address)
    came = [next(results)]
    cluster.freeze(cluster.scheduler)
    try:
        with pytest.raises(ClusterLost, match=f"^the scheduler at {cluster.address} is lost"):
            came.extend(results)
    finally:
        cluster.thaw(cluster.scheduler)
    assert {result.status for result in came} == {"done"}
    assert not dask_log


def test_runs_under_way_when_the_scheduler_is_lost_are_not_failed(
    cluster: DaskCluster, dask_log: list[str]
) -> None:
    results = run_on_dask(runs(2000), cluster.address)
    came = [next(results), next(results)]
    cluster.kill(cluster.scheduler)
    start = time.monotonic()
    with pytest.raises(ClusterLost, match=f"^the scheduler at {cluster.address} is lost; .* on$"):
        came.extend(results)
    assert time.monotonic() - start < 5.0
    assert {result.status for result in came} == {"done"}
    assert not dask_log


def test_the_command_ends_in_a_sentence_when_the_scheduler_is_lost_before_the_first_result(
    tmp_path: Path,
) -> None:
    with DaskCluster(tmp_path, HERE) as no_workers:
        address = no_workers.address
        command = [sys.executable, "-m", "cmlabm.batch", "--dask", address, "--out", str(tmp_path)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            assert process.stderr.readline() == f"{address} has no workers yet; waiting for one\n"
            no_workers.kill(no_workers.scheduler)
            rest = process.stderr.read()
    assert re.fullmatch(f"error: the scheduler at {address} is lost; .* goes on\n", rest)
    assert process.returncode == 1


NO_ADDRESS = "must be a scheduler's address, such as tcp://127.0.0.1:8786"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", NO_ADDRESS),
        (" ", NO_ADDRESS),
        ("nope", NO_ADDRESS),
        ("http://x", NO_ADDRESS),
        ("tcp://127.0.0.1", NO_ADDRESS),
        ("tcp://127.0.0.1:notaport", NO_ADDRESS),
        ("tcp://127.0.0.1:99999", NO_ADDRESS),
        ("tcp://[::1", NO_ADDRESS),
        ("http://127.0.0.1:80", "unknown address scheme 'http'"),
        ("tls://127.0.0.1:9", "no scheduler answers there"),
        ("inproc://127.0.0.1:9", "no scheduler answers there"),
        ("tcp://127.0.0.1:9", "no scheduler answers there (it took too long)"),
    ],
)
def test_what_is_no_scheduler_s_address_is_refused(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch, dask_log: list[str]
) -> None:
    monkeypatch.setattr("cmlabm.batch.cluster.ANSWER_SECONDS", 0.5)
    with pytest.raises(InputError) as told:
        list(run_on_dask([], address))
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert not dask_log


@contextmanager
def listener(greeting: bytes) -> Iterator[str]:
    """Greet whoever connects, hear him out, and say no more."""

    def greet() -> None:
        connection, _ = server.accept()
        with connection, suppress(ConnectionError):
            connection.sendall(greeting)
            while connection.recv(65_536):
                pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        greeter = threading.Thread(target=greet)
        greeter.start()
        yield "tcp://{}:{}".format(*server.getsockname())
        greeter.join()


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.0 400 Bad Request\r\n\r\n"])
def test_a_listener_that_is_no_scheduler_is_refused(
    greeting: bytes, monkeypatch: pytest.MonkeyPatch, dask_log: list[str]
) -> None:
    monkeypatch.setattr("cmlabm.batch.cluster.ANSWER_SECONDS", 0.5)
    with (
        listener(greeting) as address,
        pytest.raises(InputError, match="no scheduler answers there"),
    ):
        list(run_on_dask([], address))
    assert not dask_log


def test_the_command_refuses_an_address_in_a_sentence(tmp_path: Path) -> None:
    small = [f"--set={name}={value}" for name, value in SMALL.items() if name != "num_words"]
    message = refusal(app, [*small, "--seeds=1", "--dask=nope", f"--out={tmp_path}"])
    assert NO_ADDRESS in message
