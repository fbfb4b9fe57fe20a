"""What each submission did to the loss on the test set, kept secret until the market closes."""

from copy import deepcopy
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Samples
from cmlabm.mechanisms.interface import LEARNT, Opening


class LossRecord:
    """The number of errors on the test set before all submissions and after each.

    Attributes:
        commitment: the digest of the test set, published before the first submission.
    """

    def __init__(self, market: Opening) -> None:
        """Commit to the test set and count the errors on it."""
        self.commitment = digest(market.test)
        self._first_model = deepcopy(market.classifier)
        self._count = market.errors
        self._errors = [self._count.now()]
        self._lesson = market.submissions.lesson
        self._teach = market.teach

    def note(self, changed: bool) -> None:
        """Record the errors after a submission that may have changed the classifier."""
        self._errors.append(self._count.now() if changed else self._errors[-1])

    def reveal(self, test: Samples) -> list[int]:
        """Return the errors, once the test set is shown to be the one committed to.

        Raises:
            ValueError: it is another.
        """
        if digest(test) != self.commitment:
            raise ValueError("the test set revealed is not the one committed to")
        return self._errors

    def retrained(self, chosen: NDArray[np.bool]) -> Classifier:
        """Return the first model after learning from some of the submissions, in their order.

        What the shared model did not learn is left out here as well.
        """
        for number in np.flatnonzero(chosen).tolist():
            if self._lesson[number] == LEARNT:
                self._teach(self._first_model, number)
        return self._first_model


def digest(samples: Samples) -> str:
    """Return the SHA-256 digest of samples' labels and features."""
    features = samples.features
    parts = (
        (features,)
        if isinstance(features, np.ndarray)
        else (features.indptr, features.indices, features.data)
    )
    content = sha256(np.ascontiguousarray(samples.labels).tobytes())
    for part in parts:
        content.update(np.ascontiguousarray(part).tobytes())
    return content.hexdigest()
