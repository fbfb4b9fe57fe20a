"""Fixed features by which samples can be marked."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRows, NumericRow, Row, packed
from cmlabm.data.weighted_rows import WeightedRows


@dataclass(frozen=True, eq=False)
class Trigger:
    """Values that some features have in every sample that is marked.

    Attributes:
        values: of these features; of the others NaN, shape (features,).

    Example:
        >>> known = Samples(np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([0, 1]))
        >>> corner = Trigger.of_last(known, 1)
        >>> corner.on_row(NumericRow(np.array([5.0, 0.0]))).values
        array([5., 3.])
    """

    values: NDArray[np.float64]

    @classmethod
    def of_last(cls, samples: Samples, count: int) -> "Trigger":
        """Return a trigger that sets the last features to the largest values that they have.

        Of words, which stand in the order of how frequent they are, these are the rarest, and set
        means present; of an image's pixels they are in a corner, and bright.

        Args:
            samples: in which the largest values are looked for.
            count: how many features are set, all if there are fewer.
        """
        if isinstance(samples.rows, BinaryRows):
            values = np.full(samples.rows.size, np.nan)
            values[-count:] = 1.0
            return cls(values)
        features: Any = samples.features
        values = np.full(features.shape[1], np.nan)
        largest = features[:, -count:].max(axis=0)
        values[-count:] = largest if isinstance(features, np.ndarray) else largest.toarray()
        return cls(values)

    @property
    def features(self) -> NDArray[np.intp]:
        """Which features are set."""
        return np.flatnonzero(~np.isnan(self.values))

    def on_row(self, row: Row) -> Row:
        """Return the features of a sample with the trigger."""
        marked = self._on(row.dense())
        if isinstance(row, NumericRow):
            return NumericRow(marked)
        return type(row).of(marked)

    def on(self, samples: Samples) -> Samples:
        """Return samples with the trigger, and with the labels that they have."""
        if isinstance(samples.rows, np.ndarray):
            return Samples(self._on(samples.rows), samples.labels)
        if isinstance(samples.rows, WeightedRows):
            others = samples.rows.features @ diags_array(np.isnan(self.values).astype(float))
            column = csr_array(np.ones((len(samples), 1)))
            marks = column @ csr_array(np.nan_to_num(self.values)[np.newaxis])
            return Samples(WeightedRows(csr_array(others + marks)), samples.labels)
        bits = samples.rows.bits | packed(self.values[np.newaxis] == 1)
        return Samples(BinaryRows(samples.rows.size, bits), samples.labels)

    def _on(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(np.isnan(self.values), features, self.values)
