"""True labels on spoilt features."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.behaviours.interface import Contribution, MaliciousBehaviour
from cmlabm.data.dataset import Dataset
from cmlabm.data.rows import BinaryRow, BinaryRows, Row
from cmlabm.declarations import parameter
from cmlabm.errors import InputError


@dataclass(eq=False)
class FeatureNoise(MaliciousBehaviour):
    """Sends true labels with features of which each was flipped with some probability."""

    id: ClassVar[str] = "feature-noise"
    display_name: ClassVar[str] = "Feature noise"
    formula: ClassVar[str] = "each binary feature is flipped with probability p; label: true"
    source: ClassVar[str] = "attribute noise (Zhu & Wu 2004)"

    noise: float = parameter(0.2, "chance to flip a feature", name="malicious_noise", ge=0, le=1)

    def check_data(self, dataset: Dataset) -> None:
        """Refuse features that are not binary."""
        if not isinstance(dataset.train.rows, BinaryRows):
            raise InputError(
                f"malicious_behaviour = {self.id!r}: flips binary features, and those of data ="
                f" {dataset.name!r} are numbers; allowed are texts with features = 'presence'"
            )

    def contribution(self) -> Contribution | None:
        """Spoil the sample next in line."""
        chosen = super().contribution()
        if chosen is None:
            return None
        present = chosen.row.dense() != 0
        flips = self.draws.noise.random(len(present)) < self.noise
        return chosen._replace(row=BinaryRow.of(present ^ flips))

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label."""
        return truth
