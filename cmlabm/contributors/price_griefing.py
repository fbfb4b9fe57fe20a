"""An attacker who prices the honest out."""

from bisect import bisect_left
from typing import ClassVar

from cmlabm.contract import ContractAgent
from cmlabm.contributors.contributor import Contribution
from cmlabm.contributors.echo import Echo
from cmlabm.ledger import to_units

SECONDS_AHEAD = 3_600
"""So far ahead it looks for the last second at which the price is still high."""


class PriceGriefing(Echo):
    """Submits again just before the required deposit would fall to what honest ones offer.

    The deposit rises with every submission, so that others are refused while this one keeps
    submitting. It sends echoes, to have its money back after the refund time, and pays whatever is
    asked. Without the money for the next submission, without data, and where the price does not
    depend on time, it waits as any other.
    """

    id: ClassVar[str] = "price-griefing"
    display_name: ClassVar[str] = "Price griefing"
    formula: ClassVar[str] = "wait: the longest t with deposit(t) > honest offers; label: echo"
    source: ClassVar[str] = "cmlabm, on the price of Harris & Waggoner 2019"
    parameters: ClassVar[tuple[str, ...]] = ("malicious_target_deposit",)

    def offer(self, contribution: Contribution) -> int:
        """Return what is asked."""
        return self.asked_for(contribution)

    def wait(self) -> int:
        """Return how long the price stays above the target after a submission now."""
        usual = super().wait()
        if not self.queue:
            return usual
        target = to_units(self.model.parameters.malicious_target_deposit)
        high = falls_to(target, self.model.contract, self.account, min(usual, SECONDS_AHEAD)) - 1
        if high and self.model.contract.price_after(high, self.account) < self._money:
            return high
        return usual


def falls_to(target: int, contract: ContractAgent, account: int, end: int) -> int:
    """Return after how many seconds a submission costs at most so much; ``end`` if later.

    Prices fall, or stay, with the time since the last submission.
    """
    seconds = range(1, end)
    below = bisect_left(seconds, True, key=lambda t: contract.price_after(t, account) <= target)
    return below + 1
