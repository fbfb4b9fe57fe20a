"""The training data that nobody has submitted yet."""

import numpy as np
from numpy.typing import NDArray

from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row


class SampleQueue:
    """Samples handed out in order; one stays next in line until it was accepted.

    Attributes:
        order: which of the training samples are handed out, shape (queue,).
        taken: how many have been accepted.
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

    def true_label(self, submission: int) -> int:
        """Return the true label of the sample that an accepted submission was made of.

        The contract numbers what it accepts in the order in which samples are taken.
        """
        return self._labels[submission]

    def advance(self) -> None:
        """Put the following sample next in line."""
        self.taken += 1
