"""The column of labels of a table."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from cmlabm.data.quoting import quoted
from cmlabm.data.table_checks import check_column, refuse_type
from cmlabm.errors import InputError


def labels_of(
    origin: object, frame: pd.DataFrame, label_column: str, where: str
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the label of each row as an index into the classes, and the classes, sorted.

    Args:
        origin: where the table is from, for messages.
        frame: its rows, numbered as a user finds them.
        label_column: the column that holds the class, whatever its type.
        where: what the numbers count.

    Raises:
        InputError: there is no such column, a label is missing or of another type, or there are
            not two classes of two rows each.
    """
    check_column(origin, [str(name) for name in frame.columns], label_column, "labels")
    column = frame[label_column]
    if column.isna().any():
        raise InputError(
            f"{quoted(origin)} has no label in column {quoted(label_column)}, {where} "
            f"{first(column.isna())}; every row needs one."
        )
    check_type(origin, label_column, column)
    names, counts = np.unique(column.astype(str), return_counts=True)
    labels, classes = pd.factorize(column, sort=True)
    if len(classes) < 2:
        raise InputError(
            f"{quoted(origin)} has {len(classes)} class in column {quoted(label_column)}; at least"
            " 2 are needed."
        )
    if counts.min() < 2:
        once = column.astype(str) == names[counts.argmin()]
        raise InputError(
            f"{quoted(origin)} has a class only once, in column {quoted(label_column)}, {where} "
            f"{first(once)}; every class needs at least 2 rows."
        )
    return labels.astype(np.int64), tuple(str(name) for name in classes)


def check_type(origin: object, name: str, column: "pd.Series[Any]") -> None:
    """Refuse a column that is neither numbers nor categories."""
    is_number = types.is_numeric_dtype(column) and not types.is_complex_dtype(column)
    is_category = types.is_string_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype)
    if not (is_number or is_category):
        refuse_type(origin, name)


def first(wrong: "pd.Series[bool]") -> Any:
    """Return the number of the first row that is wrong."""
    return wrong.index[wrong.to_numpy()][0]
