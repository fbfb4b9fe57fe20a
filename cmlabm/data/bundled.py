"""Data sets that come with scikit-learn."""

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits

from cmlabm.data.dataset import Dataset
from cmlabm.data.split import split

_LOADERS = {"breast-cancer": load_breast_cancer, "digits": load_digits}


def bundled(name: str, train_size: int, test_size: int) -> Dataset:
    """Load "breast-cancer" (569 rows, two classes) or "digits" (1,797 rows, ten classes).

    Sources: W. H. Wolberg, W. N. Street, O. L. Mangasarian: Breast Cancer Wisconsin (Diagnostic),
    1995; E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, 1998; both from the
    UCI Machine Learning Repository.

    Args:
        name: which one.
        train_size: number of training samples wanted; see `split` for what there is.
        test_size: number of test samples wanted.

    Returns:
        Standardised features, shape (samples, 30) or (samples, 64).

    Examples:
        >>> digits = bundled("digits", train_size=1_000, test_size=500)
        >>> digits.train.features.shape, digits.test.features.shape, len(digits.classes)
        ((1000, 64), (500, 64), 10)
    """
    table = _LOADERS[name]()
    return split(
        name,
        table.data.astype(np.float64),
        table.target.astype(np.int64),
        numeric=np.ones(table.data.shape[1], dtype=np.bool),
        feature_names=tuple(str(feature) for feature in table.feature_names),
        classes=tuple(str(target) for target in table.target_names),
        train_size=train_size,
        test_size=test_size,
    )
