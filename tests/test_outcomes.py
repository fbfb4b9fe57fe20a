"""When a group's money counts as used up."""

import pytest

from cmlabm.ledger import Ledger, Reason
from cmlabm.outcomes import depletion_time


@pytest.fixture
def ledger() -> Ledger:
    """Return a ledger with accounts 1 and 2 of 1,000 units each, and 3 of none."""
    ledger = Ledger()
    for name, balance in (("eve", 1_000), ("mallory", 1_000), ("poor", 0)):
        ledger.open(name, balance)
    return ledger


def spend(ledger: Ledger, account: int, amount: int, time_s: int) -> None:
    ledger.move(account, Ledger.ESCROW, amount, Reason.DEPOSIT, time_s, 0)


def test_used_up_is_one_per_cent_of_the_start_and_no_unit_more(ledger: Ledger) -> None:
    spend(ledger, 1, 989, 60)
    assert depletion_time(ledger.movements(), [1]) is None
    spend(ledger, 1, 1, 120)
    assert depletion_time(ledger.movements(), [1]) == 120


def test_it_is_the_first_time_even_if_money_comes_back(ledger: Ledger) -> None:
    spend(ledger, 1, 1_000, 60)
    ledger.move(Ledger.ESCROW, 1, 500, Reason.REFUND, 90, 0)
    spend(ledger, 1, 500, 120)
    assert depletion_time(ledger.movements(), [1]) == 60


def test_a_groups_money_is_counted_together(ledger: Ledger) -> None:
    spend(ledger, 1, 1_000, 60)
    assert depletion_time(ledger.movements(), [1, 2]) is None
    spend(ledger, 2, 980, 120)
    assert depletion_time(ledger.movements(), [1, 2]) == 120
    assert depletion_time(ledger.movements(), [1, 2], share=0.5) == 60


def test_money_that_passes_between_members_is_still_theirs(ledger: Ledger) -> None:
    ledger.move(1, 2, 1_000, Reason.TAKE, 60, 0)
    assert depletion_time(ledger.movements(), [1, 2]) is None


@pytest.mark.parametrize("accounts", [[], [3]], ids=["nobody", "who started with nothing"])
def test_nothing_cannot_be_used_up(ledger: Ledger, accounts: list[int]) -> None:
    spend(ledger, 1, 1_000, 60)
    assert depletion_time(ledger.movements(), accounts) is None
