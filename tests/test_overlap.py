"""Data of which several contributors submit each sample: how they are dealt, and to whom."""

from collections import Counter
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from small_market import market
from typer.testing import CliRunner

from cmlabm.agents.overlapping_queue import OverlappingQueue, Uses
from cmlabm.agents.partition import partition
from cmlabm.batch.command import app
from cmlabm.data.dataset import Samples
from cmlabm.errors import InputError
from cmlabm.mechanisms.peers import digests
from cmlabm.model import CMLModel

DEALS = ("shared", "even", "dirichlet")
SUBMITTED = 460
HONEST: dict[str, Any] = {
    "honest_agents": 4,
    "malicious_agents": 0,
    "honest_tolerance": 1.0,
    "honest_mean_deposit": 100.0,
}


def queues(count: int, overlap: int, samples: int = 5) -> list[OverlappingQueue]:
    uses = Uses(overlap)
    data = Samples(np.zeros((samples, 1)), np.arange(samples))
    return [OverlappingQueue(data, np.arange(samples), uses) for _ in range(count)]


def drain(queue: OverlappingQueue) -> list[int]:
    taken = []
    while queue:
        taken.append(queue.label)
        queue.advance()
    return taken


# Queues


def test_a_sample_that_enough_others_have_used_is_left_out() -> None:
    ada, bob, eve = queues(3, overlap=2)
    for queue in (ada, ada, bob):
        queue.advance()
    assert (ada.label, bob.label, eve.label) == (2, 1, 1), "two have used 0, one has used 1"
    assert (len(ada), len(bob), len(eve)) == (3, 4, 4)
    bob.advance()
    assert (len(ada), len(bob), len(eve)) == (3, 3, 3)


def test_where_all_are_to_submit_all_nobody_takes_from_another() -> None:
    ada, bob = queues(2, overlap=2)
    assert drain(ada) == drain(bob) == [0, 1, 2, 3, 4]


@given(
    st.integers(1, 4),
    st.integers(1, 4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=40),
)
def test_queues_by_direct_counting(count: int, overlap: int, turns: list[tuple[int, int]]) -> None:
    """Whoever uses what: nobody has a sample twice, no sample has too many, the order stays."""
    all_queues = queues(count, overlap)
    used: list[list[int]] = [[] for _ in all_queues]
    for turn, choice in turns:
        who = turn % count
        uses = Counter(sample for own in used for sample in own)
        left = [n for n in range(5) if n not in used[who] and uses[n] < overlap]
        assert len(all_queues[who]) == len(left)
        assert all_queues[who].ahead(9).labels.tolist() == left
        if left:
            assert all_queues[who].label == left[0]
            place = choice % len(left)
            if place:
                all_queues[who].draw_out(place)
            else:
                all_queues[who].advance()
            used[who].append(left[place])
    for queue, own in zip(all_queues, used, strict=True):
        assert queue.taken == len(own)


# Partitions


@pytest.mark.parametrize("alpha", [None, 0.01, 0.3, 100.0])
@given(data=st.data())
def test_each_sample_goes_to_as_many_different_agents(
    alpha: float | None, data: st.DataObject
) -> None:
    parts = data.draw(st.integers(1, 6))
    overlap = data.draw(st.integers(1, parts))
    labels = np.array(data.draw(st.lists(st.integers(0, 3), max_size=60)), dtype=np.int64)
    order = np.random.default_rng(1).permutation(len(labels))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    hands = [hand.tolist() for hand in partition(order, labels, parts, rng, alpha, overlap)]
    dealt = Counter(sample for hand in hands for sample in hand)
    assert dealt == dict.fromkeys(order.tolist(), overlap)
    place = {sample: number for number, sample in enumerate(order.tolist())}
    for hand in hands:
        assert len(set(hand)) == len(hand)
        assert [place[sample] for sample in hand] == sorted(place[sample] for sample in hand)
    if alpha is None:
        assert max(map(len, hands)) - min(map(len, hands)) <= overlap


@pytest.mark.parametrize("alpha", [None, 0.5])
def test_the_first_agent_of_each_sample_is_that_without_overlap(alpha: float | None) -> None:
    labels = np.arange(300) % 3
    deals = [
        list(partition(np.arange(300), labels, 5, np.random.default_rng(7), alpha, overlap))
        for overlap in (1, 3)
    ]
    for alone, several in zip(*deals, strict=True):
        assert set(alone.tolist()) <= set(several.tolist())


def test_in_turn_everybody_shares_samples_with_everybody() -> None:
    hands = partition(np.arange(300), np.zeros(300, int), 5, np.random.default_rng(1), None, 2)
    sets = [set(hand.tolist()) for hand in hands]
    assert [len(one) for one in sets] == [120] * 5
    for one in range(5):
        assert [len(sets[one] & sets[other]) for other in range(5) if other != one] == [30] * 4


def test_further_agents_are_drawn_by_their_shares_of_the_class() -> None:
    """Who has most of a class is most likely to be another's peer on it too."""
    labels = np.zeros(30_000, dtype=np.int64)
    shares = np.random.default_rng(3).dirichlet(np.full(4, 1.0))
    hands = partition(np.arange(30_000), labels, 4, np.random.default_rng(3), 1.0, overlap=2)
    expected = shares + [
        sum(first * own / (1 - first) for first in np.delete(shares, agent))
        for agent, own in enumerate(shares)
    ]
    assert [len(hand) / 30_000 for hand in hands] == pytest.approx(expected, abs=0.01)


# Markets


def senders_of_samples(model: CMLModel) -> dict[bytes, list[int]]:
    submissions = model.contract.submissions
    senders: dict[bytes, list[int]] = {}
    for sample, sender in zip(digests(submissions.row), submissions.sender, strict=True):
        senders.setdefault(sample, []).append(sender)
    return senders


@pytest.mark.parametrize("deal", DEALS)
@pytest.mark.parametrize("overlap", [2, 4])
def test_as_many_different_contributors_submit_each_sample(deal: str, overlap: int) -> None:
    model = market(overlap=overlap, data_dealing=deal, **HONEST)
    assert len(model.queues) == 4
    model.run()
    assert len(model.contract.submissions) == SUBMITTED * overlap
    assert not any(map(len, model.queues))
    for senders in senders_of_samples(model).values():
        assert len(senders) % overlap == 0, "two samples may have the same words"
        assert Counter(senders).most_common(1)[0][1] <= len(senders) // overlap


@pytest.mark.parametrize("deal", DEALS)
def test_an_overlap_of_one_is_what_it_always_was(deal: str) -> None:
    """Where data are shared all have one queue; the recorded runs say the rest."""
    model = market(overlap=1, data_dealing=deal, **HONEST)
    assert len(model.queues) == (1 if deal == "shared" else 4)
    model.run()
    assert len(model.contract.submissions) == SUBMITTED


@pytest.mark.parametrize("deal", DEALS)
def test_the_addresses_of_one_contributor_are_not_several_contributors(deal: str) -> None:
    model = market(
        overlap=2,
        data_dealing=deal,
        malicious_behaviour="sybil",
        malicious_addresses=3,
        honest_tolerance=1.0,
    )
    _, *addresses = model.contributors
    assert len(addresses) == 3
    assert len(model.queues) == 2
    model.run()
    accounts = {address.account for address in addresses}
    for senders in senders_of_samples(model).values():
        assert sum(sender in accounts for sender in senders) <= len(senders) // 2 + len(senders) % 2


def test_the_market_ends_although_some_have_left() -> None:
    """The label flipper runs out of money: what only it had still to submit stays."""
    model = market(overlap=2, malicious_start_balance=20.0, honest_tolerance=1.0)
    model.run()
    assert not model.running
    assert model.contributors[1].has_left
    assert len(model.contributors[0].queue) == 0 < len(model.contributors[1].queue)


@pytest.mark.parametrize(
    ("contributors", "overlap", "most"),
    [
        ({"honest_agents": 1, "malicious_agents": 1}, 3, 2),
        ({"honest_agents": 2, "malicious_behaviour": "sniper"}, 3, 2),
        ({"honest_agents": 1, "malicious_behaviour": "sybil", "malicious_addresses": 4}, 3, 2),
        ({"honest_agents": 0, "malicious_behaviour": "sniper"}, 2, 0),
    ],
    ids=["two", "a sniper has no data", "addresses are one contributor", "nobody"],
)
def test_there_must_be_enough_contributors_who_submit(
    contributors: dict[str, Any], overlap: int, most: int
) -> None:
    with pytest.raises(
        InputError, match=rf"^overlap = {overlap}: must be at most .* data, {most}$"
    ):
        market(overlap=overlap, **contributors)
    market(overlap=max(most, 1), **contributors)


def test_the_command_refuses_too_much_overlap_with_a_sentence_and_status_2() -> None:
    result = CliRunner().invoke(app, ["--set", "overlap=3"])
    assert result.exit_code == 2
    assert "overlap = 3: must be at most the number of contributors" in result.output
