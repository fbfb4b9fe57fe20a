"""Whole markets: how they end, what they report, and that a seed says all about them."""

import math
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_market import TOKEN, market, record

from cmlabm.contract.ledger import Reason
from cmlabm.contract.refusals import Refusal
from cmlabm.errors import InputError
from cmlabm.model import CMLModel, checked_seed
from cmlabm.parameters import Parameters

OUTCOMES = {
    "initial_accuracy": float,
    "final_accuracy": float,
    "accuracy_gap": float,
    "malicious_depleted": bool,
    "malicious_depletion_days": float,
    "days": float,
    "honest_final_balance": float,
    "malicious_final_balance": float,
    "escrow_final": float,
    "submissions": int,
    "honest_accepted": int,
    "malicious_accepted": int,
    "honest_learnt_share": float,
    "malicious_learnt_share": float,
    "refused": int,
    "refunds": int,
    "takes": int,
    "honest_return": float,
    "malicious_return": float,
    "honest_return_without_revenue": float,
    "malicious_return_without_revenue": float,
    "revenue": float,
    "malicious_deposited": float,
    "honest_driven_out": int,
    "gini": float,
    "backdoor_success": float,
    "backdoor_base_rate": float,
    "honest_playing_share": float,
    "honest_fees": float,
    "malicious_fees": float,
    "honest_gas": int,
    "malicious_gas": int,
    "break_even_gas_price": float,
}

FRESH_PROCESS = """
import pickle, sys
sys.path.insert(0, {tests!r})
from small_market import market, record
if len(sys.argv) > 1:
    model = pickle.load(open(sys.argv[1], "rb"))
else:
    model = market(seed=3)
model.run()
print(record(model))
"""


def in_a_fresh_process(*arguments: str, hash_seed: int = 0) -> str:
    """Run a market to its end elsewhere, a pickled one if its file is named, and record it."""
    code = FRESH_PROCESS.format(tests=str(Path(__file__).parent))
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
    )
    return run.stdout.strip()


def finished(seed: int = 1, **parameters: Any) -> CMLModel:
    model = market(seed, **parameters)
    model.run()
    return model


# The same run


def test_a_seed_gives_the_same_run_and_another_seed_another() -> None:
    assert record(finished(seed=3)) == record(finished(seed=3)) != record(finished(seed=4))


def test_a_seed_gives_the_same_run_in_any_process() -> None:
    here = record(finished(seed=3))
    assert in_a_fresh_process(hash_seed=1) == in_a_fresh_process(hash_seed=2) == here


def test_a_market_pickled_in_mid_run_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    """Here after other markets have used up event numbers, and in a process that has used none."""
    model = market(seed=3, honest_agents=3, malicious_agents=2)
    for _ in range(2):
        model.step()
    frozen = pickle.dumps(model)
    path = tmp_path / "market.pickle"
    path.write_bytes(frozen)
    model.run()
    thawed = pickle.loads(frozen)  # noqa: S301
    thawed.run()
    assert record(thawed) == record(model)
    assert in_a_fresh_process(str(path)) == record(model)


def test_events_of_the_same_second_keep_their_order_when_pickled(tmp_path: Path) -> None:
    """With waits that never vary, who wakes in the same second is refused by who comes first."""
    model = market(
        seed=3, honest_stdev_wait_s=0.0, malicious_stdev_wait_s=0.0, honest_tolerance=1.0
    )
    model.step()
    path = tmp_path / "market.pickle"
    path.write_bytes(pickle.dumps(model))
    model.run()
    assert Refusal.SAME_SECOND in set(model.refusals()["reason"])
    assert in_a_fresh_process(str(path)) == record(model)


@pytest.mark.parametrize("given", [7, "7", np.int64(7)], ids=repr)
def test_a_seed_is_kept_as_a_plain_number(given: Any) -> None:
    assert type(checked_seed(given)) is int
    assert market(seed=given).seed == 7


def test_the_seed_is_known_also_when_none_was_given() -> None:
    model = CMLModel(train_size=500, test_size=200, num_words=100)
    model.run()
    assert record(finished(seed=model.seed)) == record(model)
    assert CMLModel(train_size=500, test_size=20, num_words=100).seed != model.seed


def test_a_generator_gives_a_seed() -> None:
    first, again, other = (checked_seed(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert type(first) is int
    assert first == again != other


def test_parameters_are_given_ready_made_or_by_name_but_not_both() -> None:
    """Those by name would be lost."""
    for given, more in ((Parameters(), {"num_words": 50}), ({"num_words": 50}, {})):
        with pytest.raises(InputError, match="must be Parameters ready made, or be given by name"):
            CMLModel(given, **more)


@pytest.mark.parametrize("wrong", [-1, 1.5, "-1", "one", True, [1]], ids=repr)
def test_what_is_no_seed_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match=r"seed = .*: must be a whole number from 0 on"):
        market(seed=wrong)


# How a run ends


def test_it_ends_when_the_data_are_used_up_and_nothing_is_left_to_claim() -> None:
    model = finished()
    assert (len(model.queues[0]), model.pending, model.escrow) == (0, 0, 0.0)
    assert not all(agent.has_left for agent in model.contributors)
    pending = model.series()["pending"]
    assert (pending.iloc[1:-1] > 0).all()


def test_it_ends_when_nobody_is_left() -> None:
    model = finished(honest_start_balance=3, malicious_start_balance=3)
    assert all(agent.has_left for agent in model.contributors)
    assert len(model.queues[0]) > 0


def test_it_ends_at_a_given_time() -> None:
    model = finished(max_days=3)
    assert model.time == 3
    assert model.pending > 0
    assert model.outcomes()["days"] == 3.0


def test_without_agents_it_is_over_before_it_begins() -> None:
    outcomes = finished(honest_agents=0, malicious_agents=0).outcomes()
    assert (outcomes["days"], outcomes["submissions"]) == (0.0, 0)
    assert outcomes["accuracy_gap"] == 0.0


def test_without_data_to_submit_it_is_over_before_it_begins() -> None:
    assert finished(initial_fraction=1.0).outcomes()["days"] == 0.0


# Outcomes


def test_the_outcomes_have_fixed_names_and_plain_values() -> None:
    outcomes = finished().outcomes()
    assert {name: type(value) for name, value in outcomes.items()} == OUTCOMES
    assert list(outcomes) == list(OUTCOMES)


def test_the_outcomes_agree_with_the_movements_of_money() -> None:
    model = finished()
    outcomes, table = model.outcomes(), model.movements()
    count = table["reason"].value_counts()
    assert outcomes["submissions"] == count[Reason.DEPOSIT] == 460
    assert outcomes["honest_accepted"] + outcomes["malicious_accepted"] == 460
    assert (outcomes["refunds"], outcomes["takes"]) == (count[Reason.REFUND], count[Reason.TAKE])
    assert outcomes["refused"] == len(model.refusals())
    for kind in ("honest", "malicious"):
        account = f"{kind}-1"
        paid_in = table.loc[table["target"] == account, "amount"].sum()
        paid_out = table.loc[table["source"] == account, "amount"].sum()
        assert outcomes[f"{kind}_final_balance"] * TOKEN == paid_in - paid_out
    assert sum(model.ledger.balances) == 20_000 * TOKEN
    assert outcomes["accuracy_gap"] == outcomes["final_accuracy"] - outcomes["initial_accuracy"]


def test_the_accuracy_is_the_share_of_test_samples_predicted_right() -> None:
    model = finished()
    predicted = model.contract.classifier.predict(model.dataset.test.features)
    right = np.mean(predicted == model.dataset.test.labels)
    assert model.outcomes()["final_accuracy"] == right


def test_depletion_that_did_not_happen_is_censored() -> None:
    outcomes = finished(max_days=3).outcomes()
    assert outcomes["malicious_depleted"] is False
    assert math.isnan(outcomes["malicious_depletion_days"])


def test_depletion_is_when_the_balance_first_was_so_low() -> None:
    outcomes = finished(malicious_start_balance=100).outcomes()
    assert outcomes["malicious_depleted"] is True
    assert 0 < outcomes["malicious_depletion_days"] < outcomes["days"]


def test_without_malicious_agents_there_is_nothing_to_deplete() -> None:
    outcomes = finished(malicious_agents=0).outcomes()
    assert outcomes["malicious_final_balance"] == 0.0
    assert math.isnan(outcomes["malicious_depletion_days"])
    assert outcomes["honest_final_balance"] == 10_000.0


def test_without_an_incentive_no_money_moves_and_every_sample_is_learnt() -> None:
    model = finished(incentive="none")
    amounts = model.movements().query("reason != 'start'")["amount"]
    assert amounts.sum() == 0
    assert model.ledger.balances == (0, 10_000 * TOKEN, 10_000 * TOKEN)
    assert model.outcomes()["submissions"] == 460
    assert model.pending == model.refunds == model.takes == 0


# Series


def test_the_series_start_on_day_0_and_have_a_row_a_day() -> None:
    model = finished()
    series = model.series()
    assert list(series.columns) == ["day", *CMLModel.SERIES]
    assert series["day"].tolist() == list(range(int(model.time) + 1))
    first, last = series.iloc[0], series.iloc[-1]
    assert (first["honest_balance"], first["malicious_balance"]) == (10_000, 10_000)
    assert (first["honest_accepted"], first["pending"]) == (0, 0)
    assert last["accuracy"] == model.outcomes()["final_accuracy"]
    assert last["honest_accepted"] + last["malicious_accepted"] == 460
    money = series[["honest_balance", "malicious_balance", "escrow"]].sum(axis=1)
    np.testing.assert_allclose(money, 20_000, rtol=0, atol=1e-6)


def test_the_balance_of_each_agent_is_recorded_each_day() -> None:
    model = finished(honest_agents=2)
    balances = model.datacollector.get_agent_vars_dataframe()["balance"].unstack()
    assert balances.shape == (int(model.time) + 1, 4)
    last = balances.iloc[-1]
    assert last[[agent.unique_id for agent in model.contributors]].tolist() == [
        agent.balance for agent in model.contributors
    ]


# Other data


@pytest.mark.parametrize(
    ("data", "submissions"),
    [
        ({"data": "digits", "train_size": 800, "initial_fraction": 0.25}, 600),
        ({"data": "breast-cancer", "train_size": 200, "initial_fraction": 0.2}, 160),
    ],
    ids=["digits", "breast-cancer"],
)
def test_data_of_scikit_learn_run_to_the_end(data: dict[str, Any], submissions: int) -> None:
    outcomes = finished(**data).outcomes()
    assert outcomes["submissions"] == submissions
    assert outcomes["initial_accuracy"] > 0.8
    assert outcomes["final_accuracy"] > 0.8
    assert outcomes["escrow_final"] == 0


def test_an_own_table_of_three_classes_runs_to_the_end(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    kind = rng.integers(3, size=400)
    path = tmp_path / "table.csv"
    pd.DataFrame(
        {
            "x": kind + rng.normal(scale=0.3, size=400),
            "y": rng.normal(size=400),
            "colour": np.array(["red", "green", "blue"])[kind],
            "kind": np.array(["a", "b", "c"])[kind],
        }
    ).to_csv(path, index=False)
    model = finished(
        data="table", data_path=str(path), label_column="kind", train_size=200, initial_fraction=0.2
    )
    assert model.outcomes()["submissions"] == 160
    assert model.outcomes()["final_accuracy"] > 0.8
    assert set(model.contract.submissions.label) == {0, 1, 2}


def test_initial_data_without_one_of_the_classes_are_refused() -> None:
    with pytest.raises(InputError, match=r"initial_fraction = 0.02: .* none of class '\d'"):
        market(data="digits", train_size=400, initial_fraction=0.02)


def test_fewer_test_samples_are_a_choice_of_the_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of data whose test part is fixed, such as the reviews."""
    monkeypatch.setenv("CMLABM_CACHE", str(tmp_path / "cache"))
    numbers = [f"{number:05b}" for number in range(32)]
    for place in ("train/neg", "train/pos", "test/neg", "test/pos"):
        folder = tmp_path / "reviews" / place
        folder.mkdir(parents=True)
        for number, digits in enumerate(numbers):
            words = (f"word{digit}{value}" for digit, value in enumerate(digits))
            (folder / f"{number}_1.txt").write_text(" ".join(words), encoding="utf-8")

    def tested(seed: int) -> list[list[float]]:
        model = market(
            seed,
            data="imdb",
            data_path=str(tmp_path / "reviews"),
            num_words=10,
            train_size=60,
            initial_fraction=0.5,
            test_size=20,
        )
        rows: list[list[float]] = model.contract.test.dense().tolist()
        assert len(model.dataset.test) == 64
        assert len(rows) == 20
        return rows

    assert tested(1) == tested(1)
    assert tested(1) != tested(2)
