"""The features of one sample, in the form that suits them."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

_BLOCK = 2048


@dataclass(slots=True, eq=False)
class BinaryRow:
    """Binary features, most of them absent, such as the words of a text.

    Attributes:
        size: the number of features.
        present: the positions of the ones, increasing.
        bits: the features packed into 64-bit words, shape (ceil(size / 64),).

    Example:
        >>> row = BinaryRow.of(np.array([0, 1, 0, 1]))
        >>> row.present
        array([1, 3])
        >>> row.product(np.array([0.5, 1.0, 1.5, 2.0]))
        3.0
    """

    size: int
    present: NDArray[np.intp]
    bits: NDArray[np.uint64]

    @classmethod
    def of(cls, features: NDArray[np.generic]) -> Self:
        """Return the row of a dense vector of zeros and ones, shape (size,)."""
        return cls(len(features), features.nonzero()[0], packed(features[np.newaxis] != 0)[0])

    def product(self, weights: NDArray[np.float64]) -> float:
        """Return the inner product with weights of shape (size,)."""
        return float(np.add.reduce(weights[self.present]))

    @property
    def square(self) -> float:
        """The inner product of the row with itself."""
        return float(len(self.present))

    def add_to(self, weights: NDArray[np.float64], factor: float) -> None:
        """Add a multiple of the row to weights of shape (size,)."""
        weights[self.present] += factor

    def dense(self) -> NDArray[np.float64]:
        """Return the features as zeros and ones, shape (size,)."""
        features = np.zeros(self.size)
        features[self.present] = 1.0
        return features


@dataclass(slots=True, eq=False)
class NumericRow:
    """Numeric features.

    Attributes:
        values: shape (size,).
    """

    values: NDArray[np.float64]

    @property
    def size(self) -> int:
        """The number of features."""
        return len(self.values)

    def product(self, weights: NDArray[np.float64]) -> float:
        """Return the inner product with weights of shape (size,)."""
        return float(np.add.reduce(weights * self.values))

    @property
    def square(self) -> float:
        """The inner product of the row with itself."""
        return float(np.add.reduce(self.values * self.values))

    def add_to(self, weights: NDArray[np.float64], factor: float) -> None:
        """Add a multiple of the row to weights of shape (size,)."""
        weights += factor * self.values

    def dense(self) -> NDArray[np.float64]:
        """Return the features, shape (size,)."""
        return self.values


type Row = BinaryRow | NumericRow


class BinaryRows:
    """A sparse array of ones, ready to give its rows one at a time."""

    def __init__(self, features: csr_array[Any, Any]) -> None:
        self._size = int(features.shape[1])
        self._bounds: list[int] = features.indptr.tolist()
        self._present = features.indices.astype(np.intp)
        self._bits = np.concatenate(
            [
                packed(features[start : start + _BLOCK].astype(np.bool).toarray())
                for start in range(0, features.shape[0], _BLOCK)
            ]
        )

    def row(self, index: int) -> BinaryRow:
        """Return one row."""
        present = self._present[self._bounds[index] : self._bounds[index + 1]]
        return BinaryRow(self._size, present, self._bits[index])


def packed(features: NDArray[np.bool]) -> NDArray[np.uint64]:
    """Pack rows of booleans into 64-bit words.

    Args:
        features: shape (rows, features).

    Returns:
        Shape (rows, ceil(features / 64)).
    """
    rows, size = features.shape
    bits = np.zeros((rows, -(-size // 64) * 8), dtype=np.uint8)
    bits[:, : -(-size // 8)] = np.packbits(features, axis=1)
    return bits.view(np.uint64)
