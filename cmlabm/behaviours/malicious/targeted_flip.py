"""An attack on one class."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.behaviours.malicious.one_class import OneClass
from cmlabm.data.rows import Row


@dataclass(eq=False)
class TargetedFlip(OneClass):
    """Sends samples of one class with a wrong label and all others with the true one.

    The true ones are verified and so pay for the false ones.
    """

    id: ClassVar[str] = "targeted-flip"
    display_name: ClassVar[str] = "Targeted flip"
    formula: ClassVar[str] = "label: wrong if the truth is the target class, else true"
    source: ClassVar[str] = "Tolpegin et al. 2020, arXiv 2007.08432"

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return a wrong label for the target class, the true label for the others."""
        return self.flipped(truth) if truth == self.target_class else truth
