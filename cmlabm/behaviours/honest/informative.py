"""Honest contributors who send what the model has yet to learn."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.behaviours.honest.self_verify import SelfVerify
from cmlabm.behaviours.interface import Contribution


@dataclass(eq=False)
class Informative(SelfVerify):
    """Submits only what the shared model gets wrong and a model of its own gets right.

    Everything else is discarded: it would cost a deposit and teach nothing.
    """

    id: ClassVar[str] = "informative"
    display_name: ClassVar[str] = "Informative"
    formula: ClassVar[str] = "submits if the shared model errs and its own model agrees"
    source: ClassVar[str] = "active learning by disagreement (Settles 2009)"

    def is_convinced(self, chosen: Contribution) -> bool:
        """Return whether it is sure of a label that the shared model does not predict."""
        return self.senses.predicted(chosen.row) != chosen.label and self._agrees(chosen)
