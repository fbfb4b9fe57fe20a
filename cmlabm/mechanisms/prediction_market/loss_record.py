"""What each submission did to the loss on the test set, kept secret until the market closes."""

from copy import deepcopy
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from cmlabm.classifiers.interface import Classifier
from cmlabm.data.dataset import Samples
from cmlabm.mechanisms.interface import Record


class LossRecord:
    """The number of errors on the test set before all submissions and after each.

    Attributes:
        commitment: the digest of the test set, published before the first submission.
    """

    def __init__(self, classifier: Classifier, test: Samples) -> None:
        self.commitment = digest(test)
        self._test = test
        self._first_model = deepcopy(classifier)
        self._errors = [self._count(classifier)]

    def note(self, classifier: Classifier, changed: bool) -> None:
        """Record the errors after a submission that may have changed the classifier."""
        self._errors.append(self._count(classifier) if changed else self._errors[-1])

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

    def _count(self, classifier: Classifier) -> int:
        wrong = classifier.predict(self._test.features) != self._test.labels
        return int(np.count_nonzero(wrong))


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
