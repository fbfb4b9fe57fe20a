"""Searches for contracts: each round against all attacks known, and then an attack against it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tomli_w
from small_search import MARKET, SMALL_CONTRACT, run_in_this_process
from typer.testing import CliRunner

from cmlabm.analysis.intervals import largest_mean_interval
from cmlabm.analysis.regret import pair_with_unattacked
from cmlabm.batch import open_study, read_study, runs_of
from cmlabm.errors import InputError
from cmlabm.search import FinishedSearch, Search, run_search
from cmlabm.search.command import app
from cmlabm.search.definition import checked_search

NAMES = ["default", "default", "default"]


def made(tmp_path: Path, **changes: Any) -> FinishedSearch:
    return run_search(Search(**SMALL_CONTRACT | changes), tmp_path / "out")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return run_in_this_process(monkeypatch)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FinishedSearch]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        run_in_this_process(monkeypatch)
        yield made(tmp_path_factory.mktemp("contracts"))


def test_each_round_tries_contracts_then_attacks_and_adds_the_worst_to_the_archive(
    finished: FinishedSearch,
) -> None:
    trials, rounds, archive = finished.trials, finished.rounds, finished.archive
    assert list(trials["trial"]) == list(range(len(trials)))
    stages = list(dict.fromkeys(zip(trials["round"], trials["search"], strict=True)))
    expected = [(n, kind) for n in rounds["round"] for kind in ("contract", "attack")]
    assert stages == expected
    assert list(archive["attack"][:3]) == NAMES
    for row in rounds.to_dict("records"):
        attacks = trials[(trials["round"] == row["round"]) & (trials["search"] == "attack")]
        assert row["regret_found_searched"] == attacks["regret"].max()
        contracts = trials[(trials["round"] == row["round"]) & (trials["search"] == "contract")]
        assert row["regret_searched"] == contracts["regret"].min()
    found = archive.loc[archive["found_in_round"] > 0, "attack"]
    assert set(found) <= set(rounds["attack"])


def test_it_ends_when_no_attack_is_worse_by_more_than_delta(tmp_path: Path, ran: list[str]) -> None:
    finished = made(tmp_path, delta=1.0, rounds=4)
    assert len(finished.rounds) == 1
    assert finished.searched.withstands
    assert any("the contract withstands" in sentence for sentence in finished.sentences)


def test_it_ends_when_the_runs_are_used_up(tmp_path: Path, ran: list[str]) -> None:
    """Also if all of them were run before, by a search that may go on for longer."""
    longer = made(tmp_path, runs=10_000)
    assert len(longer.rounds) == 2
    before = len(ran)
    finished = run_search(Search(**SMALL_CONTRACT | {"runs": 1}), tmp_path / "short")
    assert len(finished.rounds) == 1
    first_round = len(open_study(tmp_path / "short").runs())
    just_one_more = run_search(
        Search(**SMALL_CONTRACT | {"runs": first_round + 1}), tmp_path / "short"
    )
    assert len(just_one_more.rounds) == 2
    assert len(ran) > before


def test_a_contract_is_scored_by_the_worst_attack_that_is_known(finished: FinishedSearch) -> None:
    """Read again from the stored runs, by the analysis of ordinary studies."""
    runs = open_study(finished.directory).runs()
    pairs = pair_with_unattacked(runs)
    row = finished.trials[finished.trials["search"] == "contract"].iloc[0]
    here = pairs
    for name in ("incentive", "cost_weight", "slashing_burnt_share"):
        if not pd.isna(row.get(name)):
            here = here[here[name] == row[name]]
    defaults = here[here["malicious_mean_deposit"] == 100.0]
    means = defaults.groupby("malicious_behaviour")["regret"].mean()
    assert set(means.index) == {"label-flip", "echo", "sybil"}
    assert row["regret"] == pytest.approx(means.max(), abs=1e-12)
    assert row["worst_attack"] == f"default {means.idxmax()}"
    alone = runs[runs["malicious_agents"] == 0].set_index("seed")
    calm = alone["final_accuracy"]
    same = alone[["incentive", "cost_weight"]] == row[["incentive", "cost_weight"]]
    with_it = calm[same.all(axis=1)]
    base = calm[(alone["incentive"] == "deposit-refund-take") & (alone["cost_weight"] == 1.0)]
    assert row["cost_of_protection"] == pytest.approx((base - with_it).mean(), abs=1e-12)


def test_contracts_are_confirmed_against_all_attacks_on_fresh_seeds(
    finished: FinishedSearch,
) -> None:
    confirmed = finished.confirmed
    assert confirmed["candidate"].iloc[0] == "default"
    assert confirmed["cost_of_protection"].iloc[0] == 0
    assert (confirmed["seeds"] == 3).all()
    attacks = [its.setting for its in finished.found.attacks]
    for setting, row in zip(finished.found.settings, confirmed.to_dict("records"), strict=True):
        harms = np.array([finished.found.values("regret", setting, it) for it in attacks]).T
        assert row["regret"] == harms.mean(axis=0).max()
        assert (row["regret_low"], row["regret_high"]) == largest_mean_interval(harms)
    assert finished.winner["regret"] == confirmed["regret"].min()
    runs = open_study(finished.directory / "confirmed").runs()
    assert set(runs["seed"]) == {2, 3, 4}


def test_the_winner_is_a_study_of_the_contract_and_its_worst_attack(
    tmp_path: Path, ran: list[str]
) -> None:
    file = tmp_path / "search.toml"
    file.write_text(tomli_w.dumps(SMALL_CONTRACT))
    out = tmp_path / "out"
    done = CliRunner().invoke(app, [str(file), "--workers", "1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    best = read_study(out / "best.toml")
    runs = open_study(out / "confirmed").runs()
    of = runs[runs["run"].isin([run.id for run in runs_of(best)])]
    assert len(of) == 2 * 3
    confirmed = pd.read_csv(out / "confirmed.csv")
    regret = pair_with_unattacked(of)["regret"].mean()
    assert regret == pytest.approx(confirmed["regret"].min(), abs=1e-12)
    archive = pd.read_csv(out / "archive.csv")
    assert archive["regret"].max() == pytest.approx(regret, abs=1e-12)
    assert "The most robust contract" in (out / "report.html").read_text(encoding="utf-8")


def test_going_on_makes_nothing_again_and_more_rounds_add_to_it(
    tmp_path: Path, ran: list[str]
) -> None:
    first = made(tmp_path, rounds=1)
    before = len(ran)
    again = made(tmp_path, rounds=1)
    assert len(ran) == before
    pd.testing.assert_frame_equal(first.trials, again.trials)
    more = made(tmp_path, rounds=2)
    anew = run_search(Search(**SMALL_CONTRACT | {"rounds": 2}), tmp_path / "anew")
    pd.testing.assert_frame_equal(more.trials, anew.trials)
    pd.testing.assert_frame_equal(more.confirmed, anew.confirmed)


def test_limits_are_kept_where_they_can_be(tmp_path: Path, ran: list[str]) -> None:
    """A contract that costs more accuracy than it may is not the winner, however it protects."""
    loss = made(tmp_path).trials["honest_loss"].dropna()
    most = float(loss.median())
    finished = run_search(
        Search(**SMALL_CONTRACT | {"limits": {"honest_loss": most}}), tmp_path / "limited"
    )
    trials = finished.trials.set_index("trial")
    for row in finished.rounds.to_dict("records"):
        of = trials[(trials["round"] == row["round"]) & (trials["search"] == "contract")]
        within = of[of["honest_loss"] <= most]
        if len(within):
            assert row["regret_searched"] == within["regret"].min()


def test_a_front_of_contracts_is_confirmed_where_several_things_are_wanted(
    tmp_path: Path, ran: list[str]
) -> None:
    finished = made(tmp_path, minimise="honest_loss", candidates=9, rounds=1)
    trials = finished.trials[finished.trials["search"] == "contract"]
    both = trials[["regret", "honest_loss"]]
    front = [
        str(trial)
        for trial, its in zip(trials["trial"], both.to_numpy(), strict=True)
        if not ((both <= its).all(axis=1) & (both < its).any(axis=1)).any()
    ]
    assert {*front} <= {*finished.confirmed["candidate"]}


def test_harm_is_held_against_the_attackers_means_in_every_market(
    tmp_path: Path, ran: list[str]
) -> None:
    attack = {"malicious_agents": {"low": 1, "high": 4}}
    made(tmp_path, attack=attack, budget=5000, wakings=0.3, rounds=1)
    for directory in (tmp_path / "out", tmp_path / "out" / "confirmed"):
        runs = open_study(directory).runs()
        attacked = runs[runs["malicious_agents"] > 0]
        money = attacked["malicious_agents"] * attacked["malicious_start_balance"]
        assert (money <= 5000).all()
        rate = attacked["malicious_agents"] / attacked["malicious_mean_wait_s"]
        honest = attacked["honest_agents"] / attacked["honest_mean_wait_s"]
        assert (rate / (rate + honest) <= 0.3 + 1e-9).all()
        assert attacked["malicious_agents"].nunique() > 1


def test_the_file_may_leave_out_what_contracts_are_searched_with() -> None:
    search = checked_search(
        {name: SMALL_CONTRACT[name] for name in ("name", "trials", "seeds", "fresh_seeds")}
        | {"maximise": "regret", "parameters": MARKET}
        | {"attack": SMALL_CONTRACT["attack"], "contract": SMALL_CONTRACT["contract"]},
        "search.toml",
    )
    assert (search.rounds, search.runs, search.contract_trials) == (5, None, None)


def test_an_archive_needs_an_attack_to_begin_with(tmp_path: Path, ran: list[str]) -> None:
    attack = {
        "malicious_behaviour": {"values": ["echo = 1, sybil = 1"]},
        "malicious_agents": {"low": 2, "high": 3},
    }
    with pytest.raises(InputError, match="none of its behaviours is possible at its defaults"):
        made(tmp_path, attack=attack)
    made(tmp_path, attack=attack, parameters=MARKET | {"malicious_agents": 2}, rounds=1)


def test_later_rounds_try_what_earlier_ones_have_found_first(finished: FinishedSearch) -> None:
    trials, rounds = finished.trials, finished.rounds
    attacks = trials[trials["search"] == "attack"]
    before = attacks[attacks["trial"] == int(rounds["attack"].iloc[0])].iloc[0]
    again = attacks[attacks["round"] == 2].iloc[0]
    for name in ("malicious_behaviour", "malicious_mean_deposit"):
        assert again[name] == before[name]
