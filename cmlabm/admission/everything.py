"""The contract of the study: the model learns whatever it is sent."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.admission.interface import Admission


@dataclass(eq=False)
class Everything(Admission):
    """Learns every accepted submission at once."""

    id: ClassVar[str] = "all"
    display_name: ClassVar[str] = "Everything"
    formula: ClassVar[str] = "learns each submission as it comes"
    source: ClassVar[str] = "Harris & Waggoner 2019, arXiv 1907.07247"

    def submitted(self, submission: int) -> None:
        """Learn it."""
        self.lessons.learn(submission)
