"""An agent's behaviour can be exchanged while the market runs."""

import pickle
from typing import Any

import pytest
from small_market import DAY, market, record

from cmlabm.behaviours.honest.budget import Budget
from cmlabm.behaviours.honest.self_verify import SelfVerify
from cmlabm.behaviours.interface import Behaviour
from cmlabm.behaviours.malicious.copycat import Copycat
from cmlabm.behaviours.malicious.echo import Echo
from cmlabm.behaviours.malicious.feature_noise import FeatureNoise
from cmlabm.behaviours.malicious.label_flip import LabelFlip
from cmlabm.errors import InputError


def test_from_then_on_the_agent_does_as_its_new_behaviour_says() -> None:
    model = market(malicious_agents=0, honest_mistake_probability=0.0)
    model.step()
    (agent,) = model.contributors
    before = len(model.contract.submissions)
    agent.behaviour = LabelFlip()
    model.step()
    submissions = model.contract.submissions
    right = [
        label == truth for label, truth in zip(submissions.label, submissions.truth, strict=True)
    ]
    assert all(right[:before])
    assert not any(right[before:])
    assert before > 50 < len(right) - before


@pytest.mark.parametrize("behaviour", [Budget(), SelfVerify(own_samples=60), Copycat(), Echo()])
def test_account_clock_and_kind_stay(behaviour: Behaviour) -> None:
    """Its deposits come back, it wakes when it would have, and counts as what it was."""
    model = market(malicious_agents=0)
    model.step()
    (agent,) = model.contributors
    account, wakes_at = agent.account, agent.now
    assert agent.locked > 0
    agent.behaviour = behaviour
    assert (agent.account, agent.now, agent.kind) == (account, wakes_at, "honest")
    model.run()
    assert agent.locked == 0
    assert model.time > wakes_at / DAY


def test_an_exchanged_behaviour_is_saved_with_the_market() -> None:
    model = market(malicious_agents=0)
    model.contributors[0].behaviour = Echo()
    again = pickle.loads(pickle.dumps(model))  # noqa: S301
    again.run()
    model.run()
    assert record(again) == record(model)


def test_a_behaviour_belongs_to_one_agent() -> None:
    """Or one would look with the other's eyes."""
    model = market()
    honest, malicious = model.contributors
    with pytest.raises(InputError, match="is the behaviour of another agent; make one for each"):
        malicious.behaviour = honest.behaviour
    honest.behaviour = honest.behaviour


def test_it_must_suit_the_data() -> None:
    model = market(data="breast-cancer", initial_fraction=0.5)
    with pytest.raises(InputError, match="flips binary features"):
        model.contributors[1].behaviour = FeatureNoise()
    assert isinstance(model.contributors[1].behaviour, LabelFlip)


@pytest.mark.parametrize("wrong", [Echo, None, "echo", 7])
def test_it_must_be_an_object_of_a_behaviour(wrong: Any) -> None:
    model = market()
    with pytest.raises(InputError, match="must be an object of a Behaviour"):
        model.contributors[0].behaviour = wrong


class Stumbling(Echo):
    """Fails when it is taken up."""

    def begin(self) -> None:
        raise OSError("gone")


def test_one_that_cannot_begin_leaves_the_one_before_it() -> None:
    model = market()
    agent = model.contributors[0]
    before = agent.behaviour
    with pytest.raises(OSError, match="gone"):
        agent.behaviour = Stumbling()
    assert agent.behaviour is before
