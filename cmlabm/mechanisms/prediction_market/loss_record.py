"""What each submission did to the loss on the test set, kept secret until the market closes."""

from copy import deepcopy
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier, ErrorCount
from cmlabm.data.dataset import Samples
from cmlabm.mechanisms.interface import Record


class LossRecord:
    """The number of errors on the test set before all submissions and after each.

    Attributes:
        commitment: the digest of the test set, published before the first submission.
    """

    def __init__(self, classifier: Classifier, test: Samples, count: ErrorCount) -> None:
        """Commit to the test set and count the errors on it.

        Args:
            classifier: as it is before all submissions.
            test: the hidden test set.
            count: of the classifier's errors on it.
        """
        self.commitment = digest(test)
        self._first_model = deepcopy(classifier)
        self._count = count
        self._errors = [count.now()]

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

    def retrained(self, submissions: Record, chosen: NDArray[np.bool]) -> Classifier:
        """Return the first model after learning from some of the submissions, in their order."""
        for number in np.flatnonzero(chosen).tolist():
            self._first_model.update(submissions.row[number], submissions.label[number])
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
