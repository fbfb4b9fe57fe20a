"""What findings call a contract: by what sets it apart, not by all that was swept."""

from typing import Any

import pytest
from small_game import SMALL

from cmlabm.equilibrium import Game, Payoffs
from cmlabm.equilibrium.findings import contract_of

ROWS = [
    {"incentive": "deposit-refund-take"},
    {"incentive": "slashing", "overlap": 2},
    {"verified_counts": "taught", "expiry_to": "sender"},
]
SWEPT = {"incentive": "deposit-refund-take", "overlap": 1, "verified_counts": "all"}


@pytest.mark.parametrize(
    ("contract", "name"),
    [
        ({}, "incentive = deposit-refund-take"),
        ({"incentive": "slashing", "overlap": 2}, "incentive = slashing, overlap = 2"),
        ({"verified_counts": "taught"}, "verified counts = taught"),
    ],
)
def test_a_contract_is_named_by_what_is_not_the_usual(contract: dict[str, Any], name: str) -> None:
    game = Game(**SMALL | {"sweep": {"contract": ROWS}})
    setting = SWEPT | {"expiry_to": "first"} | contract
    assert contract_of(Payoffs(game, setting, {}, {})) == name


def test_a_game_of_one_contract_has_no_need_of_its_name() -> None:
    game = Game(**SMALL | {"sweep": {}})
    assert contract_of(Payoffs(game, {}, {}, {})) == "the contract"
