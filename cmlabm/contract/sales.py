"""The predictions that customers buy, and who gets what they pay."""

from collections import Counter
from collections.abc import Sequence

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason


def shares_of_price(price: int, verified: Sequence[int]) -> dict[int, int]:
    """Return what each account gets of the price of a prediction, in units.

    With n of N verified samples that is ``floor(price * n / N)``, so that together they get at
    most the price, and nothing while there is no verified sample (Harris & Waggoner 2019, arXiv
    1907.07247, in the simulator that they published).

    Args:
        price: in units.
        verified: how many verified samples each account has.

    Example:
        >>> shares_of_price(50, verified=[0, 2, 0, 1])
        {1: 33, 3: 16}
        >>> shares_of_price(50, verified=[0, 0])
        {}
    """
    everybody = sum(verified)
    shares = ((account, price * own // everybody) for account, own in enumerate(verified) if own)
    return {account: share for account, share in shares if share}


class Sales:
    """What was paid for predictions.

    Attributes:
        owner: the account of the contract's owner, with whom the remainder stays.
        paid: by customers in all, in units.
        received: by each account, in units.
    """

    def __init__(self, ledger: Ledger, owner: int) -> None:
        self.owner = owner
        self.paid = 0
        self.received: Counter[int] = Counter()
        self._ledger = ledger

    def sell(self, customer: int, price: int, verified: Sequence[int], now: int) -> None:
        """Share the price of a prediction among contributors; the remainder is the owner's.

        Args:
            customer: the account that pays, which must have the price.
            price: in units.
            verified: how many verified samples each account has.
            now: the time in seconds.
        """
        shares = shares_of_price(price, verified)
        rest = price - sum(shares.values())
        for account, amount in (shares | ({self.owner: rest} if rest else {})).items():
            self._ledger.move(customer, account, amount, Reason.REVENUE, now, OUTSIDE)
            self.received[account] += amount
        self.paid += price
