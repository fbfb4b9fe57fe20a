"""An attacker who is there just before the others."""

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import ClassVar

from cmlabm.behaviours.interface import Contribution
from cmlabm.behaviours.malicious.echo import Echo

LAST_TIMES = 21
"""From the gaps between so many submissions of a contributor it tells when the next will come."""


@dataclass(eq=False)
class Censor(Echo):
    """Submits in the very second in which others are expected, so that they are refused.

    The contract accepts one submission a second, and this one sees to it that its own is served
    first. When each contributor comes is public: its last
    submission and the usual gap between its submissions say in which seconds it will come again,
    if it was refused meanwhile. A submission a moment too early makes the other's dear; one that
    would come too late is not sent. It sends echoes, to have its money back after the refund
    time, and pays what is asked. Without data, and as long as nobody's pace is known, it waits as
    any other.
    """

    id: ClassVar[str] = "censor"
    display_name: ClassVar[str] = "Censor"
    formula: ClassVar[str] = "wakes when another is expected: last time + a multiple of its gap"
    source: ClassVar[str] = "front-running: Eskandari, Moosavi & Clark 2019, arXiv 1902.05164"

    front_runs = True

    _seen: int = field(default=0, init=False)
    _times: dict[int, deque[int]] = field(default_factory=dict, init=False)
    _gaps: dict[int, int] = field(default_factory=dict, init=False)
    _victim: int | None = field(default=None, init=False)

    def contribution(self) -> Contribution | None:
        """Choose the sample next in line, unless the one it waited for has just come."""
        self._look()
        if self._victim is not None:
            since_last = self.senses.now - self._times[self._victim][-1]
            if 2 * since_last < self._gaps[self._victim]:
                return None
        return super().contribution()

    def offer(self, contribution: Contribution) -> int:
        """Return what is asked."""
        return self.asked_for(contribution)

    def wait(self) -> int:
        """Return how long it takes until the next of the others is expected."""
        usual = super().wait()
        self._victim = None
        if not self.senses.queue:
            return usual
        now = self.senses.now
        known = (sender for sender in self._times if sender in self._gaps)
        expected = {sender: self._after(now, sender) for sender in known}
        self._victim = min(expected, key=lambda sender: expected[sender], default=None)
        return usual if self._victim is None else expected[self._victim] - now

    def _look(self) -> None:
        """Note when others have submitted since it looked last."""
        submissions = self.senses.submissions
        new = zip(submissions.time_s[self._seen :], submissions.sender[self._seen :], strict=True)
        met = set()
        for time, sender in new:
            if sender != self.senses.account:
                self._times.setdefault(sender, deque(maxlen=LAST_TIMES)).append(time)
                met.add(sender)
        for sender in met:
            times = self._times[sender]
            if len(times) > 2:
                self._gaps[sender] = int(median(later - time for time, later in pairwise(times)))
        self._seen = len(submissions)

    def _after(self, now: int, sender: int) -> int:
        """Return the first time after now at which, going on at its usual pace, one comes again."""
        last, gap = self._times[sender][-1], self._gaps[sender]
        return last + gap * ((now - last) // gap + 1)
