"""What a table of either format must be like."""

from difflib import get_close_matches
from typing import NoReturn

from cmlabm.data import limits
from cmlabm.data.quoting import quoted
from cmlabm.errors import InputError


def check_size(origin: object, rows: int, columns: int) -> None:
    """Refuse a table of more rows, columns or values than are read."""
    for number, most, what in (
        (rows, limits.TABLE_ROWS, "rows"),
        (columns, limits.TABLE_COLUMNS, "columns"),
        (rows * columns, limits.TABLE_VALUES, "values"),
    ):
        if number > most:
            raise InputError(f"{quoted(origin)} has more than {most:,} {what}; no more are read.")


def check_unpacked(origin: object, size: int, most: int) -> None:
    """Refuse a table that is larger than it looks."""
    if size > most:
        raise InputError(
            f"{quoted(origin)} unpacks to more than {most / limits.MIB:g} MiB; no more are read."
        )


def check_names(origin: object, names: list[str]) -> None:
    """Refuse a table with columns of the same name; those without a name may be several."""
    seen = set()
    for name in filter(None, names):
        if name in seen:
            raise InputError(f"{quoted(origin)} has more than one column {quoted(name)}.")
        seen.add(name)


def check_column(origin: object, names: list[str], column: str, what: str) -> None:
    """Refuse a table without a column.

    What it has is not told, but for a name that is nearly the one that was wanted.
    """
    if column in names:
        return
    near = get_close_matches(column, names, n=1, cutoff=0.7)
    raise InputError(
        f"{quoted(origin)} has no column {quoted(column)} for the {what} among its {len(names)}"
        + (f" (nearest: {quoted(near[0])})." if near else ".")
    )


def refuse_type(origin: object, name: str) -> NoReturn:
    """Refuse a column that is neither numbers nor categories."""
    raise InputError(
        f"{quoted(origin)} has values of another type in column {quoted(name)}; "
        "numbers, texts and booleans are allowed."
    )
