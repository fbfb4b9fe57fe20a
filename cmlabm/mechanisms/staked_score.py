"""Staked scores: each day's stakes grow or shrink by how good what they answer for was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import ClassVar, NamedTuple

from cmlabm.data.dataset import Samples
from cmlabm.declarations import parameter
from cmlabm.mechanisms.budget import in_proportion
from cmlabm.mechanisms.interface import Closing, Opening, Record, Settlement
from cmlabm.mechanisms.root_model import root_model
from cmlabm.mechanisms.sponsored import Sponsored, Staked


@dataclass(frozen=True, kw_only=True)
class StakedScore(Staked, Sponsored):
    """At each midnight a contributor's stakes of the day earn ``clip(factor * score, ± limit)``.

    The score is the share of its submissions that a model of the root set alone agrees with, less
    1/C, that of chance with C classes. The stakes go back with what they earned, or less what they
    lost.

    Not balanced: a sponsor pays at most the bounty. Where that is not enough for a day, all gains
    of the day are paid in proportion (Numerai's payout factor); lost stakes are burnt and pay
    nobody.

    Attributes:
        factor: what a score of 1 earns, as a share of the stakes.
        limit: the most that they earn or lose in a day, as a share.

    Example:
        >>> rules = StakedScore(factor=0.1, limit=0.04)
        >>> [rules.payment(Day(1000, right, 10), classes=2) for right in (10, 7, 5, 0)]
        [40, 20, 0, -40]
    """

    id: ClassVar[str] = "staked-score"
    display_name: ClassVar[str] = "Staked score"
    formula: ClassVar[str] = "payment = stake·clip(factor·(agreement - 1/C), ±limit), daily"
    source: ClassVar[str] = "Numerai's payouts, docs.numer.ai/numerai-crypto/staking"
    needs_root = True

    factor: float = parameter(
        0.1,
        "what a score of 1 earns in a day, as a share of the stakes",
        name="score_factor",
        ge=0,
        le=1000,
    )
    limit: float = parameter(
        0.05,
        "the most that stakes earn or lose in a day, as a share",
        name="score_limit",
        ge=0,
        le=1,
    )

    def payment(self, day: "Day", classes: int) -> int:
        """Return what the stakes of a day earn in units, rounded down; below 0 what they lose."""
        score = Fraction(day.right, day.sent) - Fraction(1, classes)
        limit = exactly(self.limit)
        return floor(day.stake * min(max(exactly(self.factor) * score, -limit), limit))

    def opened(self, market: Opening) -> Settlement:
        """Return what is to be done over a market that opens now."""
        return DailyScores(self, market)


class Day(NamedTuple):
    """What a contributor did in a day.

    Attributes:
        stake: of all its submissions together, in units.
        right: with how many of them the root set's model agrees.
        sent: how many there were.
    """

    stake: int
    right: int
    sent: int


def exactly(share: float) -> Fraction:
    """Return a share as the decimal fraction that it was written as.

    Example:
        >>> exactly(0.1)
        Fraction(1, 10)
    """
    return Fraction(repr(share))


class DailyScores(Settlement):
    """Scores what came in a day by a model of the root set, and pays at midnight."""

    def __init__(self, rules: StakedScore, market: Opening) -> None:
        self._rules = rules
        self._market = market
        self._judge = root_model(market)
        self._today: dict[int, bool] = {}
        """Whether the judge agrees with each submission of the day."""
        self._burnt = 0

    def accepted(self, submission: int, changed: bool) -> None:  # noqa: ARG002
        """Score a submission."""
        record = self._market.submissions
        agrees = self._judge.label(record.row[submission]) == record.label[submission]
        self._today[submission] = agrees

    def midnight(self, now: int) -> None:
        """Pay the day's stakes back, with what they earned."""
        fund = self._market.fund
        payouts = self._payouts()
        for submission in self._today:
            fund.release(submission, now)
        for account, amount in payouts.items():
            fund.pay(account, amount, now)
        self._today = {}

    def closed(
        self,
        submissions: Record,  # noqa: ARG002
        left: Sequence[int],  # noqa: ARG002
        test: Samples,  # noqa: ARG002
    ) -> Closing:
        """Pay the last day's stakes back, with what they earned."""
        return Closing(self._payouts(), self._market.classifier)

    def _payouts(self) -> dict[int, int]:
        market = self._market
        days = days_of(
            (market.submissions.sender[number], market.submissions.deposit[number], agrees)
            for number, agrees in self._today.items()
        )
        payments = {
            account: self._rules.payment(day, market.classes) for account, day in days.items()
        }
        gains = {account: amount for account, amount in payments.items() if amount > 0}
        bounty = market.fund.available - self._burnt
        if sum(gains.values()) > bounty:
            payments |= in_proportion(bounty, gains)
        self._burnt -= sum(amount for amount in payments.values() if amount < 0)
        return {account: day.stake + payments[account] for account, day in days.items()}


def days_of(scored: Iterable[tuple[int, int, bool]]) -> dict[int, Day]:
    """Return what each account did in a day.

    Args:
        scored: of each submission its sender, its stake, and whether the judge agrees.

    Example:
        >>> days_of([(1, 5, True), (2, 5, True), (1, 7, False)])
        {1: Day(stake=12, right=1, sent=2), 2: Day(stake=5, right=1, sent=1)}
    """
    days: dict[int, Day] = {}
    for account, stake, agrees in scored:
        day = days.get(account, Day(0, 0, 0))
        days[account] = Day(day.stake + stake, day.right + agrees, day.sent + 1)
    return days
