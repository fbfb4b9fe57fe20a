"""Who has which of the data: one queue for all, or a partition among the contributors."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cmlabm.agents.overlapping_queue import OverlappingQueue, Uses
from cmlabm.agents.sample_queue import SampleQueue
from cmlabm.data.dataset import Samples


def partition(
    order: NDArray[np.int64],
    labels: NDArray[np.int64],
    parts: int,
    rng: np.random.Generator,
    alpha: float | None,
    overlap: int = 1,
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
        overlap: to how many different agents each sample is given, at most ``parts``.

    Returns:
        What each agent gets, in the same order.

    Example:
        >>> order, labels = np.arange(5), np.zeros(5, dtype=np.int64)
        >>> [part.tolist() for part in partition(order, labels, 2, np.random.default_rng(1), None)]
        [[0, 2, 4], [1, 3]]
        >>> three = partition(order, labels, 3, np.random.default_rng(1), None, overlap=2)
        >>> [part.tolist() for part in three]
        [[0, 2, 3, 4], [0, 1, 4], [1, 2, 3]]
    """
    if alpha is None:
        owners = _in_turn(len(order), parts, overlap)
    else:
        owners = _by_shares(labels, parts, rng, alpha, overlap)
    return [order[(owners == part).any(axis=0)] for part in range(parts)]


def _in_turn(size: int, parts: int, overlap: int) -> NDArray[np.int64]:
    """Return to whom samples are given in turn, shape (overlap, samples).

    Whom an agent shares its samples with changes from one round to the next.
    """
    place = np.arange(size)
    owners = np.tile(place % max(parts, 1), (overlap, 1))
    for copy in range(1, overlap):
        step = 1 + (place // parts + copy - 1) % (parts - 1)
        owners[copy] = (place + step) % parts
    return owners


def _by_shares(
    labels: NDArray[np.int64], parts: int, rng: np.random.Generator, alpha: float, overlap: int
) -> NDArray[np.int64]:
    """Return to whom samples are given by shares of each class, shape (overlap, samples)."""
    owners = np.zeros((overlap, len(labels)), dtype=np.int64)
    further = rng.spawn(1)[0]
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        shares = rng.dirichlet(np.full(parts, alpha))
        place = (np.arange(len(members)) + 0.5) / len(members)
        owners[0, members] = np.minimum(np.searchsorted(np.cumsum(shares), place), parts - 1)
        for copy in range(1, overlap):
            owners[copy, members] = _drawn(shares, owners[:copy, members], further)
    return owners


def _drawn(
    shares: NDArray[np.float64], had: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return one more agent for each sample, drawn by their shares among those without it.

    Args:
        shares: of each agent, shape (parts,).
        had: who has each sample already, shape (copies, samples).
        rng: from which they are drawn.
    """
    samples = np.arange(had.shape[1])
    weights = np.tile(shares, (len(samples), 1))
    weights[samples, had] = 0
    nobody = ~weights.any(axis=1)  # the shares of all others were too small to be told from 0
    weights[nobody] = 1
    weights[samples[nobody], had[:, nobody]] = 0
    ends = np.cumsum(weights, axis=1)
    place = rng.random(len(samples)) * ends[:, -1]
    return (ends <= place[:, np.newaxis]).sum(axis=1)


def queues_of(
    train: Samples,
    order: NDArray[np.int64],
    submits: Sequence[bool],
    *,
    shared: bool,
    rng: np.random.Generator,
    alpha: float | None,
    overlap: int,
) -> list[SampleQueue]:
    """Return the queue of each contributor; all have the same one if the data are shared.

    If each sample is to be submitted by several, all have queues of their own, of the same samples
    if these are shared.

    Args:
        train: the training samples.
        order: which of them are to be submitted, in their order, shape (samples,).
        submits: of each contributor, whether it submits data of its own; else its queue is empty.
        shared: whether all submit from one queue.
        rng: from which an uneven partition is drawn.
        alpha: see ``partition``.
        overlap: how many contributors are to submit each sample, at most those who submit any.
    """
    if shared and overlap == 1:
        return [SampleQueue(train, order)] * len(submits)
    if shared:
        uses = Uses(overlap)
        return [
            OverlappingQueue(train, order, uses) if own else SampleQueue(train, order[:0])
            for own in submits
        ]
    parts = iter(partition(order, train.labels[order], sum(submits), rng, alpha, overlap))
    return [SampleQueue(train, next(parts) if own else order[:0]) for own in submits]
