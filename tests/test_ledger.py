import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.errors import InputError
from cmlabm.units import to_units


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


def test_payments_to_many_are_made_in_their_order_or_not_at_all() -> None:
    """An amount of nothing is a movement too, and what goes outside leaves the supply."""
    ledger = Ledger()
    ada, bob = ledger.open("ada", 10), ledger.open("bob", 0)
    ledger.move(ada, Ledger.ESCROW, 9, Reason.DEPOSIT, 60, 0)
    before = ledger.movements().tolist()
    accounts, numbers = np.array([ada, OUTSIDE, bob, OUTSIDE]), np.array([4, 4, 7, 7])
    reasons = (Reason.RETURN, Reason.BURN)
    for amounts in ([4, 4, 1, 1], [4, -1, 0, 0]):
        with pytest.raises(ValueError, match="escrow has 9 units: cannot pay"):
            ledger.pay_each(accounts, numbers, np.array(amounts), reasons, 90)
        assert ledger.movements().tolist() == before
        assert ledger.balances == (9, 1, 0)
    ledger.pay_each(accounts, numbers, np.array([4, 3, 2, 0]), reasons, 90)
    assert ledger.movements()[len(before) :].tolist() == [
        [90, Ledger.ESCROW, ada, 4, Reason.RETURN.code, 4],
        [90, Ledger.ESCROW, OUTSIDE, 3, Reason.BURN.code, 4],
        [90, Ledger.ESCROW, bob, 2, Reason.RETURN.code, 7],
        [90, Ledger.ESCROW, OUTSIDE, 0, Reason.BURN.code, 7],
    ]
    assert ledger.balances == (0, 5, 2)
    assert ledger.supply == 7


@given(
    batches=st.lists(
        st.tuples(
            st.sampled_from(["together", "each"]),
            st.lists(
                st.tuples(st.integers(1, 3), st.integers(0, 2**40), st.integers(0, 2**31 - 1)),
                max_size=5,
            ),
        ),
        max_size=8,
    )
)
def test_payments_in_batches_are_what_they_would_be_one_by_one(
    batches: list[tuple[str, list[tuple[int, int, int]]]],
) -> None:
    """In the table and in the balances, at times as late as a market can last."""
    ledgers = Ledger(), Ledger()
    for ledger in ledgers:
        for name in ("ada", "bob", "eve"):
            ledger.open(name, 7)
        ledger.mint(2**50, Reason.BOUNTY, 0)
    batched, single = ledgers
    for time_s, (how, payments) in enumerate(batches, start=100_000 * 86_400):
        accounts, amounts, numbers = np.array(payments, dtype=np.int64).reshape(-1, 3).T
        if how == "each":
            batched.pay_each(accounts, numbers, amounts, (Reason.RETURN,), time_s)
        else:
            accounts[:] = accounts[:1]
            account = int(accounts[0]) if payments else 1
            total = batched.pay(account, numbers, amounts, Reason.RETURN, time_s)
            assert total == amounts.sum()
        for account, amount, number in np.stack([accounts, amounts, numbers], axis=1).tolist():
            single.move(Ledger.ESCROW, account, amount, Reason.RETURN, time_s, number)
    assert batched.movements().tolist() == single.movements().tolist()
    assert batched.balances == single.balances
    batched.check()


def test_more_cannot_be_burnt_than_the_escrow_has() -> None:
    ledger = Ledger()
    ledger.mint(5, Reason.BOUNTY, 0)
    with pytest.raises(ValueError, match="escrow has 5 units: cannot burn 6"):
        ledger.burn(6, Reason.BOUNTY, 60)
    assert (ledger.supply, len(ledger.movements())) == (5, 1)


def test_nobody_brings_less_than_nothing_from_outside() -> None:
    ledger = Ledger()
    with pytest.raises(ValueError, match="cannot mint -1 units"):
        ledger.mint(-1, Reason.BOUNTY, 0)
    assert (ledger.supply, len(ledger.movements())) == (0, 0)


def test_no_account_starts_in_debt() -> None:
    ledger = Ledger()
    with pytest.raises(ValueError, match="'ada' cannot start with -1 units"):
        ledger.open("ada", -1)
    assert ledger.balances == (0,)


def test_tokens_become_the_nearest_number_of_units() -> None:
    assert to_units(0.1 + 0.2) == 300_000
    assert to_units(1e9) == 10**15


def busy_ledger() -> Ledger:
    """Return a ledger in which money has moved in every way, and was checked in between."""
    ledger = Ledger()
    ada = ledger.open("ada", 10)
    ledger.mint(5, Reason.BOUNTY, 0)
    ledger.check()
    bob = ledger.open("bob", 2**61)
    ledger.move(ada, Ledger.ESCROW, 7, Reason.DEPOSIT, 60, 0)
    ledger.check()
    ledger.pay(bob, [0, 0], [3, 1], Reason.TAKE, 90)
    ledger.burn(2, Reason.BURN, 90)
    return ledger


def test_balances_that_the_movements_led_to_are_in_order() -> None:
    ledger = busy_ledger()
    for _ in range(2):
        ledger.check()
    assert ledger.balances == (6, 3, 2**61 + 4)
    assert ledger.supply == 2**61 + 13


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (0, "'escrow' holds 7 units where its movements come to 6"),
        (1, "'ada' holds 4 units where its movements come to 3"),
        (2, f"'bob' holds {2**61 + 5} units where its movements come to {2**61 + 4}"),
    ],
)
def test_a_unit_that_no_movement_brought_is_found(account: int, words: str) -> None:
    ledger = busy_ledger()
    ledger._balances[account] += 1
    for _ in range(2):
        with pytest.raises(InputError, match=words):
            ledger.check()


def test_a_supply_that_no_movement_changed_is_found() -> None:
    ledger = busy_ledger()
    ledger._supply -= 1
    with pytest.raises(InputError, match="the supply is "):
        ledger.check()
