"""Running studies: serial and in processes give the same; failures stay local."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_study import small_study, without_times

from cmlabm.batch import (
    Result,
    StorageError,
    Store,
    Study,
    open_study,
    run_here,
    run_in_processes,
    runs_of,
)
from cmlabm.errors import InputError
from cmlabm.model import CMLModel

HERE = Path(__file__).parent

GROUPS = pytest.mark.skipif(os.name == "nt", reason="needs groups of processes")


@pytest.fixture(autouse=True)
def _workers_find_the_classifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HERE))


def stored(directory: Path, study: Study, results: Iterator[Result]) -> Path:
    with Store.create(directory) as store:
        store.begin(study, runs_of(study), {})
        for result in results:
            store.save(result)
    return directory


def assert_same(left: Path, right: Path) -> None:
    a, b = open_study(left), open_study(right)
    pd.testing.assert_frame_equal(without_times(a.runs()), without_times(b.runs()))
    pd.testing.assert_frame_equal(a.series(), b.series())


def test_a_stored_run_equals_the_model(tmp_path: Path) -> None:
    study = small_study(seeds=1)
    (run,) = runs_of(study)
    directory = stored(tmp_path / "a", study, run_here([run]))
    model = CMLModel(rng=0, **study.parameters)
    outcomes = model.run()
    row = open_study(directory).runs().iloc[0]
    for name, value in outcomes.items():
        assert row[name] == value or (pd.isna(row[name]) and pd.isna(value)), name
    for name in study.parameters:
        assert row[name] == getattr(model.parameters, name)
    series = open_study(directory).series().drop(columns="run")
    pd.testing.assert_frame_equal(series, model.series(), check_dtype=False)


def test_serial_equals_two_processes(tmp_path: Path) -> None:
    study = small_study(seeds=3, cost_weight=[1, 4])
    serial = stored(tmp_path / "serial", study, run_here(runs_of(study)))
    parallel = stored(tmp_path / "parallel", study, run_in_processes(runs_of(study), 2))
    assert_same(serial, parallel)


def test_where_processes_can_only_be_spawned_the_runs_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has no other way; nothing that a worker needs may come by a fork."""
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    monkeypatch.delattr("cmlabm.batch.local._start_forkserver")
    classifiers = ["perceptron", "small_study:Failing", "small_study:Deadly"]
    runs = runs_of(small_study(seeds=1, classifier=classifiers))
    sound = small_study(seeds=1, classifier=["perceptron"])
    results = list(run_in_processes(runs, 2))
    done = [result for result in results if result.status == "done"]
    assert [len(results), len(done)] == [3, 1]
    serial = stored(tmp_path / "serial", sound, run_here(runs_of(sound)))
    assert_same(serial, stored(tmp_path / "spawned", sound, iter(done)))


def test_balances_of_agents_come_on_request(tmp_path: Path) -> None:
    study = small_study(seeds=1)
    results = run_here(runs_of(study), with_agents=True)
    with Store.open(stored(tmp_path / "a", study, results)) as store:
        (agents,) = store.chunks("agents")
    assert set(agents["agent"]) == {"contract", "honest-1", "malicious-1"}
    totals = agents.groupby("day")["balance"].sum()
    assert totals.between(19_999.999, 20_000.001).all(), "all money is on some account"


def test_a_study_is_read_as_it_was_at_one_moment_while_another_process_stores_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is stored after the rows were checked and before their index is no damage."""
    study = small_study(2)
    first, second = run_here(runs_of(study))
    store_module = import_module("cmlabm.batch.store")
    with Store.create(tmp_path) as writing:
        writing.begin(study, runs_of(study), {})
        writing.save(first)

        def checked(*arguments: Any) -> bool:
            if len(writing.statuses()) == 1:
                writing.save(second)
            return bool(is_whole(*arguments))

        is_whole = store_module.is_whole
        monkeypatch.setattr(store_module, "is_whole", checked)
        with Store.open(tmp_path) as reading:
            assert reading.damaged() == []
            assert len(reading.runs()) == 2


def test_a_run_that_raises_fails_alone() -> None:
    study = small_study(seeds=2, classifier=["perceptron", "small_study:Failing"])
    results = list(run_in_processes(runs_of(study), 2))
    assert sorted(result.status for result in results) == ["done", "done", "failed", "failed"]
    failed = next(result for result in results if result.status == "failed")
    assert "ArithmeticError: this classifier fails on purpose" in failed.error
    assert "Traceback" in failed.error
    assert failed.run.parameters.classifier == "small_study:Failing"


def test_a_run_over_its_time_fails_alone() -> None:
    study = small_study(seeds=1, classifier=["small_study:Slow", "perceptron"])
    results = {r.run.parameters.classifier: r for r in run_in_processes(runs_of(study), 1, 0.5)}
    assert results["perceptron"].status == "done"
    assert results["small_study:Slow"].status == "failed"
    assert "TimeoutError" in results["small_study:Slow"].error


def test_a_run_that_is_stuck_within_a_day_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmlabm.batch.local.GRACE_SECONDS", 0.5)
    study = small_study(seeds=1, classifier=["small_study:Stuck", "perceptron"])
    results = {r.run.parameters.classifier: r for r in run_in_processes(runs_of(study), 1, 10.0)}
    assert results["perceptron"].status == "done"
    assert "TimeoutError" in results["small_study:Stuck"].error


def test_once_asked_to_stop_only_runs_under_way_are_finished() -> None:
    runs = runs_of(small_study(seeds=30))
    came: list[Result] = []
    came.extend(run_in_processes(runs, 2, should_stop=lambda: len(came) >= 3))
    assert 3 <= len(came) <= 3 + 4
    assert all(result.status == "done" for result in came)


type Batch = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def batch() -> Iterator[Batch]:
    """Return a function that starts the command; whatever a test leaves running is ended."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: str | Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "cmlabm.batch", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def study_file(tmp_path: Path, study: Study) -> Path:
    lines = [f'name = "{study.name}"', f"seeds = {study.seeds}", "[parameters]"]
    lines += [f"{name} = {value}" for name, value in study.parameters.items()]
    path = tmp_path / "small.toml"
    path.write_text("\n".join(lines))
    return path


def finished_runs(directory: Path) -> int:
    try:
        with Store.open(directory) as store:
            return len(store.statuses())
    except (InputError, StorageError):
        return 0  # the command has not yet made its tables


def wait_until(condition: object, seconds: float = 180.0) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@GROUPS
def test_a_study_that_is_killed_several_times_ends_as_if_never_interrupted(
    tmp_path: Path, batch: Batch
) -> None:
    study = small_study(seeds=60)
    file, killed = study_file(tmp_path, study), tmp_path / "killed"
    for target in (5, 20, 40):
        process = batch(file, "--out", killed, "--workers", "2")
        wait_until(lambda target=target: finished_runs(killed) >= target)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert target <= finished_runs(killed) < 60, "it was not killed in the middle"
    process = batch(file, "--out", killed, "--workers", "2")
    output, _ = process.communicate(timeout=180)
    assert process.returncode == 0, output
    assert_same(stored(tmp_path / "whole", study, run_here(runs_of(study))), killed)


def test_a_run_is_stored_as_fast_in_a_study_of_many_seeds_as_in_one_of_ten(
    tmp_path: Path,
) -> None:
    results = list(run_here(runs_of(small_study(seeds=10))))

    def fastest(seeds: int) -> float:
        took = []
        with Store.create(tmp_path / str(seeds)) as store:
            store.begin(small_study(seeds), [result.run for result in results], {})
            for result in results * 3:
                start = time.perf_counter()
                store.save(result)
                took.append(time.perf_counter() - start)
        return min(took)

    assert fastest(300_000) < 2 * fastest(10)


@GROUPS
def test_ctrl_c_finishes_the_runs_under_way_and_says_how_to_go_on(
    tmp_path: Path, batch: Batch
) -> None:
    file, directory = study_file(tmp_path, small_study(seeds=400)), tmp_path / "a"
    process = batch(file, "--out", directory, "--workers", "2")
    wait_until(lambda: finished_runs(directory) >= 3)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=180)
    assert process.returncode == 130
    assert "the same command goes on" in output
    runs = open_study(directory).runs()
    assert 3 <= len(runs) < 400
    assert (runs["status"] == "done").all()
    assert (directory / "runs.csv").exists()


def test_the_same_command_again_only_adds_what_is_missing(tmp_path: Path, batch: Batch) -> None:
    directory = tmp_path / "a"
    for seeds in (2, 3):
        process = batch(
            study_file(tmp_path, small_study(seeds=seeds)), "--out", directory, "--workers", "1"
        )
        output, _ = process.communicate(timeout=180)
        assert process.returncode == 0, output
        if seeds == 2:
            first = open_study(directory).runs()
    runs = open_study(directory).runs()
    assert runs["seed"].tolist() == [0, 1, 2]
    assert runs["wall_seconds"][:2].tolist() == first["wall_seconds"].tolist(), "run again"
