"""A user's own table, from CSV or Parquet."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from cmlabm.data import files, split
from cmlabm.data.dataset import Dataset
from cmlabm.data.quoting import quoted
from cmlabm.data.table_checks import check_size
from cmlabm.data.table_file import WANTED, content_of, read_rows
from cmlabm.data.table_labels import check_type, first, labels_of
from cmlabm.errors import InputError

MAX_CATEGORIES = 100
"""Most distinct values that a column of categories may have."""


def table(data_path: str | None, label_column: str, train_size: int, test_size: int) -> Dataset:
    """Load a table with one row a sample: a column of labels, all others features.

    Numeric columns are features as they are; columns of texts or booleans are categories and give
    a feature of zeros and ones for each of their values.

    Args:
        data_path: a CSV file (UTF-8, with a header line) or a Parquet file.
        label_column: the column that holds the class, whatever its type.
        train_size: number of training samples wanted; see `split` for what there is.
        test_size: number of test samples wanted.

    Returns:
        Dense features, the numeric ones standardised; the classes in sorted order.

    Raises:
        InputError: there is no such file or column, a value is missing or infinite, a column is
            neither numbers nor categories, or there are not two classes of two rows each. Whoever
            cannot name the label column learns nothing of what is in the file.
    """
    return _rows(_path(data_path), label_column).split("table", train_size, test_size)


def fingerprint(data_path: str | None, label_column: str, train_size: int, test_size: int) -> str:
    """Return the fingerprint that `table` would give, even if the sizes leave some class out."""
    return _rows(_path(data_path), label_column).fingerprint(train_size, test_size)


def content_digest(data_path: str | None) -> str:
    """Return the SHA-256 of a table's file.

    What this process has read once it does not read again until its size or time of change differs.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    path = _path(data_path)
    with files.refusing_unreadable(path, WANTED):
        state = path.stat()
    return _digest(path, state.st_mtime_ns, state.st_size)


@lru_cache
def _digest(path: Path, *_state: int) -> str:
    return hashlib.sha256(content_of(path)).hexdigest()


def _path(data_path: str | None) -> Path:
    if not data_path:
        raise InputError("data_path is not given; data = 'table' needs a CSV or Parquet file.")
    return files.located(data_path)


class TableRows(NamedTuple):
    """All rows of a table.

    Attributes:
        features: shape (rows, features).
        labels: indices into the classes, shape (rows,).
        numeric: which of the features are numbers, not categories; shape (features,).
        feature_names: one for each feature.
        classes: one for each class, sorted.
    """

    features: NDArray[np.float64]
    labels: NDArray[np.int64]
    numeric: NDArray[np.bool]
    feature_names: tuple[str, ...]
    classes: tuple[str, ...]

    def split(self, name: str, train_size: int, test_size: int) -> Dataset:
        """Return them in two parts; see `split.split`."""
        return split.split(
            name,
            self.features,
            self.labels,
            numeric=self.numeric,
            feature_names=self.feature_names,
            classes=self.classes,
            train_size=train_size,
            test_size=test_size,
        )

    def fingerprint(self, train_size: int, test_size: int) -> str:
        """Return the fingerprint of the parts, even if the sizes leave some class out."""
        return split.fingerprint(
            self.features, self.labels, self.feature_names, self.classes, train_size, test_size
        )


def _rows(path: Path, label_column: str) -> TableRows:
    frame, where = read_rows(path)
    return rows_of(path, frame, label_column, where)


def rows_of(origin: object, frame: pd.DataFrame, label_column: str, where: str) -> TableRows:
    """Return the rows of a table as features and labels.

    Args:
        origin: where it is from, for messages.
        frame: its rows, numbered as a user finds them.
        label_column: the column that holds the class; all others are features.
        where: what the numbers count.

    Raises:
        InputError: see `table`.
    """
    labels, classes = labels_of(origin, frame, label_column, where)
    columns: list[tuple[list[str], NDArray[np.float64], bool]] = []
    width = 0
    for name, column in frame.drop(columns=label_column).items():
        columns.append(_features(origin, str(name), column, where))
        width += len(columns[-1][0])
        check_size(origin, len(frame), width)
    if not columns:
        raise InputError(
            f"{quoted(origin)} has no column of features beside {quoted(label_column)}."
        )
    return TableRows(
        np.column_stack([values for _, values, _ in columns]),
        labels,
        np.array([numeric for names, _, numeric in columns for _ in names]),
        tuple(name for names, _, _ in columns for name in names),
        classes,
    )


def _features(
    origin: object, name: str, column: "pd.Series[Any]", where: str
) -> tuple[list[str], NDArray[np.float64], bool]:
    """Return the names and values of a column's features, and whether they are numeric."""
    if column.isna().any():
        raise InputError(
            f"{quoted(origin)} has a missing value in column {quoted(name)}, {where} "
            f"{first(column.isna())}; every feature needs a finite number or a category."
        )
    check_type(origin, name, column)
    if types.is_bool_dtype(column) or not types.is_numeric_dtype(column):
        return _categories(origin, name, column)
    values = column.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        raise InputError(
            f"{quoted(origin)} has an infinite value in column {quoted(name)}, {where} "
            f"{first(column.abs() == np.inf)}; every feature needs a finite number."
        )
    return [name], values[:, None], True


def _categories(
    origin: object, name: str, column: "pd.Series[Any]"
) -> tuple[list[str], NDArray[np.float64], bool]:
    number = column.nunique()
    if number > MAX_CATEGORIES:
        raise InputError(
            f"{quoted(origin)} has {number} different texts in column {quoted(name)}; at most"
            f" {MAX_CATEGORIES} are allowed as categories."
        )
    encoded = pd.get_dummies(column.astype(str), prefix=name, prefix_sep="=", dtype=np.float64)
    return list(encoded.columns), encoded.to_numpy(), False
