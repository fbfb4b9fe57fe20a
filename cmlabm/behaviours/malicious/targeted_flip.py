"""An attack on one class."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.behaviours.interface import MaliciousBehaviour
from cmlabm.data.dataset import Dataset
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.errors import InputError


@dataclass(eq=False)
class TargetedFlip(MaliciousBehaviour):
    """Sends samples of one class with a wrong label and all others with the true one.

    The true ones are verified and so pay for the false ones.
    """

    id: ClassVar[str] = "targeted-flip"
    display_name: ClassVar[str] = "Targeted flip"
    formula: ClassVar[str] = "label: wrong if the truth is the target class, else true"
    source: ClassVar[str] = "Tolpegin et al. 2020, arXiv 2007.08432"

    target_class: int = parameter(
        0,
        "the class whose samples get a wrong label",
        name="malicious_target_class",
        unit="class",
        ge=0,
        le=1_000_000,
    )

    def check_data(self, dataset: Dataset) -> None:
        """Refuse a class that the data do not have."""
        target, classes = self.target_class, dataset.classes
        if target >= len(classes):
            raise InputError(
                f"malicious_target_class = {target}: the data have {len(classes)} classes, so it"
                f" must be from 0 ({classes[0]!r}) to {len(classes) - 1} ({classes[-1]!r})"
            )

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return a wrong label for the target class, the true label for the others."""
        return self.flipped(truth) if truth == self.target_class else truth
