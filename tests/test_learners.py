"""Contributors who learn what to do, and those who stay away."""

import math
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_market import DAY, TOKEN, market
from typer.testing import CliRunner

from cmlabm.agents.contributor import Contributor
from cmlabm.batch.command import app
from cmlabm.behaviours.exp3 import Exp3, scaled
from cmlabm.behaviours.honest.imitator import Imitator
from cmlabm.behaviours.honest.truthful import Truthful
from cmlabm.behaviours.imitation import fermi
from cmlabm.behaviours.learner import Learner
from cmlabm.behaviours.malicious.echo import Echo
from cmlabm.behaviours.repertoires import PLAYABLE
from cmlabm.contract.ledger import Reason
from cmlabm.errors import InputError
from cmlabm.mechanisms import MECHANISMS
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.testing import CHECKS, SMALL

LEARNERS: dict[str, Any] = {
    "honest_agents": 10,
    "malicious_agents": 0,
    "honest_behaviour": "imitator",
    "honest_mean_wait_s": 6_000.0,
    "honest_stdev_wait_s": 600.0,
    "revision_wait_s": DAY,
    "mutation_probability": 0.0,
}
"""Ten who revise once a day, in markets of 460 submissions that last a week or so."""


def learners(seed: int = 1, **parameters: Any) -> CMLModel:
    return market(seed, **LEARNERS | parameters)


def finished(seed: int = 1, **parameters: Any) -> CMLModel:
    model = learners(seed, **parameters)
    model.run()
    return model


def counts(model: CMLModel) -> pd.DataFrame:
    """Return how many play what: a row a day, a column a behaviour."""
    return model.playing().pivot_table(
        index="day", columns="behaviour", values="contributors", sort=False
    )


def learning(agent: Contributor) -> Learner:
    assert isinstance(agent.behaviour, Learner)
    return agent.behaviour


# Fermi's rule


@pytest.mark.parametrize(
    ("difference", "intensity", "probability"),
    [
        (0.0, 3.0, 0.5),
        (10.0, 0.1, 0.731_058_578_6),  # 1 / (1 + 1/e)
        (-10.0, 0.1, 0.268_941_421_4),
        (math.log(3), 1.0, 0.75),
        (1e9, 1e6, 1.0),
        (-1e9, 1e6, 0.0),
    ],
)
def test_fermis_probability_is_as_calculated_by_hand(
    difference: float, intensity: float, probability: float
) -> None:
    """A difference taken the wrong way round, or an overflow, would show here."""
    assert fermi(difference, intensity) == pytest.approx(probability, abs=1e-10)


@dataclass
class Other:
    """One who is seen."""

    playing: str = "echo"
    money: int = 100 * TOKEN
    locked: int = 0


@dataclass
class Sight(Other):
    """What an imitator sees, with one other to be seen."""

    now: int = 0
    imitators: list[Other] = field(default_factory=list)

    @property
    def other(self) -> Other:
        """The only one to be seen."""
        return self.imitators[0]


@dataclass
class Dice:
    """A generator for all that learners draw."""

    learning: np.random.Generator


def watching(intensity: float, mutation: float = 0.0, seed: int = 1) -> tuple[Imitator, Sight]:
    """Return an imitator who plays study and watches one who plays echo."""
    imitator, sight = Imitator(intensity=intensity, mutation=mutation), Sight()
    sight.imitators += [Other(), sight]
    imitator.choose_from({"study": Truthful(), "echo": Echo()}, "study")
    seen: Any = sight
    dice: Any = Dice(np.random.default_rng(seed))
    imitator.adopt(seen, dice)
    imitator.revise()
    return imitator, sight


@pytest.mark.parametrize(
    ("own", "others", "taken_over"),
    [
        ((0, 0), (1, 0), True),
        ((1, 0), (0, 0), False),
        ((-5, 5), (-1, 2), True),
        ((-5, 7), (-1, 2), False),
        ((-2, 0), (-1, 0), True),
    ],
    ids=["gain", "own gain", "deposits count", "own deposits count", "smaller loss"],
)
def test_who_gained_more_since_the_last_revision_is_imitated(
    own: tuple[int, int], others: tuple[int, int], taken_over: bool
) -> None:
    """What one holds is balance and deposits; what one held before does not count."""
    imitator, sight = watching(intensity=1e6)
    sight.other.money += 10**6 * TOKEN
    imitator.revise()
    for who, (money, locked) in ((sight, own), (sight.other, others)):
        who.money += money * TOKEN
        who.locked += locked * TOKEN
    assert (imitator.revise() == "echo") == taken_over


def test_others_are_taken_over_as_often_as_fermis_rule_says() -> None:
    taken = 0
    for seed in range(2_000):
        imitator, sight = watching(intensity=0.1, seed=seed)
        sight.other.money += 10 * TOKEN
        taken += imitator.revise() == "echo"
    expected = fermi(10, 0.1)
    assert taken / 2_000 == pytest.approx(expected, abs=4 * (expected * 0.27 / 2_000) ** 0.5)


def test_with_a_mutation_any_of_the_repertoire_is_taken() -> None:
    taken = Counter(watching(1.0, mutation=1.0, seed=seed)[0].revise() for seed in range(1_000))
    assert set(taken) == {"study", "echo"}
    assert taken["echo"] / 1_000 == pytest.approx(0.5, abs=4 * (0.25 / 1_000) ** 0.5)


def test_all_others_are_watched_alike_and_nobody_watches_itself() -> None:
    model = learners(honest_agents=4, malicious_agents=1, malicious_behaviour="imitator")
    own: Any = learning(model.contributors[2])
    watched = Counter[int]()
    for _ in range(2_000):
        own.revise()
        watched[own._watched.account] += 1
    assert set(watched) == {1, 2, 4, 5}
    assert all(abs(times - 500) < 4 * (2_000 * 0.25 * 0.75) ** 0.5 for times in watched.values())


# Markets of imitators


COSTLY: dict[str, Any] = {"sample_cost": 5.0, "incentive": "none"}
"""Who sends samples loses five tokens each, and gets nothing."""


def test_the_better_of_two_behaviours_takes_over() -> None:
    """Staying away where samples only cost, and telling the truth where lies lose deposits."""
    away = counts(finished(repertoire="study = 8, abstain = 2", imitation_intensity=1.0, **COSTLY))
    assert away.iloc[0].to_dict() == {"study": 8, "abstain": 2}
    assert away.iloc[-1].to_dict() == {"study": 0, "abstain": 10}
    lies: dict[str, Any] = {
        "repertoire": "label-flip = 5, study = 5",
        "train_size": 3_000,
        "num_words": 400,
    }
    told = counts(finished(imitation_intensity=1.0, revision_wait_s=5 * DAY, **lies))
    assert told.iloc[0].to_dict() == {"label-flip": 5, "study": 5}
    assert told.iloc[-1]["study"] >= 9


def test_without_intensity_behaviours_drift_whatever_they_gain() -> None:
    """The mean share stays where it was, though one behaviour costs and the other does not."""
    study: dict[str, Any] = {
        "repertoire": "study = 5, abstain = 5",
        "imitation_intensity": 0.0,
        "max_days": 5,
    }
    last = [counts(finished(seed, **study, **COSTLY)).iloc[-1]["study"] for seed in range(60)]
    assert np.std(last) > 1
    assert np.mean(last) == pytest.approx(5, abs=4 * np.std(last) / 60**0.5)


def test_what_nobody_plays_is_played_again_by_mutation_alone() -> None:
    alone: dict[str, Any] = {
        "repertoire": "study, echo, sniper",
        "honest_agents": 1,
        "max_days": 40,
    }
    assert set(counts(finished(**alone))["study"]) == {1}
    days = counts(finished(**alone, mutation_probability=1.0, honest_mean_wait_s=50_000.0))
    assert (days.sum() > 3).all()


@pytest.mark.parametrize("behaviour", ["imitator", "bandit"])
def test_each_day_the_counts_add_up_to_the_number_of_learners(behaviour: str) -> None:
    both: dict[str, Any] = {
        "malicious_agents": 3,
        "honest_behaviour": f"{behaviour} = 7, study = 3",
    }
    model = finished(
        **both,
        malicious_behaviour=behaviour,
        repertoire="study = 2, echo = 1, sniper",
        mutation_probability=0.2,
        malicious_start_balance=3.0,
    )
    table = counts(model)
    assert [agent.has_left for agent in model.learners].count(True) > 0
    assert table.sum(axis=1).tolist() == [10] * (int(model.time) + 1)
    assert table.iloc[0].to_dict() == {"study": 7, "echo": 3, "sniper": 0}
    assert table.nunique().max() > 1
    honest = table.iloc[-1]["study"] / 10
    assert model.outcomes()["honest_playing_share"] == honest


def test_without_learners_nothing_is_recorded_of_them() -> None:
    model = market()
    outcomes = model.run()
    assert len(model.playing()) == 0
    assert math.isnan(outcomes["honest_playing_share"])


def test_what_is_played_can_be_read_while_a_day_is_being_written() -> None:
    """A page draws while another thread plays: Mesa writes a table's row column by column."""
    model = market(honest_behaviour="imitator")
    before = model.playing()
    model.datacollector.tables["playing"]["day"].append(1.0)
    assert model.playing().equals(before)


def test_who_can_play_one_behaviour_only_is_who_behaves_so() -> None:
    """Revising costs no waking, no claim, and no draw of those by which others decide.

    With few contributors no two of them come in the same second, of whom one has to be first.
    """
    few: dict[str, Any] = {"honest_agents": 3, "honest_stdev_wait_s": 3_000.0}
    model = finished(repertoire="study", mutation_probability=0.5, revision_wait_s=5_000, **few)
    plain = finished(honest_behaviour="study", **few)
    assert model.ledger.movements().tolist() == plain.ledger.movements().tolist()
    assert model.contract.refusals().tolist() == plain.contract.refusals().tolist()
    assert len(plain.contract.submissions) == 460


def test_behaviours_are_made_anew_when_they_are_taken_up() -> None:
    model = learners(repertoire="copycat, study", honest_agents=2)
    own = learning(model.contributors[0])
    first: Any = own.played
    first._seen = 7
    own._take_up("study")
    own._take_up("copycat")
    assert own.played is not first
    assert getattr(own.played, "_seen", None) == 0
    assert own.played.senses is model.contributors[0]


def test_revisions_come_when_they_are_due_and_not_all_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times: dict[int, list[int]] = {}
    revise = Imitator.revise

    def note_and_revise(imitator: Imitator) -> str:
        times.setdefault(imitator.senses.account, []).append(imitator.senses.now)
        return revise(imitator)

    monkeypatch.setattr(Imitator, "revise", note_and_revise)
    finished(repertoire="sniper = 9, study = 1", honest_mean_wait_s=50_000.0, max_days=9)
    assert set(times) == set(range(1, 11))
    for own in times.values():
        assert {later - earlier for earlier, later in pairwise(own)} == {DAY}
    assert len({own[0] for own in times.values()}) == 10


def test_every_behaviour_can_be_taken_up_at_any_time() -> None:
    """Also where the data are used up, money is scarce, and others have long begun."""
    small: dict[str, Any] = {"honest_agents": 5, "malicious_lookahead": 3, "train_size": 800}
    small |= {"malicious_own_samples": 10, "honest_start_balance": 300.0}
    played: set[str] = set()
    for seed in range(5):
        model = CMLModel(
            rng=seed,
            **SMALL | small,
            honest_behaviour="imitator = 3, bandit = 2",
            malicious_behaviour="imitator",
            repertoire=", ".join(PLAYABLE),
            revision_wait_s=20_000,
            mutation_probability=1.0,
            exploration=1.0,
        )
        model.run()
        table = model.playing()
        played |= {*table[table["contributors"] > 0]["behaviour"]}
    assert played == set(PLAYABLE)


def test_those_pay_for_samples_who_make_them() -> None:
    """Echoes need no truth: who plays them pays for no labels, of whichever kind it is."""
    for kind, other in (("honest", "malicious"), ("malicious", "honest")):
        for repertoire, pays in (("study", True), ("echo", False)):
            setting: dict[str, Any] = {
                f"{kind}_behaviour": "imitator",
                f"{kind}_agents": 2,
                f"{other}_agents": 0,
            }
            model = market(**setting, repertoire=repertoire, sample_cost=0.5, max_days=2)
            model.run()
            assert (Reason.COST in set(model.movements()["reason"])) == pays


# How markets end


@pytest.mark.parametrize("behaviour", ["imitator", "bandit"])
@pytest.mark.parametrize("repertoire", ["study, sniper", "abstain, study", "sniper", "abstain"])
def test_markets_of_learners_end_by_themselves(behaviour: str, repertoire: str) -> None:
    """By the end of the data; or as soon as nobody can come to submit."""
    model = finished(
        honest_behaviour=behaviour, repertoire=repertoire, mutation_probability=0.05, exploration=1
    )
    assert model.time < 3_650
    assert len(model.contract.submissions) == (460 if "study" in repertoire else 0)
    assert model.escrow == 0


def test_a_market_in_which_all_have_become_snipers_closes() -> None:
    """Nobody will ever submit again, so the rest of the data must not keep it open."""
    model = learners(repertoire="study = 5, sniper = 5", imitation_intensity=0.0)
    for agent in model.learners:
        learning(agent)._take_up("sniper")
    model.run()
    assert model.time < 30
    assert len(model.queues[0]) > 0
    may_mutate = learners(repertoire="sniper, study", mutation_probability=0.001)
    assert may_mutate.is_open


def test_who_stays_away_with_deposits_comes_back_for_them() -> None:
    model = learners(repertoire="study, abstain", honest_agents=4, imitation_intensity=0.0)
    for _ in range(2):
        model.step()
    locked = [agent for agent in model.learners if agent.locked]
    assert locked
    for agent in model.learners:
        learning(agent)._take_up("abstain")
    model.run()
    assert model.escrow == 0


# Staying away


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_who_stays_away_ends_with_what_it_came_with(mechanism: str) -> None:
    """Others submit, lose deposits and leave them to expire, and none of it is claimed."""
    model = CMLModel(
        rng=4,
        **SMALL | {"honest_agents": 3, "train_size": 120},
        honest_behaviour="abstain = 1, study = 2",
        incentive=mechanism,
    )
    model.run()
    away = model.contributors[0]
    assert len(model.contract.submissions) > 10
    moved = model.ledger.movements()
    assert away.money == 30 * TOKEN
    assert len(moved[(moved[:, 1] == away.account) | (moved[:, 2] == away.account)]) == 1
    assert away.has_left


def test_those_who_stay_away_keep_no_market_open() -> None:
    model = market(honest_behaviour="abstain", honest_agents=3, malicious_agents=0)
    assert not model.running
    assert model.run()["days"] == 0


# Exp3


def test_exp3_weighs_arms_as_calculated_by_hand() -> None:
    """Two arms, exploration 0.2: p = 1/2; then w = exp(0.2 * 0.5 / 0.5 / 2) of the first."""
    bandit = Exp3(2, 0.2)
    bandit.learn(0, 0.5)
    weight = math.exp(0.2 * (0.5 / 0.5) / 2)
    first = 0.8 * weight / (weight + 1) + 0.1
    assert bandit.probabilities() == pytest.approx([first, 1 - first])
    bandit.learn(1, 1.0)
    second = math.exp(0.2 * (1.0 / (1 - first)) / 2)
    expected = 0.8 * second / (weight + second) + 0.1
    assert bandit.probabilities()[1] == pytest.approx(expected)


def test_exp3_finds_the_best_of_made_up_arms_and_loses_no_more_than_its_bound() -> None:
    """Theorem 3.1 of Auer et al.: at most (e - 1)·g·T + K ln K / g less than the best arm."""
    means, rounds, exploration = [0.2, 0.5, 0.8, 0.4], 5_000, 0.1
    rng = np.random.default_rng(3)
    bandit, pulled, earned = Exp3(4, exploration), Counter[int](), 0.0
    for _ in range(rounds):
        arm = bandit.draw(rng)
        reward = float(rng.random() < means[arm])
        bandit.learn(arm, reward)
        pulled[arm] += 1
        earned += reward
    assert pulled.most_common(1)[0][0] == 2
    assert pulled[2] > 0.75 * rounds
    bound = (math.e - 1) * exploration * 0.8 * rounds + 4 * math.log(4) / exploration
    assert 0.8 * rounds - earned < bound


@pytest.mark.parametrize("exploration", [1e-9, 0.1, 1.0])
def test_exp3_stays_finite_over_long_runs(exploration: float) -> None:
    bandit, rng = Exp3(3, exploration), np.random.default_rng(1)
    for number in range(50_000):
        bandit.learn(number % 3 if number < 100 else 1, 1.0)
    probabilities = bandit.probabilities()
    assert np.isfinite(probabilities).all()
    assert probabilities.sum() == pytest.approx(1)
    assert probabilities.min() >= exploration / 3 * (1 - 1e-9)
    bandit.draw(rng)


def test_gains_are_cut_off_at_the_range() -> None:
    assert [scaled(gain, 100) for gain in (-1e9, -100, -50, 0, 100, 1e9)] == [0, 0, 0.25, 0.5, 1, 1]


def test_bandits_turn_to_what_costs_them_nothing() -> None:
    """Each by its own experience: there is nobody to imitate."""
    slow: dict[str, Any] = {"train_size": 2_500, "honest_mean_wait_s": 20_000.0}
    model = finished(
        honest_behaviour="bandit",
        repertoire="study, abstain",
        gain_range=25.0,
        exploration=0.3,
        **COSTLY | slow,
    )
    away = counts(model)["abstain"]
    assert away.iloc[0] == 0
    assert away.iloc[-20:].mean() > 7


# What holds of every market


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
@pytest.mark.parametrize("behaviour", ["imitator", "bandit"])
@pytest.mark.parametrize("incentive", ["deposit-refund-take", "slashing", "challenge-bond"])
def test_learners_who_revise_often_pass_every_check(
    check: Any, behaviour: str, incentive: str
) -> None:
    check(
        {
            "honest_behaviour": behaviour,
            "malicious_behaviour": behaviour,
            "incentive": incentive,
            "repertoire": "study, label-flip = 1, echo = 1, sniper, budget, abstain",
            "revision_wait_s": 30_000,
            "mutation_probability": 0.3,
            "imitation_intensity": 1.0,
        }
    )


# Classes of one's own


def test_a_users_own_class_is_played_with_its_own_parameters() -> None:
    own: dict[str, Any] = {
        "honest_behaviour": "imitator",
        "repertoire": "users_own:Contrarian = 1, users_own:Stubborn = 1, study",
    }
    parameters = Parameters.checked(LEARNERS | own | {"stubbornness": 0.25})
    model = CMLModel(parameters, rng=1)
    assert counts(model).iloc[0].to_dict() == {
        "users_own:Contrarian": 5,
        "users_own:Stubborn": 5,
        "study": 0,
    }
    played: Any = learning(model.learners[-1]).played
    assert played.stubbornness == 0.25


# Bad input


@pytest.mark.parametrize(
    ("repertoire", "why"),
    [
        ("", "at least 1 character"),
        (" ", " = '': allowed are study, .*abstain"),
        ("study,", " = '': allowed are study"),
        ("study, ekko", " = 'ekko': allowed are .*; did you mean echo"),
        ("study, imitator", " = 'imitator': learns itself what to do, so it cannot be in one"),
        ("bandit", " = 'bandit': learns itself what to do"),
        ("cmlabm.behaviours.honest.imitator:Imitator", "learns itself what to do"),
        ("study, sybil", " = 'sybil': opens accounts of its own"),
        ("whitewash", " = 'whitewash': opens accounts of its own"),
        ("study, study", "must be different behaviours"),
        ("echo, cmlabm.behaviours.malicious.echo:Echo", "must be different behaviours"),
        ("study = -1, echo = 2", "shares from 0 on"),
        ("study = much", "shares from 0 on"),
        ("study = nan, echo = 1", "shares from 0 on"),
        ("nowhere:Thing", "cannot be imported"),
        ("collections:OrderedDict", "is not a subclass of Behaviour"),
    ],
)
@pytest.mark.parametrize("behaviour", ["imitator", "study = 1, bandit = 1"])
def test_what_cannot_be_a_repertoire_is_refused(behaviour: str, repertoire: str, why: str) -> None:
    with pytest.raises(InputError, match=f"^repertoire.*{why}"):
        learners(honest_behaviour=behaviour, repertoire=repertoire)


def test_the_command_refuses_it_in_a_sentence() -> None:
    result = CliRunner().invoke(
        app, ["--set", "honest_behaviour=imitator", "--set", "repertoire=study, sybil"]
    )
    assert result.exit_code == 2
    assert "'sybil': opens accounts of its own" in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_data_that_do_not_suit_one_of_the_repertoire_are_refused() -> None:
    with pytest.raises(InputError, match="feature-noise"):
        learners(data="breast-cancer", repertoire="study, feature-noise")


def test_who_is_given_no_repertoire_says_so() -> None:
    model = market()
    with pytest.raises(InputError, match="has no repertoire"):
        model.contributors[0].behaviour = Imitator()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("revision_wait_s", (0, 1e11)),
        ("imitation_intensity", (-0.1, 1e7)),
        ("mutation_probability", (-0.1, 1.1)),
        ("exploration", (0, 1.1)),
        ("gain_range", (0, 1e10)),
    ],
)
def test_a_parameter_of_learners_out_of_range_is_named(name: str, values: Any) -> None:
    for value in values:
        with pytest.raises(InputError, match=rf"^{name} = .+: .*must"):
            market(**{name: value})


def test_no_more_contributors_can_share_samples_than_may_come_to_submit() -> None:
    learners(repertoire="sniper, study", overlap=10)
    with pytest.raises(InputError, match=r"overlap = 2: must be at most .*, 0"):
        learners(repertoire="sniper, abstain", overlap=2)
