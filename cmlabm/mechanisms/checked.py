"""What a user's mechanism answers, checked: whole amounts, and no more than there is."""

from typing import Any, ClassVar

import numpy as np

from cmlabm.errors import InputError, class_of, shown
from cmlabm.mechanisms.interface import Amounts, Mechanism, Opening, Settlement, Split, Standing
from cmlabm.whole_numbers import MOST, whole


class Checked(Mechanism):
    """A mechanism that asks another and passes on only what a contract can work with.

    Raises:
        InputError: from every method, if the answer is not of that kind.

    Example:
        >>> class Refunder(Mechanism):
        ...     def required_deposit(self, waited, standing):
        ...         return -1
        >>> Checked(Refunder()).required_deposit(1, Standing(0, 0, []))
        Traceback (most recent call last):
        cmlabm.errors.InputError: ...:Refunder: required_deposit = -1: must be a whole number ...
    """

    display_name: ClassVar[str] = "Checked"

    def __init__(self, rules: Mechanism) -> None:
        self._rules = rules

    def required_deposit(self, waited: int, standing: Standing) -> int:
        """Return what a submission costs."""
        required = self._rules.required_deposit(waited, standing)
        return whole(required, 0, MOST, self._rules, "required_deposit")

    def locked(self, required: int, offer: int) -> int:
        """Return how much of an offer is held as a deposit, at most all of it."""
        return whole(self._rules.locked(required, offer), 0, offer, self._rules, "locked")

    def refundable_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be refunded or taken now."""
        return whole(
            self._rules.refundable_before(now), -MOST, MOST, self._rules, "refundable_before"
        )

    def expired_before(self, now: int) -> int:
        """Return the time before which submissions had to be sent to be free for anybody now."""
        return whole(self._rules.expired_before(now), -MOST, MOST, self._rules, "expired_before")

    def take(self, deposit: Amounts, claimable: Amounts, verified: int, all_verified: int) -> Split:
        """Return where money goes of submissions that are taken from, at most what is left.

        The mechanism is asked about arrays alone.
        """
        if not isinstance(deposit, np.ndarray):
            one = self.take(np.array([deposit]), np.array([claimable]), verified, all_verified)
            return Split(*(None if amounts is None else amounts[0] for amounts in one))
        given: Any = self._rules.take(deposit, claimable, verified, all_verified)
        taker, sender, burnt = given if isinstance(given, Split) else Split(given)
        taker = self._amounts(taker, claimable, "take")
        left = claimable - taker
        if sender is not None:
            sender = self._amounts(sender, left, "take")
            left = left - sender
        if burnt is not None:
            burnt = self._amounts(burnt, left, "take")
        return Split(taker, sender, burnt)

    def opened(self, market: Opening) -> Settlement:
        """Return what is to be done over a market."""
        settlement = self._rules.opened(market)
        if not isinstance(settlement, Settlement):
            raise InputError(
                f"{class_of(self._rules)}: opened gave {shown(settlement)}: must be a Settlement"
            )
        return settlement

    def try_out(self) -> None:
        """Ask all that a contract may ask, once."""
        rules = self._rules
        window = whole(rules.label_window, 0, MOST, rules, "label_window")
        whole(rules.least_deposit, 0, MOST, rules, "least_deposit")
        labels = (0,) if window else ()
        price = self.required_deposit(1, Standing(0, 0, labels))
        self.required_deposit(86_400, Standing(1, 3, labels))
        self.locked(price, price)
        self.refundable_before(0)
        self.expired_before(0)
        deposits = np.array([max(price, 1), 1])
        if rules.lets_take:
            self.take(deposits, deposits, 1, 3)

    def _amounts(self, given: Any, most: Amounts, what: str) -> Amounts:
        amounts = np.asarray(given)
        if (
            amounts.dtype.kind not in "iu"
            or amounts.shape != most.shape
            or ((amounts < 0) | (amounts > most)).any()
        ):
            raise InputError(
                f"{class_of(self._rules)}: {what} gave {amounts.tolist()!r:.60}: must be an array"
                f" of whole numbers from 0 to what is left, {most.tolist()!r:.60}"
            )
        return amounts.astype(np.int64, copy=False)
