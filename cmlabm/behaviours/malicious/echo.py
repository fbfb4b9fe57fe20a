"""The free-rider: says what the model says."""

from typing import ClassVar

from cmlabm.behaviours.interface import MaliciousBehaviour
from cmlabm.data.rows import Row


class Echo(MaliciousBehaviour):
    """Sends the model's own prediction as the label, without knowing the truth.

    The model tends to agree with itself later, so that echoes are refunded; then they share in
    what is taken from others, although they taught the model nothing.
    """

    id: ClassVar[str] = "echo"
    display_name: ClassVar[str] = "Echo"
    formula: ClassVar[str] = "label: the model's prediction"
    source: ClassVar[str] = "cmlabm: a free-rider"

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return what the model predicts."""
        return self.senses.predicted(row)
