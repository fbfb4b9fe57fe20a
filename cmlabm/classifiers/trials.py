"""What a classifier would be like if it learnt one more sample: tried without teaching it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.anew import labels_of
from cmlabm.classifiers.interface import Classifier
from cmlabm.classifiers.margins import of_truth
from cmlabm.data.dataset import Samples


def margins_after(classifier: Classifier, tried: Samples, on: Samples) -> NDArray[np.float64]:
    """Return how far samples lie on the side of their class after one more lesson, for several.

    A classifier that knows a sooner way has a method of this name. Any other is copied, and the
    copy taught, once for each lesson.

    Args:
        classifier: which learns nothing by this.
        tried: the lessons, of which each is tried by itself: features and the label sent with them.
        on: the samples whose margins are asked for, with their true labels.

    Returns:
        Shape (tried, on), as ``of_truth``; of a classifier without margins 1 for what is
        predicted right and -1 for what is not.

    Example:
        >>> from cmlabm.classifiers.nearest_centroid import NearestCentroid
        >>> model = NearestCentroid()
        >>> known = Samples(np.array([[0.0], [2.0]]), np.array([0, 1]))
        >>> model.fit(known, np.random.default_rng(1))
        >>> margins_after(model, Samples(np.array([[9.0], [9.0]]), np.array([0, 1])), known)
        array([[-8.125,  3.125],
               [15.125, -4.125]])
    """
    if hasattr(classifier, "margins_after"):
        own: NDArray[np.float64] = classifier.margins_after(tried, on)
        return own
    return np.array(
        [
            _margins_taught(classifier, tried, lesson, label, on)
            for lesson, label in enumerate(tried.labels.tolist())
        ]
    ).reshape(len(tried), len(on))


def products(one: Samples, other: Samples) -> NDArray[np.float64]:
    """Return the inner product of each sample with each of others, shape (one, other)."""
    inner: Any = one.features @ other.features.T
    return inner if isinstance(inner, np.ndarray) else np.asarray(inner.toarray())


def _margins_taught(
    classifier: Classifier, tried: Samples, lesson: int, label: int, on: Samples
) -> NDArray[np.float64]:
    taught = classifier.copy()
    taught.update(tried.row(lesson), label)
    margins = taught.margins(on.features)
    if margins is None:
        is_right = labels_of(taught.predict, on.features) == on.labels
        return np.where(is_right, 1.0, -1.0)
    own: NDArray[np.float64] = of_truth(margins[np.newaxis], on.labels)[0]
    return own
