"""Numeric features of which most are 0, such as how often a text has each word."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


@dataclass(slots=True, eq=False)
class WeightedRow:
    """Numeric features, most of them 0.

    It refers to the samples that it is one of, as a ``BinaryRow`` does.

    Example:
        >>> row = WeightedRow.of(np.array([0.0, 2.0, 0.0, 0.5]))
        >>> row.present, row.values
        (array([1, 3], dtype=int32), array([2. , 0.5]))
        >>> row.product(np.array([0.5, 1.0, 1.5, 2.0]))
        3.0
    """

    _all: "WeightedRows"
    _index: int

    @classmethod
    def of(cls, features: NDArray[np.float64]) -> Self:
        """Return the row of a dense vector, shape (size,)."""
        return cls(WeightedRows(csr_array(features[np.newaxis])), 0)

    @property
    def size(self) -> int:
        """The number of features."""
        return self._all.size

    @property
    def present(self) -> NDArray[np.int32]:
        """The positions of the features that are not 0, increasing."""
        indices: NDArray[np.int32] = self._all.features.indices[self._all.span(self._index)]
        return indices

    @property
    def nonzero(self) -> int:
        """The number of features that are not 0."""
        return len(self.values)

    @property
    def values(self) -> NDArray[np.float64]:
        """The features that are not 0, as many as there are positions."""
        values: NDArray[np.float64] = self._all.features.data[self._all.span(self._index)]
        return values

    def product(self, weights: NDArray[np.float64]) -> float:
        """Return the inner product with weights of shape (size,)."""
        return float(np.add.reduce(weights[self.present] * self.values))

    @property
    def square(self) -> float:
        """The inner product of the row with itself."""
        values = self.values
        return float(np.add.reduce(values * values))

    def add_to(self, weights: NDArray[np.float64], factor: float) -> None:
        """Add a multiple of the row to weights of shape (size,)."""
        weights[self.present] += factor * self.values

    def dense(self) -> NDArray[np.float64]:
        """Return all features, shape (size,)."""
        features = np.zeros(self.size)
        features[self.present] = self.values
        return features


@dataclass(frozen=True, eq=False)
class WeightedRows:
    """The numeric features of several samples, most of them 0.

    Attributes:
        features: float64, shape (samples, size); of each row the positions increase.
    """

    features: csr_array[Any, Any]

    @property
    def size(self) -> int:
        """The number of features."""
        return int(self.features.shape[1])

    def __len__(self) -> int:
        """Return the number of samples."""
        return int(self.features.shape[0])

    def row(self, index: int) -> WeightedRow:
        """Return the features of one sample."""
        return WeightedRow(self, index)

    def span(self, index: int) -> slice:
        """Return where a row's features are among all that are not 0."""
        return slice(self._starts[index], self._starts[index + 1])

    def take(self, indices: NDArray[np.int64]) -> Self:
        """Return the rows at the given indices, in their order."""
        return type(self)(csr_array(self.features[indices]))

    def dense(self) -> NDArray[np.float64]:
        """Return the features, shape (samples, size)."""
        return self.features.toarray()

    def sparse(self) -> csr_array[Any, Any]:
        """Return the features as a sparse array, shape (samples, size)."""
        return self.features

    @cached_property
    def _starts(self) -> list[int]:
        return self.features.indptr.tolist()
