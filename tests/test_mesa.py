"""A market is a Mesa model: what Mesa and its users do with any model works with it."""

import itertools
import multiprocessing
import pickle
import warnings
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from small_market import market
from test_documents import blocks, run

from cmlabm.errors import InputError
from cmlabm.mechanisms import MECHANISMS
from cmlabm.model import CMLModel

SETTINGS = {"num_words": [50, 100], "honest_agents": 2, "train_size": 500, "test_size": 200}
COLUMNS = [*CMLModel.SERIES, "AgentID", "balance"]


def batch(parameters: dict[str, Any], rng: Any, **arguments: Any) -> pd.DataFrame:
    """Return the rows of a batch run, after which processes start as before."""
    method = multiprocessing.get_start_method(allow_none=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = mesa.batch_run(CMLModel, parameters, rng=rng, display_progress=False, **arguments)
    multiprocessing.set_start_method(method, force=True)
    return pd.DataFrame(rows)


def expected(model: CMLModel) -> pd.DataFrame:
    """The model's own two frames, joined by the day."""
    agents = model.datacollector.get_agent_vars_dataframe().reset_index()
    return agents.merge(model.series(), left_on="Step", right_on="day")


# mesa.batch_run


@pytest.mark.parametrize("period", [1, -1, 5])
@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_returns_the_series_and_the_balance_of_each_agent(
    processes: int, period: int
) -> None:
    """Mesa returns no row of an agent if its records are missing or under other days."""
    rows = batch(SETTINGS, [1, 2], number_processes=processes, data_collection_period=period)
    assert rows["RunId"].nunique() == 4
    for num_words, rng in itertools.product([50, 100], [1, 2]):
        run = rows[(rows["num_words"] == num_words) & (rows["rng"] == rng)]
        model = market(rng, num_words=num_words, honest_agents=2)
        model.run()
        frame = expected(model)
        days = frame["Step"].unique()
        kept = days[-1:] if period == -1 else days[::period]
        frame = frame[frame["Step"].isin(kept)]
        columns = ["Step", *COLUMNS]
        assert run[columns].to_dict("list") == frame[columns].to_dict("list")


@pytest.mark.parametrize("incentive", MECHANISMS)
def test_batch_run_returns_all_the_money_of_every_mechanism(incentive: str) -> None:
    rows = batch(SETTINGS | {"num_words": 50, "incentive": incentive}, 1)
    model = market(1, num_words=50, honest_agents=2, incentive=incentive)
    model.run()
    held = [model.contract.balance, *(agent.balance for agent in model.contributors)]
    assert rows["balance"].tolist() == held


# Agents


def test_the_agents_are_mesas_the_contract_among_them() -> None:
    model = market(honest_agents=3)
    model.step()
    assert set(model.agents) == {model.contract, *model.contributors}
    balances = dict(zip(model.agents.get("unique_id"), model.agents.get("balance"), strict=True))
    recorded = model.datacollector.get_agent_vars_dataframe()["balance"].unstack()
    assert balances == recorded.iloc[-1].to_dict()
    assert model.agents.select(lambda agent: agent.balance > 1e9).get("balance") == []


def test_a_step_is_a_day() -> None:
    model = market()
    for day in range(1, 4):
        model.step()
        assert (model.steps, model.time) == (day, day)
    while model.running:
        model.step()
    assert model.steps == model.outcomes()["days"] == model.series()["day"].iloc[-1]


# The data collector


def test_the_collectors_frames_and_records_are_mesas() -> None:
    """As Mesa's own collector makes them of the same attributes, a row an agent and day."""
    model = market(honest_agents=2)
    plain = mesa.DataCollector({name: name for name in model.SERIES}, {"balance": "balance"})
    plain.collect(model)
    while model.running:
        model.step()
        plain.collect(model)
    ours = model.datacollector
    pd.testing.assert_frame_equal(ours.get_model_vars_dataframe(), plain.get_model_vars_dataframe())
    pd.testing.assert_frame_equal(ours.get_agent_vars_dataframe(), plain.get_agent_vars_dataframe())
    assert dict(ours._agent_records) == plain._agent_records
    assert list(ours.agent_reporters) == list(plain.agent_reporters)


def test_single_accounts_balances_are_the_frames() -> None:
    model = market(honest_agents=3)
    model.run()
    accounts = model.accounts("honest")
    frame = model.datacollector.get_agent_vars_dataframe()["balance"].unstack()
    agents = [agent.unique_id for agent in model.contributors if agent.kind == "honest"]
    assert np.array_equal(model.datacollector.balances(accounts), frame[agents].to_numpy())
    assert model.datacollector.balances([]).shape == (len(frame), 0)


class Watched(CMLModel):
    """A market with a series of its own."""

    SERIES = (*CMLModel.SERIES, "rich")

    @property
    def rich(self) -> int:
        return sum(agent.balance > 10_000 for agent in self.contributors)


def test_a_subclass_records_series_of_its_own() -> None:
    model = Watched(rng=1, train_size=500, test_size=200, num_words=100)
    model.run()
    series = model.series()
    assert series["rich"].iloc[[0, -1]].tolist() == [0, model.rich]
    assert model.rich > 0
    assert pickle.loads(pickle.dumps(model)).series().equals(series)  # noqa: S301


# How Mesa makes a model


def test_a_seed_is_given_as_mesa_names_it() -> None:
    with pytest.raises(InputError, match=r"^seed = 1: use rng=, [^\n]*$"):
        CMLModel(seed=1)


def test_no_scenario_is_left_that_mesas_page_would_pass_on() -> None:
    """``SolaraViz`` makes the next market with the scenario of the last, if that has one."""
    model = market()
    assert model.scenario is None
    assert model.contract.scenario is None


# What the document shows


def test_the_examples_of_the_document_run(tmp_path: Path) -> None:
    stepping, watched, batch_run, page, shown = blocks("docs/mesa.md", "python")
    assert "AgentID" in run(stepping, tmp_path)
    assert "AgentID" in run(batch_run, tmp_path)
    made = "print(Watched(rng=1, train_size=300, test_size=100).series().columns[-1])"
    assert run(f"{watched}\n{made}", tmp_path) == "winners\n"
    run(page, tmp_path)
    run(shown, tmp_path)
