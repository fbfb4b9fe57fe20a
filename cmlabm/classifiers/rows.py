"""Collections of feature rows that give their inner products with one more row, fast."""

import numpy as np
from numpy.typing import NDArray


class BitRows:
    """Binary rows packed into 64-bit words; inner products are counts of common bits.

    Example:
        >>> rows = BitRows(3)
        >>> rows.add(np.array([True, True, False]))
        >>> rows.add(np.array([False, True, True]))
        >>> rows.products(np.array([True, True, False])).tolist()
        [2, 1]
    """

    def __init__(self, features: int) -> None:
        words = -(-features // 64)
        self._bytes = np.zeros(words * 8, dtype=np.uint8)
        self._bits = np.zeros((words, 256), dtype=np.uint64)
        self._size = 0

    def add(self, row: NDArray[np.bool]) -> None:
        """Append a row, shape (features,)."""
        if self._size == self._bits.shape[1]:
            self._bits = np.concatenate([self._bits, np.zeros_like(self._bits)], axis=1)
        self._bits[:, self._size] = self._packed(row)
        self._size += 1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all rows but those at some positions, given in increasing order."""
        self._size = len(positions)
        self._bits[:, : self._size] = self._bits[:, positions]

    def products(self, row: NDArray[np.bool]) -> NDArray[np.int64]:
        """Return the inner product of each row with a row of shape (features,)."""
        common = self._bits[:, : self._size] & self._packed(row)[:, np.newaxis]
        return np.bitwise_count(common).sum(axis=0, dtype=np.int64)

    def _packed(self, row: NDArray[np.bool]) -> NDArray[np.uint64]:
        packed = np.packbits(row)
        self._bytes[: len(packed)] = packed
        return self._bytes.view(np.uint64)


class DenseRows:
    """Numeric rows in one array."""

    def __init__(self, features: int) -> None:
        self._rows = np.zeros((256, features))
        self._size = 0

    def add(self, row: NDArray[np.float64]) -> None:
        """Append a row, shape (features,)."""
        if self._size == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self._size] = row
        self._size += 1

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all rows but those at some positions, given in increasing order."""
        self._size = len(positions)
        self._rows[: self._size] = self._rows[positions]

    def products(self, row: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the inner product of each row with a row of shape (features,)."""
        return self.all() @ row

    def all(self) -> NDArray[np.float64]:
        """Return the rows, shape (rows, features)."""
        return self._rows[: self._size]
