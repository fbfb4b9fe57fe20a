"""What attackers on one class share."""

from dataclasses import dataclass

from cmlabm.behaviours.interface import MaliciousBehaviour
from cmlabm.data.dataset import Dataset
from cmlabm.declarations import parameter
from cmlabm.errors import InputError


@dataclass(eq=False)
class OneClass(MaliciousBehaviour):
    """Sends wrong labels with samples of one class.

    Attributes:
        target_class: the class.
    """

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
