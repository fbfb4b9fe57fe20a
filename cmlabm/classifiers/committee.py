"""Several classifiers that vote."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier, Watch
from cmlabm.data.dataset import Features, Samples
from cmlabm.data.rows import Row


class Committee(Classifier):
    """Classifiers of which the majority decides; if votes are even, for the lower label.

    Attributes:
        members: the classifiers, fitted already; whoever has the committee teaches them.

    Example:
        >>> from cmlabm.classifiers.nearest_centroid import NearestCentroid
        >>> members = [NearestCentroid() for _ in range(3)]
        >>> samples = Samples(np.array([[0.0], [4.0]]), np.array([0, 1]))
        >>> for member in members:
        ...     member.fit(samples, np.random.default_rng(1))
        >>> Committee(members).predict(np.array([[1.0], [3.0]]))
        array([0, 1])
    """

    def __init__(self, members: Sequence[Classifier]) -> None:
        self.members = list(members)

    def fit(self, samples: Samples, rng: np.random.Generator) -> None:
        """Fit every member."""
        for member in self.members:
            member.fit(samples, rng)

    def predict(self, features: Features) -> NDArray[np.int64]:
        """Return the label that most members predict for each sample, shape (samples,)."""
        return majority([member.predict(features) for member in self.members])

    def label(self, row: Row) -> int:
        """Return the label that most members predict for one sample."""
        return int(majority([np.array([member.label(row)]) for member in self.members])[0])

    def update(self, row: Row, label: int) -> bool:
        """Have every member learn a sample, and return whether any prediction may have changed."""
        changes = [member.update(row, label) for member in self.members]
        return any(changes)

    def copy(self) -> Self:
        """Return a committee of copies."""
        return type(self)([member.copy() for member in self.members])

    def watch(self, like: Samples) -> Watch:
        """Return an empty set of samples that every member watches."""
        return CommitteeWatch([member.watch(like) for member in self.members])


class CommitteeWatch:
    """Samples that several classifiers watch, and of which the majority decides."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = watches

    def add(self, row: Row) -> None:
        """Append a sample."""
        for watch in self._watches:
            watch.add(row)

    def keep(self, positions: NDArray[np.intp]) -> None:
        """Drop all samples but those at some positions, given in increasing order."""
        for watch in self._watches:
            watch.keep(positions)

    def predictions(self, start: int, end: int) -> NDArray[np.int64]:
        """Return what most members now predict for samples in a row, shape (end - start,)."""
        return majority([watch.predictions(start, end) for watch in self._watches])


def majority(votes: Sequence[NDArray[np.bool] | NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the label with most votes for each sample; of several the lowest.

    Args:
        votes: what each voter predicts, each of shape (samples,).

    Example:
        >>> majority([np.array([2, 0]), np.array([2, 1]), np.array([0, 1])])
        array([2, 1])
    """
    cast = np.array(votes, dtype=np.int64)
    classes = int(cast.max(initial=0)) + 1
    counts = (cast == np.arange(classes)[:, np.newaxis, np.newaxis]).sum(axis=1)
    return np.asarray(counts.argmax(axis=0))
