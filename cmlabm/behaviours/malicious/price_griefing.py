"""An attacker who prices the honest out."""

from typing import ClassVar

from cmlabm.behaviours.malicious.price_watching import SECONDS_AHEAD, PriceWatching, falls_to


class PriceGriefing(PriceWatching):
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

    def wait(self) -> int:
        """Return how long the price stays above the target after a submission now."""
        usual = super().wait()
        if not self.senses.queue:
            return usual
        high = falls_to(self.target, self.senses, min(usual, SECONDS_AHEAD)) - 1
        return high if high and self.senses.price_after(high) < self.senses.money else usual
