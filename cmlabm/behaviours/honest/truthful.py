"""The honest contributor of the study."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.behaviours.interface import HonestBehaviour
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter


@dataclass(eq=False)
class Truthful(HonestBehaviour):
    """Sends true labels but for mistakes, and stays away from a bad model."""

    id: ClassVar[str] = "study"
    display_name: ClassVar[str] = "Honest, as in the study"
    formula: ClassVar[str] = "submits with probability min(1, accuracy + tolerance)"
    source: ClassVar[str] = "Ding & Hu 2022, arXiv 2209.05017"

    tolerance: float = parameter(
        0.15,
        "an honest contributor submits with probability accuracy + tolerance",
        name="honest_tolerance",
        ge=0,
        le=1,
    )

    def wants_to_submit(self) -> bool:
        """Submit with probability ``min(1, published accuracy + tolerance)``."""
        return self.draws.decision() < self.senses.accuracy + self.tolerance

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label, or by mistake a wrong one."""
        return self.draws.wrong_label(truth) if self.draws.errs() else truth
