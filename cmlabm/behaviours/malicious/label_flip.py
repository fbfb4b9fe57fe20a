"""The attacker of the study: every label is wrong."""

from typing import ClassVar

from cmlabm.behaviours.interface import MaliciousBehaviour
from cmlabm.data.rows import Row


class LabelFlip(MaliciousBehaviour):
    """Sends every sample with a wrong label."""

    id: ClassVar[str] = "label-flip"
    display_name: ClassVar[str] = "Label flip"
    formula: ClassVar[str] = "label: drawn among those that are not true"
    source: ClassVar[str] = "Ding & Hu 2022, arXiv 2209.05017"

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return a wrong label, or by mistake the true one."""
        return self.flipped(truth)
