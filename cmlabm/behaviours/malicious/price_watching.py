"""What attackers on the price share: they watch it, and pay whatever is asked."""

from bisect import bisect_left
from dataclasses import dataclass

from cmlabm.behaviours.interface import Contribution
from cmlabm.behaviours.malicious.echo import Echo
from cmlabm.behaviours.senses import Senses
from cmlabm.declarations import parameter
from cmlabm.units import to_units

SECONDS_AHEAD = 3_600
"""So far ahead they look for the second at which the price falls."""


@dataclass(eq=False)
class PriceWatching(Echo):
    """Sends echoes, to have its money back after the refund time, at a time that it chooses.

    Attributes:
        target: what honest contributors are thought to offer, in units.
    """

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


def falls_to(target: int, senses: Senses, end: int) -> int:
    """Return after how many seconds a submission costs at most so much; ``end`` if later.

    Prices fall, or stay, with the time since the last submission.
    """
    seconds = range(1, end)
    below = bisect_left(seconds, True, key=lambda t: senses.price_after(t) <= target)
    return below + 1
