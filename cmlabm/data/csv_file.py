"""The rows of a CSV file."""

import csv
import io
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from cmlabm.data import limits
from cmlabm.data.compression import unpacked
from cmlabm.data.quoting import quoted
from cmlabm.data.table_checks import check_names, check_size, check_unpacked
from cmlabm.data.text_columns import TextColumns
from cmlabm.errors import InputError

_COMPRESSED = (".gz", ".bz2", ".xz")


def csv_rows(path: Path, content: bytes, columns: TextColumns | None = None) -> pd.DataFrame:
    """Return the rows of a CSV file of this name and content.

    Args:
        path: its name.
        content: what is in it.
        columns: those that are read if the rows are texts; "NA" and the like are then what they
            say.

    Raises:
        InputError: it is larger than the limits, binary, or has two columns of one name.
        ValueError, OSError, EOFError, pd.errors.ParserWarning: it is no CSV file.
    """
    content = text_of(path, content, "a CSV (UTF-8) or Parquet table")
    names = _header(path, content)
    check_size(path, 0, len(names))
    check_names(path, names)
    chosen: dict[str, Any] = {}
    if columns:
        columns.check(path, names)
        chosen = {
            "dtype": {columns.text: str},
            "keep_default_na": False,
            "na_values": {columns.label: [""]},
        }
    with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):
        rows: pd.DataFrame = pd.read_csv(
            io.BytesIO(content),
            index_col=False,
            low_memory=False,
            nrows=limits.TABLE_ROWS + 1,
            **chosen,
        )
    return rows[columns.names] if columns else rows


def text_of(path: Path, content: bytes, wanted: str) -> bytes:
    """Return what is in a file of text, unpacked if its name says that it is packed.

    Args:
        path: its name.
        content: what is in it.
        wanted: what it should be.

    Raises:
        InputError: it is larger than the limits, or binary.
        OSError, EOFError: it is packed and damaged.
    """
    if path.suffix in _COMPRESSED:
        content = unpacked(io.BytesIO(content)).read(limits.TABLE_BYTES + 1)
        check_unpacked(path, len(content), limits.TABLE_BYTES)
    if b"\0" in content:
        raise InputError(f"{quoted(path)} is not {wanted}: NUL is in it.")
    return content


def _header(path: Path, content: bytes) -> list[str]:
    """Return the names of a CSV file's columns, without those that are empty.

    pandas would rename columns of the same name, and take hours for a line of a million names.
    """
    start = content[: limits.HEADER_BYTES]
    is_cut = len(start) < len(content)
    if is_cut:
        start = start[: max(start.rfind(b"\n"), start.rfind(b"\r")) + 1]
    lines = io.StringIO(start.decode("utf-8-sig"), newline="")
    try:
        for names in csv.reader(lines, strict=is_cut):
            if len(names) > 1 or "".join(names).strip():
                return names
    except csv.Error:
        pass
    if is_cut:
        raise InputError(
            f"{quoted(path)} has no line of names within the first"
            f" {limits.HEADER_BYTES / limits.MIB:g} MiB, as a CSV table would."
        )
    return []
