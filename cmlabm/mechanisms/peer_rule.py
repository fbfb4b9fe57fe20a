"""What the mechanisms share that pay a report by the reports of others on the same sample."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cmlabm.data.dataset import Samples
from cmlabm.declarations import parameter
from cmlabm.mechanisms.budget import by_account, settled
from cmlabm.mechanisms.interface import Closing, Opening, Record, Settlement
from cmlabm.mechanisms.peers import Reports, digests
from cmlabm.mechanisms.sponsored import Sponsored
from cmlabm.units import to_units


@dataclass(frozen=True, kw_only=True)
class PeerRule(Sponsored):
    """A mechanism that pays, when the market closes, by how reports agree with those of peers.

    Gains that the bounty and the losses do not cover are paid in proportion. Where several peers
    report on a sample, the mean over them is paid, which is what drawing one of them comes to.

    Attributes:
        price: what a score of 1 is worth.
    """

    price: int = parameter(
        0.02,
        "what a report with the score 1 is paid",
        name="peer_payment",
        unit="tokens",
        converted=to_units,
        ge=0,
        le=1e3,
    )

    @abstractmethod
    def payments(self, reports: Reports, classes: int) -> Mapping[int, int]:
        """Return what each account is owed by its score, in units; below 0 what it owes."""

    def opened(self, market: Opening) -> Settlement:
        """Return what is to be done over a market that opens now."""
        return PeerSettlement(self, market)


class PeerSettlement(Settlement):
    """Waits for all reports and pays when the market closes."""

    def __init__(self, rule: PeerRule, market: Opening) -> None:
        self._rule = rule
        self._classes = market.classes
        self._classifier = market.classifier

    def closed(
        self,
        submissions: Record,
        left: Sequence[int],
        test: Samples,  # noqa: ARG002
    ) -> Closing:
        """Pay all reports, and give back what is left of the stakes."""
        reports = Reports.of(submissions.sender, submissions.label, digests(submissions.row))
        payments = self._rule.payments(reports, self._classes)
        stakes = by_account(submissions.sender, left)
        return Closing(settled(stakes, payments, self._rule.bounty), self._classifier)
