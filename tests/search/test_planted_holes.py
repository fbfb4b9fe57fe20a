"""Holes that are planted in contracts are found; ``benchmarks/search_holes.py`` tries oftener."""

from pathlib import Path

import pytest
from planted_holes import HOLES
from small_search import run_in_this_process

from cmlabm.search import run_search

TRIALS = 60


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return run_in_this_process(monkeypatch)


@pytest.mark.parametrize("name", HOLES)
def test_a_planted_hole_is_found(name: str, tmp_path: Path, ran: list[str]) -> None:
    found = [
        HOLES[name].is_found(
            run_search(HOLES[name].searched(TRIALS, repetition), tmp_path / str(repetition))
        )
        for repetition in range(3)
    ]
    assert all(found)
