"""Binary rows that stay the same: their inner products with another row or with weights."""

from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.classifiers.rows import counting
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRow

GROUP = 6
"""So many features are looked up at once: the more, the fewer look-ups in a larger table."""

FEW = 24
"""So few bits are sooner summed up one by one than added to each other."""

PATTERNS = np.unpackbits(np.arange(1 << GROUP, dtype=np.uint8)[:, np.newaxis], axis=1)
PATTERNS = PATTERNS[:, -GROUP:].T.astype(np.float64)
"""Which features of a group are present in each pattern, shape (GROUP, patterns)."""


class FixedRows:
    """The rows of a sparse array of ones.

    Attributes:
        most_ones: how many ones the fullest row has.

    Example:
        >>> rows = FixedRows(csr_array(np.array([[1, 1, 0], [0, 1, 1]])))
        >>> rows.products(BinaryRow.of(np.array([1, 1, 0])))
        array([2, 1], dtype=uint8)
        >>> rows.times(np.array([0.5, 1.0, 1.5]))
        array([1.5, 2.5])
    """

    def __init__(self, features: csr_array[Any, Any]) -> None:
        self._features = features
        self.most_ones = int(np.diff(features.indptr).max(initial=0))

    def products(self, row: BinaryRow) -> NDArray[np.unsignedinteger]:
        """Return the inner product of each row with one more."""
        sums = _sums(self._columns[row.present], counting(row))
        return sums[: self._features.shape[0]]

    def times(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the inner product of each row with weights of shape (features,).

        The sums are made in another order than ``features @ weights`` makes them.
        """
        groups = np.zeros(-(-len(weights) // GROUP) * GROUP)
        groups[: len(weights)] = weights
        sums = groups.reshape(-1, GROUP) @ PATTERNS
        return np.asarray(self._patterns @ sums.ravel())

    def __getstate__(self) -> dict[str, Any]:
        """Store no more than what the rest can be made of."""
        return {"_features": self._features, "most_ones": self.most_ones}

    @cached_property
    def _columns(self) -> NDArray[np.uint64]:
        """Which rows have each feature, as bits, shape (features, ceil(rows / 64))."""
        rows, features = self._features.shape
        width = -(-rows // 64) * 8
        row = np.repeat(np.arange(rows), np.diff(self._features.indptr))
        place = self._features.indices * np.int64(width) + (row >> 3)
        columns = np.zeros(features * width, dtype=np.uint8)
        np.add.at(columns, place, (128 >> (row & 7)).astype(np.uint8))
        return columns.view(np.uint64).reshape(features, -1)

    @cached_property
    def _patterns(self) -> csr_array[Any, Any]:
        """Which pattern of each group of features a row has, if it has any of them."""
        rows, features = self._features.shape
        indices, starts = self._features.indices, self._features.indptr.copy()
        bits = (1 << (GROUP - 1)) >> indices % GROUP
        groups = csr_array((bits, indices // GROUP, starts), shape=(rows, -(-features // GROUP)))
        groups.sum_duplicates()
        patterns = (groups.indices << GROUP) + groups.data
        return csr_array(
            (np.ones(len(patterns)), patterns, groups.indptr),
            shape=(rows, groups.shape[1] << GROUP),
        )


_known: WeakKeyDictionary[Samples, FixedRows] = WeakKeyDictionary()


def fixed_rows(samples: Samples) -> FixedRows:
    """Return the rows of binary samples: one object for all markets that share the samples."""
    if samples not in _known:
        _known[samples] = FixedRows(csr_array(samples.features))
    return _known[samples]


def _sums(bits: NDArray[np.uint64], dtype: type[np.unsignedinteger]) -> NDArray[Any]:
    """Return in how many rows of bits each bit is set, shape (64 * words,).

    Like a processor's full adder: of three bits that are summed up, the sum's lower bit says
    whether one or all three are set, the carry whether at least two are.

    Args:
        bits: shape (rows, words).
        dtype: of the sums.
    """
    if len(bits) < FEW:
        ones = np.unpackbits(bits.view(np.uint8), axis=1)
        return np.asarray(np.add.reduce(ones, axis=0, dtype=dtype))
    third = len(bits) // 3
    first, second, last = (bits[start * third : (start + 1) * third] for start in range(3))
    either = first ^ second
    sums = _sums(first & second | either & last, dtype)
    sums += sums
    sums += _sums(np.concatenate([either ^ last, bits[3 * third :]]), dtype)
    return sums
