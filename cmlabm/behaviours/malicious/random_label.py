"""Labels that say nothing."""

from typing import ClassVar

from cmlabm.behaviours.interface import MaliciousBehaviour
from cmlabm.data.rows import Row


class RandomLabel(MaliciousBehaviour):
    """Sends every sample with a label drawn evenly among all, the true one included."""

    id: ClassVar[str] = "random-label"
    display_name: ClassVar[str] = "Random label"
    formula: ClassVar[str] = "label: drawn evenly among all classes"
    source: ClassVar[str] = "uniform label noise (Frenay & Verleysen 2014)"

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return any label."""
        return self.draws.label()
