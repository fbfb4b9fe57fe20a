"""Attacks against mechanisms: planted harm, planted ties, and what cannot be known."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_runs import runs_with
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from scipy import stats

from cmlabm.analysis import (
    ATTACKER_RETURN,
    REGRET,
    Measure,
    attack_matrix,
    best_mechanisms,
    compare_mechanisms,
    draw_attack_matrix,
)
from cmlabm.analysis.strength import strengths_of
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS
from cmlabm.mechanisms import MECHANISMS

SEEDS = 6
WIGGLE = np.array([0.002, -0.001, 0.001, -0.002, 0.0, 0.0])
"""By how much the harm differs from seed to seed; it adds up to nothing."""

SEVENTH = "1/7 of the wakings are the attackers'"
"""The base case: one agent that wakes every 600 s and an attacker every 3,600 s."""

type Losses = Mapping[tuple[str, str], Any]


def market(incentive: str, agents: int, accuracy: Any, **columns: Any) -> pd.DataFrame:
    """Return the runs of one market, a seed each."""
    accuracy = np.atleast_1d(accuracy)
    return runs_with(
        len(accuracy),
        incentive=incentive,
        malicious_agents=agents,
        final_accuracy=accuracy,
        **columns,
    )


def attacks(losses: Losses, controls: bool = True, **columns: Any) -> pd.DataFrame:
    """Return runs that lose accuracy, by behaviour and mechanism, and those without an attack.

    Without an attack, each mechanism has its own accuracy, and so has each seed.
    """
    calm = {name: 0.7 + 0.02 * place for place, name in enumerate(MECHANISMS)}
    tables = []
    for behaviour, mechanism in losses:
        loss = np.atleast_1d(losses[behaviour, mechanism])
        alone = calm[mechanism] + 0.01 * np.arange(len(loss))
        named = {"malicious_behaviour": behaviour} | columns
        tables.append(market(mechanism, 1, alone - loss, **named))
        if controls:
            tables.append(market(mechanism, 0, alone))
    return pd.concat(tables, ignore_index=True)


def row_of(table: pd.DataFrame) -> dict[Any, Any]:
    (row,) = table.to_dict("records")
    return row


def test_a_cell_has_the_mean_regret_and_return_of_its_own_runs() -> None:
    losses = {
        ("echo", "none"): 0.10 + WIGGLE,
        ("echo", "points"): 0.01 + WIGGLE,
        ("label-flip", "none"): 0.20 + WIGGLE,
    }
    runs = attacks(losses)
    rich = (runs["malicious_behaviour"] == "echo") & (runs["incentive"] == "points")
    runs.loc[rich, "malicious_final_balance"] = 4_000.0
    table = attack_matrix(runs)
    assert table["behaviour"].tolist() == ["label-flip", "echo", "echo"]
    assert table["mechanism"].tolist() == ["none", "none", "points"]
    assert table["regret"].tolist() == pytest.approx([0.2, 0.1, 0.01])
    assert table["attacker_return"].tolist() == pytest.approx([-0.999, -0.999, -0.6])
    assert table["pairs"].tolist() == [SEEDS] * 3
    # 6,000 tokens lost and one point of accuracy; 9,990 and ten, or twenty, points
    assert table["cost_per_point"].tolist() == pytest.approx([499.5, 999.0, 6_000.0])
    assert (table["accuracy_unattacked"] - table["final_accuracy"]).tolist() == pytest.approx(
        table["regret"].tolist()
    )


def test_intervals_are_of_the_differences_between_pairs_not_of_the_accuracies() -> None:
    row = row_of(attack_matrix(attacks({("echo", "none"): 0.1 + WIGGLE})))
    assert 0.098 <= row["regret_low"] < 0.1 < row["regret_high"] <= 0.102


def test_strengths_are_shares_of_the_wakings_in_rising_order() -> None:
    waits = [1200.0, 5400.0, 3600.0]
    runs = runs_with(3, malicious_mean_wait_s=waits, malicious_agents=1)
    assert list(strengths_of(runs)) == [
        "1/10 of the wakings are the attackers' (malicious_mean_wait_s = 5400)",
        "1/7 of the wakings are the attackers' (malicious_mean_wait_s = 3600)",
        "1/3 of the wakings are the attackers' (malicious_mean_wait_s = 1200)",
    ]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, [SEVENTH]),
        ({"honest_agents": 0}, ["all of the wakings are the attackers'"]),
        ({"malicious_mean_wait_s": 777.7}, ["43.6% of the wakings are the attackers'"]),
        ({"honest_mean_wait_s": [600.0, 60.0]}, ["all attacks"]),
        ({"honest_mean_wait_s": 0.0}, ["0.0% of the wakings are the attackers'"]),
        (
            {"malicious_mean_deposit": [5.0, 50.0]},
            [
                f"{SEVENTH} (malicious_mean_deposit = 5)",
                f"{SEVENTH} (malicious_mean_deposit = 50)",
            ],
        ),
        (
            {"malicious_agents": [2, 1], "malicious_mean_wait_s": [7200.0, 3600.0]},
            [
                f"{SEVENTH} (malicious_agents = 1, malicious_mean_wait_s = 3600)",
                f"{SEVENTH} (malicious_agents = 2, malicious_mean_wait_s = 7200)",
            ],
        ),
    ],
)
def test_a_strength_never_says_more_than_is_known(
    columns: dict[str, Any], words: list[str]
) -> None:
    runs = runs_with(2, **({"malicious_behaviour": ["echo", "sniper"]} | columns))
    assert list(strengths_of(runs)) == words


def test_what_an_attack_would_be_like_does_not_vary_without_one() -> None:
    runs = runs_with(2, malicious_agents=[0, 1], malicious_mean_wait_s=[1200.0, 3600.0])
    assert list(strengths_of(runs)) == [SEVENTH]
    assert strengths_of(runs_with(2, malicious_agents=0)) == {}


@pytest.mark.parametrize(
    ("loss", "balance", "note"),
    [
        (0.1 + WIGGLE, 10_000.0, "the attacker lost nothing: no cost for a point"),
        (0.1 + WIGGLE, 12_000.0, "the attacker lost nothing: no cost for a point"),
        (WIGGLE - 0.01, 10.0, "no harm on average: no cost for a point"),
        (np.zeros(SEEDS), 10.0, "no harm on average: no cost for a point"),
        ([0.1], 10.0, "one pair of runs: no interval"),
    ],
)
def test_where_there_is_no_cost_or_interval_a_note_says_so(
    loss: Any, balance: float, note: str
) -> None:
    runs = attacks({("echo", "none"): loss}, malicious_final_balance=balance)
    row = row_of(attack_matrix(runs))
    assert row["note"] == note
    assert np.isnan(row["cost_per_point"]) == (note != "one pair of runs: no interval")
    assert np.isnan(row["regret_low"]) == (note == "one pair of runs: no interval")


def test_without_control_runs_the_return_is_known_and_regret_is_not() -> None:
    runs = attacks({("echo", "none"): 0.1 + WIGGLE, ("echo", "points"): WIGGLE}, controls=False)
    table = attack_matrix(runs)
    assert table["regret"].isna().all()
    assert table["attacker_return"].tolist() == pytest.approx([-0.999, -0.999])
    row = row_of(best_mechanisms(runs, table))
    assert row["verdict"] == "undecided"
    assert pd.isna(row["mechanism"])
    assert "no finished pair of runs" in row["note"]


def test_a_run_of_another_mechanism_is_no_control() -> None:
    runs = attacks({("echo", "none"): 0.1 + WIGGLE, ("echo", "points"): WIGGLE})
    kept = runs[(runs["malicious_agents"] > 0) | (runs["incentive"] == "none")]
    assert attack_matrix(kept)["pairs"].tolist() == [SEEDS, 0]


def test_a_cell_whose_runs_all_failed_stays_in_the_table() -> None:
    runs = attacks({("echo", "none"): 0.1 + WIGGLE, ("echo", "points"): WIGGLE})
    gone = (runs["malicious_agents"] > 0) & (runs["incentive"] == "points")
    runs.loc[gone, ["status", "final_accuracy", "malicious_final_balance"]] = ["failed", None, None]
    table = attack_matrix(runs)
    assert table["n"].tolist() == [SEEDS, 0]
    assert "unknown" in table["note"].iloc[1]
    row = row_of(best_mechanisms(runs))
    assert (row["verdict"], row["mechanism"]) == ("undecided", "none")


def test_the_planted_best_is_found_and_the_runner_up_named() -> None:
    losses = {("echo", "slashing"): 0.01 + WIGGLE, ("echo", "none"): 0.3 - 2 * WIGGLE}
    losses["echo", "points"] = 0.05 + WIGGLE[::-1]
    row = row_of(best_mechanisms(attacks(losses)))
    assert (row["verdict"], row["mechanism"], row["tied"]) == ("best", "slashing", "")
    assert (row["runner_up"], row["runner_up_regret"]) == ("points", pytest.approx(0.05))
    assert (row["regret"], row["pairs"]) == (pytest.approx(0.01), SEEDS)


def test_those_not_told_apart_from_the_least_are_a_tie_not_worse() -> None:
    losses = {("echo", "slashing"): 0.010 + WIGGLE, ("echo", "none"): 0.3 - 2 * WIGGLE}
    losses["echo", "points"] = 0.0101 + WIGGLE[::-1]
    row = row_of(best_mechanisms(attacks(losses)))
    assert (row["verdict"], row["mechanism"], row["tied"]) == ("tie", "slashing", "points")
    assert row["p_holm"] > 0.5


def test_seeds_that_only_the_best_has_do_not_make_the_other_worse() -> None:
    spared = np.concatenate([0.02 + WIGGLE, np.zeros(SEEDS)])
    runs = attacks({("echo", "slashing"): spared, ("echo", "points"): 0.015 - WIGGLE / 10})
    row = row_of(best_mechanisms(runs))
    assert row["p_holm"] < 0.05  # over the seeds that both have, the other way round
    assert (row["verdict"], row["mechanism"], row["tied"]) == ("tie", "slashing", "points")


def test_p_is_that_of_the_paired_t_test_corrected_for_all_pairs() -> None:
    rng = np.random.default_rng(1)
    losses = {
        ("echo", name): rng.normal(0.01 * place, 0.01, SEEDS)
        for place, name in enumerate(("slashing", "points", "none"))
    }
    table = compare_mechanisms(attacks(losses))
    two = list(zip(table["mechanism"], table["other"], strict=True))
    assert two == [("none", "points"), ("none", "slashing"), ("points", "slashing")]
    for row in table.to_dict("records"):
        here, there = losses["echo", row["mechanism"]], losses["echo", row["other"]]
        assert row["p"] == pytest.approx(stats.ttest_rel(there, here).pvalue)
        assert row["difference"] == pytest.approx(there.mean() - here.mean())
    assert table["p_holm"].min() == pytest.approx(3 * table["p"].min())


def test_the_seeds_own_luck_cancels() -> None:
    luck = np.array([0.0, 0.2, 0.05, 0.4, 0.1, 0.3])
    losses = {("echo", "slashing"): luck + WIGGLE, ("echo", "points"): luck + 0.01 - WIGGLE}
    assert row_of(best_mechanisms(attacks(losses)))["verdict"] == "best"


def test_several_runs_of_a_seed_count_once() -> None:
    losses = {("echo", "slashing"): 0.01 + WIGGLE, ("echo", "points"): 0.0105 - WIGGLE}
    runs = pd.concat([attacks(losses).assign(num_words=n) for n in (100, 400, 700, 1000)])
    assert set(compare_mechanisms(runs)["seeds"]) == {SEEDS}


def test_alike_mechanisms_are_told_apart_no_more_often_than_stated() -> None:
    cells = pd.MultiIndex.from_product([range(100), MECHANISMS, range(10)]).to_frame(index=False)
    columns = {"malicious_behaviour": "made:Attack" + cells[0].astype(str)}
    columns |= {"incentive": cells[1], "seed": cells[2]}
    accuracy = np.random.default_rng(2).normal(0.8, 0.01, len(cells))
    runs = runs_with(len(cells), final_accuracy=accuracy, **columns)
    controls = runs_with(len(cells), malicious_agents=0, **columns)
    table = compare_mechanisms(pd.concat([runs, controls]))
    wrong = (table["p_holm"] < 0.05).groupby(table["behaviour"]).any()
    assert len(wrong) == 100
    assert wrong.sum() <= stats.binom.ppf(0.999, 100, 0.05)


@pytest.mark.parametrize(
    ("losses", "verdict", "tied", "note"),
    [
        ([[0.01], [0.3]], "undecided", "points", "cannot be tested: 1 seed(s) in common: points"),
        ([[0.1] * 4, [0.1] * 4], "tie", "points", ""),
        (
            [[0.1] * 4, [0.3] * 4],
            "undecided",
            "points",
            "cannot be tested: the same difference with every seed: points",
        ),
    ],
)
def test_what_cannot_be_tested_is_not_claimed(
    losses: list[list[float]], verdict: str, tied: str, note: str
) -> None:
    first, second = losses
    row = row_of(best_mechanisms(attacks({("echo", "none"): first, ("echo", "points"): second})))
    assert row["mechanism"] == "none"
    assert (row["verdict"], row["tied"], row["note"]) == (verdict, tied, note)


def test_a_mechanism_of_unknown_regret_is_named_as_such() -> None:
    runs = attacks(
        {
            ("echo", "none"): 0.1 + WIGGLE,
            ("echo", "points"): 0.2 - WIGGLE,
            ("echo", "slashing"): WIGGLE,
        }
    )
    control = (runs["malicious_agents"] == 0) & (runs["incentive"] == "slashing")
    row = row_of(best_mechanisms(runs[~control]))
    assert (row["verdict"], row["note"]) == ("best", "regret unknown: slashing")


def test_no_attack_at_all_gives_empty_tables() -> None:
    runs = runs_with(3, malicious_agents=0)
    assert attack_matrix(runs).empty
    assert compare_mechanisms(runs).empty
    assert best_mechanisms(runs).empty


def drawn(losses: Losses, measure: Measure = REGRET, **options: Any) -> Figure:
    runs = attacks(losses, **options)
    figure = draw_attack_matrix(attack_matrix(runs), measure, best_mechanisms(runs))
    figure.canvas.draw()
    return figure


GRID = {
    (behaviour, mechanism): 0.02 * place + 0.01 * number + WIGGLE * (1 + place)
    for number, behaviour in enumerate(("label-flip", "echo", "my.attacks:Own"))
    for place, mechanism in enumerate(MECHANISMS)
}


def test_rows_and_columns_have_the_names_of_the_registries() -> None:
    ax = drawn(GRID).axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        MALICIOUS_BEHAVIOURS["label-flip"].display_name,
        MALICIOUS_BEHAVIOURS["echo"].display_name,
        "my.attacks:Own",
    ]
    assert [text.get_text().replace("\n", " ") for text in ax.get_xticklabels()] == [
        mechanism.display_name for mechanism in MECHANISMS.values()
    ]


def test_each_cell_says_mean_and_interval_and_is_readable() -> None:
    ax = drawn(GRID).axes[0]
    texts = [text.get_text() for text in ax.texts]
    assert texts[:2] == ["0.000", "-0.001 to 0.001"]
    assert len(texts) == 2 * len(GRID)
    cells = [patch for patch in ax.patches if patch.get_fill()]
    for number, text in enumerate(ax.texts):
        assert contrast(text.get_color(), cells[number // 2].get_facecolor()) > 4.5


def contrast(one: Any, other: Any) -> float:
    """Return the contrast of two colours (WCAG 2); 4.5 is what small text needs."""

    def luminance(colour: Any) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_higher_is_darker_in_grey() -> None:
    ax = drawn(GRID).axes[0]
    cells = [to_rgb(patch.get_facecolor()) for patch in ax.patches if patch.get_fill()]
    row = cells[: len(MECHANISMS)]
    greys = [0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in row]
    assert (np.diff(greys) < 0).all()


def test_the_best_has_a_frame_and_a_tie_a_dashed_one() -> None:
    losses = {
        ("echo", "deposit-refund-take"): 0.01 + WIGGLE,
        ("echo", "none"): 0.3 - 2 * WIGGLE,
        ("echo", "points"): 0.0101 + WIGGLE[::-1],
    }
    for measure in (REGRET, ATTACKER_RETURN):
        frames = {
            round(patch.get_x()): patch.get_linestyle()  # type: ignore[attr-defined]
            for patch in drawn(losses, measure).axes[0].patches
            if not patch.get_fill()
        }
        assert frames == {0: "-", 2: "--"}


@pytest.mark.parametrize("measure", [REGRET, ATTACKER_RETURN])
@pytest.mark.parametrize(
    ("losses", "options"),
    [
        ({("echo", "none"): [0.1]}, {}),
        ({("echo", "none"): [0.1, 0.2], ("sybil", "points"): [0.1, 0.2]}, {"controls": False}),
        ({("echo", "none"): [0.0, 0.0], ("echo", "points"): [0.0, 0.0]}, {}),
        ({("echo", "none"): [0.1, 0.2]}, {"malicious_start_balance": 0.0}),
    ],
)
def test_what_is_not_known_leaves_its_cell_empty(
    measure: Measure, losses: Losses, options: dict[str, Any]
) -> None:
    matrix = attack_matrix(attacks(losses, **options))
    texts = drawn(losses, measure, **options).axes[0].texts
    assert len(texts) == 2 * int(matrix[measure.name].notna().sum())
    assert not any("nan" in text.get_text() for text in texts)
