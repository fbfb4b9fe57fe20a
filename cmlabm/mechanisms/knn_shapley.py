"""The Shapley value of each submission for a classifier by nearest neighbours, exactly."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cmlabm.classifiers.interface import Classifier
from cmlabm.classifiers.rows import empty_rows
from cmlabm.data.dataset import Samples
from cmlabm.data.rows import Row
from cmlabm.declarations import parameter
from cmlabm.mechanisms.interface import LEARNT, Opening
from cmlabm.mechanisms.valued import Valued


@dataclass(frozen=True, kw_only=True)
class KNNShapley(Valued):
    """A bounty in proportion to what a nearest-neighbour classifier on the root set owes to each.

    Every submission is a player in the game of predicting the root set by its K nearest
    submissions, and a contributor is worth the sum of its submissions' Shapley values. Of whom this
    is positive the bounty is divided in proportion, when the market closes. No model is retrained;
    but what a sample is worth to its neighbours is not what it taught the shared model.

    Balanced but for the rounding: a sponsor pays the bounty, and nothing if nobody is worth
    anything.
    """

    id: ClassVar[str] = "knn-shapley"
    display_name: ClassVar[str] = "KNN-Shapley"
    formula: ClassVar[str] = "bounty in proportion to Σ s⁺, s the Shapley value for K neighbours"
    source: ClassVar[str] = "Jia et al. 2019 (PVLDB 12, 11), arXiv 1908.08619"

    neighbours: int = parameter(
        5, "how many neighbours predict", name="shapley_neighbours", unit="samples", ge=1, le=10**5
    )

    def values(
        self,
        market: Opening,
        first_model: Classifier,  # noqa: ARG002
    ) -> Mapping[int, float]:
        """Return the sum of the values of each account's submissions."""
        record = market.submissions
        learnt = [number for number, lesson in enumerate(record.lesson) if lesson == LEARNT]
        values = knn_shapley(
            distances_of(market.root, [record.row[number] for number in learnt]),
            [record.label[number] for number in learnt],
            market.root.labels,
            self.neighbours,
        )
        sums: dict[int, float] = {}
        for number, value in zip(learnt, values.tolist(), strict=True):
            sums[record.sender[number]] = sums.get(record.sender[number], 0.0) + value
        return sums


def knn_shapley(
    distances: Iterable[NDArray[np.generic]],
    labels: ArrayLike,
    root_labels: ArrayLike,
    neighbours: int,
) -> NDArray[np.float64]:
    """Return the Shapley value of each sample in predicting a root set by its nearest neighbours.

    What a set of samples comes to is, of each root sample, the number of the ``neighbours``
    nearest in the set that have its label, over ``neighbours``; the mean over the root set.

    Args:
        distances: of each root sample from all samples, shape (samples,); of equally near ones the
            first counts as nearer.
        labels: of the samples, shape (samples,).
        root_labels: of the root samples.
        neighbours: how many predict.

    Returns:
        Shape (samples,); together they come to what all samples do.

    Example:
        >>> knn_shapley([np.array([1, 2])], labels=[0, 1], root_labels=[0], neighbours=1)
        array([1., 0.])
    """
    label, root_label = np.asarray(labels), np.asarray(root_labels)
    values = np.zeros(len(label))
    for away, wanted in zip(distances, root_label.tolist(), strict=True):
        order = np.argsort(away, kind="stable")
        values[order] += _values_in_order(label[order] == wanted, neighbours)
    return values / max(len(root_label), 1)


def _values_in_order(matches: NDArray[np.bool], neighbours: int) -> NDArray[np.float64]:
    """Return the values of samples for one root sample, the nearest first (theorem 1).

    Args:
        matches: which have its label, shape (samples,).
        neighbours: how many predict.
    """
    size = len(matches)
    if not size:
        return np.zeros(0)
    place = np.arange(1, size + 1)
    weight = np.minimum(neighbours, place) / place / neighbours
    own = matches.astype(np.float64)
    values = np.append((own[:-1] - own[1:]) * weight[:-1], own[-1] * weight[-1])
    return np.cumsum(values[::-1])[::-1]


def distances_of(root: Samples, rows: Sequence[Row]) -> Iterator[NDArray[np.float64]]:
    """Return the squared distance (Euclid) of each root sample from some samples, shape (rows,).

    Example:
        >>> from cmlabm.data.rows import NumericRow
        >>> root = Samples(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))
        >>> [away.tolist() for away in distances_of(root, [NumericRow(np.array([3.0, 4.0]))])]
        [[25.0], [20.0]]
    """
    collected = empty_rows(root)
    for row in rows:
        collected.add(row)
    squares = np.array([row.square for row in rows])
    for number in range(len(root)):
        row = root.row(number)
        yield squares - 2.0 * collected.products(row) + row.square
