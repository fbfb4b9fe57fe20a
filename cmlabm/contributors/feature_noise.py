"""True labels on spoilt features."""

from typing import TYPE_CHECKING, ClassVar

from cmlabm.contributors.contributor import Contribution
from cmlabm.contributors.malicious import MaliciousAgent
from cmlabm.data.rows import BinaryRow, BinaryRows, Row
from cmlabm.errors import InputError

if TYPE_CHECKING:
    from cmlabm.data.dataset import Dataset
    from cmlabm.parameters import Parameters


class FeatureNoise(MaliciousAgent):
    """Sends true labels with features of which each was flipped with some probability."""

    id: ClassVar[str] = "feature-noise"
    display_name: ClassVar[str] = "Feature noise"
    formula: ClassVar[str] = "each binary feature is flipped with probability p; label: true"
    source: ClassVar[str] = "attribute noise (Zhu & Wu 2004)"
    parameters: ClassVar[tuple[str, ...]] = ("malicious_noise",)

    @classmethod
    def check(cls, parameters: "Parameters", dataset: "Dataset") -> None:
        """Refuse features that are not binary."""
        if not isinstance(dataset.train.rows, BinaryRows):
            raise InputError(
                f"malicious_behaviour = {cls.id!r}: flips binary features, and those of data ="
                f" {parameters.data!r} are numbers; allowed are the data sets of reviews"
            )

    def contribution(self) -> Contribution | None:
        """Spoil the sample next in line."""
        chosen = super().contribution()
        if chosen is None:
            return None
        present = chosen.row.dense() != 0
        flips = self._draws.noise.random(len(present)) < self.model.parameters.malicious_noise
        return chosen._replace(row=BinaryRow.of(present ^ flips))

    def label_for(self, row: Row, truth: int) -> int:  # noqa: ARG002
        """Return the true label."""
        return truth
