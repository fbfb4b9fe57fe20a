"""Search files: what they mean, and what they may say."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from optuna.samplers import RandomSampler
from optuna.study import create_study
from small_search import MARKET, SMALL, SMALL_CONTRACT
from typer.testing import CliRunner

from cmlabm.batch import runs_of
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.search import Search, read_search
from cmlabm.search.command import app
from cmlabm.search.definition import checked_search, refuse_another
from cmlabm.search.markets import NOT_ATTACKED
from cmlabm.search.means import Means
from cmlabm.search.space import space_of

ATTACK: dict[str, Any] = SMALL["attack"]


def search(**changes: Any) -> Search:
    return checked_search(SMALL | changes, "search.toml")


def attack(**entries: Any) -> dict[str, Any]:
    return {"attack": copy.deepcopy(ATTACK) | entries}


def contract(**entries: Any) -> dict[str, Any]:
    return {"contract": entries}


def drawn(table: str, entries: dict[str, Any], trials: int = 60) -> list[dict[str, Any]]:
    space = space_of(table, entries, MARKET)
    study = create_study(sampler=RandomSampler(0))
    return [space.suggested(study.ask()) for _ in range(trials)]


def test_nested_parameters_are_there_only_where_their_behaviour_is_chosen() -> None:
    settings = drawn("attack", ATTACK)
    assert {setting["malicious_behaviour"] for setting in settings} == {
        "label-flip",
        "echo",
        "sybil",
    }
    for setting in settings:
        assert ("malicious_addresses" in setting) == (setting["malicious_behaviour"] == "sybil")


def test_a_mixture_has_the_nested_parameters_of_all_its_behaviours() -> None:
    mixture = "echo = 2, sybil = 1"
    both = {"malicious_behaviour": {"values": ["label-flip", mixture]}, "sybil": ATTACK["sybil"]}
    for setting in drawn("attack", both):
        assert ("malicious_addresses" in setting) == (setting["malicious_behaviour"] == mixture)


def test_the_rules_of_a_contract_have_theirs() -> None:
    for setting in drawn("contract", SMALL_CONTRACT["contract"]):
        assert ("slashing_burnt_share" in setting) == (setting["incentive"] == "slashing")


def test_values_lie_in_their_ranges_and_counts_are_whole() -> None:
    for setting in drawn("attack", ATTACK):
        assert 1 <= setting["malicious_mean_deposit"] <= 200
        if "malicious_addresses" in setting:
            assert setting["malicious_addresses"] in range(2, 10)


def test_a_contract_without_a_choice_of_incentive_may_still_have_its_parameters() -> None:
    entries = {"deposit-refund-take": {"cost_weight": {"low": 1, "high": 2}}}
    assert all(set(setting) == {"cost_weight"} for setting in drawn("contract", entries))


def test_fresh_seeds_follow_those_of_the_search() -> None:
    assert search().confirmed_with == [2, 3, 4]
    assert search(seeds=[4, 9], fresh_seeds=2).confirmed_with == [10, 11]
    assert search(fresh_seeds=[7, 8]).confirmed_with == [7, 8]


@pytest.mark.parametrize("agents", [1, 3])
def test_means_hold_whatever_is_chosen(agents: int) -> None:
    means = Means(budget=1000, wakings=0.25)
    rich = {"malicious_agents": agents, "malicious_mean_wait_s": 1.0}
    own = Parameters(**MARKET, **means.within(Parameters(**MARKET, **rich), rich))
    assert own.malicious_agents * own.malicious_start_balance <= 1000
    rate = own.malicious_agents / own.malicious_mean_wait_s
    assert rate / (rate + own.honest_agents / own.honest_mean_wait_s) <= 0.25 + 1e-12


def test_means_leave_alone_who_keeps_within_them() -> None:
    poor = {"malicious_start_balance": 10.0, "malicious_mean_wait_s": 1e6}
    assert Means(1000, 0.25).within(Parameters(**MARKET, **poor), poor) == poor


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"attack": {}}, "attack: there is nothing to choose"),
        ({"attack": {"sybil": {}}}, "attack.sybil: is neither a range"),
        ({"trials": 0}, "trials: must be greater than or equal to 1"),
        ({"seeds": 0}, "seeds: must be at least 1"),
        ({"fresh_seeds": 1}, "fresh_seeds: must be at least 2"),
        ({"fresh_seeds": [1, 2, 3]}, "fresh_seeds: 1 is a seed of the search"),
        ({"fresh_seeds": [5, 5]}, "fresh_seeds: each may be given once"),
        ({"maximise": "regrets"}, "regrets is no outcome; did you mean regret?"),
        ({"maximise": []}, "maximise: "),
        ({"maximise": ["regret", "regret"]}, "each may be named once only"),
        ({"minimise": "honest_loss"}, "there is no table [contract]"),
        ({"budget": 0}, "budget: must be greater than 0"),
        ({"wakings": 1}, "wakings: must be less than 1"),
        ({"wakings": 0.3, "parameters": MARKET | {"honest_agents": 0}}, "wakings: a share of them"),
        ({"parameters": {"train_siz": 5}}, "did you mean train_size"),
        ({"trial": 5}, "trial is not known; did you mean trials?"),
        (attack(malicious_adresses={"low": 1, "high": 2}), "did you mean malicious_addresses"),
        (attack(cost_weight={"low": 1, "high": 2}), "is not for the attacker to choose"),
        (attack(malicious_noise=0.5), "attack.malicious_noise = 0.5: must be a range"),
        (attack(malicious_noise={"low": 0.5}), "attack.malicious_noise: needs low and high"),
        (attack(malicious_noise={"low": 0.5, "high": 1.5}), "= 1.5: must be less than or equal"),
        (
            attack(malicious_agents={"low": 1.5, "high": 3}),
            "attack.malicious_agents = 1.5: mu",
        ),
        (attack(malicious_agents={"values": [True]}), "must be a number"),
        (attack(malicious_agents={"low": 0, "high": 3, "scale": "log"}), "must be above 0"),
        (attack(malicious_behaviour={"low": 1, "high": 2}), "needs values"),
        (attack(malicious_behaviour={"values": ["ech"]}), "did you mean echo"),
        (attack(malicious_farming={"low": 1, "high": 2}), "malicious_farming: needs values"),
        (
            attack(sybils={"malicious_addresses": {"low": 2, "high": 3}}),
            "attack.sybils: is nei",
        ),
        (
            attack(sniper={"malicious_addresses": {"low": 2, "high": 3}}),
            "attack.sniper: is nei",
        ),
        (
            attack(sybil={"malicious_addresses": {"low": 1, "high": 3}}),
            "greater than or equal to 2",
        ),
        (attack(sybil={"malicious_mean_deposit": {"low": 1, "high": 3}}), "only be chosen in ["),
        (contract(), "contract: there is nothing to choose"),
        (contract(malicious_agents={"low": 1, "high": 3}), "is not for a contract to choose"),
        (contract(honest_agents={"low": 1, "high": 3}), "is not for a contract to choose"),
        (contract(incentive={"values": ["nona"]}), "did you mean none"),
        (contract(cost_weight={"low": 1, "high": 2}) | {"limits": {"x": 1}}, "x is no outcome"),
        (
            contract(cost_weight={"low": 1, "high": 2}) | {"maximise": ["regret", "refunds"]},
            "must be one objective where contracts",
        ),
    ],
)
def test_what_a_search_cannot_be_is_refused_in_a_sentence(
    changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(InputError, match=re.escape(why)) as refused:
        search(**changes)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"trials": 9}, "trials = 10, not 9"),
        ({"seeds": 3}, "seeds = 2, not 3"),
        ({"batch": 5}, "batch = 4, not 5"),
        ({"maximise": "refunds"}, "maximise = ['regret'], not ['refunds']"),
        ({"parameters": MARKET | {"num_words": 31}}, "parameters.num_words = 30, not 31"),
        (attack(malicious_agents={"low": 1, "high": 2}), "attack.malicious_agents = None, not"),
    ],
)
def test_a_search_does_not_go_on_as_another(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError, match=re.escape(key)):
        refuse_another(search().model_dump(mode="json"), search(**changes), Path("out"))


@pytest.mark.parametrize(
    "changes",
    [{}, {"description": "again"}, {"trials": 12}, {"fresh_seeds": 9}, {"candidates": 3}],
)
def test_a_search_goes_on_with_more_of_the_same(changes: dict[str, Any]) -> None:
    refuse_another(search().model_dump(mode="json"), search(**changes), Path("out"))


def test_more_trials_of_contracts_would_be_another_search() -> None:
    """Later rounds are about what earlier ones have found."""
    before = checked_search(SMALL_CONTRACT, "search.toml")
    more = checked_search(SMALL_CONTRACT | {"trials": 6}, "search.toml")
    with pytest.raises(InputError, match="more rounds go on with it"):
        refuse_another(before.model_dump(mode="json"), more, Path("out"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = 'a", "is not TOML"),
        ("name = 'a'\nseeds = 1\nfresh_seeds = 2\nmaximise = 'regret'", "trials is missing"),
    ],
)
def test_a_bad_file_ends_the_command_with_status_2_before_anything_is_written(
    text: str, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "search.toml"
    file.write_text(text)
    done = CliRunner().invoke(app, [str(file), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert why in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: there is no such search file"):
        read_search(Path("nowhere.toml"))


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[2] / "searches").iterdir()))
def test_the_shipped_searches_ask_for_possible_markets(file: Path) -> None:
    shipped = read_search(file)
    assert set(shipped.searched_with).isdisjoint(shipped.confirmed_with)
    assert runs_of(shipped.study([*shipped.default_attacks, NOT_ATTACKED]))
