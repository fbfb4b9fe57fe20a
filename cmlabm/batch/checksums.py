"""Checksums that tell whether stored values are still as they were written."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cmlabm.batch.schema import CHECKSUMS
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters


def checksum(values: Any) -> str:
    """Return a digest of plain values.

    Example:
        >>> checksum([1, "a"]) == checksum([1, "b"])
        False
    """
    text = json.dumps(values, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def row_checksum(row: Mapping[str, Any], own: StudyParameters) -> str:
    """Return the checksum of a run's row.

    What is missing, and parameters at their default, do not count, so that it stays as it is when
    a later version or a user's class adds columns.
    """
    defaults = {name: declared.default for name, declared in (*BUILT_IN.items(), *own.items())}
    return checksum(
        {
            name: value
            for name, value in row.items()
            if name != CHECKSUMS[0] and value is not None and value != defaults.get(name)
        }
    )


def days_checksum(columns: Sequence[str], days: Sequence[Sequence[Any]]) -> str:
    """Return the checksum of a run's rows in a daily table; empty columns do not count."""
    used = [place for place in range(len(columns)) if any(day[place] is not None for day in days)]
    names = [columns[place] for place in used]
    return checksum([names, [[day[place] for place in used] for day in days]])


def is_whole(row: Mapping[str, Any], own: StudyParameters) -> bool:
    """Return whether a run's row is as it was written, as far as an earlier version noted it."""
    noted = row.get(CHECKSUMS[0])
    return noted is None or noted == row_checksum(row, own)
