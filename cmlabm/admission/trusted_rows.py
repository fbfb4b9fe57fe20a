"""The samples against which others are held: the root set, and what was verified since."""

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.rows import empty_rows
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row


class TrustedRows:
    """The root set and the latest verified samples, of which those near to one more are wanted.

    Example:
        >>> root = Samples(np.array([[0.0], [4.0]]), np.array([0, 1]))
        >>> trusted = TrustedRows(root, most=10)
        >>> trusted.add(root.row(1), 1)
        >>> trusted.nearest(root.row(1), 2).tolist()
        [1, 1]
    """

    def __init__(self, root: Samples, most: int) -> None:
        """Begin with a root set.

        Args:
            root: samples that are never dropped.
            most: how many others are kept, the latest.
        """
        capacity = len(root) + 2 * most + 1
        self._rows = empty_rows(root)
        self._squares = np.zeros(capacity)
        self._labels = np.zeros(capacity, dtype=np.int64)
        self._fixed = len(root)
        self._most = most
        self._size = 0
        for index, label in enumerate(root.labels.tolist()):
            self.add(root.row(index), label)

    def add(self, row: Row, label: int) -> None:
        """Add a verified sample; once there are twice as many as are kept, drop the oldest."""
        self._rows.add(row)
        self._squares[self._size] = row.square
        self._labels[self._size] = label
        self._size += 1
        if self._size == len(self._labels):
            kept = np.r_[: self._fixed, self._size - self._most : self._size]
            self._rows.keep(kept)
            self._size = len(kept)
            self._squares[: self._size] = self._squares[kept]
            self._labels[: self._size] = self._labels[kept]

    def nearest(self, row: Row, count: int) -> NDArray[np.int64]:
        """Return the labels of those nearest to a sample (Euclid; of equally near ones the first).

        Returns:
            Shape (count,), or fewer if there are no more, in no order.
        """
        labels = self._labels[: self._size]
        if len(labels) <= count:
            return labels
        distances = self._squares[: self._size] - 2.0 * self._rows.products(row)
        farthest = np.partition(distances, count - 1)[count - 1]
        nearer = distances < farthest
        as_far = (distances == farthest).nonzero()[0]
        nearer[as_far[: count - np.count_nonzero(nearer)]] = True
        chosen: NDArray[np.int64] = labels[nearer]
        return chosen
