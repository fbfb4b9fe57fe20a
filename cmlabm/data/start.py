"""What starts the model, what is set aside for checks, and what is left to be submitted."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.errors import InputError


class Start(NamedTuple):
    """The training samples of a market, divided.

    Attributes:
        initial: what the model is fitted to.
        root: the root set, of no samples if nobody needs one.
        rest: which of the training samples are to be submitted, in their order.
    """

    initial: Samples
    root: Samples
    rest: NDArray[np.int64]


def start_of(
    dataset: Dataset, order: NDArray[np.int64], initial_fraction: float, root_size: int
) -> Start:
    """Divide training samples; the root set is the last of the initial ones.

    Args:
        dataset: of whose training samples some are used.
        order: which of them, in the order in which they are used, shape (samples,).
        initial_fraction: the share of them that are initial ones.
        root_size: how many of the initial ones are set aside.

    Raises:
        InputError: there is a class of which no sample starts the model, or of which none is in a
            root set that is needed.

    Example:
        >>> samples = Samples(np.arange(6.0)[:, np.newaxis], np.array([0, 1, 0, 1, 0, 1]))
        >>> dataset = Dataset("six", samples, samples, ("no", "yes"), ("x",), "")
        >>> start = start_of(dataset, np.arange(6), initial_fraction=0.67, root_size=2)
        >>> start.initial.labels, start.root.labels, start.rest
        (array([0, 1]), array([0, 1]), array([4, 5]))
    """
    initial_size = round(initial_fraction * len(order))
    start_size = initial_size - root_size
    initial = dataset.train.take(order[:start_size])
    root = dataset.train.take(order[start_size:initial_size])
    if missing := _first_missing(dataset, initial):
        raise InputError(
            f"initial_fraction = {initial_fraction:g}: the {start_size} samples that start"
            f" the model have none of class {missing}; start with more"
        )
    if root_size and (missing := _first_missing(dataset, root)):
        raise InputError(
            f"root_size = {root_size}: the root set has no sample of class {missing}; it must be"
            f" larger"
        )
    return Start(initial, root, order[initial_size:])


def _first_missing(dataset: Dataset, samples: Samples) -> str:
    """Return the name of the first class of which there is no sample; empty if of none."""
    missing = np.setdiff1d(np.arange(len(dataset.classes)), samples.labels)
    return repr(dataset.classes[missing[0]]) if len(missing) else ""
