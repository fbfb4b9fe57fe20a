"""What a report says first: few sentences, which its tables carry."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_study import made_outcomes, page_of

from cmlabm.batch import Run
from cmlabm.report.page import MOST_OPEN, render
from cmlabm.report.parts import MOST_PICTURES, MOST_SENTENCES, Opening
from cmlabm.report.sections.opening import compares_contracts, describe_attack
from cmlabm.report.write import opened

SWEEP = {
    "num_words": [400, 700, 1000],
    "honest_mean_wait_s": [300, 600],
    "malicious_agents": [0, 1],
}


def opening_of(page: str) -> list[str]:
    (found,) = re.findall(r'<section class="opening".*?</section>', page, re.DOTALL)
    return [unescape(one) for one in re.findall(r"<li>(.*?)</li>", found, re.DOTALL)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    directory = tmp_path_factory.mktemp("study")
    return page_of(directory, design="one-at-a-time", seeds=8, sweep=SWEEP)


def alike(run: Run) -> dict[str, Any]:
    """Return outcomes that depend on the seed alone."""
    return made_outcomes(Run(run.parameters.model_copy(update={"num_words": 1000}), run.seed))


def test_the_planted_effect_is_said_first(page: str) -> None:
    """A report that opens with another factor, or with the attacker's trivial money, fails."""
    first, money, *_ = opening_of(page)
    assert first.startswith("Of 3 factors, the number of words changes final accuracy most, from 0")
    assert "95 % interval" in first
    assert "p < 0.001 after Holm" in first
    assert "number of malicious agents" not in money


def test_it_says_what_the_attack_costs_and_whether_the_mechanism_keeps_accuracy(page: str) -> None:
    _, _, attack, mechanism = opening_of(page)
    assert attack.startswith("In the base case, the attack costs 0.010 (95 % interval")
    assert "supported; Base case (incentive = deposit-refund-take)" in mechanism


def test_figures_beside_the_outcomes_are_there_on_demand(page: str) -> None:
    """The report of the published study's factors was 47,000 pixels high."""
    folded = re.findall(
        r"<details><summary>(.*?) <span .*?>figure</span></summary>\s*<figure", page
    )
    assert folded == 3 * [
        "How long the malicious money lasts.",
        "Accuracy and balances day by day.",
    ]
    assert len(re.findall(r"<figure", page)) > len(folded)


def test_nothing_is_told_apart_where_nothing_differs(tmp_path: Path) -> None:
    sweep = {"num_words": [400, 1000]}
    first, *_ = opening_of(page_of(tmp_path, seeds=6, sweep=sweep, outcomes=alike))
    assert first.startswith("No effect of any factor on final accuracy is shown (1 tested; the")


def test_contracts_are_compared_where_several_met_the_strongest_attack() -> None:
    """Of one mechanism the report said that there was no other to compare with."""
    rows = {"strength": ["weak", "weak", "strong"], "worst_regret": [0.1, 0.2, 0.3]}
    protection = pd.DataFrame(rows | {"axis": "mechanism"})
    assert not compares_contracts({"protection": protection})
    assert compares_contracts({"protection": protection[:2]})
    unknown = protection[:2].assign(worst_regret=[0.1, float("nan")])
    assert not compares_contracts({"protection": unknown})
    assert not compares_contracts({})


def test_what_is_missing_is_said_before_all_else(tmp_path: Path) -> None:
    sweep = {"num_words": [400, 1000]}
    said = opening_of(page_of(tmp_path, seeds=4, sweep=sweep, fails=lambda run: run.seed == 1))
    assert said[0].startswith("Of 8 planned runs 2 failed and 0 were not run yet")
    assert len(said) <= MOST_SENTENCES


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.03, "In the base case, the attack costs 0.020"),
        (-0.01, 0.05, "In the base case, no cost of the attack is shown (mean 0.020"),
    ],
)
def test_a_cost_is_only_said_if_its_interval_leaves_out_zero(
    low: float, high: float, said: str
) -> None:
    row = {"setting": "base case", "pairs": 5, "regret": 0.02, "regret_low": low}
    row |= {"regret_high": high, "attacker_return": -1.0, "return_low": -1.0, "return_high": -1.0}
    assert describe_attack(pd.DataFrame([row])).startswith(said)


def test_of_many_sentences_the_page_shows_five_and_says_how_many_follow() -> None:
    kept = opened(Opening([f"Sentence {n}." for n in range(8)]), {})
    page = render("game", [kept], [], "files")
    assert len(opening_of(page)) == MOST_SENTENCES
    assert "3 more below." in page


def test_it_opens_with_few_pictures(page: str) -> None:
    (found,) = re.findall(r'<section class="opening".*?</section>', page, re.DOTALL)
    assert found.count("<img") == MOST_PICTURES


def test_factors_are_named_in_words_and_once_as_in_study_files(page: str) -> None:
    assert "<h2>Number of words <code>num_words</code></h2>" in page
    assert "<h2>Honest mean wait <code>honest_mean_wait_s</code></h2>" in page
    assert "Mean time between wake-ups (s)." in page


def test_long_tables_are_closed_and_say_how_many_rows_they_have() -> None:
    def table(rows: int) -> dict[str, Any]:
        frame = pd.DataFrame({"level": range(rows)})
        about = {"name": "levels", "caption": "All levels. In order.", "folded": False}
        return {"kind": "table", "frame": frame, **about}

    parts = [table(MOST_OPEN), table(MOST_OPEN + 1)]
    section = {"title": "levels", "names": (), "parts": parts}
    short, long = re.findall(r"<details.*?</summary>", render("x", [], [section], "f"), re.DOTALL)
    assert short.startswith("<details open>")
    assert long.startswith("<details>")
    assert f"{MOST_OPEN + 1} rows" in long
