"""How far samples lie on the side of a class."""

import numpy as np
from numpy.typing import NDArray


def of_truth(margins: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far samples lie on the side of their true class.

    Args:
        margins: for two classes shape (lessons, samples), above 0 for label 1; for more (lessons,
            samples, classes).
        labels: the true ones, shape (samples,).

    Returns:
        Shape (lessons, samples): for two classes the margin with its sign, for more that of the
        true class less the largest of the others.

    Example:
        >>> of_truth(np.array([[[5.0, 2.0, 1.0], [5.0, 2.0, 1.0]]]), np.array([0, 2]))
        array([[ 3., -4.]])
    """
    if margins.ndim == 2:
        return np.where(labels == 1, margins, -margins)
    is_true = labels[:, np.newaxis] == np.arange(margins.shape[-1])
    others = np.where(is_true, -np.inf, margins).max(axis=-1)
    return np.asarray(margins[:, is_true] - others)
