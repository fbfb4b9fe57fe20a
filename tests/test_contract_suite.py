"""What holds for everything that is registered, and for whatever a user brings.

Each test runs over every admission with every mechanism, behaviours and classifiers in turn.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from small_market import DAY, TOKEN, market, record
from typer.testing import CliRunner

import cmlabm.admission
import cmlabm.behaviours.honest
import cmlabm.behaviours.malicious
import cmlabm.classifiers
import cmlabm.mechanisms
from cmlabm.admission import ADMISSIONS
from cmlabm.agents.contributor import Contributor
from cmlabm.batch.command import app
from cmlabm.batch.listing import tables
from cmlabm.behaviours import HONEST_BEHAVIOURS, MALICIOUS_BEHAVIOURS, HonestBehaviour
from cmlabm.behaviours.interface import Behaviour
from cmlabm.behaviours.learner import Learner
from cmlabm.classifiers import CLASSIFIERS
from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.declarations import declared_by
from cmlabm.errors import InputError
from cmlabm.mechanisms import MECHANISMS
from cmlabm.mechanisms.interface import Mechanism
from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES as ALL
from cmlabm.testing import (
    SMALL,
    claiming_everything_is_claiming_one_by_one,
    it_can_be_pickled_every_night,
)

type Pair = dict[str, Any]

MARKET = SMALL | {
    "malicious_agents": 3,
    "malicious_start_balance": 6.0,
    "malicious_lookahead": 4,
    "malicious_own_samples": 20,
    "committee_models": 3,
    "mlp_hidden_units": 4,
    "valuation_samples": 5,
}

HONEST_START, MALICIOUS_START = MARKET["honest_start_balance"], MARKET["malicious_start_balance"]

UNABLE = {
    "unlearn": {"sgd-perceptron", "logistic", "mlp"},
}
"""Classifiers that an admission refuses."""


def rotated() -> Iterator[Pair]:
    """Return every admission with every mechanism, and all else in turn.

    Each pair has three attackers who behave differently, an honest behaviour and a classifier, so
    that each of these meets each admission and each mechanism. Beside those who stay away one
    contributes: where all leave, nobody is there to whom deposits could be paid.
    """
    honest = [name for name in HONEST_BEHAVIOURS if name != "abstain"] + ["abstain, study"]
    malicious = list(MALICIOUS_BEHAVIOURS)
    for (row, admission), (column, mechanism) in product(
        enumerate(ADMISSIONS), enumerate(MECHANISMS)
    ):
        able = [name for name in CLASSIFIERS if name not in UNABLE.get(admission, ())]
        yield {
            "admission": admission,
            "incentive": mechanism,
            "classifier": able[(row + column) % len(able)],
            "honest_behaviour": honest[(row + column) % len(honest)],
            "malicious_behaviour": ", ".join(
                malicious[(3 * row + column + place) % len(malicious)] for place in range(3)
            ),
        }


FEES: list[Pair] = [
    {"gas_price": 0.1, "block_time_s": 12},
    {"gas_price": 3.0, "claims_worth_fee": True},
    {"gas_price": 3.0, "contract_form": "digests", "expiry_to": "verified"},
]
"""At 3 gwei most who trade in these small markets cannot pay for all their calls."""

PAIRS: list[Pair] = [
    *rotated(),
    *(
        {"malicious_behaviour": behaviour, "incentive": mechanism, **options}
        for behaviour, mechanism, options in product(
            ("label-flip", "sniper"),
            ("deposit-refund-take", "slashing"),
            (
                {"verified_counts": "taught"},
                {"verified_counts": "taught", "expiry_to": "verified"},
                {"expiry_to": "sender"},
                {"expiry_to": "burnt"},
            ),
        )
    ),
    {"malicious_behaviour": "users_own:Contrarian", "incentive": "deposit-refund-take"},
    {"honest_behaviour": "users_own:Patient", "incentive": "deposit-refund-take"},
    {"malicious_behaviour": "echo", "incentive": "users_own:FlatFee"},
    {"malicious_behaviour": "echo", "incentive": "users_own:Toll"},
    *(
        {"malicious_behaviour": behaviour, "incentive": mechanism} | fees
        for (behaviour, mechanism), fees in product(
            (("label-flip", "deposit-refund-take"), ("echo", "slashing"), ("sniper", "points")),
            FEES,
        )
    ),
    {
        "malicious_behaviour": "echo",
        "incentive": "deposit-refund-take",
        "customers": 2,
        "customer_start_balance": 200.0,
        "sample_cost": 0.5,
    },
]
every_pair = pytest.mark.parametrize(
    "pair", PAIRS, ids=lambda pair: " ".join(map(str, pair.values()))
)


class Night(NamedTuple):
    """What a market held at midnight.

    Attributes:
        moved: how many movements of money there were so far.
        balances: of all accounts, the escrow first.
        supply: as the ledger counts it.
        locked: how much of its deposits each account has in escrow, as the contract counts it.
        claimable: what is left of all deposits.
        available: what the mechanism can pay beside them.
    """

    moved: int
    balances: list[int]
    supply: int
    locked: list[int]
    claimable: int
    available: int


def start(pair: Pair) -> CMLModel:
    return market(seed=5, **MARKET | pair)


def night(model: CMLModel) -> Night:
    ledger, contract = model.ledger, model.contract
    return Night(
        len(ledger.movements()),
        list(ledger.balances),
        ledger.supply,
        [contract.locked(account) for account in range(len(ledger.names))],
        sum(map(contract.left_of, range(len(contract.submissions)))),
        contract.fund.available,
    )


@cache
def watched(*pair: tuple[str, str]) -> tuple[CMLModel, list[Night]]:
    model = start(dict(pair))
    nights = [night(model)]
    while model.running:
        model.step()
        nights.append(night(model))
    return model, nights


def end(pair: Pair) -> CMLModel:
    """Return a market that has ended, the same one each time."""
    return watched(*pair.items())[0]


# The small markets themselves


def test_in_these_markets_money_moves_for_every_reason_there_is() -> None:
    """Or else what is said below of all movements would not be said of some of them."""
    seen = {reason for pair in PAIRS for reason in set(end(pair).movements()["reason"])}
    assert seen == set(Reason)


@pytest.mark.parametrize(
    "mechanism", ["deposit-refund-take", "reputation-cost", "diversity-cost", "slashing"]
)
def test_in_these_markets_some_run_out_of_money(mechanism: str) -> None:
    runs = [end(pair) for pair in PAIRS if pair["incentive"] == mechanism]
    assert any(agent.has_left for model in runs for agent in model.contributors)


# Every run


@every_pair
def test_a_seed_says_all_about_a_market(pair: Pair) -> None:
    again = start(pair)
    again.run()
    assert record(again) == record(end(pair))


@every_pair
def test_a_market_that_is_pickled_every_night_goes_on_as_if_it_were_not(pair: Pair) -> None:
    it_can_be_pickled_every_night(MARKET | pair)


@every_pair
def test_claiming_everything_is_calling_refund_and_take_for_everything(pair: Pair) -> None:
    """The fast path decides by arrays what the calls decide one by one, by other code."""
    claiming_everything_is_claiming_one_by_one(MARKET | pair)


@every_pair
def test_money_is_conserved(pair: Pair) -> None:
    """At every midnight balances add up to the supply, and the movements lead to the balances."""
    model, nights = watched(*pair.items())
    movements = model.ledger.movements().tolist()
    balances = [0] * len(nights[0].balances)
    supply = replayed = 0
    for at_night in nights:
        for _, source, target, amount, _, _ in movements[replayed : at_night.moved]:
            assert amount >= 0
            if source == OUTSIDE:
                supply += amount
            else:
                balances[source] -= amount
                assert balances[source] >= 0
            if target == OUTSIDE:
                supply -= amount
            else:
                balances[target] += amount
        replayed = at_night.moved
        assert at_night.balances == balances
        assert at_night.supply == supply == sum(balances)
    assert replayed == len(movements)


@every_pair
def test_the_supply_is_what_agents_began_with_and_sponsors_put_in_less_what_left(
    pair: Pair,
) -> None:
    model = end(pair)
    table = model.movements()
    comes, goes = table["source"] == "outside", table["target"] == "outside"
    came = table[comes].groupby("reason")["amount"].sum().to_dict()
    went = table[goes].groupby("reason")["amount"].sum().to_dict()
    assert set(came) <= {Reason.START, Reason.BOUNTY}
    assert set(went) <= {Reason.BURN, Reason.BOUNTY, Reason.COST}
    first = came.pop(Reason.START)
    customers = pair.get("customers", 0) * pair.get("customer_start_balance", 0.0)
    assert first == (2 * HONEST_START + 3 * MALICIOUS_START + customers) * TOKEN
    assert model.ledger.supply == first + sum(came.values()) - sum(went.values())


@every_pair
def test_the_escrow_is_what_is_left_of_all_deposits(pair: Pair) -> None:
    """Beside what a sponsor put in and is left of it, which leaves when the market closes.

    Where claims cost fees, some may be left.
    """
    model, nights = watched(*pair.items())
    rules = model.contract.rules
    assert nights[0].balances[Ledger.ESCROW] == rules.bounty == nights[0].available
    for at_night in nights:
        escrow = at_night.balances[Ledger.ESCROW] - at_night.available
        assert escrow == sum(at_night.locked) == at_night.claimable
    if pair["incentive"] != "users_own:Toll" and "gas_price" not in pair:
        assert model.escrow == 0
        assert {model.contract.locked(account) for account in range(len(model.ledger.names))} == {0}


@every_pair
def test_it_ends_by_itself(pair: Pair) -> None:
    model = end(pair)
    assert not model.running
    assert model.time < model.parameters.max_days


@pytest.mark.parametrize("behaviour", MALICIOUS_BEHAVIOURS)
def test_nobody_wakes_every_few_seconds_while_deposits_wait_to_expire(
    behaviour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes nine days: a run's time must not depend on them."""
    woke: list[Contributor] = []
    wake = Contributor.wake

    def note_and_wake(agent: Contributor) -> None:
        woke.append(agent)
        wake(agent)

    monkeypatch.setattr(Contributor, "wake", note_and_wake)
    attack = {
        "malicious_behaviour": behaviour,
        "malicious_agents": 1,
        "malicious_start_balance": 1_000.0,
        "malicious_target_deposit": 50.0,
        "claim_time_s": 9 * DAY,
    }
    model = market(**SMALL | attack)
    model.run()
    assert model.time > 9
    assert len(woke) < 2_000


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_runs_on_many_classes(mechanism: str) -> None:
    model = market(
        data="digits",
        train_size=300,
        initial_fraction=0.5,
        root_size=60,
        test_size=40,
        incentive=mechanism,
        malicious_behaviour="targeted-flip",
        malicious_target_class=9,
    )
    assert model.run()["submissions"] > 0
    assert set(model.contract.submissions.label) == set(range(10))


# What a user brings


def test_a_users_own_behaviours_and_mechanism_do_what_they_say() -> None:
    model = market(
        incentive="users_own:FlatFee",
        honest_behaviour="users_own:Patient",
        malicious_behaviour="users_own:Contrarian = 1, echo = 1",
        malicious_agents=2,
        minimum_deposit=7.0,
        honest_tolerance=1.0,
    )
    for _ in range(3):
        model.step()
    contrarian, echo = model.accounts("malicious")
    submissions = model.contract.submissions
    assert set(submissions.deposit) == {7_000_000}
    assert contrarian in submissions.sender
    assert echo in submissions.sender
    assert model.honest_accepted + model.honest_refused == 3


def test_a_users_own_estimator_is_the_shared_model() -> None:
    model = market(classifier="sklearn.naive_bayes:BernoulliNB", **SMALL)
    same = market(classifier="bernoulli-naive-bayes", **SMALL)
    assert model.run() == same.run()


# Bad arguments


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"malicious_behaviour": "label-flop"}, "malicious_behaviour = 'label-flop'.*label-flip?"),
        ({"malicious_behaviour": "snipe"}, "allowed are .*; did you mean sniper?"),
        ({"malicious_behaviour": "study"}, "malicious_behaviour = 'study': allowed are label-flip"),
        ({"honest_behaviour": "label-flip"}, "honest_behaviour = 'label-flip': allowed are study"),
        ({"honest_behaviour": "self_verify"}, "did you mean self-verify?"),
        ({"honest_behaviour": ""}, "honest_behaviour = '': allowed are study"),
        ({"incentive": "deposit_refund_take"}, "did you mean deposit-refund-take?"),
        ({"incentive": "slash"}, "incentive = 'slash': allowed are .*; did you mean slashing?"),
        ({"classifier": "perceptrons"}, "classifier = 'perceptrons'.*; did you mean perceptron?"),
        ({"classifier": "estimator"}, "classifier = 'estimator': allowed are perceptron"),
    ],
    ids=lambda value: "" if isinstance(value, str) else str(value),
)
def test_an_unknown_id_is_told_the_nearest_there_is(parameters: Pair, why: str) -> None:
    given: dict[str, Any] = {**parameters}
    with pytest.raises(InputError, match=why.replace("?", r"\?$")):
        market(**given)


@pytest.mark.parametrize("parameter", ["honest_behaviour", "malicious_behaviour", "incentive"])
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere.at_all:Thing", "cannot be imported"),
        ("users_own:Nobody", "cannot be imported"),
        (":Contrarian", "must be module:Class"),
        ("users_own:", "must be module:Class"),
        ("collections:OrderedDict", "is not a subclass of"),
        ("users_own:TOKEN", "is not a class but of type int"),
        ("cmlabm.agents.contributor:Contributor", "is not a subclass of"),
    ],
)
def test_what_a_user_brings_must_be_there_and_fit(parameter: str, name: str, why: str) -> None:
    given: dict[str, Any] = {parameter: name}
    with pytest.raises(InputError, match=f"{parameter} = '{name}': {why}"):
        market(**given)


@pytest.mark.parametrize(
    ("parameter", "name", "method"),
    [
        ("malicious_behaviour", "cmlabm.behaviours:MaliciousBehaviour", "label_for"),
        ("incentive", "cmlabm.mechanisms.interface:Mechanism", "required_deposit"),
    ],
)
def test_what_a_user_brings_must_be_finished(parameter: str, name: str, method: str) -> None:
    """Else the market would stop in the middle with an error that names neither."""
    given: dict[str, Any] = {parameter: name}
    with pytest.raises(InputError, match=f"{parameter} = '{name}': does not define {method}"):
        market(**given)


def test_each_kind_takes_its_own_behaviours_only() -> None:
    with pytest.raises(InputError, match="is not a subclass of HonestBehaviour"):
        market(honest_behaviour="users_own:Contrarian")
    with pytest.raises(InputError, match="is not a subclass of MaliciousBehaviour"):
        market(malicious_behaviour="users_own:Patient")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("data_alpha", (0.009, 1.1e6)),
        ("honest_tolerance", (-0.1, 1.1)),
        ("honest_own_samples", (1, 2.5)),
        ("honest_locked_share", (-0.1, 1.1)),
        ("honest_loss_share", (-0.1, 1.1)),
        ("honest_balance_variation", (-0.1, 10.1)),
        ("malicious_wait_variation", (-0.1, float("nan"))),
        ("malicious_target_class", (-1, 0.5)),
        ("malicious_noise", (-0.1, 1.1)),
        ("malicious_sleeper_share", (-0.1, 1.1)),
        ("malicious_period_s", (0, -1)),
        ("malicious_duty", (-0.1, 1.1)),
        ("malicious_addresses", (1, 1_001)),
        ("malicious_target_deposit", (-1, float("inf"))),
        ("population_distribution", ("normal", "")),
        ("data_dealing", ("uneven", "")),
        ("lock", ("price", "")),
        ("verified_counts", ("none", "")),
        ("expiry_to", ("last", "")),
        ("maximum_deposit", (-1, 1e7)),
        ("diversity_window", (0, 10_001)),
        ("diversity_floor", (0, 10.1)),
        ("slashing_burnt_share", (-0.1, 1.1)),
        ("slashing_reporter_share", (-0.1, 1.1)),
        ("bounty", (-1, 1e10)),
        ("market_stake", (0, 1e7)),
        ("overlap", (0, 1.5)),
        ("loss_price", (-1, 1e10)),
        ("peer_payment", (-1, 1e4)),
        ("shapley_neighbours", (0, 1e6)),
        ("valuation_samples", (0, 1e7)),
        ("shapley_tolerance", (-0.1, 1.1)),
        ("score_factor", (-0.1, 1e4)),
        ("score_limit", (-0.1, 1.1)),
        ("challenge_bond", (0, 1e7)),
        ("challenge_time_s", (0, 1e11)),
        ("challenge_judge", ("dice", "")),
        ("challenge_share", (-0.1, 1.1)),
    ],
)
def test_an_own_parameter_out_of_range_is_named(name: str, values: tuple[Any, Any]) -> None:
    for value in values:
        with pytest.raises(InputError, match=rf"^{name} = .+: .*must"):
            market(**{name: value})


@pytest.mark.parametrize("value", [-1, "nan", float("inf")], ids=str)
@pytest.mark.parametrize(
    "name",
    sorted(
        {
            name
            for registry in (HONEST_BEHAVIOURS, MALICIOUS_BEHAVIOURS, MECHANISMS)
            for entry in registry.values()
            for name in (
                declared.name for declared in declared_by(entry) if declared.annotation is not str
            )
        }
    ),
)
def test_no_own_parameter_takes_what_is_below_nothing_or_no_number(name: str, value: Any) -> None:
    """Also those of classes to come: an own parameter without limits would be found here.

    A text is understood where it matters only: a repertoire where there are learners.
    """
    with pytest.raises(InputError, match=rf"^{name} = .+: .*must"):
        Parameters.checked({name: value})


@pytest.mark.parametrize(
    ("data", "target", "allowed"),
    [
        ("synthetic-reviews", 2, r"2 classes, so it must be from 0 \('negative'\) to 1"),
        ("digits", 10, r"10 classes, so it must be from 0 \('0'\) to 9"),
    ],
)
def test_the_targeted_class_must_be_one_of_the_datas(data: str, target: int, allowed: str) -> None:
    attack: dict[str, Any] = {
        "data": data,
        "initial_fraction": 0.5,
        "malicious_behaviour": "targeted-flip",
    }
    market(**attack, malicious_target_class=target - 1)
    with pytest.raises(InputError, match=f"malicious_target_class = {target}: .*{allowed}"):
        market(**attack, malicious_target_class=target)


@pytest.mark.parametrize("behaviour", ["feature-noise", "label-flip = 1, feature-noise = 1"])
def test_only_binary_features_can_be_flipped(behaviour: str) -> None:
    with pytest.raises(InputError, match=r"'feature-noise': .* those of data = 'breast-cancer'"):
        market(data="breast-cancer", malicious_behaviour=behaviour, malicious_agents=2)


@pytest.mark.parametrize(
    "shares",
    [
        "label-flip = 0, echo = 1",
        "label-flip = -1, echo = 2",
        "label-flip = much",
        "label-flip = 1 = 2",
        "label-flip = ",
        "label-flip = nan",
        "label-flip = inf, echo = 1",
        "label-flip = 1e308, echo = 1e308",
        "echo = 1, echo = 1",
        "echo, echo",
        "label-flip = 1, cmlabm.behaviours.malicious.label_flip:LabelFlip = 1",
    ],
)
def test_shares_of_behaviours_must_be_above_zero_and_of_different_ones(shares: str) -> None:
    with pytest.raises(InputError, match=r"malicious_behaviour = '.*must be one behaviour, or"):
        market(malicious_behaviour=shares, malicious_agents=5)


@pytest.mark.parametrize("shares", ["label-flip = 1,", ", echo", "label-flip; echo"])
def test_between_commas_there_must_be_a_behaviour(shares: str) -> None:
    with pytest.raises(InputError, match=r"malicious_behaviour = '.*': allowed are"):
        market(malicious_behaviour=shares, malicious_agents=5)


def test_there_must_be_an_agent_for_each_behaviour() -> None:
    three = "label-flip, echo, sniper"
    market(malicious_behaviour=three, malicious_agents=3)
    market(malicious_behaviour=three, malicious_agents=0)
    with pytest.raises(InputError, match=r"3 behaviours need at least as many agents, and mal.* 2"):
        market(malicious_behaviour=three, malicious_agents=2)


def test_no_more_than_the_deposit_can_be_slashed() -> None:
    market(slashing_burnt_share=0.7, slashing_reporter_share=0.3)
    with pytest.raises(InputError, match=r"slashing_burnt_share = 0.7: must be at most 1 together"):
        market(slashing_burnt_share=0.7, slashing_reporter_share=0.31)


def test_no_price_can_be_above_the_maximum_and_below_the_minimum() -> None:
    market(minimum_deposit=2.5, maximum_deposit=2.5)
    market(minimum_deposit=2.5, maximum_deposit=0)
    with pytest.raises(InputError, match=r"maximum_deposit = 2.4: .* minimum_deposit = 2.5"):
        market(minimum_deposit=2.5, maximum_deposit=2.4)


def test_counts_cannot_be_negative_in_a_model_of_ones_own_either() -> None:
    with pytest.raises(InputError, match="takes features as counts"):
        market(
            data="digits",
            initial_fraction=0.5,
            classifier="multinomial-naive-bayes",
            honest_behaviour="self-verify",
        )


# The registries

REGISTRIES: dict[ModuleType, Mapping[str, type[Any]]] = {
    cmlabm.behaviours.honest: HONEST_BEHAVIOURS,
    cmlabm.behaviours.malicious: MALICIOUS_BEHAVIOURS,
    cmlabm.admission: ADMISSIONS,
    cmlabm.mechanisms: MECHANISMS,
    cmlabm.classifiers: CLASSIFIERS,
}


def with_an_id(package: ModuleType) -> Iterator[type[Any]]:
    """Return the classes of a package's modules that have an id of their own."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        content = vars(importlib.import_module(module.name))
        for found in content.values():
            if inspect.isclass(found) and found.__module__ == module.name and "id" in vars(found):
                yield found


DEFINED = [(package, found) for package in REGISTRIES for found in with_an_id(package)]
every_class = pytest.mark.parametrize(
    ("package", "found"), DEFINED, ids=[found.__name__ for _, found in DEFINED]
)


@every_class
def test_a_class_with_an_id_is_registered_under_it(package: ModuleType, found: type[Any]) -> None:
    assert REGISTRIES[package].get(found.id) is found


@pytest.mark.parametrize("package", REGISTRIES, ids=lambda package: str(package.__name__))
def test_whatever_is_registered_is_defined_in_a_file_of_its_own(package: ModuleType) -> None:
    registered = list(REGISTRIES[package].values())
    assert set(registered) == set(with_an_id(package))
    assert len({found.__module__ for found in registered}) == len(registered)
    assert len({found.display_name for found in registered}) == len(registered)


@every_class
def test_a_registered_class_says_what_it_is(package: ModuleType, found: type[Any]) -> None:
    own = vars(found)
    for name in ("display_name", "formula", "source"):
        assert own.get(name), f"{name} is missing, or that of another"
    made_by_dataclass = f"{found.__name__}("
    assert own["__doc__"]
    assert not own["__doc__"].startswith(made_by_dataclass)


@every_class
def test_the_parameters_of_a_class_are_described(package: ModuleType, found: type[Any]) -> None:
    for declared in declared_by(found):
        assert declared.meaning
        assert Parameters.model_fields[declared.name].description == declared.meaning


def test_no_id_was_ever_changed() -> None:
    """Studies name them, and stored runs are found by them: add to these, and change none."""
    ids = {
        "honest_behaviour": "study self-verify informative budget",
        "malicious_behaviour": (
            "label-flip targeted-flip random-label feature-noise echo copycat sleeper on-off sybil"
            " price-griefing liquidity-squeeze sniper"
        ),
        "incentive": (
            "deposit-refund-take none points reputation-cost diversity-cost slashing"
            " prediction-market loss-payment output-agreement peer-truth-serum"
            " correlated-agreement determinant-mi knn-shapley shapley leave-one-out banzhaf"
            " staked-score challenge-bond"
        ),
        "admission": (
            "all verified unlearn track-record root-check anchored-record loss-filter neighbours"
            " sphere committee"
        ),
        "classifier": (
            "perceptron sgd-perceptron logistic bernoulli-naive-bayes multinomial-naive-bayes"
            " nearest-centroid passive-aggressive mlp"
        ),
    }
    for parameter, known in ids.items():
        assert set(known.split()) <= set(ALL[parameter])


def test_an_id_stands_for_one_behaviour_whatever_the_kind() -> None:
    """Learners are of both kinds, and do the same in either."""
    both = set(HONEST_BEHAVIOURS) & set(MALICIOUS_BEHAVIOURS)
    assert both == {"imitator", "bandit"}
    for name in both:
        honest, malicious = HONEST_BEHAVIOURS[name], MALICIOUS_BEHAVIOURS[name]
        assert honest.__bases__[0] is malicious.__bases__[0]
        assert issubclass(honest, Learner)
        assert not any(inspect.isfunction(own) for own in (vars(honest) | vars(malicious)).values())
    assert all(issubclass(found, HonestBehaviour) for found in HONEST_BEHAVIOURS.values())
    assert {found.kind for found in MALICIOUS_BEHAVIOURS.values()} == {"malicious"}
    assert all(issubclass(found, Behaviour) for found in MALICIOUS_BEHAVIOURS.values())
    assert all(issubclass(found, Mechanism) for found in MECHANISMS.values())


def test_everything_is_listed_with_its_rule_and_its_parameters() -> None:
    rows = {
        (table.title, row[0]): row
        for table in tables()
        for row in zip(*([*map(str, column.cells)] for column in table.columns), strict=True)
    }
    registries: dict[str, Mapping[str, type[Any]]] = {
        "honest_behaviour": HONEST_BEHAVIOURS,
        "malicious_behaviour": MALICIOUS_BEHAVIOURS,
        "admission": ADMISSIONS,
        "incentive": MECHANISMS,
        "classifier": CLASSIFIERS,
    }
    for title, listed in registries.items():
        assert [name for heading, name in rows if heading == title] == list(listed)
        for name, entry in listed.items():
            _, shown, formula, source, parameters = rows[title, name]
            assert (shown, formula, source) == (entry.display_name, entry.formula, entry.source)
            for declared in declared_by(entry):
                assert f"{declared.name} = " in parameters


def test_the_command_line_lists_every_id() -> None:
    result = CliRunner().invoke(app, ["--list"])
    assert result.exit_code == 0
    for registry in ALL.values():
        for name in registry:
            assert name in result.output
