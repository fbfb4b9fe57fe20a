"""An attacker who first earns a name."""

from typing import Any, ClassVar

from cmlabm.contributors.malicious import MaliciousAgent
from cmlabm.data.rows import Row


class Sleeper(MaliciousAgent):
    """Sends true labels until it has some share of all verified samples, then wrong ones.

    Verified samples entitle it to a share of others' deposits, and under some mechanisms to
    cheaper submissions; it goes on flipping however far its share falls again.
    """

    id: ClassVar[str] = "sleeper"
    display_name: ClassVar[str] = "Sleeper"
    formula: ClassVar[str] = "label: true until n/N ≥ share, wrong from then on"
    source: ClassVar[str] = "on reputation systems: Hoffman, Zage & Nita-Rotaru 2009"
    parameters: ClassVar[tuple[str, ...]] = ("malicious_sleeper_share",)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.is_awake = False

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label before it has awoken, then a wrong one."""
        if not self.is_awake:
            contract = self.model.contract
            everybody = contract.all_verified
            share = contract.verified[self.account] / everybody if everybody else 0.0
            self.is_awake = share >= self.model.parameters.malicious_sleeper_share
        return self.flipped(truth) if self.is_awake else truth
