"""The tables of a stored study: which columns they have, and of which types."""

import re
from collections.abc import Iterable
from math import isfinite

from cmlabm.batch.study_parameters import BUILT_IN, StudyParameter, StudyParameters
from cmlabm.errors import InputError, shown
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.results.series import PLAYING, SERIES

SQL = {bool: "BOOLEAN", int: "INTEGER", float: "REAL"}
"""The types of columns by those of their values; all others are text."""

PARAMETERS = tuple(BUILT_IN)

DAILY = ("series", "agents", "playing")
"""The tables with a row for each run and day (and agent, or behaviour)."""

CHECKSUMS = ("checksum", *(f"{table}_checksum" for table in DAILY))
"""Stored with each run: of its row and of its rows in the daily tables."""

ADDED = (
    "level", "strength", "behaviour", "mechanism", "accuracy_unattacked", "regret", "spent",
    "attacker_return",
)  # fmt: skip
"""Columns that whoever analyses a table of runs adds to it."""

LONGEST_NAME = 60


def columns_with(own: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of the table of runs, with those of users' parameters."""
    outcomes = ("seed", "status", *OUTCOMES, "wall_seconds", "error", "versions")
    return ("run", *PARAMETERS, *own, *outcomes)


COLUMNS = columns_with(())
"""The columns of the table of runs whose markets have no users' parameters."""


def column_type(declared: StudyParameter) -> str:
    """Return the type of a parameter's column."""
    return SQL.get(declared.kind, "TEXT")


def default_clause(declared: StudyParameter) -> str:
    """Return the clause that gives runs stored earlier a later parameter's default."""
    default = declared.default
    if isinstance(default, str):
        text = default.replace("'", "''")
        return f" DEFAULT '{text}'"
    return "" if default is None or not isfinite(default) else f" DEFAULT {default + 0}"


TYPES = (
    {"run": "TEXT", "seed": "INTEGER", "status": "TEXT", "error": "TEXT", "wall_seconds": "REAL"}
    | dict.fromkeys(("versions", *CHECKSUMS), "TEXT")
    | {name: column_type(declared) for name, declared in BUILT_IN.items()}
    | {name: SQL[figure.kind] for name, figure in (OUTCOMES | SERIES).items()}
    | {"day": "REAL", "agent": "TEXT", "balance": "REAL"}
    | {"behaviour": "TEXT", "contributors": "INTEGER"}
)


def check_columns(own: StudyParameters) -> None:
    """Refuse users' parameters of which the table of runs cannot have a column.

    Raises:
        InputError: a name is no usual one, or is taken; SQLite takes fee and Fee for the same.
    """
    taken = {name.lower() for name in (*TYPES, *ADDED)}
    for name, declared in own.items():
        whose = "".join(f" of {parameter} = {it!r}" for parameter, it in declared.brought_by[:1])
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or len(name) > LONGEST_NAME:
            raise InputError(
                f"{shown(name)}: a parameter{whose}, must be named by at most {LONGEST_NAME}"
                f" letters, digits and _"
            )
        if name.lower() in taken:
            raise InputError(
                f"{name}: a parameter{whose}, is named like another column of a study's tables;"
                f" rename it"
            )
        if isinstance(declared.default, str) and not declared.default.isprintable():
            raise InputError(f"{name}: a parameter{whose}, must have one line of text as default")
        taken.add(name.lower())


def quoted(name: str) -> str:
    """Return a column's name as it can stand in a statement."""
    return '"' + name.replace('"', '""') + '"'


def schema() -> str:
    """Return the statements that make the tables where they are not there yet."""

    def columns(*names: str) -> str:
        return ", ".join(f"{name} {TYPES[name]}" for name in names)

    return f"""
        CREATE TABLE IF NOT EXISTS study (name TEXT PRIMARY KEY, value TEXT);
        CREATE TABLE IF NOT EXISTS plan (run TEXT PRIMARY KEY, position INTEGER) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS runs ({columns(*COLUMNS, *CHECKSUMS)}, PRIMARY KEY (run));
        CREATE TABLE IF NOT EXISTS series
            ({columns("run", "day", *SERIES)}, PRIMARY KEY (run, day)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS agents
            ({columns("run", "day", "agent", "balance")}, PRIMARY KEY (run, agent, day))
            WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS playing
            ({columns("run", *PLAYING)}, PRIMARY KEY (run, behaviour, day)) WITHOUT ROWID;
    """
