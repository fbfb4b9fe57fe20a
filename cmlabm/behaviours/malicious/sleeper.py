"""An attacker who first earns a name."""

from dataclasses import dataclass, field
from typing import ClassVar

from cmlabm.behaviours.interface import MaliciousBehaviour
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter


@dataclass(eq=False)
class Sleeper(MaliciousBehaviour):
    """Sends true labels until it has some share of all verified samples, then wrong ones.

    Verified samples entitle it to a share of others' deposits, and under some mechanisms to
    cheaper submissions; it goes on flipping however far its share falls again.
    """

    id: ClassVar[str] = "sleeper"
    display_name: ClassVar[str] = "Sleeper"
    formula: ClassVar[str] = "label: true until n/N ≥ share, wrong from then on"
    source: ClassVar[str] = "on reputation systems: Hoffman, Zage & Nita-Rotaru 2009"

    share: float = parameter(
        0.1,
        "share of all verified samples from which on it flips",
        name="malicious_sleeper_share",
        ge=0,
        le=1,
    )
    is_awake: bool = field(default=False, init=False)

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label before it has awoken, then a wrong one."""
        if not self.is_awake:
            everybody = self.senses.all_verified
            share = self.senses.verified / everybody if everybody else 0.0
            self.is_awake = share >= self.share
        return self.flipped(truth) if self.is_awake else truth
