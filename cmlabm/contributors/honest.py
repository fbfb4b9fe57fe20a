"""Contributors who improve the model."""

from typing import ClassVar

from cmlabm.contributors.contributor import Contributor
from cmlabm.data.rows import Row
from cmlabm.parameters import Kind


class HonestAgent(Contributor):
    """Sends true labels but for mistakes, and stays away from a bad model."""

    kind: ClassVar[Kind] = "honest"
    id: ClassVar[str] = "study"
    display_name: ClassVar[str] = "Honest, as in the study"
    formula: ClassVar[str] = "submits with probability min(1, accuracy + tolerance)"
    source: ClassVar[str] = "Ding & Hu 2022, arXiv 2209.05017"
    parameters: ClassVar[tuple[str, ...]] = ("honest_tolerance",)

    def wants_to_submit(self) -> bool:
        """Submit with probability ``min(1, published accuracy + tolerance)``."""
        model = self.model
        chance: float = model.contract.accuracy + model.parameters.honest_tolerance
        return self._draws.decisions.next() < chance

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label, or by mistake a wrong one."""
        return self.wrong_label(truth) if self.errs() else truth
