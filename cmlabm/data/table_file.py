"""The rows of a table, or of texts, from a CSV or Parquet file; of texts also from JSON lines."""

import re
from pathlib import Path

import pandas as pd

from cmlabm.data import files, limits
from cmlabm.data.csv_file import csv_rows
from cmlabm.data.json_lines import is_json_lines, json_rows
from cmlabm.data.parquet_file import parquet_rows
from cmlabm.data.quoting import quoted
from cmlabm.data.table_checks import check_size
from cmlabm.data.text_columns import TextColumns
from cmlabm.errors import InputError

WANTED = "a CSV or Parquet file"
TEXTS_WANTED = "a CSV, Parquet or JSON-lines file"
_TABLE = "a CSV (UTF-8) or Parquet table"
_TEXTS = "a CSV or Parquet table or JSON lines (in UTF-8)"
_PARQUET_MAGIC = b"PAR1"


def content_of(path: Path, wanted: str = WANTED) -> bytes:
    """Return what is in a table's file.

    Args:
        path: the file.
        wanted: what it should be.

    Raises:
        InputError: it cannot be read, is no regular file, or has more bytes than the limit.
    """
    with files.refusing_unreadable(path, wanted):
        return files.content(path, limits.TABLE_BYTES)


def read_rows(path: Path, columns: TextColumns | None = None) -> tuple[pd.DataFrame, str]:
    """Return the rows, numbered as a user finds them in the file, and what the numbers count.

    Args:
        path: the file.
        columns: those that are read if the rows are texts; all otherwise.

    Raises:
        InputError: it is no such file, or larger than the limits. What is in the file is not told,
            as whoever named it need not be who may read it.
    """
    content = content_of(path, TEXTS_WANTED if columns else WANTED)
    try:
        if content.startswith(_PARQUET_MAGIC):
            frame, first, where = parquet_rows(path, content, columns), 1, "row"
        elif columns and is_json_lines(path, content):
            frame, first, where = json_rows(path, content, columns), 1, "line"
        elif columns:  # of several lines each
            frame, first, where = csv_rows(path, content, columns), 1, "row"
        else:
            frame, first, where = csv_rows(path, content), 2, "line"
    except InputError:
        raise
    except Exception as error:  # the libraries raise all kinds of exceptions for damaged files
        line = re.search(r"in line (\d+), saw", str(error))
        raise InputError(
            f"{quoted(path)} is not {_TEXTS if columns else _TABLE}"
            + (f": line {line[1]} has more values than the header." if line else ".")
        ) from error
    check_size(path, len(frame), len(frame.columns))
    return frame.set_axis(range(first, len(frame) + first)), where
