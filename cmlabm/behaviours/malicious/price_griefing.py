"""An attacker who prices the honest out."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import ClassVar

from cmlabm.behaviours.interface import Contribution
from cmlabm.behaviours.malicious.echo import Echo
from cmlabm.behaviours.senses import Senses
from cmlabm.declarations import parameter
from cmlabm.units import to_units

SECONDS_AHEAD = 3_600
"""So far ahead it looks for the last second at which the price is still high."""


@dataclass(eq=False)
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

    target: int = parameter(
        50.0,
        "what honest contributors are thought to offer",
        name="malicious_target_deposit",
        unit="tokens",
        converted=to_units,
        ge=0,
        le=1e9,
    )

    def offer(self, contribution: Contribution) -> int:
        """Return what is asked."""
        return self.asked_for(contribution)

    def wait(self) -> int:
        """Return how long the price stays above the target after a submission now."""
        usual = super().wait()
        if not self.senses.queue:
            return usual
        high = falls_to(self.target, self.senses, min(usual, SECONDS_AHEAD)) - 1
        return high if high and self.senses.price_after(high) < self.senses.money else usual


def falls_to(target: int, senses: Senses, end: int) -> int:
    """Return after how many seconds a submission costs at most so much; ``end`` if later.

    Prices fall, or stay, with the time since the last submission.
    """
    seconds = range(1, end)
    below = bisect_left(seconds, True, key=lambda t: senses.price_after(t) <= target)
    return below + 1
