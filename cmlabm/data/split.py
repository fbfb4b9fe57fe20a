"""A training and a test part for tables that come as one."""

import hashlib

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.data.quoting import quoted
from cmlabm.errors import InputError

_SPLIT_SEED = 20220912


def split(
    name: str,
    features: NDArray[np.float64],
    labels: NDArray[np.int64],
    *,
    numeric: NDArray[np.bool],
    feature_names: tuple[str, ...],
    classes: tuple[str, ...],
    train_size: int,
    test_size: int,
) -> Dataset:
    """Split a table's rows, always in the same way, and standardise its numeric features.

    Each class has about the same share of both parts. If fewer rows are there than asked for,
    all are used, in the ratio of the sizes. Numeric features get mean 0 and standard deviation 1
    over the training part; those that are constant there become 0.

    Args:
        name: the data set's.
        features: shape (rows, features).
        labels: shape (rows,), indices into the classes.
        numeric: shape (features,), which of them to standardise.
        feature_names: one for each feature.
        classes: one for each class; each has at least two rows.
        train_size: number of training samples wanted.
        test_size: number of test samples wanted.

    Raises:
        InputError: a part would have fewer rows than there are classes, or numbers cannot be
            standardised.
    """
    train, test = parts_of(name, labels, len(classes), train_size, test_size)
    scaled = _standardised(name, features, numeric, feature_names, train)
    return Dataset(
        name=name,
        train=Samples(scaled[train], labels[train]),
        test=Samples(scaled[test], labels[test]),
        classes=classes,
        features=feature_names,
        fingerprint=fingerprint(features, labels, feature_names, classes, train_size, test_size),
    )


def parts_of(
    name: str, labels: NDArray[np.int64], classes: int, train_size: int, test_size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which rows are the training part and which the test part; see `split`.

    Raises:
        InputError: a part would have fewer rows than there are classes.
    """
    rows = len(labels)
    train_rows, test_rows = part_sizes(rows, train_size, test_size)
    for parameter, size, part in (
        ("train_size", train_size, train_rows),
        ("test_size", test_size, test_rows),
    ):
        if part < classes:
            raise InputError(
                f"{parameter} = {size} gives {part} of the {rows} rows of '{name}'; "
                f"at least {classes} are needed, one for each class."
            )
    train, test = train_test_split(
        np.arange(rows),
        train_size=train_rows,
        test_size=test_rows,
        stratify=labels,
        random_state=_SPLIT_SEED,
    )
    return train, test


def fingerprint(
    features: NDArray[np.float64],
    labels: NDArray[np.int64],
    feature_names: tuple[str, ...],
    classes: tuple[str, ...],
    train_size: int,
    test_size: int,
) -> str:
    """Return the digest of a table's rows that are split in parts of these sizes."""
    sizes = part_sizes(len(labels), train_size, test_size)
    digest = hashlib.sha256(repr((feature_names, classes, *sizes)).encode())
    digest.update(features.astype("<f8").tobytes())
    digest.update(labels.astype("<i8").tobytes())
    return digest.hexdigest()


def part_sizes(rows: int, train_size: int, test_size: int) -> tuple[int, int]:
    """Return how many of some rows each part has, if so many samples are wanted."""
    if train_size + test_size <= rows:
        return train_size, test_size
    train_rows = round(rows * train_size / (train_size + test_size))
    return train_rows, rows - train_rows


def _standardised(
    name: str,
    features: NDArray[np.float64],
    numeric: NDArray[np.bool],
    feature_names: tuple[str, ...],
    train: NDArray[np.int64],
) -> NDArray[np.float64]:
    known = features[train]
    with np.errstate(all="ignore"):
        mean = np.where(numeric, known.mean(axis=0), 0.0)
        constant = np.ptp(known, axis=0) == 0
        spread = np.where(numeric & ~constant, known.std(axis=0), 1.0)
        scaled = np.where(numeric & constant, 0.0, (features - mean) / spread)
    finite = np.isfinite(scaled).all(axis=0) & np.isfinite(spread)
    if not finite.all():
        raise InputError(
            f"{quoted(name)} has numbers too large or too close to each other to be standardised"
            f" in column {quoted(feature_names[finite.argmin()])}."
        )
    return scaled
