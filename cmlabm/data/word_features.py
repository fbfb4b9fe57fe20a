"""What counts of a text's words: their presence, their number, or their number weighted."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.data.dataset import Samples
from cmlabm.data.rows import BinaryRows
from cmlabm.data.weighted_rows import WeightedRows

FORMS = ("presence", "counts", "tf-idf")

type Texts = tuple[csr_array[Any, Any], NDArray[np.int64]]
"""How often each text has each word, shape (texts, words), and the label of each text."""


def in_form(features: str, train: Texts, test: Texts) -> tuple[Samples, Samples]:
    """Return training and test samples from the counts of words.

    "presence" gives zeros and ones, "counts" the counts. "tf-idf" gives each count of a word the
    weight ``ln((1 + n) / (1 + d)) + 1``, where d of the n training texts have the word, and scales
    each text to the length 1 (Euclid); test texts have the weights of the training texts. It is
    scikit-learn's ``TfidfTransformer`` with its defaults.

    Example:
        >>> labels = np.array([0, 1])
        >>> train = csr_array(np.array([[3.0, 4.0], [0.0, 2.0]])), labels
        >>> test = csr_array(np.array([[1.0, 0.0], [0.0, 0.0]])), labels
        >>> [part.dense().tolist() for part in in_form("presence", train, test)]
        [[[1.0, 1.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 0.0]]]
        >>> in_form("tf-idf", train, test)[0].dense().round(3).tolist()
        [[0.725, 0.688], [0.0, 1.0]]
    """
    if features == "presence":
        return _present(*train), _present(*test)
    if features == "tf-idf":
        from sklearn.feature_extraction.text import TfidfTransformer

        weights = TfidfTransformer().fit(train[0])
        train, test = ((csr_array(weights.transform(own)), labels) for own, labels in (train, test))
    return _weighted(*train), _weighted(*test)


def _present(counts: csr_array[Any, Any], labels: NDArray[np.int64]) -> Samples:
    rows = BinaryRows.of_positions(counts.indices, counts.indptr, counts.shape[1])
    return Samples(rows, labels)


def _weighted(counts: csr_array[Any, Any], labels: NDArray[np.int64]) -> Samples:
    counts.sort_indices()
    return Samples(WeightedRows(counts.astype(np.float64, copy=False)), labels)
