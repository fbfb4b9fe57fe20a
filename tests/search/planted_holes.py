"""Contracts with a hole each, and who can use it, for a search to find."""

from dataclasses import dataclass, field
from typing import ClassVar

from cmlabm.behaviours.interface import Contribution, MaliciousBehaviour
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import Mechanism, Opening, Settlement, Standing

TOKEN = 1_000_000


class Judge(Settlement):
    """Pays a deposit back at once if the model agrees; a hole is where it does not look."""

    reward = 0

    def __init__(self, market: Opening) -> None:
        self._market = market
        self.agreed: dict[int, int] = {}

    def looks_at(self, sender: int, deposit: int) -> bool:
        return True

    def accepted(self, submission: int, changed: bool) -> None:
        record, fund = self._market.submissions, self._market.fund
        sender, deposit = record.sender[submission], record.deposit[submission]
        now = record.time_s[submission]
        fund.release(submission, now)
        agrees = self._market.classifier.label(record.row[submission]) == record.label[submission]
        self.agreed[sender] = self.agreed.get(sender, 0) + agrees
        if agrees or not self.looks_at(sender, deposit):
            due = deposit + self.reward * agrees
            fund.pay(sender, min(due, fund.available), now, submission)


class BlindToSmall(Judge):
    def looks_at(self, sender: int, deposit: int) -> bool:
        return deposit > 5 * TOKEN


class RewardsAgreement(Judge):
    reward = TOKEN


class TrustsForGood(Judge):
    """Looks at nothing more of who has sent 33 samples rightly: 11 % of the data."""

    def looks_at(self, sender: int, deposit: int) -> bool:
        return self.agreed[sender] < 33


@dataclass(frozen=True, kw_only=True)
class RefundsUnseen(Mechanism):
    """Holds what is offered, and does not look at deposits of up to five tokens."""

    id: ClassVar[str] = "refunds-unseen"
    display_name: ClassVar[str] = "Refunds unseen"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""
    awaits_claims = False
    lets_take = False

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return TOKEN

    def locked(self, required: int, offer: int) -> int:
        return offer

    def opened(self, market: Opening) -> Settlement:
        return BlindToSmall(market)


@dataclass(frozen=True, kw_only=True)
class RewardsRepeats(Mechanism):
    """Rewards whatever the model agrees with, also a sample that was rewarded before."""

    id: ClassVar[str] = "rewards-repeats"
    display_name: ClassVar[str] = "Rewards repeats"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""
    awaits_claims = False
    lets_take = False
    bounty: int = 10_000 * TOKEN

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return 10 * TOKEN

    def opened(self, market: Opening) -> Settlement:
        return RewardsAgreement(market)


@dataclass(frozen=True, kw_only=True)
class TrustsTheVerified(Mechanism):
    """Asks ten tokens, and looks no more at senders of eleven percent of the data."""

    id: ClassVar[str] = "trusts-the-verified"
    display_name: ClassVar[str] = "Trusts the verified"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""
    awaits_claims = False
    lets_take = False

    def required_deposit(self, waited: int, standing: Standing) -> int:
        return 10 * TOKEN

    def opened(self, market: Opening) -> Settlement:
        return TrustsForGood(market)


@dataclass(eq=False)
class Dormant(MaliciousBehaviour):
    """A sleeper: sends true labels for a share of the data, then wrong ones."""

    id: ClassVar[str] = "dormant"
    display_name: ClassVar[str] = "Dormant"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""

    share: float = parameter(0.05, "share of the data", name="malicious_dormant", ge=0, le=1)
    _sent: int = field(default=0, init=False)

    def label_for(self, row: Row, truth: int) -> int:
        self._sent += 1
        return truth if self._sent <= self.share * 300 else self.flipped(truth)


@dataclass(eq=False)
class Repeater(MaliciousBehaviour):
    """Sends a wrong label, then one and the same sample that the model knows, so many times."""

    id: ClassVar[str] = "repeater"
    display_name: ClassVar[str] = "Repeater"
    formula: ClassVar[str] = ""
    source: ClassVar[str] = ""

    repeats: int = parameter(2, "times in a row", name="malicious_repeats", ge=0, le=100)
    _known: Contribution | None = field(default=None, init=False)
    _left: int = field(default=0, init=False)

    def contribution(self) -> Contribution | None:
        if self._known and self._left:
            self._left -= 1
            row = self._known.row
            return Contribution(row, self.senses.predicted(row), self._known.truth)
        self._left = self.repeats
        return super().contribution()

    def accepted(self, contribution: Contribution) -> None:
        if contribution is not None and self._known is not contribution:
            self._known = self._known or contribution
        if self._left == self.repeats:
            super().accepted(contribution)

    def label_for(self, row: Row, truth: int) -> int:
        return self.flipped(truth)
