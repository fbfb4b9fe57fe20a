"""The features of one sample, in the form that suits them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.data.weighted_rows import WeightedRow

_BLOCK = 2048
_BITS = np.packbits(np.eye(8, dtype=np.bool), axis=1).ravel()


@dataclass(slots=True, eq=False)
class BinaryRow:
    """Binary features, such as the words that a text has.

    It refers to the samples that it is one of, and finds its features there when asked: a market
    keeps a row of every submission.

    Example:
        >>> row = BinaryRow.of(np.array([0, 1, 0, 1]))
        >>> row.present
        array([1, 3])
        >>> row.product(np.array([0.5, 1.0, 1.5, 2.0]))
        3.0
    """

    _all: "BinaryRows"
    _index: int

    @classmethod
    def of(cls, features: NDArray[np.generic]) -> Self:
        """Return the row of a dense vector of zeros and ones, shape (size,)."""
        return cls(BinaryRows.of(features[np.newaxis]), 0)

    @property
    def size(self) -> int:
        """The number of features."""
        return self._all.size

    @property
    def bits(self) -> NDArray[np.uint64]:
        """The features packed into 64-bit words, shape (ceil(size / 64),)."""
        bits: NDArray[np.uint64] = self._all.bits[self._index]
        return bits

    @property
    def present(self) -> NDArray[np.intp]:
        """The positions of the ones, increasing."""
        return self._all.present(self._index)

    @property
    def nonzero(self) -> int:
        """The number of features that are not 0."""
        return self._all.counts[self._index]

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
        return unpacked(self.bits)[: self.size].astype(np.float64)


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

    @property
    def nonzero(self) -> int:
        """The number of features that are not 0."""
        return int(np.count_nonzero(self.values))

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


type Row = BinaryRow | NumericRow | WeightedRow


@dataclass(frozen=True, eq=False)
class BinaryRows:
    """The binary features of several samples, a bit for each.

    Attributes:
        size: the number of features.
        bits: the features packed into 64-bit words, shape (samples, ceil(size / 64)).

    Example:
        >>> rows = BinaryRows.of(np.array([[1, 0, 0], [0, 1, 1]]))
        >>> rows.row(1).present
        array([1, 2])
        >>> rows.sparse().toarray()
        array([[1., 0., 0.],
               [0., 1., 1.]])
    """

    size: int
    bits: NDArray[np.uint64]

    @classmethod
    def of(cls, features: NDArray[np.generic]) -> Self:
        """Return the rows of a dense table of zeros and ones, shape (samples, size)."""
        return cls(features.shape[1], packed(features != 0))

    @classmethod
    def of_positions(cls, present: NDArray[np.int32], starts: NDArray[np.int32], size: int) -> Self:
        """Return the rows with ones at some positions.

        Args:
            present: the positions of one row after another; those from ``size`` on are left out.
            starts: where each row starts in them, and the end.
            size: the number of features.
        """
        samples, width = len(starts) - 1, -(-size // 64)
        bits = np.zeros((samples, width), dtype=np.uint64)
        for first in range(0, samples, _BLOCK):
            bounds = starts[first : first + _BLOCK + 1]
            positions = present[bounds[0] : bounds[-1]]
            row = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
            kept = positions < size
            row, positions = row[kept], positions[kept]
            octets = bits[first : first + _BLOCK].view(np.uint8).reshape(-1)
            np.bitwise_or.at(octets, 8 * width * row + (positions >> 3), _BITS[positions & 7])
        return cls(size, bits)

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.bits)

    def row(self, index: int) -> BinaryRow:
        """Return the features of one sample."""
        return BinaryRow(self, index)

    def present(self, index: int) -> NDArray[np.intp]:
        """Return the positions of a row's ones, increasing."""
        if len(self) == 1:
            return unpacked(self.bits[0]).nonzero()[0]
        positions, starts = self._positions
        return positions[starts[index] : starts[index + 1]].astype(np.intp)

    def take(self, indices: NDArray[np.int64]) -> Self:
        """Return the rows at the given indices, in their order."""
        return type(self)(self.size, self.bits[indices])

    def dense(self) -> NDArray[np.float64]:
        """Return the features as zeros and ones, shape (samples, size)."""
        return unpacked(self.bits)[:, : self.size].astype(np.float64)

    def sparse(self) -> csr_array[Any, Any]:
        """Return the features as a sparse array of ones, shape (samples, size)."""
        present, starts = self._all_positions()
        return csr_array((np.ones(len(present)), present, starts), shape=(len(self), self.size))

    @cached_property
    def counts(self) -> list[int]:
        """How many ones each row has."""
        counts: list[int] = np.bitwise_count(self.bits).sum(axis=1, dtype=np.int64).tolist()
        return counts

    @cached_property
    def _positions(self) -> tuple[NDArray[np.integer], list[int]]:
        """The positions of one row after another, kept in few bytes, and where each row starts."""
        present, starts = self._all_positions()
        return present.astype(np.min_scalar_type(self.size)), starts.tolist()

    def _all_positions(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        counts = np.bitwise_count(self.bits).sum(axis=1, dtype=np.int32)
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        present = np.empty(starts[-1], dtype=np.int32)
        for first in range(0, len(self), _BLOCK):
            features = unpacked(self.bits[first : first + _BLOCK])
            found = np.flatnonzero(features)
            found %= features.shape[1]
            present[starts[first] :][: len(found)] = found
        return present, starts


def content_of(row: Row) -> bytes:
    """Return bytes that are equal for equal features, as a chain would make a digest of them.

    Example:
        >>> rows = [NumericRow(np.array([value])) for value in (0.0, -0.0, 1.0)]
        >>> [content_of(row) == content_of(rows[0]) for row in rows]
        [True, True, False]
    """
    content = row.bits if isinstance(row, BinaryRow) else row.dense() + 0.0  # -0 becomes 0
    return np.ascontiguousarray(content).tobytes()


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


def unpacked(bits: NDArray[np.uint64]) -> NDArray[np.bool]:
    """Unpack 64-bit words into booleans, as many as there are bits, along the last axis."""
    return np.unpackbits(bits.view(np.uint8), axis=-1).view(np.bool)
