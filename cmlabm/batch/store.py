"""A study's results on disk: one SQLite file, written run by run."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pandas as pd

from cmlabm.batch.run import Result, Run
from cmlabm.batch.study import Study, checked_study
from cmlabm.errors import InputError
from cmlabm.parameters import Parameters

FILE_NAME = "study.sqlite"
OUTCOMES = {
    "initial_accuracy": "REAL",
    "final_accuracy": "REAL",
    "accuracy_gap": "REAL",
    "malicious_depleted": "BOOLEAN",
    "malicious_depletion_days": "REAL",
    "days": "REAL",
    "honest_final_balance": "REAL",
    "malicious_final_balance": "REAL",
    "escrow_final": "REAL",
    "submissions": "INTEGER",
    "honest_accepted": "INTEGER",
    "malicious_accepted": "INTEGER",
    "refused": "INTEGER",
    "refunds": "INTEGER",
    "takes": "INTEGER",
    "honest_return": "REAL",
    "malicious_return": "REAL",
    "malicious_deposited": "REAL",
    "honest_driven_out": "INTEGER",
    "gini": "REAL",
}
SERIES = {
    "accuracy": "REAL",
    "honest_balance": "REAL",
    "malicious_balance": "REAL",
    "escrow": "REAL",
    "pending": "INTEGER",
    "honest_accepted": "INTEGER",
    "malicious_accepted": "INTEGER",
    "honest_refused": "INTEGER",
    "malicious_refused": "INTEGER",
    "refunds": "INTEGER",
    "takes": "INTEGER",
}
PARAMETERS = tuple(Parameters.model_fields)
COLUMNS = ("run", *PARAMETERS, "seed", "status", *OUTCOMES, "wall_seconds", "error")


class StorageError(RuntimeError):
    """The results could not be read or written."""


class Store:
    """The results of one study in its directory.

    Each run is one transaction, with a write-ahead log: whatever ends the program, the runs that
    were stored are whole, and others may read meanwhile.

    Example:
        >>> import tempfile
        >>> from cmlabm.batch.run import execute
        >>> run = Run(Parameters(train_size=500, test_size=100, num_words=50), seed=0)
        >>> with tempfile.TemporaryDirectory() as directory, Store.create(Path(directory)) as store:
        ...     store.save(execute(run))
        ...     store.runs()["submissions"].tolist()
        [460]
    """

    def __init__(self, path: Path, mode: str) -> None:
        """Use ``create`` or ``open``."""
        self.path = path
        try:
            self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)
        except sqlite3.OperationalError as error:
            raise InputError(f"{path}: cannot be opened: {error}") from None

    @classmethod
    def create(cls, directory: Path) -> Self:
        """Open a directory's store for writing, made if there is none.

        Raises:
            InputError: the directory cannot be made or written to.
            StorageError: its file is damaged, or another program is writing to it.
        """
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{directory}: cannot be made: {error.strerror}") from None
        store = cls(directory / FILE_NAME, "rwc")
        store._prepare()
        return store

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Open a directory's store for reading.

        Raises:
            InputError: there is none.
            StorageError: its file is damaged.
        """
        if not (directory / FILE_NAME).is_file():
            raise InputError(f"{directory}: holds no study ({FILE_NAME} is missing)")
        return cls(directory / FILE_NAME, "rw")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def save(self, result: Result) -> None:
        """Store a run's result in one transaction, in place of an earlier one.

        Raises:
            StorageError: the disk is full, or the file cannot be written.
        """
        run = result.run
        row = (
            {"run": run.id, "seed": run.seed, "status": result.status, "error": result.error}
            | run.parameters.model_dump()
            | result.outcomes
            | {"wall_seconds": result.wall_seconds}
        )
        with self._named_errors(), self._connection:
            for table in ("runs", "series", "agents"):
                self._connection.execute(f"DELETE FROM {table} WHERE run = ?", (run.id,))  # noqa: S608
            self._insert("runs", list(row), [tuple(row.values())])
            for table, columns in (("series", result.series), ("agents", result.agents)):
                if columns:
                    rows = zip([run.id] * len(columns["day"]), *columns.values(), strict=True)
                    self._insert(table, ["run", *columns], rows)

    def statuses(self) -> dict[str, str]:
        """Return the status of each stored run."""
        with self._named_errors():
            return dict(self._connection.execute("SELECT run, status FROM runs"))

    def plan(self, runs: Sequence[Run]) -> None:
        """Note the order in which tables list the runs."""
        with self._named_errors(), self._connection:
            self._connection.execute("DELETE FROM plan")
            self._insert("plan", ["run", "position"], ((run.id, i) for i, run in enumerate(runs)))

    def note(self, facts: dict[str, str]) -> None:
        """Store facts about the study, in place of earlier ones of the same names."""
        with self._named_errors(), self._connection:
            self._connection.executemany("REPLACE INTO study VALUES (?, ?)", facts.items())

    def facts(self) -> dict[str, str]:
        """Return what is noted about the study."""
        with self._named_errors():
            return dict(self._connection.execute("SELECT name, value FROM study ORDER BY rowid"))

    def study(self) -> Study:
        """Return the study as it was last run."""
        return checked_study(json.loads(self.facts()["study"]), str(self.path))

    def runs(self) -> pd.DataFrame:
        """Return one row a run: id, parameters, seed, status, outcomes, wall seconds, error."""
        frame = pd.concat([self._empty("runs"), *self.chunks("runs")], ignore_index=True)
        for name in PARAMETERS:  # of which there was none when the runs were stored
            if name not in frame:
                frame[name] = Parameters.model_fields[name].default
        plain = {"Int64": "int64", "boolean": "bool"}
        complete = frame.columns[frame.notna().all()]
        return frame.astype(
            {c: plain[str(frame[c].dtype)] for c in complete if str(frame[c].dtype) in plain}
        )

    def series(self, runs: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the daily series of some runs, or of all: run, day, and a column each."""
        return pd.concat([self._empty("series"), *self.chunks("series", runs)], ignore_index=True)

    def chunks(
        self, table: str, runs: Sequence[str] | None = None, rows: int = 50_000
    ) -> Iterator[pd.DataFrame]:
        """Return a table (runs, series or agents) in pieces, in the order of the design."""
        columns = self._columns(table)
        order = ", ".join(name for name in ("day", "agent") if name in columns) or "1"
        chosen = "" if runs is None else "WHERE t.run IN (SELECT value FROM json_each(?))"
        query = (
            f"SELECT {', '.join('t.' + name for name in columns)} FROM {table} t"  # noqa: S608
            f" LEFT JOIN plan ON plan.run = t.run {chosen}"
            f" ORDER BY plan.position IS NULL, plan.position, t.run, {order}"
        )
        arguments = () if runs is None else (json.dumps(list(runs)),)
        with self._named_errors():
            cursor = self._connection.execute(query, arguments)
            while found := cursor.fetchmany(rows):
                yield self._typed(pd.DataFrame(found, columns=columns))

    def _columns(self, table: str) -> list[str]:
        with self._named_errors():
            stored = [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]
        return [name for name in COLUMNS if name in stored] if table == "runs" else stored

    def _empty(self, table: str) -> pd.DataFrame:
        return self._typed(pd.DataFrame(columns=self._columns(table)))

    @staticmethod
    def _typed(frame: pd.DataFrame) -> pd.DataFrame:
        for name in frame.columns:
            kind = _TYPES.get(name)
            if kind == "REAL":
                frame[name] = frame[name].astype("float64")
            elif kind == "INTEGER":
                frame[name] = frame[name].astype("Int64")
            elif kind == "BOOLEAN":
                frame[name] = frame[name].astype("boolean")
        return frame

    def _insert(self, table: str, columns: Sequence[str], rows: Any) -> None:
        places = ", ".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608
            rows,
        )

    def _prepare(self) -> None:
        with self._named_errors():
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(f"BEGIN; {_schema()} COMMIT;")
            with self._connection:
                self._add_new_columns()

    def _add_new_columns(self) -> None:
        """Add what later versions record, so that a study can go on with them."""
        stored = {row[1] for row in self._connection.execute("PRAGMA table_info(runs)")}
        for name in COLUMNS:
            if name not in stored:
                self._connection.execute(
                    f"ALTER TABLE runs ADD COLUMN {name} {_TYPES[name]}{_default(name)}"
                )

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageError(f"{self.path}: {error}; finished runs are safe") from error
        except sqlite3.DatabaseError as error:
            raise StorageError(
                f"{self.path}: is damaged ({error}); move it away or choose another --out"
            ) from error


def _parameter_type(name: str) -> str:
    default = Parameters.model_fields[name].default
    return {bool: "BOOLEAN", int: "INTEGER", float: "REAL"}.get(type(default), "TEXT")


def _default(name: str) -> str:
    """Return the clause that gives runs stored earlier a later parameter's default."""
    if name not in PARAMETERS:
        return ""
    default = Parameters.model_fields[name].default
    return f" DEFAULT '{default}'" if isinstance(default, str) else f" DEFAULT {default or 0}"


_TYPES = (
    {"run": "TEXT", "seed": "INTEGER", "status": "TEXT", "error": "TEXT", "wall_seconds": "REAL"}
    | {name: _parameter_type(name) for name in PARAMETERS}
    | OUTCOMES
    | SERIES
    | {"day": "REAL", "agent": "TEXT", "balance": "REAL"}
)


def _schema() -> str:
    def columns(*names: str) -> str:
        return ", ".join(f"{name} {_TYPES[name]}" for name in names)

    return f"""
        CREATE TABLE IF NOT EXISTS study (name TEXT PRIMARY KEY, value TEXT);
        CREATE TABLE IF NOT EXISTS plan (run TEXT PRIMARY KEY, position INTEGER) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS runs ({columns(*COLUMNS)}, PRIMARY KEY (run));
        CREATE TABLE IF NOT EXISTS series
            ({columns("run", "day", *SERIES)}, PRIMARY KEY (run, day)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS agents
            ({columns("run", "day", "agent", "balance")}, PRIMARY KEY (run, agent, day))
            WITHOUT ROWID;
    """
