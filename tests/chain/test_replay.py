"""Whole small markets on a chain, with every behaviour, and what stops them."""

import subprocess
import sys
from typing import Any

import pytest

from cmlabm.behaviours import HONEST_BEHAVIOURS, MALICIOUS_BEHAVIOURS
from cmlabm.chain.backends import open_backend
from cmlabm.chain.compiled import FORMS, Form
from cmlabm.chain.market import MarketOnChain
from cmlabm.chain.replay import Made
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

SMALL = {"train_size": 150, "test_size": 60, "num_words": 60}


def on_chain(form: Form = "model", **parameters: Any) -> MarketOnChain:
    checked = Parameters.checked(SMALL | parameters)
    return MarketOnChain(checked, 1, open_backend("embedded"), form)


@pytest.mark.parametrize("behaviour", HONEST_BEHAVIOURS.built_in)
def test_every_honest_behaviour_does_the_same_on_a_chain(behaviour: str) -> None:
    market = on_chain(honest_behaviour=behaviour, honest_agents=2)
    market.run()
    assert market.replay.calls > 0


@pytest.mark.parametrize("behaviour", MALICIOUS_BEHAVIOURS.built_in)
def test_every_malicious_behaviour_does_the_same_on_a_chain(behaviour: str) -> None:
    market = on_chain(malicious_behaviour=behaviour, malicious_agents=2)
    market.run()
    assert market.replay.calls > 0


@pytest.mark.parametrize("form", FORMS)
def test_costs_of_samples_and_locked_offers_are_followed(form: Form) -> None:
    market = on_chain(form, sample_cost=0.01, lock="offer", honest_agents=3)
    told: list[Made] = []
    market.replay.spectator = told.append
    market.run()
    calls = {made.call for made in told}
    assert {"submit", "refund", "take"} <= calls
    assert ("tell" in calls) == (form == "digests")
    assert all(made.gas is None for made in told)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"incentive": "points"}, "incentive"),
        ({"incentive": "slashing"}, "incentive"),
        ({"admission": "sphere"}, "admission = 'sphere'"),
        ({"classifier": "mlp"}, "classifier = 'mlp'"),
        ({"verified_counts": "taught"}, "verified_counts = 'taught'"),
        ({"expiry_to": "burnt"}, "expiry_to = 'burnt'"),
        ({"customers": 1}, "customers = 1"),
        ({"num_words": 1_025}, "data: have 1,025 features"),
    ],
)
def test_what_the_contract_cannot_carry_is_said(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        on_chain(**parameters)


def command(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "cmlabm.chain", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_says_how_many_calls_were_compared() -> None:
    settings = [f"--set={name}={value}" for name, value in SMALL.items()]
    status, said, complaints = command(*settings)
    assert (status, complaints) == (0, "")
    assert "calls compared, 0 differences" in said


def test_the_command_says_what_is_wrong_in_a_sentence() -> None:
    assert command("--form", "sketch")[::2] == (
        2,
        "error: --form 'sketch': must be model or digests\n",
    )
