"""An attacker who pauses."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.behaviours.interface import MaliciousBehaviour
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.units import LONGEST_S


@dataclass(eq=False)
class OnOff(MaliciousBehaviour):
    """Sends wrong labels in the first part of each period and true ones in the rest.

    In the rest of the period it earns back deposits, and the model recovers and so judges later
    what it sent before.
    """

    id: ClassVar[str] = "on-off"
    display_name: ClassVar[str] = "On and off"
    formula: ClassVar[str] = "label: wrong while t mod period < duty·period, else true"
    source: ClassVar[str] = "on-off attacks: Sun, Han & Liu 2008"

    period: int = parameter(
        172_800, "length of a period", name="malicious_period_s", unit="s", ge=1, le=LONGEST_S
    )
    duty: float = parameter(
        0.5, "share of a period in which it attacks", name="malicious_duty", ge=0, le=1
    )

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return a wrong label in the first part of the period, then the true one."""
        return self.flipped(truth) if self.attacks(self.senses.now) else truth

    def attacks(self, now: int) -> bool:
        """Return whether a time in seconds is in the first part of its period."""
        return now % self.period < round(self.duty * self.period, 6)  # 0.07 * 100 is 7
