"""An attacker who pauses."""

from typing import ClassVar

from cmlabm.contributors.malicious import MaliciousAgent
from cmlabm.data.rows import Row
from cmlabm.parameters import Parameters


class OnOff(MaliciousAgent):
    """Sends wrong labels in the first part of each period and true ones in the rest.

    In the rest of the period it earns back deposits, and the model recovers and so judges later
    what it sent before.
    """

    id: ClassVar[str] = "on-off"
    display_name: ClassVar[str] = "On and off"
    formula: ClassVar[str] = "label: wrong while t mod period < duty·period, else true"
    source: ClassVar[str] = "on-off attacks: Sun, Han & Liu 2008"
    parameters: ClassVar[tuple[str, ...]] = ("malicious_period_s", "malicious_duty")

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return a wrong label in the first part of the period, then the true one."""
        return self.flipped(truth) if self.attacks(self._wakes_at) else truth

    def attacks(self, now: int) -> bool:
        """Return whether a time in seconds is in the first part of its period."""
        parameters: Parameters = self.model.parameters
        period = parameters.malicious_period_s
        return now % period < round(parameters.malicious_duty * period, 6)  # 0.07 * 100 is 7
