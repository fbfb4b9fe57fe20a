"""No incentive: what the other mechanisms are measured against."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.mechanisms.interface import Mechanism, Standing


@dataclass(frozen=True)
class NoIncentive(Mechanism):
    """Submitting is free, nothing is paid or taken, every sample trains the model.

    Example:
        >>> NoIncentive().required_deposit(waited=1, standing=Standing(0, 0, [1]))
        0
    """

    id: ClassVar[str] = "none"
    display_name: ClassVar[str] = "No incentive"
    formula: ClassVar[str] = "deposit = 0"
    source: ClassVar[str] = "the control of every comparison"
    awaits_claims: ClassVar[bool] = False
    lets_take: ClassVar[bool] = False

    def required_deposit(self, waited: int, standing: Standing) -> int:  # noqa: ARG002
        """Return 0."""
        return 0
