"""Who has which of the data: one queue for all, or a partition among the contributors."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cmlabm.agents.sample_queue import SampleQueue
from cmlabm.data.dataset import Samples


def partition(
    order: NDArray[np.int64],
    labels: NDArray[np.int64],
    parts: int,
    rng: np.random.Generator,
    alpha: float | None,
) -> Iterable[NDArray[np.int64]]:
    """Divide samples among agents.

    Args:
        order: which samples, in the order in which they are submitted, shape (samples,).
        labels: of these samples, shape (samples,).
        parts: among how many agents they are divided.
        rng: from which the shares of an uneven partition are drawn.
        alpha: None to give one to each in turn. Else the samples of each class are split by shares
            drawn from a symmetric Dirichlet distribution with this concentration (Hsu, Qi &
            Brown 2019, arXiv 1909.06335): the lower, the fewer classes each agent has.

    Returns:
        What each agent gets, in the same order.

    Example:
        >>> order, labels = np.arange(5), np.zeros(5, dtype=np.int64)
        >>> [part.tolist() for part in partition(order, labels, 2, np.random.default_rng(1), None)]
        [[0, 2, 4], [1, 3]]
    """
    if alpha is None:
        return [order[part::parts] for part in range(parts)]
    owner = np.zeros(len(order), dtype=np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        ends = np.cumsum(rng.dirichlet(np.full(parts, alpha)))
        place = (np.arange(len(members)) + 0.5) / len(members)
        owner[members] = np.minimum(np.searchsorted(ends, place), parts - 1)
    return [order[owner == part] for part in range(parts)]


def queues_of(
    train: Samples,
    order: NDArray[np.int64],
    submits: Sequence[bool],
    *,
    shared: bool,
    rng: np.random.Generator,
    alpha: float | None,
) -> list[SampleQueue]:
    """Return the queue of each contributor; all have the same one if the data are shared.

    Args:
        train: the training samples.
        order: which of them are to be submitted, in their order, shape (samples,).
        submits: of each contributor, whether it submits data of its own; else its queue is empty.
        shared: whether all submit from one queue.
        rng: from which an uneven partition is drawn.
        alpha: see ``partition``.
    """
    if shared:
        return [SampleQueue(train, order)] * len(submits)
    parts = iter(partition(order, train.labels[order], sum(submits), rng, alpha))
    return [SampleQueue(train, next(parts) if own else order[:0]) for own in submits]
