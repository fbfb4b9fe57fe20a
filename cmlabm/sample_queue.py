"""The training data that nobody has submitted yet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmlabm.data.dataset import Row, Samples


@dataclass(slots=True)
class SampleQueue:
    """Samples handed out in order; one stays next in line until it was accepted.

    Attributes:
        samples: the training data.
        order: the samples to hand out, shape (queue,).
        taken: how many have been accepted.
    """

    samples: Samples
    order: NDArray[np.int64]
    taken: int = 0

    def __len__(self) -> int:
        """Return how many samples are left."""
        return len(self.order) - self.taken

    @property
    def row(self) -> Row:
        """The features of the sample next in line."""
        return self.samples.row(self.order[self.taken])

    @property
    def label(self) -> int:
        """The true label of the sample next in line."""
        return int(self.samples.labels[self.order[self.taken]])

    def advance(self) -> None:
        """Put the following sample next in line."""
        self.taken += 1
