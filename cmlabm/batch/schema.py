"""The tables of a stored study: which columns they have, and of which types."""

from cmlabm.parameters import Parameters
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.results.series import SERIES

SQL = {bool: "BOOLEAN", int: "INTEGER", float: "REAL"}
"""The types of columns by those of their values; all others are text."""

PARAMETERS = tuple(Parameters.model_fields)
COLUMNS = ("run", *PARAMETERS, "seed", "status", *OUTCOMES, "wall_seconds", "error", "versions")
"""The columns of the table of runs."""

DAILY = ("series", "agents")
"""The tables with a row for each run and day (and agent)."""

CHECKSUMS = ("checksum", *(f"{table}_checksum" for table in DAILY))
"""Stored with each run: of its row and of its rows in the daily tables."""


def _parameter_type(name: str) -> str:
    default = Parameters.model_fields[name].default
    return SQL.get(type(default), "TEXT")


def default_clause(name: str) -> str:
    """Return the clause that gives runs stored earlier a later parameter's default."""
    if name not in PARAMETERS:
        return ""
    default = Parameters.model_fields[name].default
    return f" DEFAULT '{default}'" if isinstance(default, str) else f" DEFAULT {default or 0}"


TYPES = (
    {"run": "TEXT", "seed": "INTEGER", "status": "TEXT", "error": "TEXT", "wall_seconds": "REAL"}
    | dict.fromkeys(("versions", *CHECKSUMS), "TEXT")
    | {name: _parameter_type(name) for name in PARAMETERS}
    | {name: SQL[figure.kind] for name, figure in (OUTCOMES | SERIES).items()}
    | {"day": "REAL", "agent": "TEXT", "balance": "REAL"}
)


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
    """
