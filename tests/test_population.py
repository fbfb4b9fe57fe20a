"""Who enters a market: shares of behaviours, unequal agents, and who has which data."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from small_market import TOKEN, market, record

from cmlabm.agents.endowment import factors
from cmlabm.agents.partition import partition
from cmlabm.behaviours import Behaviour
from cmlabm.behaviours.mixtures import behaviours_of, shares_of
from cmlabm.model import CMLModel
from cmlabm.random_streams import Purpose, Streams

IDS = ("label-flip", "echo", "sniper", "sybil", "copycat")


def named(behaviours: list[type[Behaviour]]) -> list[str]:
    return [behaviour.id for behaviour in behaviours]


def rng(seed: int = 1) -> np.random.Generator:
    return Streams(seed).of(Purpose.POPULATION)


# Shares of behaviours


@pytest.mark.parametrize(
    ("shares", "agents", "counts"),
    [
        ("label-flip = 0.7, echo = 0.3", 10, (7, 3)),
        ("label-flip = 7, echo = 3", 10, (7, 3)),
        ("label-flip, echo", 5, (3, 2)),
        ("label-flip = 0.5, echo = 0.3, sniper = 0.2", 4, (2, 1, 1)),
        ("label-flip = 0.1, echo = 0.9", 4, (0, 4)),
        ("label-flip = 5.3, echo = 2.4, sniper = 2.3", 10, (5, 3, 2)),
        ("label-flip = 1, echo = 1, sniper = 1", 3, (1, 1, 1)),
        ("label-flip = 1, echo = 1", 0, (0, 0)),
    ],
)
def test_fractions_of_an_agent_go_to_the_largest_remainders(
    shares: str, agents: int, counts: tuple[int, ...]
) -> None:
    expected = [name for name, count in zip(IDS, counts, strict=False) for _ in range(count)]
    assert named(behaviours_of("malicious", shares, agents)) == expected


@given(
    weights=st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=5),
    more=st.integers(0, 2_000),
)
def test_every_agent_gets_a_behaviour_and_no_smaller_remainder_is_rounded_up(
    weights: list[float], more: int
) -> None:
    agents = len(weights) + more
    text = ", ".join(f"{name} = {weight!r}" for name, weight in zip(IDS, weights, strict=False))
    chosen = named(behaviours_of("malicious", text, agents))
    assert len(chosen) == agents
    exact = [agents * weight / sum(weights) for weight in weights]
    added = [chosen.count(name) - own for name, own in zip(IDS, exact, strict=False)]
    assert max(map(abs, added)) < 1
    remainders_up = [1 - one for one in added if one > 1e-6]
    remainders_down = [-one for one in added if one < -1e-6]
    assert min(remainders_up, default=1.0) >= max(remainders_down, default=0.0) - 1e-6


def test_shares_are_of_the_whole() -> None:
    shares = shares_of("malicious", "label-flip = 3, echo = 1")
    assert list(shares.values()) == [0.75, 0.25]


def test_agents_of_several_behaviours_live_in_one_market() -> None:
    model = market(
        honest_behaviour="study = 2, budget = 1",
        honest_agents=3,
        malicious_behaviour="label-flip = 1, sybil = 1, sniper = 2",
        malicious_agents=4,
        malicious_addresses=2,
    )
    entered = [agent.behaviour.id for agent in model.contributors]
    assert entered == ["study"] * 2 + ["budget", "label-flip", "sybil", "sybil"] + ["sniper"] * 2
    assert model.accounts("honest") == range(1, 4)
    assert model.accounts("malicious") == range(4, 9)
    outcomes = model.run()
    assert outcomes["honest_accepted"] > 0
    assert outcomes["malicious_accepted"] > 0


# Unequal agents


@pytest.mark.parametrize("variation", [0.1, 0.5, 1.5])
@pytest.mark.parametrize("distribution", ["log-normal", "gamma"])
def test_factors_have_mean_1_and_the_variation_as_standard_deviation(
    distribution: str, variation: float
) -> None:
    drawn = factors(rng(), 400_000, variation, distribution)
    assert drawn.min() > 0
    assert drawn.mean() == pytest.approx(1, abs=5 * variation / 400_000**0.5)
    assert drawn.std() == pytest.approx(variation, rel=0.05)


def test_the_two_distributions_differ_in_their_skewness() -> None:
    """A log-normal one's is 3v + v^3, a gamma one's 2v."""

    def skewness(drawn: NDArray[np.float64]) -> float:
        return float((((drawn - 1) / drawn.std()) ** 3).mean())

    assert skewness(factors(rng(), 400_000, 0.5, "log-normal")) == pytest.approx(1.625, abs=0.1)
    assert skewness(factors(rng(), 400_000, 0.5, "gamma")) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("distribution", ["log-normal", "gamma"])
def test_without_variation_all_are_alike_and_the_stream_is_left_alone(distribution: str) -> None:
    used = rng()
    assert factors(used, 5, 0.0, distribution).tolist() == [1.0] * 5
    assert used.random() == rng().random()


def test_without_variation_the_distribution_says_nothing() -> None:
    runs = [
        market(honest_agents=3, population_distribution=name) for name in ("log-normal", "gamma")
    ]
    for model in runs:
        model.run()
    assert record(runs[0]) == record(runs[1])


def unequal(**parameters: Any) -> CMLModel:
    return market(
        **{"honest_agents": 40, "malicious_agents": 3, "honest_balance_variation": 0.5} | parameters
    )


def test_first_balances_vary_from_agent_to_agent() -> None:
    model = unequal()
    balances = np.array([model.ledger.started_with([one]) for one in model.accounts("honest")])
    assert len(set(balances.tolist())) == 40
    assert balances.mean() / TOKEN == pytest.approx(10_000, rel=0.25)
    assert balances.std() / TOKEN == pytest.approx(5_000, rel=0.35)
    (rich,) = {model.ledger.started_with([one]) for one in model.accounts("malicious")}
    assert rich == 10_000 * TOKEN
    assert model.ledger.supply == balances.sum() + 3 * rich


def endowed(model: CMLModel, quantity: str) -> list[float]:
    """Return by how much each agent's offers or waits differ from the mean, honest ones first."""
    return [getattr(agent.draws, f"{quantity}_factor") for agent in model.contributors]


def test_offers_and_waits_vary_from_agent_to_agent() -> None:
    """An agent that offers twice as much, or waits twice as long, does so throughout."""
    model = unequal(
        honest_agents=4,
        honest_balance_variation=0.0,
        honest_wait_variation=0.5,
        honest_stdev_wait_s=0.0,
        honest_deposit_variation=0.5,
        honest_stdev_deposit=0.0,
        honest_start_balance=1e6,
        malicious_agents=0,
        honest_tolerance=1.0,
        lock="offer",
    )
    model.step()
    submissions = model.contract.submissions
    for agent in model.contributors:
        own = [number for number, one in enumerate(submissions.sender) if one == agent.account]
        assert len(own) > 20
        wait = int(600 * agent.draws.wait_factor)
        assert {submissions.time_s[number] % wait for number in own} == {0}
        offered = {submissions.deposit[number] for number in own}
        assert offered == {int(50 * agent.draws.deposit_factor) * TOKEN}
    assert len(set(endowed(model, "wait") + endowed(model, "deposit"))) == 8


@pytest.mark.parametrize("mean", [1.0, 3.0, 49.0, 50.0, 98.0, 103.0])
def test_however_little_an_agent_offers_a_draw_of_a_token_remains_possible(mean: float) -> None:
    """Or it would draw for ever. In floating point 49 * (1 / 49) is less than 1."""
    model = unequal(
        honest_mean_deposit=mean, honest_stdev_deposit=0.0, honest_deposit_variation=10.0
    )
    smallest = min(endowed(model, "deposit"))
    assert smallest < 3 / mean
    assert int(smallest * mean) >= 1


@pytest.mark.parametrize("distribution", ["log-normal", "gamma"])
def test_how_much_one_quantity_varies_leaves_the_others_as_they_were(distribution: str) -> None:
    """A random stream a purpose: richer agents must not be other agents in all else."""
    base: dict[str, Any] = {
        "honest_deposit_variation": 0.3,
        "honest_wait_variation": 0.4,
        "malicious_balance_variation": 0.2,
        "population_distribution": distribution,
    }
    alike = unequal(**base, honest_balance_variation=0.0)
    unlike = unequal(**base, honest_balance_variation=0.9)
    assert alike.ledger.balances[1:41] != unlike.ledger.balances[1:41]
    assert alike.ledger.balances[41:] == unlike.ledger.balances[41:]
    for quantity in ("deposit", "wait"):
        assert endowed(alike, quantity) == endowed(unlike, quantity)
    slower = unequal(**base | {"honest_wait_variation": 0.8}, honest_balance_variation=0.9)
    assert slower.ledger.balances == unlike.ledger.balances
    assert endowed(slower, "deposit") == endowed(unlike, "deposit")
    assert endowed(slower, "wait") != endowed(unlike, "wait")


def test_more_agents_leave_those_there_were_as_they_were() -> None:
    few = unequal(honest_agents=5, honest_wait_variation=0.5)
    many = unequal(honest_agents=9, honest_wait_variation=0.5)
    assert few.ledger.balances[1:6] == many.ledger.balances[1:6]
    assert endowed(few, "wait")[:5] == endowed(many, "wait")[:5]


@pytest.mark.parametrize(
    "change",
    [
        {"honest_balance_variation": 0.0},
        {"honest_balance_variation": 2.0},
        {"honest_deposit_variation": 0.5},
        {"malicious_balance_variation": 0.5},
        {"population_distribution": "gamma"},
    ],
    ids=str,
)
def test_what_agents_are_like_leaves_all_other_draws_alone(change: dict[str, Any]) -> None:
    """The order of the data, waits, decisions, mistakes, of both kinds."""
    drawn = []
    for model in (unequal(), unequal(**change)):
        honest, malicious = (
            model.contributors[0].draws.streams,
            model.contributors[-1].draws.streams,
        )
        uniforms = (honest.decisions, honest.mistakes, malicious.wrong_labels)
        waits = (honest.waits, honest.offers, malicious.waits, malicious.offers)
        drawn.append(
            (
                model.queues[0].order.tolist(),
                [one.next() for one in (*uniforms, *waits) for _ in range(300)],
                honest.noise.random(9).tolist(),
                honest.own_data.random(9).tolist(),
            )
        )
    assert drawn[0] == drawn[1]


# Who has which data


@st.composite
def deals(draw: st.DrawFn) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Return samples in some order, their labels, and how many agents they are dealt to."""
    size = draw(st.integers(0, 60))
    order = draw(st.permutations(range(100, 100 + size)))
    labels = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    hands = draw(st.integers(1, 8))
    return np.array(order, dtype=np.int64), np.array(labels, dtype=np.int64), hands


@given(deal=deals(), alpha=st.none() | st.floats(0.01, 1e6), seed=st.integers(0, 99))
def test_dealing_gives_each_sample_to_one_agent_and_keeps_the_order(
    deal: tuple[NDArray[np.int64], NDArray[np.int64], int], alpha: float | None, seed: int
) -> None:
    order, labels, hands = deal
    got = [hand.tolist() for hand in partition(order, labels, hands, rng(seed), alpha)]
    assert len(got) == hands
    assert sorted(number for hand in got for number in hand) == sorted(order.tolist())
    place = {number: at for at, number in enumerate(order.tolist())}
    for hand in got:
        assert hand == sorted(hand, key=place.__getitem__)


@given(deal=deals())
def test_an_even_deal_gives_as_many_to_each(
    deal: tuple[NDArray[np.int64], NDArray[np.int64], int],
) -> None:
    order, labels, hands = deal
    sizes = [len(hand) for hand in partition(order, labels, hands, rng(), None)]
    assert max(sizes) - min(sizes) <= 1


def classes_per_agent(alpha: float) -> float:
    """Return how many of ten classes an agent of ten has a tenth of its data or more from."""
    labels = np.arange(2_000) % 10
    counts = []
    for seed in range(20):
        for hand in partition(np.arange(2_000), labels, 10, rng(seed), alpha):
            if len(hand):
                shares = np.bincount(labels[hand], minlength=10) / len(hand)
                counts.append(int((shares >= 0.05).sum()))
    return float(np.mean(counts))


def test_the_lower_alpha_the_fewer_classes_each_has() -> None:
    assert classes_per_agent(0.05) < 4
    assert classes_per_agent(0.05) < classes_per_agent(1.0) < classes_per_agent(100.0)
    assert classes_per_agent(100.0) > 9.5


def test_a_high_alpha_deals_every_class_evenly() -> None:
    labels = np.arange(2_000) % 2
    hands = partition(np.arange(2_000), labels, 4, rng(), 1e6)
    for hand in hands:
        assert np.bincount(labels[hand]).tolist() == pytest.approx([250, 250], abs=2)


def test_all_draw_on_one_queue_where_data_are_shared() -> None:
    model = market(honest_agents=3, malicious_agents=2)
    assert len(model.queues) == 1
    assert all(agent.queue is model.queues[0] for agent in model.contributors)
    model.run()
    assert model.queues[0].taken == 460 == len(model.contract.submissions)


@pytest.mark.parametrize("dealing", ["even", "dirichlet"])
def test_each_submits_its_own_data_where_they_are_dealt(dealing: str) -> None:
    """All of them, each once; who uses no data of its own has none."""
    model = market(
        data_dealing=dealing,
        honest_agents=3,
        malicious_agents=3,
        malicious_behaviour="label-flip = 1, sniper = 1, copycat = 1",
        honest_tolerance=1.0,
    )
    shared = market(honest_agents=3)
    *submitting, sniper, copycat = model.contributors
    assert len(sniper.queue) == len(copycat.queue) == 0
    assert len({id(agent.queue) for agent in submitting}) == len(model.queues) == 4
    order = shared.queues[0].order.tolist()
    hands = [agent.queue.order.tolist() for agent in submitting]
    assert sorted(number for hand in hands for number in hand) == sorted(order)
    model.run()
    truths, senders = model.contract.submissions.truth, model.contract.submissions.sender
    for agent, hand in zip(submitting, hands, strict=True):
        own = [truth for truth, one in zip(truths, senders, strict=True) if one == agent.account]
        assert own == model.dataset.train.labels[hand].tolist()


def test_the_addresses_of_a_sybil_share_one_hand() -> None:
    model = market(data_dealing="even", malicious_behaviour="sybil", malicious_addresses=3)
    honest, *addresses = model.contributors
    assert len(addresses) == 3
    assert len(model.queues) == 2
    assert all(address.queue is addresses[0].queue for address in addresses)
    assert len(honest.queue) == len(addresses[0].queue) == 230


@pytest.mark.parametrize("dealing", ["shared", "even", "dirichlet"])
def test_a_market_without_anybody_to_submit_is_over_before_it_begins(dealing: str) -> None:
    model = market(data_dealing=dealing, honest_agents=0, malicious_behaviour="sniper")
    assert not model.running
