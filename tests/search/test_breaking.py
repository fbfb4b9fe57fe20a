"""A box of harm that is planted among trials is found, and none where there is none."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from small_search import SMALL

from cmlabm.search.breaking import breaking_sentences, breaking_table
from cmlabm.search.definition import checked_search
from cmlabm.search.rounds import Searched

pytest.importorskip("ema_workbench", reason="EMA Workbench is not installed")

ATTACK: dict[str, Any] = {
    "malicious_behaviour": {"values": ["label-flip", "echo", "sybil"]},
    "malicious_mean_deposit": {"low": 1.0, "high": 100.0},
    "malicious_agents": {"low": 1, "high": 10},
    "sybil": {"malicious_addresses": {"low": 2, "high": 9}},
}


def searched(harmful: bool, trials: int = 300, **changes: Any) -> tuple[Any, Searched]:
    """A search whose trials do harm where sybils offer at most 40 tokens, or by chance."""
    search = checked_search(SMALL | {"attack": ATTACK} | changes, "a search")
    rng = np.random.default_rng(5)
    made = []
    for _ in range(trials):
        behaviour = str(rng.choice(["label-flip", "echo", "sybil"]))
        deposit = float(rng.uniform(1.0, 100.0))
        inside = behaviour == "sybil" and deposit < 40.0
        harm = rng.normal(0.05 if inside and harmful else 0.0, 0.01)
        chosen = {"malicious_behaviour": behaviour, "malicious_mean_deposit": deposit}
        chosen["malicious_agents"] = int(rng.integers(1, 11))
        made.append(SimpleNamespace(values=[float(harm)], params=chosen))
    stage = SimpleNamespace(space=search.attacks)
    one = SimpleNamespace(kind="attack", round=1, stage=stage, trials=made)
    return search, cast("Searched", SimpleNamespace(stages=[one]))


def test_the_planted_box_is_found_with_both_its_bounds() -> None:
    found = breaking_table(*searched(harmful=True, breaks_at=0.03)).set_index("parameter")
    assert set(found.index) == {"malicious_behaviour", "malicious_mean_deposit"}
    assert found.loc["malicious_behaviour", "values"] == "sybil"
    assert found.loc["malicious_mean_deposit", "high"] == pytest.approx(40.0, abs=5.0)
    assert (found["density"] >= 0.8).all()
    assert (found["coverage"] >= 0.9).all()
    assert (found["quasi_p"] < 0.01).all()


def test_no_box_is_named_where_harm_comes_by_chance() -> None:
    assert breaking_table(*searched(harmful=False)).empty


def test_little_is_no_evidence() -> None:
    assert breaking_table(*searched(harmful=True, trials=19, breaks_at=0.03)).empty


def test_where_all_or_nothing_breaks_there_is_nothing_to_tell() -> None:
    for much in (-1.0, 1.0):
        assert breaking_table(*searched(harmful=True, breaks_at=much)).empty


def test_it_is_said_in_one_sentence() -> None:
    (said,) = breaking_sentences(breaking_table(*searched(True, breaks_at=0.03)), "regret")
    assert "attacks with malicious_behaviour = sybil and malicious_mean_deposit from" in said
    assert "had regret of at least 0.03 in the search" in said
