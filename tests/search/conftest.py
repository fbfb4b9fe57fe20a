"""Searches of tests run in this process, but for those that are about processes."""

import pytest
from small_search import Here, run_here


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run markets in this process; return the list of the runs' ids as they are executed."""
    ran: list[str] = []
    monkeypatch.setattr(Here, "ran", ran, raising=False)
    monkeypatch.setattr("cmlabm.search.searching.Processes", Here)
    monkeypatch.setattr("cmlabm.batch.running.run_in_processes", run_here)
    return ran
