"""Learning what has the label of its nearest neighbours."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from cmlabm.admission.interface import Admission
from cmlabm.admission.trusted_rows import TrustedRows
from cmlabm.declarations import parameter


@dataclass(eq=False)
class Neighbours(Admission):
    """Learns a submission if enough of its nearest trusted samples have its label.

    Trusted are the root set and what was refunded; of the latter, the latest are kept. Words are
    compared by the number in which two texts differ, numbers by Euclid's distance.
    """

    id: ClassVar[str] = "neighbours"
    display_name: ClassVar[str] = "Neighbours"
    formula: ClassVar[str] = "learns if ≥ s of the k nearest trusted samples have its label"
    source: ClassVar[str] = "label sanitisation: Paudice et al. 2018, arXiv 1803.00992"
    needs_root: ClassVar[bool] = True

    count: int = parameter(
        15,
        "how many of the nearest trusted samples are asked",
        name="neighbours",
        unit="samples",
        ge=1,
        le=100_000,
    )
    share: float = parameter(
        0.5, "share of them that must have the label", name="neighbours_share", ge=0, le=1
    )
    kept: int = parameter(
        2_000,
        "how many verified samples are kept to compare with",
        name="neighbours_kept",
        unit="samples",
        ge=0,
        le=1_000_000,
    )
    _trusted: TrustedRows = field(init=False)

    def begin(self) -> None:
        """Trust the root set."""
        self._trusted = TrustedRows(self.lessons.root, self.kept)

    def submitted(self, submission: int) -> None:
        """Learn it if its neighbours have its label."""
        _, row, label = self.lessons.sent(submission)
        near = self._trusted.nearest(row, self.count)
        if np.count_nonzero(near == label) >= self.share * len(near):
            self.lessons.learn(submission)
        else:
            self.lessons.discard(submission, "neighbours")

    def claimed(self, submission: int, reason: str) -> None:
        """Trust what is refunded."""
        if reason == "refund":
            _, row, label = self.lessons.sent(submission)
            self._trusted.add(row, label)
