"""Runs of the study's market are what they were when they were first recorded.

Results that somebody published with a seed must come out again: a change to the market that is not
meant to change the study's agents or its contract must leave these records as they are. They are
of the version before there was a library of behaviours and mechanisms.
"""

import pytest
from recorded_runs import CASES, SEEDS, record_of, recorded


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", CASES)
def test_every_figure_of_every_day_is_as_recorded(case: str, seed: int) -> None:
    now, then = record_of(case, seed), recorded(case, seed)
    moved = [
        f"day {was['day']}: {name} was {was[name]}, and is {day[name]}"
        for day, was in zip(now, then, strict=False)
        for name in was
        if day[name] != was[name]
    ]
    assert not moved, "; ".join(moved[:5])
    assert len(now) == len(then), "the market ends on another day"
