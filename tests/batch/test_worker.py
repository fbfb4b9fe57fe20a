"""A Dask worker runs a market in one thread, and goes on with as many as it had."""

from typing import Any

import pytest
from small_study import small_study
from threadpoolctl import threadpool_info, threadpool_limits

from cmlabm.batch import runs_of
from cmlabm.batch.worker import execute_on_one_core


def threads(*_: Any) -> Any:
    return {pool["prefix"]: pool["num_threads"] for pool in threadpool_info()}


def test_each_of_several_runs_has_one_thread_and_the_process_then_has_its_own_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cmlabm.batch.worker.execute", threads)
    (run,) = runs_of(small_study(seeds=1))
    with threadpool_limits(3):
        before = threads()
        for _ in range(2):
            seen: Any = execute_on_one_core(run, None, False)
            assert set(seen.values()) == {1}
            assert before.keys() <= seen.keys()
            assert {name: threads()[name] for name in before} == before
