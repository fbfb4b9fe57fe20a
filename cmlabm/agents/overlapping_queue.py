"""Training data of which several contributors are to submit each sample."""

import numpy as np
from numpy.typing import NDArray

from cmlabm.agents.sample_queue import SampleQueue
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row


class Uses:
    """How many contributors have used up each sample, and whose queues it waits in.

    Attributes:
        overlap: by how many each is to be used up.
    """

    def __init__(self, overlap: int) -> None:
        self.overlap = overlap
        self._counts: dict[int, int] = {}
        self._queues: list[OverlappingQueue] = []

    def join(self, queue: "OverlappingQueue") -> None:
        """Count the uses of one more contributor's queue too."""
        self._queues.append(queue)

    def are_enough(self, sample: int) -> bool:
        """Return whether as many as there should be have used a sample up."""
        return self._counts.get(sample, 0) >= self.overlap

    def add(self, sample: int) -> None:
        """Note that one more contributor has used a sample up."""
        self._counts[sample] = self._counts.get(sample, 0) + 1
        if self._counts[sample] == self.overlap:
            for queue in self._queues:
                queue.lose(sample)


class OverlappingQueue(SampleQueue):
    """The samples of one contributor among several who are all handed the same, in one order.

    A sample leaves its queue when it has used it up, or when enough others have.

    Example:
        >>> samples = Samples(np.zeros((3, 1)), np.array([5, 6, 7]))
        >>> uses = Uses(overlap=1)
        >>> ada, bob = (OverlappingQueue(samples, np.arange(3), uses) for _ in range(2))
        >>> ada.advance()
        >>> ada.label, bob.label, len(bob)
        (6, 6, 2)
    """

    def __init__(self, samples: Samples, order: NDArray[np.int64], uses: Uses) -> None:
        super().__init__(samples, order)
        self._uses = uses
        self._own: set[int] = set()
        self._left = len(order)
        uses.join(self)

    def __len__(self) -> int:
        """Return how many samples are left."""
        return self._left

    @property
    def row(self) -> Row:
        """The features of the sample next in line."""
        self._leave_out(1)
        return super().row

    @property
    def label(self) -> int:
        """The true label of the sample next in line."""
        self._leave_out(1)
        return super().label

    def ahead(self, count: int) -> Samples:
        """Return the samples that come next, so many or as many as there are."""
        self._leave_out(count)
        return super().ahead(count)

    def row_ahead(self, place: int) -> Row:
        """Return the features of the sample at a place in the line; 0 is next."""
        self._leave_out(place + 1)
        return super().row_ahead(place)

    def advance(self) -> None:
        """Put the following sample next in line: this one was accepted, or discarded."""
        self.draw_out(0)

    def draw_out(self, place: int) -> None:
        """Use up the sample at a place in the line; the others keep their order."""
        self._leave_out(place + 1)
        sample = self._indices[self.taken + place]
        super().draw_out(place)
        self._own.add(sample)
        self._left -= 1
        self._uses.add(sample)

    def lose(self, sample: int) -> None:
        """Note that enough others have used a sample up."""
        self._left -= sample not in self._own

    def _leave_out(self, count: int) -> None:
        """Drop what enough others have used up before so many that they have not."""
        place = self.taken
        while place < min(self.taken + count, len(self._indices)):
            if self._uses.are_enough(self._indices[place]):
                del self._indices[place], self._labels[place]
            else:
                place += 1
