"""Texts from a file with a JSON object in each line."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from cmlabm.data.csv_file import text_of
from cmlabm.data.quoting import quoted
from cmlabm.data.table_checks import check_size
from cmlabm.data.text_columns import TextColumns
from cmlabm.errors import InputError

_SUFFIXES = {".jsonl", ".ndjson", ".json"}
_OBJECT = re.compile(rb"(\xef\xbb\xbf)?\s*\{")


def is_json_lines(path: Path, content: bytes) -> bool:
    """Return whether a file is meant as JSON lines: by its name, or as it begins with an object.

    Example:
        >>> is_json_lines(Path("reviews.jsonl.gz"), b""), is_json_lines(Path("a"), b'{"text": "x"}')
        (True, True)
        >>> is_json_lines(Path("reviews.csv"), b"text,label")
        False
    """
    return bool(_SUFFIXES.intersection(path.suffixes[-2:]) or _OBJECT.match(content))


def json_rows(path: Path, content: bytes, columns: TextColumns) -> pd.DataFrame:
    """Return two columns of the objects in a file, one a line; the last lines may be empty.

    Raises:
        InputError: it is larger than the limits, a line is no object, or one that lacks a column.
        UnicodeDecodeError, EOFError, OSError: it is not UTF-8, or packed and damaged.
    """
    lines = text_of(path, content, "JSON lines").decode("utf-8-sig").rstrip().split("\n")
    check_size(path, len(lines), len(columns.names))
    rows = [_values(path, number, line, columns) for number, line in enumerate(lines, start=1)]
    return pd.DataFrame(rows, columns=columns.names)


def _values(path: Path, number: int, line: str, columns: TextColumns) -> Iterator[Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise InputError(f"{quoted(path)} has no JSON object in line {number}.")
    for name, what in ((columns.label, "label"), (columns.text, "text")):
        if name not in row:
            raise InputError(
                f"{quoted(path)} has no {quoted(name)} for the {what} in line {number}."
            )
        if isinstance(row[name], (dict, list)):
            raise InputError(
                f"{quoted(path)} has a list or an object for {quoted(name)} in line {number}."
            )
    return (row[name] for name in columns.names)
