"""An attacker who makes honest money wait."""

from statistics import median
from typing import Any, ClassVar

from cmlabm.contributors.contributor import Contribution
from cmlabm.contributors.echo import Echo
from cmlabm.contributors.price_griefing import SECONDS_AHEAD, falls_to
from cmlabm.ledger import to_units

LAST_GAPS = 20
"""From so many gaps between others' submissions it tells when the next will come."""


class LiquiditySqueeze(Echo):
    """Submits shortly before others do, so that they deposit as much as they are willing to.

    The required deposit falls with the time since the last submission. One that comes a few
    seconds before another makes that one dear, though not too dear: most of it is locked for the
    refund time, and lost where the model disagrees. The attacker itself comes after a long gap
    and so pays little. From the gaps between others' submissions, which are public, it tells when
    the next will come.
    """

    id: ClassVar[str] = "liquidity-squeeze"
    display_name: ClassVar[str] = "Liquidity squeeze"
    formula: ClassVar[str] = "wakes t before the next honest one; t: least with deposit(t) ≤ offers"
    source: ClassVar[str] = "cmlabm, on the price of Harris & Waggoner 2019"
    parameters: ClassVar[tuple[str, ...]] = ("malicious_target_deposit",)

    def __init__(self, *args: Any) -> None:
        self._seen = 0
        self._times: list[int] = []
        super().__init__(*args)

    def offer(self, contribution: Contribution) -> int:
        """Return what is asked."""
        return self.asked_for(contribution)

    def wait(self) -> int:
        """Return how long to wait until shortly before another's next submission."""
        usual = super().wait()
        gap = self._gap()
        if not gap:
            return usual
        before = self._lead(gap)
        ahead = (self._times[-1] - before - self._wakes_at) % gap
        return ahead if ahead > gap // 2 else ahead + gap

    def _gap(self) -> int:
        """Return the usual time between others' submissions, 0 if it is not known yet."""
        submissions = self.model.contract.submissions
        new = zip(submissions.time_s[self._seen :], submissions.sender[self._seen :], strict=True)
        self._times += [time for time, sender in new if sender != self.account]
        self._seen = len(submissions)
        self._times = self._times[-LAST_GAPS - 1 :]
        if len(self._times) < 2:
            return 0
        gaps = zip(self._times, self._times[1:], strict=False)
        return int(median(later - earlier for earlier, later in gaps))

    def _lead(self, gap: int) -> int:
        """Return the middle of the time for which the deposit is as high as others will pay."""
        contract, end = self.model.contract, min(gap, SECONDS_AHEAD)
        target = to_units(self.model.parameters.malicious_target_deposit)
        first = falls_to(target, contract, self.account, end)
        highest = contract.price_after(first, self.account)
        last = max(first, falls_to(highest - 1, contract, self.account, end) - 1)
        return (first + last) // 2
