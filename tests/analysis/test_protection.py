"""Protection: planted worst attacks and costs, ties, and what cannot be known."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_runs import runs_with
from pandas.testing import assert_frame_equal

from cmlabm.admission import ADMISSIONS
from cmlabm.analysis import (
    ADMISSION,
    CONTRACT,
    MECHANISM,
    REGRET,
    Axis,
    Contracts,
    attack_matrix,
    best_mechanisms,
    compare_mechanisms,
    contracts_of,
    draw_attack_matrix,
    draw_protection,
    protection,
)
from cmlabm.analysis.figures.protection import rows_in_order
from cmlabm.behaviours import MALICIOUS_BEHAVIOURS

SEEDS = 6
WIGGLE = np.array([0.002, -0.001, 0.001, -0.002, 0.0, 0.0])
LUCK = np.array([0.0, 0.05, 0.2, 0.1, 0.3, 0.25])
"""What differs from seed to seed: a little in the harm, much in the accuracy; pairs cancel it."""

type Losses = Mapping[tuple[str, str], Any]


def attacked(
    losses: Losses,
    accuracies: Mapping[str, Any],
    parameter: str = "admission",
    **columns: Any,
) -> pd.DataFrame:
    """Return runs that lose accuracy by behaviour and contract, and those without an attack.

    Args:
        losses: by behaviour and contract, a value a seed.
        accuracies: without an attack, by contract; a contract that is not here has no such runs.
        parameter: which one the contracts differ in.
        **columns: of the runs under attack.
    """
    tables = []
    for (behaviour, contract), loss in losses.items():
        loss = np.atleast_1d(loss)
        accuracy = 0.5 + LUCK[: len(loss)] + accuracies.get(contract, 0.0)
        named: dict[str, Any] = {"malicious_behaviour": behaviour, parameter: contract}
        tables.append(runs_with(len(loss), final_accuracy=accuracy - loss, **(named | columns)))
    for contract, more in accuracies.items():
        named = {parameter: contract, "malicious_agents": 0}
        tables.append(runs_with(SEEDS, final_accuracy=0.5 + LUCK + more, **named))
    return pd.concat(tables, ignore_index=True)


PLANTED = {
    ("label-flip", "all"): 0.08 + WIGGLE,
    ("echo", "all"): 0.01 + WIGGLE,
    ("label-flip", "sphere"): 0.02 - WIGGLE,
    ("echo", "sphere"): 0.03 + WIGGLE[::-1],
}
CALM = {"all": 0.1, "sphere": 0.1 - 0.04 - WIGGLE}
"""The sphere withstands the flips, is worst off under echoes, and costs 0.04 without an attack."""


def along(axis: Axis, base: str, runs: pd.DataFrame) -> pd.DataFrame:
    return protection(Contracts(axis, base, runs)).set_index("contract")


def test_the_planted_worst_attack_and_cost_are_found() -> None:
    table = along(ADMISSION, "all", attacked(PLANTED, CALM))
    assert table["worst_attack"].to_dict() == {"all": "label-flip", "sphere": "echo"}
    assert table["worst_regret"].tolist() == pytest.approx([0.08, 0.03])
    assert table["cost_of_protection"].tolist() == pytest.approx([0.0, 0.04])
    # 0.5 and 0.15 of luck on average, and what the contract makes of it
    assert table["accuracy_unattacked"].tolist() == pytest.approx([0.75, 0.71])
    assert table["worst_final_accuracy"].tolist() == pytest.approx([0.67, 0.68])
    assert table["attacks"].tolist() == [2, 2]
    assert table["seeds"].tolist() == [SEEDS] * 2
    assert table["note"].tolist() == ["", ""]


def test_the_luck_of_a_seed_widens_neither_interval() -> None:
    """Accuracies differ by up to 0.3 between seeds; unpaired intervals would be as wide."""
    table = along(ADMISSION, "all", attacked(PLANTED, CALM))
    for name, low, high in (("worst_regret", 0.028, 0.032), ("cost_of_protection", 0.038, 0.042)):
        row = table.loc["sphere"]
        assert low <= row[f"{name}_low"] < row[name] < row[f"{name}_high"] <= high


def test_each_strength_has_a_worst_attack_of_its_own() -> None:
    weak = {attack: loss / 10 for attack, loss in PLANTED.items()}
    weak["echo", "all"] = 0.05 + WIGGLE
    runs = pd.concat(
        [
            attacked(PLANTED, CALM, malicious_mean_wait_s=1200.0),
            attacked(weak, {}, malicious_mean_wait_s=5400.0),
        ]
    )
    table = protection(Contracts(ADMISSION, "all", runs))
    assert [words[:4] for words in table["strength"]] == ["1/10", "1/10", "1/3 ", "1/3 "]
    assert table["worst_attack"].tolist() == ["echo", "echo", "label-flip", "echo"]
    assert table["cost_of_protection"].tolist() == pytest.approx([0.0, 0.04] * 2)


def test_attacks_that_are_equally_bad_are_all_named() -> None:
    losses = {(name, "all"): 0.08 + WIGGLE for name in ("echo", "label-flip")}
    losses["sniper", "all"] = WIGGLE
    row = along(ADMISSION, "all", attacked(losses, CALM)).loc["all"]
    assert row["worst_attack"] == "label-flip; echo"
    assert row["attacks"] == 3


def test_without_control_runs_neither_regret_nor_cost_is_known() -> None:
    table = along(ADMISSION, "all", attacked(PLANTED, {}))
    assert (
        table[["worst_regret", "cost_of_protection", "worst_final_accuracy"]].isna().all(axis=None)
    )
    assert table["attacks"].tolist() == [0, 0]
    assert table.loc["sphere", "note"] == (
        "regret unknown: label-flip, echo; no finished run without an attack: all, sphere"
    )


def test_without_control_runs_of_the_base_regret_is_known_and_cost_is_not() -> None:
    table = along(ADMISSION, "all", attacked(PLANTED, {"sphere": CALM["sphere"]}))
    assert table["worst_regret"].isna().tolist() == [True, False]
    assert table["cost_of_protection"].isna().all()
    assert table.loc["sphere", "note"] == "no finished run without an attack: all"


def test_an_attack_whose_runs_failed_is_missed() -> None:
    runs = attacked(PLANTED, CALM)
    gone = (runs["malicious_behaviour"] == "echo") & (runs["admission"] == "sphere")
    runs.loc[gone & (runs["malicious_agents"] > 0), "status"] = "failed"
    row = along(ADMISSION, "all", runs).loc["sphere"]
    assert (row["worst_attack"], row["attacks"]) == ("label-flip", 1)
    assert row["note"] == "regret unknown: echo"


def test_one_seed_has_no_interval() -> None:
    runs = attacked(PLANTED, CALM)
    table = along(ADMISSION, "all", runs[runs["seed"] == 0])
    assert table["worst_regret"].notna().all()
    assert table["cost_of_protection"].notna().all()
    ends = [name for name in map(str, table) if name.endswith(("_low", "_high"))]
    assert len(ends) == 4
    assert table[ends].isna().all(axis=None)


def test_several_runs_of_a_seed_count_once() -> None:
    runs = attacked(PLANTED, CALM)
    again = pd.concat([runs.assign(num_words=words) for words in (100, 400, 700)])
    assert_frame_equal(along(ADMISSION, "all", again), along(ADMISSION, "all", runs))


def test_means_over_the_attacks_count_each_attack_once() -> None:
    runs = attacked(PLANTED, CALM)
    flips = (runs["malicious_behaviour"] == "label-flip") & (runs["malicious_agents"] > 0)
    runs["honest_return"] = np.where(flips, 0.3, 0.1)
    runs["malicious_return"] = np.where(flips, -0.9, -0.1)
    runs["malicious_learnt_share"] = np.where(flips, 0.2, np.nan)  # of an attack that sends nothing
    runs.loc[runs["malicious_agents"] == 0, "honest_return"] = 0.7
    thinned = runs[~flips | (runs["seed"] < 2)]
    for table in (along(ADMISSION, "all", runs), along(ADMISSION, "all", thinned)):
        assert table["honest_return"].tolist() == pytest.approx([0.2, 0.2])
        assert table["malicious_return"].tolist() == pytest.approx([-0.5, -0.5])
        assert table["malicious_learnt_share"].tolist() == pytest.approx([0.2, 0.2])
        assert table["honest_return_unattacked"].tolist() == pytest.approx([0.7, 0.7])
        assert table["honest_learnt_share"].isna().all()


def test_of_stores_without_returns_the_attackers_is_that_of_the_balances() -> None:
    table = along(ADMISSION, "all", attacked(PLANTED, CALM, malicious_final_balance=4_000.0))
    assert table["malicious_return"].tolist() == pytest.approx([-0.6, -0.6])
    assert table["honest_return"].isna().all()


def test_no_attack_gives_an_empty_table() -> None:
    assert protection(Contracts(ADMISSION, "all", attacked({}, CALM))).empty


def test_admissions_are_read_as_mechanisms_are() -> None:
    """The same numbers under other names: nothing in the statistics knows what contracts are."""
    there = {"all": "none", "sphere": "points"}
    runs = attacked(PLANTED, CALM)
    others = runs.assign(incentive=runs["admission"].map(there), admission="all")
    for table in (attack_matrix, compare_mechanisms):
        found = table(runs, axis=ADMISSION).replace(there)
        assert_frame_equal(found.rename(columns={"admission": "mechanism"}), table(others))
    found = best_mechanisms(runs, axis=ADMISSION).replace(there)
    assert_frame_equal(found.rename(columns={"admission": "mechanism"}), best_mechanisms(others))
    found = along(ADMISSION, "all", runs).rename(index=there)
    assert_frame_equal(found, along(MECHANISM, "none", others))


def contracts(*rows: tuple[str, str]) -> pd.DataFrame:
    """Return a run of each contract, by admission and incentive."""
    return pd.DataFrame(rows, columns=["admission", "incentive"], index=[7] * len(rows))


BASE = {"admission": "all", "incentive": "deposit-refund-take"}
SWEEP_A = [(name, "deposit-refund-take") for name in ("sphere", "all", "a:B")]
SWEEP_B = [("all", name) for name in ("none", "deposit-refund-take", "points")]
FOUND_A = ("admission", ["all", "sphere", "a:B"], "all")
FOUND_B = ("mechanism", ["deposit-refund-take", "none", "points"], "deposit-refund-take")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (SWEEP_A, [FOUND_A]),
        (SWEEP_B, [FOUND_B]),
        ([("sphere", "none")], [("mechanism", ["none"], "none")]),
        ([*SWEEP_A, *SWEEP_B], [FOUND_A, FOUND_B]),
        (
            [*SWEEP_A, *SWEEP_B, ("sphere", "points")],
            [
                FOUND_A,
                FOUND_B,
                (
                    "contract",
                    ["all + deposit-refund-take", "sphere + points"],
                    "all + deposit-refund-take",
                ),
            ],
        ),
        (
            [("all", "points"), ("sphere", "none")],
            [("contract", ["all + points", "sphere + none"], "all + points")],
        ),
        (
            [("sphere", "points"), ("sphere", "slashing"), ("unlearn", "points")],
            [
                ("admission", ["unlearn", "sphere"], "unlearn"),
                ("contract", ["unlearn + points", "sphere + slashing"], "unlearn + points"),
            ],
        ),
    ],
    ids=["A", "B", "one", "both", "a row with both", "only rows with both", "not the base"],
)
def test_contracts_are_told_by_what_they_differ_in(
    rows: list[tuple[str, str]], expected: list[tuple[str, list[str], str]]
) -> None:
    """Each axis is taken at the base of the other, or where that was not run, near it."""
    found = contracts_of(contracts(*rows), BASE)
    assert [(each.axis.noun, each.ids, each.base) for each in found] == expected


def test_a_contract_of_strange_names_is_shown_as_it_is() -> None:
    assert CONTRACT.shown("a:B + slashing") == "a:B + Slashing"
    assert CONTRACT.shown("a + b + c") == "a + b + c"
    assert CONTRACT.in_order(["$x$ + none", "all + none", "all + points"]) == [
        "all + none",
        "all + points",
        "$x$ + none",
    ]


def grid(size: int) -> pd.DataFrame:
    """Return runs of all admissions against all attacks."""
    rng = np.random.default_rng(4)
    losses = {
        (behaviour, admission): rng.normal(0.05, 0.02, size)
        for admission in ADMISSIONS
        for behaviour in MALICIOUS_BEHAVIOURS
    }
    return attacked(losses, dict.fromkeys(ADMISSIONS, 0.1))


def test_the_row_above_the_heat_map_says_how_bad_and_which() -> None:
    runs = attacked(PLANTED, CALM)
    table = protection(Contracts(ADMISSION, "all", runs))
    matrix = attack_matrix(runs, axis=ADMISSION)
    best = best_mechanisms(runs, axis=ADMISSION)
    figure = draw_attack_matrix(matrix, REGRET, best, ADMISSION, table)
    panel, above, _ = figure.axes
    assert panel.get_xlabel() == "admission"
    assert [text.get_text() for text in panel.get_xticklabels()] == ["Everything", "Sphere"]
    texts = [text.get_text() for text in above.texts]
    assert [texts[0], texts[2], texts[3], texts[5]] == ["0.080", "Label flip", "0.030", "Echo"]
    frames = [patch for patch in above.patches if not patch.get_fill()]
    assert len(frames) == 1
    assert round(frames[0].get_x()) == 1  # type: ignore[attr-defined]


def test_in_the_largest_heat_map_no_text_is_on_another_or_outside_its_cell() -> None:
    runs = grid(3)
    table = protection(Contracts(ADMISSION, "all", runs))
    figure = draw_attack_matrix(attack_matrix(runs, axis=ADMISSION), REGRET, None, ADMISSION, table)
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    above = figure.axes[1]
    boxes = [text.get_window_extent(renderer) for text in above.texts]
    assert len(boxes) == 3 * len(ADMISSIONS)
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[number + 1 :])
    cells = [patch.get_window_extent(renderer) for patch in above.patches if patch.get_fill()]
    for number, box in enumerate(boxes):
        cell = cells[number // 3]
        assert cell.x0 <= box.x0 < box.x1 <= cell.x1
        assert cell.y0 <= box.y0 < box.y1 <= cell.y1


def test_the_figure_of_protection_has_the_best_first_and_names_attacks_beside_the_panels() -> None:
    table = protection(Contracts(ADMISSION, "all", grid(SEEDS)))
    figure = draw_protection(table, ADMISSION)
    figure.canvas.draw()
    first, last = figure.axes
    names = [text.get_text() for text in first.get_yticklabels()]
    order = table.sort_values("worst_regret")["contract"]
    assert names == [ADMISSION.shown(name) for name in order]
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = [text.get_window_extent(renderer) for text in first.texts]
    assert len(boxes) == len(ADMISSIONS)
    between = first.get_window_extent(renderer).x1, last.get_window_extent(renderer).x0
    for number, box in enumerate(boxes):
        assert between[0] < box.x0 < box.x1 < between[1]
        assert not any(box.overlaps(other) for other in boxes[number + 1 :])


def test_what_is_not_known_is_not_drawn_and_stands_last() -> None:
    table = protection(Contracts(ADMISSION, "all", attacked(PLANTED, {"sphere": 0.1})))
    assert rows_in_order(table) == ["sphere", "all"]
    first, last = draw_protection(table, ADMISSION).axes
    assert [text.get_text() for text in first.texts] == ["Echo"]
    assert [text.get_text() for text in last.texts] == ["not known"]
