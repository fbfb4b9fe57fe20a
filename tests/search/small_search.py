"""Searches whose markets take a tenth of a second, and what runs them in this process."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Self

import pytest

from cmlabm.batch import Result, Run, execute

MARKET: dict[str, Any] = {
    "train_size": 120,
    "test_size": 60,
    "num_words": 30,
    "initial_fraction": 0.5,
    "max_days": 2,
}

SMALL: dict[str, Any] = {
    "name": "small",
    "trials": 10,
    "seeds": 2,
    "fresh_seeds": 3,
    "candidates": 2,
    "batch": 4,
    "maximise": "regret",
    "parameters": MARKET,
    "attack": {
        "malicious_behaviour": {"values": ["label-flip", "echo", "sybil"]},
        "malicious_mean_deposit": {"low": 1, "high": 200, "scale": "log"},
        "sybil": {"malicious_addresses": {"low": 2, "high": 9}},
    },
}

SMALL_CONTRACT: dict[str, Any] = SMALL | {
    "name": "robust",
    "trials": 5,
    "contract_trials": 5,
    "rounds": 2,
    "delta": 0.0,
    "contract": {
        "incentive": {"values": ["deposit-refund-take", "slashing", "none"]},
        "cost_weight": {"low": 0.5, "high": 8, "scale": "log"},
        "slashing": {"slashing_burnt_share": {"low": 0.0, "high": 0.7}},
    },
}


class Here:
    """Stands in for worker processes: runs in this one, and counts."""

    ran: list[str]

    def __init__(
        self,
        workers: int,
        timeout: float | None = None,
        with_agents: Any = False,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._should_stop = should_stop

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def results(self, runs: Iterable[Run]) -> Iterator[Result]:
        for run in runs:
            if self._should_stop():
                return
            type(self).ran.append(run.id)
            yield execute(run)


def run_in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let searches run markets in this process; return the ids of the runs as they are executed."""
    ran: list[str] = []
    monkeypatch.setattr(Here, "ran", ran, raising=False)
    monkeypatch.setattr("cmlabm.search.searching.Processes", Here)
    monkeypatch.setattr("cmlabm.batch.running.run_in_processes", _run_here)
    return ran


def _run_here(runs: Iterable[Run], *arguments: Any) -> Iterator[Result]:
    """Stand in for ``run_in_processes``."""
    return Here(*arguments).results(runs)
