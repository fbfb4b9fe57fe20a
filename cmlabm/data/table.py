"""A user's own table, from CSV or Parquet."""

import difflib
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
from cmlabm.data.table_checks import check_size, refuse_type
from cmlabm.data.table_file import WANTED, content_of, read_rows
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
    rows = _rows(_path(data_path), label_column)
    return split.split(
        "table",
        rows.features,
        rows.labels,
        numeric=rows.numeric,
        feature_names=rows.feature_names,
        classes=rows.classes,
        train_size=train_size,
        test_size=test_size,
    )


def fingerprint(data_path: str | None, label_column: str, train_size: int, test_size: int) -> str:
    """Return the fingerprint that `table` would give, even if the sizes leave some class out."""
    rows = _rows(_path(data_path), label_column)
    return split.fingerprint(
        rows.features, rows.labels, rows.feature_names, rows.classes, train_size, test_size
    )


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


class _Rows(NamedTuple):
    """All rows as they are in the file."""

    features: NDArray[np.float64]
    labels: NDArray[np.int64]
    numeric: NDArray[np.bool]
    feature_names: tuple[str, ...]
    classes: tuple[str, ...]


def _rows(path: Path, label_column: str) -> _Rows:
    frame, where = read_rows(path)
    labels, classes = _labels(path, frame, label_column, where)
    columns: list[tuple[list[str], NDArray[np.float64], bool]] = []
    width = 0
    for name, column in frame.drop(columns=label_column).items():
        columns.append(_features(path, str(name), column, where))
        width += len(columns[-1][0])
        check_size(path, len(frame), width)
    if not columns:
        raise InputError(f"{quoted(path)} has no column of features beside {quoted(label_column)}.")
    return _Rows(
        np.column_stack([values for _, values, _ in columns]),
        labels,
        np.array([numeric for names, _, numeric in columns for _ in names]),
        tuple(name for names, _, _ in columns for name in names),
        classes,
    )


def _labels(
    path: Path, frame: pd.DataFrame, label_column: str, where: str
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    if label_column not in frame.columns:
        near = difflib.get_close_matches(label_column, map(str, frame.columns), n=1, cutoff=0.7)
        raise InputError(
            f"{quoted(path)} has no column {quoted(label_column)} for the labels among its"
            f" {len(frame.columns)}" + (f" (nearest: {quoted(near[0])})." if near else ".")
        )
    column = frame[label_column]
    if column.isna().any():
        raise InputError(
            f"{quoted(path)} has no label in column {quoted(label_column)}, {where} "
            f"{_first(column.isna())}; every row needs one."
        )
    _check_type(path, label_column, column)
    names, counts = np.unique(column.astype(str), return_counts=True)
    labels, classes = pd.factorize(column, sort=True)
    if len(classes) < 2:
        raise InputError(
            f"{quoted(path)} has {len(classes)} class in column {quoted(label_column)}; at least 2"
            " are needed."
        )
    if counts.min() < 2:
        once = column.astype(str) == names[counts.argmin()]
        raise InputError(
            f"{quoted(path)} has a class only once, in column {quoted(label_column)}, {where} "
            f"{_first(once)}; every class needs at least 2 rows."
        )
    return labels.astype(np.int64), tuple(str(name) for name in classes)


def _features(
    path: Path, name: str, column: "pd.Series[Any]", where: str
) -> tuple[list[str], NDArray[np.float64], bool]:
    """Return the names and values of a column's features, and whether they are numeric."""
    if column.isna().any():
        raise InputError(
            f"{quoted(path)} has a missing value in column {quoted(name)}, {where} "
            f"{_first(column.isna())}; every feature needs a finite number or a category."
        )
    _check_type(path, name, column)
    if types.is_bool_dtype(column) or not types.is_numeric_dtype(column):
        return _categories(path, name, column)
    values = column.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        raise InputError(
            f"{quoted(path)} has an infinite value in column {quoted(name)}, {where} "
            f"{_first(column.abs() == np.inf)}; every feature needs a finite number."
        )
    return [name], values[:, None], True


def _check_type(path: Path, name: str, column: "pd.Series[Any]") -> None:
    is_number = types.is_numeric_dtype(column) and not types.is_complex_dtype(column)
    is_category = types.is_string_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype)
    if not (is_number or is_category):
        refuse_type(path, name)


def _categories(
    path: Path, name: str, column: "pd.Series[Any]"
) -> tuple[list[str], NDArray[np.float64], bool]:
    number = column.nunique()
    if number > MAX_CATEGORIES:
        raise InputError(
            f"{quoted(path)} has {number} different texts in column {quoted(name)}; at most"
            f" {MAX_CATEGORIES} are allowed as categories."
        )
    encoded = pd.get_dummies(column.astype(str), prefix=name, prefix_sep="=", dtype=np.float64)
    return list(encoded.columns), encoded.to_numpy(), False


def _first(wrong: "pd.Series[bool]") -> Any:
    return wrong.index[wrong.to_numpy()][0]
