"""Training data that wait to be submitted."""

import numpy as np
from numpy.typing import NDArray

from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row


class SampleQueue:
    """Samples handed out in order; one stays next in line until it is used up.

    Attributes:
        order: which of the training samples are handed out, in their first order, shape (queue,).
        taken: how many are used up.
    """

    def __init__(self, samples: Samples, order: NDArray[np.int64]) -> None:
        self.order = order
        self.taken = 0
        self._samples = samples
        self._indices: list[int] = order.tolist()
        self._labels: list[int] = samples.labels[order].tolist()

    def __len__(self) -> int:
        """Return how many samples are left."""
        return len(self._indices) - self.taken

    @property
    def row(self) -> Row:
        """The features of the sample next in line."""
        return self._samples.row(self._indices[self.taken])

    @property
    def label(self) -> int:
        """The true label of the sample next in line."""
        return self._labels[self.taken]

    def ahead(self, count: int) -> Samples:
        """Return the samples that come next, so many or as many as there are."""
        coming = self._indices[self.taken : self.taken + count]
        return self._samples.take(np.array(coming, dtype=np.int64))

    def row_ahead(self, place: int) -> Row:
        """Return the features of the sample at a place in the line; 0 is next."""
        return self._samples.row(self._indices[self.taken + place])

    def take(self, indices: NDArray[np.int64]) -> Samples:
        """Return some of the training samples, for instance of ``order``."""
        return self._samples.take(indices)

    def advance(self) -> None:
        """Put the following sample next in line: this one was accepted, or discarded."""
        self.taken += 1

    def draw_out(self, place: int) -> None:
        """Use up the sample at a place in the line; the others keep their order."""
        for line in (self._indices, self._labels):
            line.insert(self.taken, line.pop(self.taken + place))
        self.taken += 1
