"""An attacker who makes honest money wait."""

from dataclasses import dataclass, field
from statistics import median
from typing import ClassVar

from cmlabm.behaviours.malicious.price_watching import SECONDS_AHEAD, PriceWatching, falls_to

LAST_GAPS = 20
"""From so many gaps between others' submissions it tells when the next will come."""


@dataclass(eq=False)
class LiquiditySqueeze(PriceWatching):
    """Submits shortly before others do, so that they deposit as much as they are willing to.

    The required deposit falls with the time since the last submission. One that comes a few
    seconds before another makes that one dear, though not too dear: most of it is locked for the
    refund time, and lost where the model disagrees. The attacker itself comes after a long gap
    and so pays little. From the gaps between others' submissions, which are public, it tells when
    the next will come. Without data it waits as any other.
    """

    id: ClassVar[str] = "liquidity-squeeze"
    display_name: ClassVar[str] = "Liquidity squeeze"
    formula: ClassVar[str] = "wakes t before the next honest one; t: least with deposit(t) ≤ offers"
    source: ClassVar[str] = "cmlabm, on the price of Harris & Waggoner 2019"

    _seen: int = field(default=0, init=False)
    _times: list[int] = field(default_factory=list, init=False)

    def wait(self) -> int:
        """Return how long to wait until shortly before another's next submission."""
        usual = super().wait()
        gap = self._gap() if self.senses.queue else 0
        if not gap:
            return usual
        before = self._lead(gap)
        ahead = (self._times[-1] - before - self.senses.now) % gap
        return ahead if ahead > gap // 2 else ahead + gap

    def _gap(self) -> int:
        """Return the usual time between others' submissions, 0 if it is not known yet."""
        submissions = self.senses.submissions
        new = zip(submissions.time_s[self._seen :], submissions.sender[self._seen :], strict=True)
        self._times += [time for time, sender in new if sender != self.senses.account]
        self._seen = len(submissions)
        self._times = self._times[-LAST_GAPS - 1 :]
        if len(self._times) < 2:
            return 0
        gaps = zip(self._times, self._times[1:], strict=False)
        return int(median(later - earlier for earlier, later in gaps))

    def _lead(self, gap: int) -> int:
        """Return the middle of the time for which the deposit is as high as others will pay."""
        senses, end = self.senses, min(gap, SECONDS_AHEAD)
        first = falls_to(self.target, senses, end)
        highest = senses.price_after(first)
        last = max(first, falls_to(highest - 1, senses, end) - 1)
        return (first + last) // 2
