"""Collections of feature rows that give their inner products with one more row, fast."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRow, BinaryRows, NumericRow
from cmlabm.data.weighted_rows import WeightedRow


class Rows(Protocol):
    """A collection of rows of one form."""

    def add(self, row: Any) -> None:
        """Append a row."""

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all rows but those at some positions, given in increasing order."""

    def products(self, row: Any) -> NDArray[Any]:
        """Return the inner product of each row with one more."""


class BitRows:
    """Binary rows packed into 64-bit words; inner products are counts of common bits.

    Example:
        >>> rows = BitRows(3)
        >>> rows.add(BinaryRow.of(np.array([1, 1, 0])))
        >>> rows.add(BinaryRow.of(np.array([0, 1, 1])))
        >>> rows.products(BinaryRow.of(np.array([1, 1, 0]))).tolist()
        [2, 1]
    """

    def __init__(self, features: int) -> None:
        self._bits = np.zeros((-(-features // 64), 256), dtype=np.uint64)
        self._size = 0

    def add(self, row: BinaryRow) -> None:
        """Append a row."""
        if self._size == self._bits.shape[1]:
            self._bits = np.concatenate([self._bits, np.zeros_like(self._bits)], axis=1)
        self._bits[:, self._size] = row.bits
        self._size += 1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all rows but those at some positions, given in increasing order."""
        self._size = len(positions)
        self._bits[:, : self._size] = self._bits[:, positions]

    def products(self, row: BinaryRow) -> NDArray[np.unsignedinteger]:
        """Return the inner product of each row with one more."""
        common = np.bitwise_count(self._bits[:, : self._size] & row.bits[:, np.newaxis])
        products: NDArray[np.unsignedinteger] = np.add.reduce(common, axis=0, dtype=counting(row))
        return products


class DenseRows:
    """Numeric rows in one array."""

    def __init__(self, features: int) -> None:
        self._rows = np.zeros((256, features))
        self._size = 0

    def add(self, row: NumericRow) -> None:
        """Append a row."""
        if self._size == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self._size] = row.values
        self._size += 1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all rows but those at some positions, given in increasing order."""
        self._size = len(positions)
        self._rows[: self._size] = self._rows[positions]

    def products(self, row: NumericRow) -> NDArray[np.float64]:
        """Return the inner product of each row with one more."""
        return self.first(self._size) @ row.values

    def first(self, count: int) -> NDArray[np.float64]:
        """Return the first rows, shape (count, features)."""
        return self._rows[:count]


class SparseRows:
    """Rows of which most features are 0, by the positions and values of the others.

    Example:
        >>> rows = SparseRows(3)
        >>> rows.add(BinaryRow.of(np.array([1, 1, 0])))
        >>> rows.add(WeightedRow.of(np.array([0.0, 0.0, 2.5])))
        >>> rows.first(2).toarray()
        array([[1. , 1. , 0. ],
               [0. , 0. , 2.5]])
        >>> rows.products(WeightedRow.of(np.array([3.0, 0.0, 2.0])))
        array([3., 5.])
    """

    def __init__(self, features: int) -> None:
        self._features = features
        self._size = 0
        self._starts = np.zeros(257, dtype=np.int32)
        self._positions = np.zeros(4_096, dtype=np.int32)
        self._values = np.zeros(4_096)

    def add(self, row: BinaryRow | WeightedRow) -> None:
        """Append a row."""
        present = row.present
        start = int(self._starts[self._size])
        end = start + len(present)
        while end > len(self._positions):
            self._positions = _twice(self._positions)
            self._values = _twice(self._values)
        if self._size + 1 == len(self._starts):
            self._starts = _twice(self._starts)
        self._positions[start:end] = present
        self._values[start:end] = 1.0 if isinstance(row, BinaryRow) else row.values
        self._size += 1
        self._starts[self._size] = end

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all rows but those at some positions, given in increasing order."""
        kept = self.first(self._size)[positions]
        self._size, end = len(positions), len(kept.indices)
        self._starts[: self._size + 1] = kept.indptr
        self._positions[:end] = kept.indices
        self._values[:end] = kept.data

    def products(self, row: WeightedRow) -> NDArray[np.float64]:
        """Return the inner product of each row with one more."""
        products: NDArray[np.float64] = self.first(self._size) @ row.dense()
        return products

    def first(self, count: int) -> csr_array[Any, Any]:
        """Return the first rows, shape (count, features)."""
        starts = self._starts[: count + 1]
        end = int(starts[-1])
        return csr_array(
            (self._values[:end], self._positions[:end], starts), shape=(count, self._features)
        )


def counting(row: BinaryRow) -> type[np.unsignedinteger]:
    """Return the smallest type that holds any number of ones in common with a row."""
    return np.uint8 if len(row.present) < 256 else np.uint16


def empty_rows(samples: Samples) -> Rows:
    """Return an empty collection for rows like those of some samples."""
    features = samples.features.shape[1]
    if isinstance(samples.rows, np.ndarray):
        return DenseRows(features)
    return BitRows(features) if isinstance(samples.rows, BinaryRows) else SparseRows(features)


def _twice(values: NDArray[Any]) -> NDArray[Any]:
    """Return values in an array that has room for as many more."""
    return np.concatenate([values, np.zeros_like(values)])
