"""The predictions that customers buy, and who gets what they pay."""

from collections import Counter
from collections.abc import Sequence

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.mechanisms.budget import among_verified


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

        Each gets its share of the verified samples (Harris & Waggoner 2019, arXiv 1907.07247, in
        the simulator that they published).

        Args:
            customer: the account that pays, which must have the price.
            price: in units.
            verified: how many verified samples each account has.
            now: the time in seconds.
        """
        shares = among_verified(price, verified)
        rest = price - sum(shares.values())
        for account, amount in (shares | ({self.owner: rest} if rest else {})).items():
            self._ledger.move(customer, account, amount, Reason.REVENUE, now, OUTSIDE)
            self.received[account] += amount
        self.paid += price
