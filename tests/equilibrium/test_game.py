"""Game files: what they mean, and what they may say."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cmlabm.batch import runs_of
from cmlabm.equilibrium import Game, read_game
from cmlabm.equilibrium.command import app
from cmlabm.equilibrium.game import checked_game
from cmlabm.equilibrium.profiles import market_of, players_of, profile_of
from cmlabm.equilibrium.strategies import strategy_of
from cmlabm.errors import InputError

GAME: dict[str, Any] = {
    "name": "honesty",
    "players": 4,
    "seeds": 2,
    "strategies": ["study", "echo", {"behaviour": "sybil", "malicious_addresses": 8}],
}


def game(**changes: Any) -> Game:
    return checked_game(GAME | changes, "game.toml")


def test_one_player_deviates_at_a_time_and_all_else_is_honest() -> None:
    markets = [market_of(profile) for profile in game().profiles]
    assert [(it["honest_agents"], it["malicious_agents"]) for it in markets] == [
        (4, 0),
        (3, 1),
        (3, 1),
    ]
    assert markets[2]["malicious_behaviour"] == "sybil"
    assert markets[2]["malicious_addresses"] == 8


def test_a_population_is_divided_in_every_way_and_shared_profiles_run_once() -> None:
    """Of two strategies and 4 players these are 5; two of them are deviations as well."""
    divided = game(populations=[["study", "echo"]])
    assert len(divided.profiles) == 3 + 5 - 2
    three = game(populations=[["study", "echo", "label-flip"]])
    assert len({market_of(profile).__repr__() for profile in three.profiles}) == 15 + 1


def test_malicious_strategies_that_play_together_are_mixed_in_exact_numbers() -> None:
    profile = profile_of({strategy_of("echo"): 7, strategy_of("copycat"): 3})
    market = market_of(profile)
    assert market["malicious_behaviour"] == "copycat = 3, echo = 7"
    assert market["honest_agents"] == 0
    played = [strategy.name for _, strategy in players_of(profile)]
    assert played == ["copycat"] * 3 + ["echo"] * 7


def test_all_players_have_the_same_money_offers_and_waits() -> None:
    """Whatever is said of honest ones holds for all, defaults included."""
    own = game(parameters={"honest_start_balance": 2000, "honest_mean_wait_s": 6000})
    for run in runs_of(own.study):
        of_kind = [run.parameters.of_kind(kind) for kind in ("honest", "malicious")]
        for name in ("start_balance", "mean_deposit", "stdev_deposit", "mean_wait_s"):
            assert len({getattr(its, name) for its in of_kind}) == 1


def test_the_runs_are_those_of_an_ordinary_study() -> None:
    own = game(sweep={"incentive": ["none", "points"]}, parameters={"train_size": 500})
    assert len(runs_of(own.study)) == 2 * 3 * 2
    assert {run.parameters.incentive for run in runs_of(own.study)} == {"none", "points"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"players": 1}, "players: must be greater than or equal to 2"),
        ({"seeds": 0}, "seeds: must be at least 1"),
        ({"strategies": []}, "strategies: "),
        ({"strategies": ["study"]}, "strategies: "),
        ({"strategies": ["echo", "sniper"]}, "one must be honest"),
        ({"strategies": ["study", "studio"]}, "allowed are study"),
        ({"strategies": ["study", {"malicious_addresses": 8}]}, "must name a behaviour"),
        ({"strategies": ["study", {"behaviour": "echo", "x": 1}]}, "x is no parameter of echo"),
        ({"strategies": ["study", "echo", "echo"]}, "'echo' stands there twice"),
        ({"strategies": ["study", "collections:OrderedDict"]}, "is not a behaviour"),
        ({"populations": [["study"]]}, "populations, row 1: has 1 strategies; must be 2 or 3"),
        ({"populations": [["echo", {"behaviour": "echo"}]]}, "stands there twice"),
        ({"parameters": {"malicious_agents": 2}}, "malicious_agents is set by players"),
        ({"parameters": {"malicious_mean_wait_s": 2}}, "all players have honest_mean_wait_s"),
        ({"sweep": {"honest_behaviour": ["study"]}}, "honest_behaviour is set by players"),
        ({"sweep": {"malicious_addresses": [2]}}, "malicious_addresses is set by a strategy"),
        ({"sweep": {"honest_mean_deposit": [2]}}, "is the same for all contracts"),
        ({"sweep": {"profile": [{"incentive": "none"}]}}, "has a factor of that name"),
        ({"sweep": {"incentiv": ["none"]}}, "did you mean incentive"),
        ({"epsilon": -1}, "epsilon: must be greater than or equal to 0"),
        ({"population": []}, "population is not known; did you mean populations?"),
    ],
)
def test_what_a_game_cannot_be_is_refused_in_a_sentence(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError, match=re.escape(why)) as refused:
        game(**changes)
    assert "\n" not in str(refused.value)


def test_one_behaviour_with_two_sets_of_parameters_cannot_be_in_one_market() -> None:
    """Parameters are those of a market; alone against the honest, each can be tried."""
    two = [{"behaviour": "sybil", "malicious_addresses": count} for count in (4, 8)]
    assert len(game(strategies=["study", *two]).profiles) == 3
    with pytest.raises(InputError, match=r"populations, row 1: .* are one behaviour"):
        game(populations=[two])
    with pytest.raises(InputError, match=r"rank: .* are one behaviour"):
        game(strategies=["study", *two], rank=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name = 'a", "is not TOML"),
        ("name = 'a'\nplayers = 4", "seeds is missing"),
        ("name = 'a'\nplayers = 1\nseeds = 1\nstrategies = ['study', 'echo']", "players: must be"),
    ],
)
def test_a_bad_file_ends_the_command_with_status_2_before_anything_is_written(
    text: str, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "game.toml"
    file.write_text(text)
    done = CliRunner().invoke(app, [str(file), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert why in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: there is no such game file"):
        read_game(Path("nowhere.toml"))


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[2] / "games").iterdir()))
def test_the_shipped_games_ask_for_possible_runs(file: Path) -> None:
    shipped = read_game(file)
    assert len(runs_of(shipped.study)) == (
        len(shipped.profiles) * len(shipped.study.levels("contract")) * len(shipped.study.seeds)
    )
