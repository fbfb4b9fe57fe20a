"""Collections of feature rows that give their inner products with one more row, fast."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRow, NumericRow


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
    """Binary rows by the positions of their ones.

    Example:
        >>> rows = SparseRows(3)
        >>> rows.add(BinaryRow.of(np.array([1, 1, 0])))
        >>> rows.add(BinaryRow.of(np.array([0, 0, 1])))
        >>> rows.first(2).toarray()
        array([[1., 1., 0.],
               [0., 0., 1.]])
    """

    def __init__(self, features: int) -> None:
        self._features = features
        self._present: list[NDArray[np.intp]] = []

    def add(self, row: BinaryRow) -> None:
        """Append a row."""
        self._present.append(row.present)

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all rows but those at some positions, given in increasing order."""
        self._present = [self._present[position] for position in positions.tolist()]

    def first(self, count: int) -> csr_array[Any, Any]:
        """Return the first rows, shape (count, features)."""
        chosen = self._present[:count]
        ends = np.cumsum([0, *map(len, chosen)], dtype=np.int32)
        indices = np.concatenate(chosen, dtype=np.int32)
        return csr_array((np.ones(len(indices)), indices, ends), shape=(count, self._features))


def counting(row: BinaryRow) -> type[np.unsignedinteger]:
    """Return the smallest type that holds any number of ones in common with a row."""
    return np.uint8 if len(row.present) < 256 else np.uint16


def empty_rows(samples: Samples) -> Rows:
    """Return an empty collection for rows like those of some samples."""
    features = samples.features.shape[1]
    return DenseRows(features) if isinstance(samples.features, np.ndarray) else BitRows(features)
