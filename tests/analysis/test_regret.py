"""Regret and return: each attacked run against its paired control run."""

import numpy as np
import pytest
from made_runs import runs_with

from cmlabm.analysis import attack_summary, pair_with_unattacked
from cmlabm.analysis.strength import strengths_of
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameter


def test_a_run_is_paired_with_the_same_seed_and_parameters_without_an_attacker() -> None:
    runs = runs_with(
        6,
        seed=[0, 1, 0, 1, 0, 1],
        malicious_agents=[1, 1, 0, 0, 1, 1],
        num_words=[1000] * 4 + [400] * 2,
        malicious_mean_deposit=[100.0, 100.0, 5.0, 5.0, 100.0, 100.0],
        final_accuracy=[0.70, 0.75, 0.80, 0.79, 0.6, 0.6],
    )
    pairs = pair_with_unattacked(runs)
    assert pairs["regret"].tolist() == pytest.approx([0.10, 0.04, np.nan, np.nan], nan_ok=True)


def test_the_return_is_the_gain_over_the_stake_of_all_attackers() -> None:
    runs = runs_with(
        2, malicious_agents=2, malicious_start_balance=100.0, malicious_final_balance=[50.0, 300.0]
    )
    pairs = pair_with_unattacked(runs)
    assert pairs["spent"].tolist() == [150.0, -100.0]
    assert pairs["attacker_return"].tolist() == [-0.75, 0.5]


def test_settings_are_named_by_what_differs_from_the_base_case() -> None:
    runs = runs_with(
        40,
        seed=np.tile(np.arange(10), 4),
        malicious_agents=np.repeat([1, 0, 1, 1], 10),
        malicious_mean_deposit=np.repeat([100.0, 100.0, 50.0, 100.0], 10),
        num_words=np.repeat([1000, 1000, 1000, 400], 10),
        final_accuracy=np.repeat([0.7, 0.8, 0.75, 0.6], 10) + np.tile(np.arange(10) / 1000, 4),
    )
    base = {"malicious_agents": 1, "malicious_mean_deposit": 100.0, "num_words": 1000}
    table = attack_summary(runs, base).set_index("setting")
    assert list(table.index) == ["base case", "malicious_mean_deposit = 50", "num_words = 400"]
    assert table["regret"].tolist() == pytest.approx([0.1, 0.05, np.nan], nan_ok=True)
    assert table["lost_per_1000"].iloc[0] == pytest.approx(0.1 / 9.99)
    assert table["note"].iloc[2] == (
        "no runs without an attacker to compare with: regret is unknown"
    )


def test_the_interval_holds_the_planted_regret() -> None:
    rng = np.random.default_rng(1)
    accuracy = rng.normal(0.8, 0.02, 30)
    runs = runs_with(
        60,
        seed=np.tile(np.arange(30), 2),
        malicious_agents=np.repeat([0, 1], 30),
        final_accuracy=np.concatenate([accuracy, accuracy - rng.normal(0.01, 0.002, 30)]),
    )
    (row,) = attack_summary(runs, {}).to_dict("records")
    assert row["regret_low"] < 0.01 < row["regret_high"]
    assert row["regret_high"] - row["regret_low"] < 0.003  # paired: the seeds' spread cancels


def test_an_attack_that_costs_nothing_has_no_price_of_harm() -> None:
    runs = runs_with(
        4, seed=[0, 1, 0, 1], malicious_agents=[1, 1, 0, 0], malicious_final_balance=10_000.0
    )
    (row,) = attack_summary(runs, {}).to_dict("records")
    assert np.isnan(row["lost_per_1000"])
    assert row["note"] == "the attack cost nothing or paid off: no loss to set the harm against"


def test_what_a_users_class_brings_to_the_attack_does_not_keep_a_run_from_its_control() -> None:
    """And what it brings to the market does: other prices make another market."""
    runs = runs_with(
        4,
        seed=[0, 0, 0, 0],
        malicious_agents=[1, 1, 0, 0],
        cunning=[2.0, 3.0, 1.0, 1.0],
        fee=[1.0, 2.0, 1.0, 2.0],
        final_accuracy=[0.7, 0.7, 0.8, 0.9],
    )
    cunning = StudyParameter("cunning", float, 1.0, is_of_attack=True)
    fee = StudyParameter("fee", float, 1.0)
    pairs = pair_with_unattacked(runs, BUILT_IN | {"cunning": cunning, "fee": fee})
    assert pairs["accuracy_unattacked"].tolist() == [0.8, 0.9]
    assert [*strengths_of(runs, BUILT_IN | {"cunning": cunning})] == [
        "1/7 of the wakings are the attackers' (cunning = 2)",
        "1/7 of the wakings are the attackers' (cunning = 3)",
    ]
