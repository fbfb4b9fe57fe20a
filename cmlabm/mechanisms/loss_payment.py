"""Paid at once for what a submission does to the loss."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cmlabm.data.dataset import Samples
from cmlabm.declarations import parameter
from cmlabm.mechanisms.budget import by_account
from cmlabm.mechanisms.interface import LEARNT, WAITING, Closing, Opening, Record, Settlement
from cmlabm.mechanisms.sponsored import Sponsored, Staked
from cmlabm.units import to_units


@dataclass(frozen=True, kw_only=True)
class LossPayment(Staked, Sponsored):
    """Each submission is paid ``price * (L before - L after)`` as soon as the model learns it.

    L is the share of the root set that the model gets wrong. A loss is paid out of the stake, and
    ends with it; the rest of the stake goes back at once, all of it if the model will not learn the
    submission. What is learnt together, where the admission lets submissions wait, shares the
    change evenly. The stake should cover what one submission can do: a single one may move the loss
    by some percent either way, and who gains whole and loses at most the stake earns by noise.

    Not balanced: a sponsor pays at most the bounty. With what stakes cover, payments come to
    ``price * (L at the start - L at the end)``; what the bounty and lost stakes do not cover when
    it falls due is not promised, and not paid later.

    Attributes:
        price: of a loss that falls from 1 to 0.
    """

    id: ClassVar[str] = "loss-payment"
    display_name: ClassVar[str] = "Paid by the loss"
    formula: ClassVar[str] = "payment = price·(L before - L after), on the root set, at once"
    source: ClassVar[str] = "Richardson, Filos-Ratsikas & Faltings 2019, arXiv 1908.11598"
    needs_root = True

    price: int = parameter(
        5.0,
        "what is paid for a loss on the root set that falls from 1 to 0",
        name="loss_price",
        unit="tokens",
        converted=to_units,
        ge=0,
        le=1e9,
    )

    def opened(self, market: Opening) -> Settlement:
        """Return what is to be done over a market that opens now."""
        return LossPayments(self.price, market)


def worth(errors_before: int, errors_after: int, size: int, price: int) -> int:
    """Return what a change of the errors on the root set is worth, in units.

    Rounded so that the worths of changes one after another come to that of them all.

    Args:
        errors_before: on the root set.
        errors_after: on the root set.
        size: of the root set.
        price: of a loss that falls from 1 to 0, in units.

    Example:
        >>> worth(4, 3, size=7, price=100), worth(3, 2, 7, 100), worth(4, 2, 7, 100)
        (15, 14, 29)
    """
    return price * errors_before // size - price * errors_after // size


def evenly(amount: int, count: int) -> list[int]:
    """Divide an amount among so many, to the unit.

    Example:
        >>> evenly(10, 3), evenly(-10, 3)
        ([3, 3, 4], [-4, -3, -3])
    """
    return [amount * (one + 1) // count - amount * one // count for one in range(count)]


def payable(owed: int, stake: int, available: int) -> int:
    """Return how much of what is owed is paid: at most what is there, and no loss above the stake.

    Example:
        >>> payable(30, stake=10, available=20), payable(-30, stake=10, available=20)
        (20, -10)
    """
    return max(-stake, min(owed, available))


class LossPayments(Settlement):
    """Judges each submission when it has been learnt, or is not going to be, and pays it."""

    def __init__(self, price: int, market: Opening) -> None:
        self._price = price
        self._market = market
        self._errors = market.classifier.error_count(market.root)
        self._before = self._errors.now()
        self._waiting: list[int] = []

    def accepted(self, submission: int, changed: bool) -> None:
        """Pay a submission that was learnt at once, and what else was."""
        self._waiting.append(submission)
        record = self._market.submissions
        if changed or record.lesson[submission] != WAITING:
            self._judge(record.time_s[submission])

    def midnight(self, now: int) -> None:
        """Pay what was learnt since."""
        self._judge(now)

    def closed(
        self,
        submissions: Record,
        left: Sequence[int],
        test: Samples,  # noqa: ARG002
    ) -> Closing:
        """Give back the stakes of what was never learnt."""
        return Closing(by_account(submissions.sender, left), self._market.classifier)

    def _judge(self, now: int) -> None:
        lesson = self._market.submissions.lesson
        judged = [number for number in self._waiting if lesson[number] != WAITING]
        learnt = [number for number in judged if lesson[number] == LEARNT]
        owed = dict.fromkeys(judged, 0)
        if learnt:
            after = self._errors.now()
            change = worth(self._before, after, len(self._market.root), self._price)
            owed.update(zip(learnt, evenly(change, len(learnt)), strict=True))
            self._before = after
        for number in judged:
            self._settle(number, owed[number], now)
        if judged:
            self._waiting = [number for number in self._waiting if lesson[number] == WAITING]

    def _settle(self, submission: int, owed: int, now: int) -> None:
        fund = self._market.fund
        available = fund.available
        stake = fund.release(submission, now)
        paid = stake + payable(owed, stake, available)
        if paid:
            fund.pay(self._market.submissions.sender[submission], paid, now, submission)
