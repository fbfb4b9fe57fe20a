"""Runs of the study's market are what they were when they were first recorded.

Results that somebody published with a seed must come out again: a change to the market that is not
meant to change the study's agents or its contract must leave these records as they are. The
records are of the version before there was a library of behaviours and mechanisms.
"""

import hashlib
from typing import Any

import pytest
from small_market import market

SEVERAL = {
    "honest_agents": 5,
    "malicious_agents": 4,
    "honest_mean_wait_s": 3000.0,
    "honest_stdev_wait_s": 900.0,
}
POOR = {"malicious_start_balance": 40.0, "malicious_mean_wait_s": 600.0}

RECORDS: list[tuple[dict[str, Any], int, str]] = [
    ({}, 1, "f70782822a8a6a17"),
    ({}, 2, "fb451a87d6623cb5"),
    ({"num_words": 30}, 1, "8e43aa374ddf8d93"),
    ({"num_words": 30}, 2, "f850eedba2b11486"),
    ({"incentive": "none"}, 1, "3e9889ddde242c2c"),
    ({"incentive": "none"}, 2, "acdcb468b3d5f505"),
    (SEVERAL, 1, "f226920b254f7e42"),
    (SEVERAL, 2, "7ee9530552690aca"),
    ({"data": "digits", "initial_fraction": 0.5}, 1, "a13c752f0348227b"),
    ({"data": "digits", "initial_fraction": 0.5}, 2, "368adb24a6904036"),
    (POOR, 1, "70894e85656007dc"),
    (POOR, 2, "e8de49a4b3bfce8f"),
]


@pytest.mark.parametrize(("parameters", "seed", "record"), RECORDS)
def test_every_movement_of_money_and_every_refusal_is_as_recorded(
    parameters: dict[str, Any], seed: int, record: str
) -> None:
    model = market(seed, **parameters)
    model.run()
    happened = hashlib.sha256(model.ledger.movements().tobytes())
    happened.update(model.contract.refusals().tobytes())
    happened.update(repr(model.accuracy).encode())
    assert happened.hexdigest()[:16] == record
