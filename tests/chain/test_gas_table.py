"""The table of gas that is kept: measured anew, within the bounds that were promised."""

import csv

import pytest
from anvil_node import running_anvil

from cmlabm.chain.backends import open_backend
from cmlabm.chain.backends.rpc import Rpc
from cmlabm.chain.compiled import FORMS, Form
from cmlabm.chain.measuring import TABLE, WORDS, Measured, measured

ORIGINAL = {"submit-stays": 488_000, "submit-learns": 764_000, "refund": 394_000, "take": 393_000}
"""What the contract of Harris & Waggoner uses for a sample of 82 words."""

CALLS = [
    *("submit-stays", "submit-learns", "submit-refused", "refund", "refund-refused"),
    *("take", "take-refused"),
]
ONCE = ["expiry", "expiry-refused"]


def kept() -> dict[tuple[str, str, int], int]:
    """The gas by form, call and words."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (row["form"], row["call"], int(row["words"])): int(row["gas"])
            for row in csv.DictReader(file)
        }


def by_place(rows: list[Measured]) -> dict[tuple[str, str, int], int]:
    return {(row.form, row.call, row.words): row.gas for row in rows}


def test_the_table_has_every_call() -> None:
    of_model = {("model", call, words) for call in CALLS for words in WORDS}
    of_digests = {("digests", call, 0) for call in (*CALLS, "tell")}
    once = {(form, call, 0) for form in FORMS for call in ONCE}
    assert set(kept()) == of_model | of_digests | once


@pytest.mark.parametrize("form", FORMS)
def test_what_is_measured_anew_is_what_is_kept(form: Form) -> None:
    anew = by_place(list(measured(open_backend("exact"), form, words=(1, 82))))
    assert len(anew) >= len(CALLS) + len(ONCE)
    assert anew == {place: pytest.approx(kept()[place], rel=0.01) for place in anew}


@pytest.mark.parametrize("form", FORMS)
def test_a_node_uses_the_same_gas_to_the_unit(form: Form) -> None:
    with running_anvil() as url:
        node = Rpc(url)
        assert by_place(list(measured(node, form))) == {
            place: gas for place, gas in kept().items() if place[0] == form
        }
        node.close()


def test_calls_use_three_quarters_of_the_original_at_most() -> None:
    for call, gas in ORIGINAL.items():
        assert kept()["model", call, 82] <= 0.75 * gas
