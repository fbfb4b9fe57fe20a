import pytest

from cmlabm.ledger import OUTSIDE, Ledger, Reason, to_units


def test_money_moves_whole_and_is_recorded() -> None:
    ledger = Ledger()
    ada, bob = ledger.open("ada", 10), ledger.open("bob", 0)
    ledger.move(ada, bob, 10, Reason.TAKE, 60, 4)
    assert ledger.balances == (0, 0, 10)
    assert ledger.movements().tolist() == [
        [0, OUTSIDE, ada, 10, Reason.START.code, OUTSIDE],
        [0, OUTSIDE, bob, 0, Reason.START.code, OUTSIDE],
        [60, ada, bob, 10, Reason.TAKE.code, 4],
    ]


@pytest.mark.parametrize("amount", [11, -1])
def test_an_account_can_neither_go_below_nothing_nor_be_given_less_than_nothing(
    amount: int,
) -> None:
    ledger = Ledger()
    ada = ledger.open("ada", 10)
    with pytest.raises(ValueError, match="'ada' has 10 units: cannot move"):
        ledger.move(ada, Ledger.ESCROW, amount, Reason.DEPOSIT, 60, 0)
    assert ledger.balances == (0, 10)
    assert len(ledger.movements()) == 1


def test_several_payments_are_made_together_or_not_at_all() -> None:
    ledger = Ledger()
    ada = ledger.open("ada", 10)
    ledger.move(ada, Ledger.ESCROW, 7, Reason.DEPOSIT, 60, 0)
    for amounts in ([4, 4], [8, -2]):
        with pytest.raises(ValueError, match="escrow has 7 units: cannot pay"):
            ledger.pay(ada, [0, 1], amounts, Reason.TAKE, 90)
    assert ledger.balances == (7, 3)
    assert ledger.pay(ada, [0, 1], [4, 2], Reason.TAKE, 90) == 6
    assert ledger.balances == (1, 9)
    assert ledger.movements()[-2:].tolist() == [
        [90, Ledger.ESCROW, ada, 4, Reason.TAKE.code, 0],
        [90, Ledger.ESCROW, ada, 2, Reason.TAKE.code, 1],
    ]


def test_no_account_starts_in_debt() -> None:
    ledger = Ledger()
    with pytest.raises(ValueError, match="'ada' cannot start with -1 units"):
        ledger.open("ada", -1)
    assert ledger.balances == (0,)


def test_tokens_become_the_nearest_number_of_units() -> None:
    assert to_units(0.1 + 0.2) == 300_000
    assert to_units(1e9) == 10**15
