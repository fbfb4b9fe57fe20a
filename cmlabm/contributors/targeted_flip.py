"""An attack on one class."""

from typing import TYPE_CHECKING, ClassVar

from cmlabm.contributors.malicious import MaliciousAgent
from cmlabm.data.rows import Row
from cmlabm.errors import InputError

if TYPE_CHECKING:
    from cmlabm.data.dataset import Dataset
    from cmlabm.parameters import Parameters


class TargetedFlip(MaliciousAgent):
    """Sends samples of one class with a wrong label and all others with the true one.

    The true ones are verified and so pay for the false ones.
    """

    id: ClassVar[str] = "targeted-flip"
    display_name: ClassVar[str] = "Targeted flip"
    formula: ClassVar[str] = "label: wrong if the truth is the target class, else true"
    source: ClassVar[str] = "Tolpegin et al. 2020, arXiv 2007.08432"
    parameters: ClassVar[tuple[str, ...]] = ("malicious_target_class",)

    @classmethod
    def check(cls, parameters: "Parameters", dataset: "Dataset") -> None:
        """Refuse a class that the data do not have."""
        target, classes = parameters.malicious_target_class, dataset.classes
        if target >= len(classes):
            raise InputError(
                f"malicious_target_class = {target}: the data have {len(classes)} classes, so it"
                f" must be from 0 ({classes[0]!r}) to {len(classes) - 1} ({classes[-1]!r})"
            )

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return a wrong label for the target class, the true label for the others."""
        target = self.model.parameters.malicious_target_class
        return self.flipped(truth) if truth == target else truth
