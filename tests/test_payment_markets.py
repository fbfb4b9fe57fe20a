"""Whole markets under each payment: who earns, what a sponsor pays, that money is conserved."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from small_market import TOKEN, market, record

from cmlabm.admission import ADMISSIONS
from cmlabm.behaviours import HonestBehaviour, MaliciousBehaviour
from cmlabm.contract.ledger import Ledger, Reason
from cmlabm.data.rows import Row
from cmlabm.mechanisms import MECHANISMS
from cmlabm.model import CMLModel
from cmlabm.testing import SMALL

PEERS = ("output-agreement", "peer-truth-serum", "correlated-agreement", "determinant-mi")
VALUES = ("knn-shapley", "shapley", "leave-one-out", "banzhaf")
ALL = ("loss-payment", *PEERS, *VALUES, "staked-score", "challenge-bond")

DIGITS: dict[str, Any] = {
    "data": "digits",
    "train_size": 900,
    "initial_fraction": 0.35,
    "root_size": 150,
    "test_size": 300,
    "honest_agents": 3,
    "honest_tolerance": 1.0,
    "honest_mean_deposit": 100.0,
    "malicious_mean_wait_s": 600.0,
}
"""585 digits to submit, which a model of 150 tells apart."""


@dataclass(eq=False)
class Constant(MaliciousBehaviour):
    """Sends the same label with whatever sample."""

    def label_for(self, row: Row, truth: int) -> int:
        return 0


@dataclass(eq=False)
class Eager(HonestBehaviour):
    """Sends true labels whatever the model is like, and stays whatever it has."""

    def wants_to_submit(self) -> bool:
        return True

    def label_for(self, row: Row, truth: int) -> int:
        return truth


def gains(model: CMLModel) -> list[float]:
    """Return what each contributor gained, in tokens."""
    return [model.ledger.balance(agent.account) / TOKEN - 10_000 for agent in model.contributors]


def finished(incentive: str, **parameters: Any) -> CMLModel:
    model = market(incentive=incentive, **DIGITS | parameters)
    model.run()
    return model


# What holds for all


@pytest.mark.parametrize("incentive", ALL)
def test_a_seed_says_all_where_several_report_on_each_sample(incentive: str) -> None:
    """The contract suite says so of markets without overlap, where peers are paid nothing."""
    small = SMALL | {"incentive": incentive, "overlap": 3, "malicious_behaviour": "random-label"}
    runs = [market(seed=4, **small) for _ in range(2)]
    for model in runs:
        model.run()
    assert record(runs[0]) == record(runs[1])
    assert Reason.REWARD in set(runs[0].movements()["reason"])


@pytest.mark.parametrize("incentive", MECHANISMS)
@pytest.mark.parametrize("admission", ADMISSIONS)
def test_money_is_conserved_whatever_is_learnt_and_paid(admission: str, incentive: str) -> None:
    """Every midnight the contract compares the escrow with what it owes (``check``)."""
    model = market(seed=2, **SMALL | {"admission": admission, "incentive": incentive, "overlap": 2})
    start = model.ledger.supply
    outside = sum(model.ledger.balances[Ledger.ESCROW + 1 :])
    assert start == outside + model.contract.rules.bounty
    while model.running:
        model.step()
        assert sum(model.ledger.balances) == model.ledger.supply <= start
    assert model.escrow == 0
    assert sum(model.ledger.balances) <= start, "no more than the sponsor promised"


@pytest.mark.parametrize("incentive", ALL)
@pytest.mark.parametrize("bounty", [0.0, 0.000003, 2.0])
def test_no_bounty_is_too_small(incentive: str, bounty: float) -> None:
    """What it does not cover is not paid; what some lose may pay others."""
    model = market(**SMALL | {"incentive": incentive, "overlap": 2, "bounty": bounty})
    model.run()
    promised = 0 if incentive == "challenge-bond" else round(bounty * TOKEN)
    moved = model.movements()
    minted = moved[(moved["source"] == "outside") & (moved["reason"] == Reason.BOUNTY)]
    assert minted["amount"].sum() == promised
    held = sum(model.ledger.balances)
    assert held <= round(2 * 30 * TOKEN + 2 * 15 * TOKEN) + promised


@pytest.mark.parametrize("incentive", VALUES)
def test_of_a_balanced_rule_the_whole_bounty_is_paid(incentive: str) -> None:
    model = finished(incentive, bounty=50.0)
    assert 50 * TOKEN - 4 < sum(model.ledger.balances) - 4 * 10_000 * TOKEN <= 50 * TOKEN


# Peers


@pytest.mark.parametrize("incentive", PEERS)
def test_constant_reports_earn_only_where_agreement_is_paid(incentive: str) -> None:
    """Von Ahn & Dabbish's rule pays most if all say the same; the others then pay nothing."""
    same = {"overlap": 2, "honest_agents": 0, "malicious_agents": 4}
    constant = finished(incentive, **same, malicious_behaviour=f"{__name__}:Constant")
    gained = gains(constant)
    reports = len(constant.contract.submissions)
    assert reports == 2 * 585
    if incentive == "output-agreement":
        assert sum(gained) == pytest.approx(0.02 * reports)
    else:
        assert gained == [0.0] * 4


@pytest.mark.parametrize("incentive", PEERS)
def test_truth_among_the_truthful_earns(incentive: str) -> None:
    """And under peer truth serum more than what anybody gains by always saying the same."""
    model = finished(
        incentive,
        overlap=3,
        honest_behaviour=f"{__name__}:Eager",
        malicious_behaviour=f"{__name__}:Constant",
        data="breast-cancer",
        train_size=400,
        root_size=80,
    )
    *honest, constant = gains(model)
    assert min(honest) > 0
    assert constant < min(honest)
    if incentive != "output-agreement":
        assert constant <= 0.1


def test_determinants_do_not_tell_swapped_labels_from_true_ones() -> None:
    """Kong's measure pays for information: who always says the other of two classes earns too."""
    parameters = {"overlap": 4, "data": "breast-cancer", "train_size": 400, "root_size": 80}
    model = finished("determinant-mi", **parameters, malicious_mistake_probability=0.0)
    *honest, flipper = gains(model)
    assert flipper == pytest.approx(np.mean(honest), rel=0.1)
    serum = finished("peer-truth-serum", **parameters, malicious_mistake_probability=0.0)
    *honest, flipper = gains(serum)
    assert flipper < 0 < min(honest)


# The root set


@pytest.mark.parametrize("incentive", VALUES)
@pytest.mark.parametrize("attack", ["label-flip", "random-label"])
def test_who_sends_wrong_labels_is_worth_nothing(incentive: str, attack: str) -> None:
    *honest, attacker = gains(finished(incentive, malicious_behaviour=attack))
    assert attacker == 0
    assert min(honest) > 0


@pytest.mark.parametrize("attack", ["label-flip", "random-label"])
def test_who_raises_the_loss_pays_for_it(attack: str) -> None:
    *honest, attacker = gains(finished("loss-payment", malicious_behaviour=attack))
    assert attacker < 0 < min(honest)


def test_a_wrong_label_scores_below_chance() -> None:
    *honest, attacker = gains(finished("staked-score"))
    assert attacker < 0 < min(honest)


@pytest.mark.parametrize(("judge", "overlap"), [("root", 1), ("majority", 3)])
def test_challengers_live_on_the_flippers_deposits(judge: str, overlap: int) -> None:
    model = finished("challenge-bond", challenge_judge=judge, overlap=overlap)
    *honest, attacker = gains(model)
    assert attacker < -20
    assert min(honest) > 0
    assert sum(gains(model)) < 0, "half of what is lost is burnt"


def test_where_a_single_sample_moves_the_loss_more_than_stakes_cover_noise_is_paid() -> None:
    """Who gains whole and loses at most the stake: the flipper earns, and the bounty goes."""
    cheap = finished("loss-payment", loss_price=500.0, market_stake=0.25)
    covered = finished("loss-payment", loss_price=500.0, market_stake=50.0)
    assert gains(cheap)[-1] > 0 > gains(covered)[-1]
    assert sum(gains(cheap)) > 500 > 0 > sum(gains(covered))


# Attackers who know the rule


@pytest.mark.parametrize("incentive", PEERS)
def test_a_ring_that_agrees_beforehand_is_paid_by_peers_for_telling_nothing(
    incentive: str,
) -> None:
    """Its labels are a hash of the sample: they confirm each other, and not the honest."""
    ring = {"malicious_behaviour": "collusion-ring", "malicious_agents": 3, "honest_agents": 1}
    honest, *colluders = gains(finished(incentive, overlap=4, **ring))
    assert min(colluders) > max(honest, 0)


def test_a_ring_does_not_deceive_a_root_set() -> None:
    ring = {"malicious_behaviour": "collusion-ring", "malicious_agents": 3, "honest_agents": 1}
    for incentive in ("knn-shapley", "staked-score"):
        honest, *colluders = gains(finished(incentive, overlap=4, **ring))
        assert honest > max(colluders)


@pytest.mark.parametrize("deal", ["shared", "even", "dirichlet"])
@pytest.mark.parametrize("attack", ["greedy-poison", "stealth", "taught-farming", "whitewash"])
def test_who_chooses_among_its_samples_shares_them_with_others(attack: str, deal: str) -> None:
    """A sample drawn out of turn is used up for others too, and nobody's is used up twice."""
    small = SMALL | {"honest_tolerance": 1.0, "incentive": "none", "data_dealing": deal}
    model = market(seed=3, **small | {"overlap": 2, "malicious_behaviour": attack})
    model.run()
    used = [sample for queue in model.queues for sample in set(queue._indices[: queue.taken])]
    assert len(used) == sum(queue.taken for queue in model.queues), "nobody has one twice"
    assert max(Counter(used).values()) <= 2
