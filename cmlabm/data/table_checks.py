"""What a table of either format must be like."""

from pathlib import Path
from typing import NoReturn

from cmlabm.data import limits
from cmlabm.data.quoting import quoted
from cmlabm.errors import InputError


def check_size(path: Path, rows: int, columns: int) -> None:
    """Refuse a table of more rows, columns or values than are read."""
    for number, most, what in (
        (rows, limits.TABLE_ROWS, "rows"),
        (columns, limits.TABLE_COLUMNS, "columns"),
        (rows * columns, limits.TABLE_VALUES, "values"),
    ):
        if number > most:
            raise InputError(f"{quoted(path)} has more than {most:,} {what}; no more are read.")


def check_unpacked(path: Path, size: int, most: int) -> None:
    """Refuse a table that is larger than it looks."""
    if size > most:
        raise InputError(
            f"{quoted(path)} unpacks to more than {most / limits.MIB:g} MiB; no more are read."
        )


def check_names(path: Path, names: list[str]) -> None:
    """Refuse a table with columns of the same name; those without a name may be several."""
    seen = set()
    for name in filter(None, names):
        if name in seen:
            raise InputError(f"{quoted(path)} has more than one column {quoted(name)}.")
        seen.add(name)


def refuse_type(path: Path, name: str) -> NoReturn:
    """Refuse a column that is neither numbers nor categories."""
    raise InputError(
        f"{quoted(path)} has values of another type in column {quoted(name)}; "
        "numbers, texts and booleans are allowed."
    )
