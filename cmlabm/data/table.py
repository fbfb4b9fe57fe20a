"""A user's own table, from CSV or Parquet."""

import difflib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from cmlabm.data.dataset import Dataset
from cmlabm.data.split import split
from cmlabm.errors import InputError

MAX_CATEGORIES = 100
"""Most distinct values that a column of categories may have."""

_PARQUET_MAGIC = b"PAR1"


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
            neither numbers nor categories, or there are not two classes of two rows each.
    """
    if data_path is None:
        raise InputError("data_path is not given; data = 'table' needs a CSV or Parquet file.")
    path = Path(data_path).expanduser()
    frame, where = _read(path)
    labels, classes = _labels(path, frame, label_column, where)
    columns = [
        _features(path, str(name), column, where)
        for name, column in frame.drop(columns=label_column).items()
    ]
    if not columns:
        raise InputError(f"'{path}' has no column of features beside '{label_column}'.")
    return split(
        "table",
        np.column_stack([values for _, values, _ in columns]),
        labels,
        numeric=np.array([numeric for names, _, numeric in columns for _ in names]),
        feature_names=tuple(name for names, _, _ in columns for name in names),
        classes=classes,
        train_size=train_size,
        test_size=test_size,
    )


def _read(path: Path) -> tuple[pd.DataFrame, str]:
    """Return the rows, numbered as a user finds them in the file, and what the numbers count."""
    try:
        with path.open("rb") as file:
            is_parquet = file.read(len(_PARQUET_MAGIC)) == _PARQUET_MAGIC
        if is_parquet:
            frame = pd.read_parquet(path).reset_index(drop=True)
            return frame.set_axis(range(1, len(frame) + 1)), "row"
        with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
            frame = pd.read_csv(path, index_col=False, low_memory=False)
        return frame.set_axis(range(2, len(frame) + 2)), "line"
    except FileNotFoundError as error:
        raise InputError(
            f"data_path = '{path}' does not exist; give a CSV or Parquet file."
        ) from error
    except OSError as error:
        raise InputError(
            f"data_path = '{path}' cannot be read: {error.strerror or error}."
        ) from error
    except (ValueError, pd.errors.ParserWarning) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"'{path}' is not a CSV (UTF-8) or Parquet table: {reason}") from error


def _labels(
    path: Path, frame: pd.DataFrame, label_column: str, where: str
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    columns = [str(column) for column in frame.columns]
    if label_column not in columns:
        nearest = difflib.get_close_matches(label_column, columns, n=1, cutoff=0)
        raise InputError(
            f"'{path}' has no column '{label_column}' for the labels; it has "
            f"{', '.join(columns)}" + (f" (nearest: {nearest[0]})." if nearest else ".")
        )
    column = frame[label_column]
    if column.isna().any():
        raise InputError(
            f"'{path}' has no label in column '{label_column}', {where} "
            f"{_first(column.isna())}; every row needs one."
        )
    _check_type(path, label_column, column)
    names, counts = np.unique(column.astype(str), return_counts=True)
    labels, classes = pd.factorize(column, sort=True)
    if len(classes) < 2:
        raise InputError(
            f"'{path}' has {len(classes)} class in column '{label_column}'; at least 2 are needed."
        )
    if counts.min() < 2:
        rare = names[counts.argmin()]
        raise InputError(
            f"'{path}' has class '{rare}' only once, in column '{label_column}', {where} "
            f"{_first(column.astype(str) == rare)}; every class needs at least 2 rows."
        )
    return labels.astype(np.int64), tuple(str(name) for name in classes)


def _features(
    path: Path, name: str, column: "pd.Series[Any]", where: str
) -> tuple[list[str], NDArray[np.float64], bool]:
    """Return the names and values of a column's features, and whether they are numeric."""
    if column.isna().any():
        raise InputError(
            f"'{path}' has a missing value in column '{name}', {where} "
            f"{_first(column.isna())}; every feature needs a finite number or a category."
        )
    _check_type(path, name, column)
    if types.is_bool_dtype(column) or not types.is_numeric_dtype(column):
        return _categories(path, name, column, where)
    values = column.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        raise InputError(
            f"'{path}' has an infinite value in column '{name}', {where} "
            f"{_first(column.abs() == np.inf)}; every feature needs a finite number."
        )
    return [name], values[:, None], True


def _check_type(path: Path, name: str, column: "pd.Series[Any]") -> None:
    is_number = types.is_numeric_dtype(column) and not types.is_complex_dtype(column)
    is_category = types.is_string_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype)
    if not (is_number or is_category):
        raise InputError(
            f"'{path}' has {column.dtype} in column '{name}'; "
            "numbers, texts and booleans are allowed."
        )


def _categories(
    path: Path, name: str, column: "pd.Series[Any]", where: str
) -> tuple[list[str], NDArray[np.float64], bool]:
    if column.nunique() > MAX_CATEGORIES:
        raise InputError(
            f"'{path}' has {column.nunique()} different texts in column '{name}' (first: "
            f"'{column.iloc[0]}', {where} {column.index[0]}); at most {MAX_CATEGORIES} are "
            "allowed as categories."
        )
    encoded = pd.get_dummies(column.astype(str), prefix=name, prefix_sep="=", dtype=np.float64)
    return list(encoded.columns), encoded.to_numpy(), False


def _first(wrong: "pd.Series[bool]") -> Any:
    return wrong.index[wrong.to_numpy()][0]
