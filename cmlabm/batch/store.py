"""A study's results on disk: one SQLite file, written run by run."""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pandas as pd
from filelock import FileLock, Timeout

from cmlabm.batch.checksums import checksum, days_checksum, is_whole, row_checksum
from cmlabm.batch.run import Result, Run, place_of
from cmlabm.batch.schema import (
    CHECKSUMS,
    DAILY,
    TYPES,
    check_columns,
    column_type,
    columns_with,
    default_clause,
    quoted,
    schema,
)
from cmlabm.batch.study import Study, checked_study
from cmlabm.batch.study_parameters import (
    BUILT_IN,
    StudyParameter,
    as_note,
    brought,
    from_note,
    parameters_in,
    together,
)
from cmlabm.errors import InputError, named, shown

FILE_NAME = "study.sqlite"
LOCK_NAME = "study.lock"
DEFINITION = ("study", "contents", "own_parameters")
"""What is noted of a study that is no fact about how it was run."""

PATIENCE_S = 60.0
"""So long a command waits for another program that has locked the file."""


class StorageError(RuntimeError):
    """The results could not be read or written."""


class Store:
    """The results of one study in its directory.

    Each run is one transaction, with a write-ahead log: whatever ends the program, the runs that
    were stored are whole, and others may read meanwhile. Tables hold the runs that the study asks
    for as it was last defined (all runs where it never was); others stay stored beside them.

    Checksums tell whether a disk or a hand has changed what was written: reading it is refused.

    Example:
        >>> import tempfile
        >>> from cmlabm.batch.run import execute
        >>> from cmlabm.parameters import Parameters
        >>> run = Run(Parameters(train_size=500, test_size=100, num_words=50), seed=0)
        >>> with tempfile.TemporaryDirectory() as directory, Store.create(Path(directory)) as store:
        ...     store.save(execute(run))
        ...     store.runs()["submissions"].tolist()
        [460]
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Use ``create`` or ``open``."""
        self.path = path
        self._say = say
        self._connection = connection
        self._identity = _identity(path)
        self._lock: FileLock | None = None

    @classmethod
    def create(cls, directory: Path, say: Callable[[str], None] = lambda _: None) -> Self:
        """Open a directory's store for writing, made if there is none.

        Args:
            directory: the study's.
            say: called with a sentence while another program keeps the file locked.

        Raises:
            InputError: the directory cannot be made or written to.
            StorageError: its file is damaged, or another program is writing to it.
        """
        try:
            directory.mkdir(parents=True, exist_ok=True)
            lock = FileLock(directory / LOCK_NAME)
            lock.acquire(blocking=False)
        except Timeout:
            raise StorageError(
                f"{directory}: another command is writing to it; wait for it or choose another"
                f" --out"
            ) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"{directory}: cannot be made or written to: {reason}") from None
        path = directory / FILE_NAME
        try:
            store = cls(path, _connected(path, "mode=rwc"), say)
            store._lock = lock
            store._prepare()
        except BaseException:
            lock.release()
            raise
        return store

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Open a directory's store for reading.

        Raises:
            InputError: there is none.
            StorageError: its file is damaged.
        """
        path = directory / FILE_NAME
        try:
            is_there = path.is_file()
        except (OSError, ValueError):
            is_there = False
        if not is_there:
            raise InputError(f"{directory}: holds no study ({FILE_NAME} is missing)")
        if os.access(directory, os.W_OK):
            return cls(path, _connected(path, "mode=rw"))
        return cls(path, _connected_to_unwritable(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    def begin(self, study: Study, runs: Sequence[Run], facts: Mapping[str, str]) -> None:
        """Store a study's definition, which runs it asks for, and facts, in one transaction.

        Args:
            study: the study.
            runs: its runs, in the order in which tables list them.
            facts: more about the study, in place of earlier ones of the same names.

        Raises:
            InputError: a parameter of a user's class cannot be stored here.
        """
        own = together(self.own_parameters(), _brought_to(study, runs))
        check_columns(own)
        contents = {place_of(run.parameters): run.content for run in runs if run.content}
        definition = {
            "study": study.model_dump_json(exclude_defaults=True),
            "contents": json.dumps(contents),
        }
        if own:
            definition["own_parameters"] = as_note(own)
        with self._writing():
            self._add_columns(own)
            self._connection.execute("DELETE FROM plan")
            self._insert("plan", ["run", "position"], ((run.id, i) for i, run in enumerate(runs)))
            self._note(definition | dict(facts))

    def save(self, result: Result) -> None:
        """Store a run's result in one transaction, in place of an earlier one.

        Raises:
            StorageError: the disk is full, or the file is gone or cannot be written.
        """
        run = result.run
        row = (
            {"run": run.id, "seed": run.seed, "status": result.status}
            | {"error": _storable(result.error)}
            | run.parameters.model_dump()
            | result.outcomes
            | {"wall_seconds": result.wall_seconds, "versions": result.versions}
        )
        with self._writing():
            for table in ("runs", *DAILY):
                self._connection.execute(f"DELETE FROM {table} WHERE run = ?", (run.id,))  # noqa: S608
            daily = (result.series, result.agents, result.playing)
            for table, columns in zip(DAILY, daily, strict=True):
                if columns:
                    rows = zip([run.id] * len(columns["day"]), *columns.values(), strict=True)
                    self._insert(table, ["run", *columns], rows)
                    row[f"{table}_checksum"] = next(self._daily_checksums(table, [run.id]))[1]
            self._insert("runs", list(row), [tuple(row.values())])
            (stored,) = self._rows([run.id])
            self._connection.execute(
                "UPDATE runs SET checksum = ? WHERE run = ?",
                (row_checksum(stored, self.own_parameters()), run.id),
            )

    def statuses(self) -> dict[str, str]:
        """Return the status of each stored run, also of those that the study does not ask for."""
        with self._named_errors():
            return dict(self._connection.execute("SELECT run, status FROM runs"))

    def planned(self) -> list[str]:
        """Return the ids of the runs that the study asks for, in their order."""
        with self._named_errors():
            found = self._connection.execute("SELECT run FROM plan ORDER BY position").fetchall()
        return [run for (run,) in found]

    def aside(self) -> int:
        """Return how many runs are stored that the study does not ask for."""
        planned = set(self.planned())
        return sum(run not in planned for run in self.statuses()) if planned else 0

    def damaged(self) -> list[str]:
        """Return the ids of stored runs that are not as they were written."""
        with self._named_errors(), self._at_one_moment():
            found = self._damaged_rows()
            found += [run for table in DAILY for run in self._damaged_days(table)]
        return list(dict.fromkeys(found))

    def note(self, facts: Mapping[str, str]) -> None:
        """Store facts about the study, in place of earlier ones of the same names."""
        with self._writing():
            self._note(facts)

    def facts(self) -> dict[str, str]:
        """Return what is noted about the study."""
        with self._named_errors():
            return dict(
                self._connection.execute(
                    "SELECT name, value FROM study WHERE name != 'checksum' ORDER BY rowid"
                )
            )

    def own_parameters(self) -> dict[str, StudyParameter]:
        """Return the parameters of users' classes, as they were declared when runs were stored.

        Raises:
            StorageError: what is noted of them cannot be understood.
        """
        note = self._fact("own_parameters")  # without the study, which may list very many seeds
        if note is None:
            return {}
        try:
            own = from_note(note)
            check_columns(own)
        except ValueError as error:
            raise StorageError(
                f"{self.path}: is damaged ({error}); move it away or choose another --out"
            ) from None
        return own

    def study(self) -> Study:
        """Return the study as it was last defined.

        Raises:
            InputError: it never was.
            StorageError: the definition is not as it was written.
        """
        facts = self.facts()
        if "study" not in facts:
            raise InputError(
                f"{self.path}: holds runs but not what study they are of; run the study again with"
                f" this directory"
            )
        self._check_definition()
        try:
            values = json.loads(facts["study"])
        except ValueError:
            raise self._damage("its study") from None
        study = checked_study(values, str(self.path))
        known = BUILT_IN.keys() | self.own_parameters().keys()
        unknown = [name for name in study.named if name not in known]
        if unknown:
            raise StorageError(
                f"{self.path}: is damaged (nothing is noted of {named(unknown[0])}); move it away"
                f" or choose another --out"
            )
        return study

    def study_as_noted(self) -> Study:
        """Return the study as it was last defined, also if it is not as it was written.

        Raises:
            StorageError: it cannot be understood.
        """
        try:
            return checked_study(json.loads(self.facts()["study"]), str(self.path))
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError(
                f"{self.path}: is damaged ({error}); move it away or choose another --out"
            ) from None

    def without_agents(self) -> set[str]:
        """Return the ids of finished runs of which single agents' balances are not stored."""
        with self._named_errors():
            found = self._connection.execute(
                "SELECT run FROM runs WHERE status = 'done'"
                " AND NOT EXISTS (SELECT 1 FROM agents WHERE agents.run = runs.run)"
            ).fetchall()
        return {run for (run,) in found}

    def contents(self) -> dict[str, str] | None:
        """Return the digests of the study's data by their place, None where they were not noted."""
        facts = self.facts()
        found: dict[str, str] | None = (
            json.loads(facts["contents"]) if "contents" in facts else None
        )
        return found

    def runs(self) -> pd.DataFrame:
        """Return one row a run: id, parameters, seed, status, outcomes, wall seconds, error."""
        frame = pd.concat([self._empty("runs"), *self.chunks("runs")], ignore_index=True)
        new = {  # parameters of which there was none when runs were stored
            name: declared.default for name, declared in BUILT_IN.items() if name not in frame
        }
        frame = pd.concat([frame, pd.DataFrame(new, index=frame.index)], axis=1)
        plain = {"Int64": "int64", "boolean": "bool"}
        complete = frame.columns[frame.notna().all()]
        types = {c: plain[str(frame[c].dtype)] for c in complete if str(frame[c].dtype) in plain}
        return frame.astype(types).copy()  # whole again: pandas warns of frames in many pieces

    def series(self, runs: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the daily series of some runs, or of all: run, day, and a column each."""
        return self._daily("series", runs)

    def agents(self, runs: Sequence[str] | None = None) -> pd.DataFrame:
        """Return each agent's balances as far as they are stored: run, day, agent, balance."""
        return self._daily("agents", runs)

    def playing(self, runs: Sequence[str] | None = None) -> pd.DataFrame:
        """Return how many of those who learn played what: run, day, behaviour, contributors."""
        return self._daily("playing", runs)

    def _daily(self, table: str, runs: Sequence[str] | None) -> pd.DataFrame:
        return pd.concat([self._empty(table), *self.chunks(table, runs)], ignore_index=True)

    def chunks(
        self, table: str, runs: Sequence[str] | None = None, rows: int = 50_000
    ) -> Iterator[pd.DataFrame]:
        """Return a table (runs, series, agents or playing) in pieces, in the order of the design.

        A table that there was not when the study was stored is empty.

        Raises:
            StorageError: something in it is not as it was written.
        """
        self._check_definition()
        with self._named_errors():
            with self._at_one_moment():
                is_daily = table in DAILY
                damaged = self._damaged_days(table, runs) if is_daily else self._damaged_rows()
            if damaged:
                raise self._damage(f"run {damaged[0]}")
            columns = self._columns(table)
            if not columns:
                return
            keys = ("day", "agent", "behaviour") if table in DAILY else ()
            order = ", ".join(name for name in keys if name in columns) or "1"
            which, arguments = _chosen("t.run", runs)
            query = (
                f"SELECT {', '.join('t.' + quoted(c) for c in columns)} FROM {table} t"  # noqa: S608
                f" LEFT JOIN plan ON plan.run = t.run WHERE {which}"
                f" AND (plan.run IS NOT NULL OR NOT EXISTS (SELECT 1 FROM plan))"
                f" ORDER BY plan.position, t.run, {order}"
            )
            cursor = self._connection.execute(query, arguments)
            types = self._types()
            while found := cursor.fetchmany(rows):
                try:
                    yield _typed(pd.DataFrame(found, columns=columns), types)
                except (ValueError, TypeError) as error:
                    raise StorageError(
                        f"{self.path}: is damaged (table {table}, {error}); move it away or choose"
                        f" another --out"
                    ) from None

    def _damage(self, what: str) -> StorageError:
        return StorageError(
            f"{self.path}: {what} is not as it was written; the study's command runs again what is"
            f" damaged"
        )

    def _fact(self, name: str) -> str | None:
        with self._named_errors():
            found = self._connection.execute("SELECT value FROM study WHERE name = ?", (name,))
            return next((value for (value,) in found), None)

    def _note(self, facts: Mapping[str, str]) -> None:
        self._connection.executemany(
            "REPLACE INTO study VALUES (?, ?)",
            [(name, _storable(text)) for name, text in facts.items()],
        )
        self._connection.execute(
            "REPLACE INTO study VALUES ('checksum', ?)", (self._definition_checksum(),)
        )

    def _definition_checksum(self) -> str:
        return checksum([sorted(self.facts().items()), self.planned()])

    def _check_definition(self) -> None:
        found = self._fact("checksum")
        if found is not None and found != self._definition_checksum():
            raise self._damage("its study")

    def _rows(self, runs: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """Return the runs' rows as they are stored."""
        which, arguments = _chosen("run", runs)
        cursor = self._connection.execute(f"SELECT * FROM runs WHERE {which}", arguments)  # noqa: S608
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    def _damaged_rows(self) -> list[str]:
        """Return the runs whose row has changed, or is in the table but not in its index."""
        own = self.own_parameters()
        rows = {str(row["run"]): is_whole(row, own) for row in self._rows()}
        indexed = self._connection.execute(
            "SELECT run FROM runs INDEXED BY sqlite_autoindex_runs_1"
        )
        lost = rows.keys() ^ {str(run) for (run,) in indexed}
        return [run for run, whole in rows.items() if not whole] + sorted(lost)

    def _daily_checksums(
        self, table: str, runs: Sequence[str] | None = None
    ) -> Iterator[tuple[str, str]]:
        """Return each run that has rows in a daily table, and their checksum."""
        columns = self._columns(table)
        which, arguments = _chosen("run", runs)
        keys = ", ".join(n for n in ("run", "agent", "behaviour", "day") if n in columns)
        rows = self._connection.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {which} ORDER BY {keys}",  # noqa: S608
            arguments,
        )
        for run, days in groupby(rows, key=itemgetter(columns.index("run"))):
            yield run, days_checksum(columns, list(days))

    def _damaged_days(self, table: str, runs: Sequence[str] | None = None) -> list[str]:
        which, arguments = _chosen("run", runs)
        if f"{table}_checksum" not in self._stored_columns("runs"):
            return []
        written = dict(
            self._connection.execute(
                f"SELECT run, {table}_checksum FROM runs WHERE {which}",  # noqa: S608
                arguments,
            )
        )
        found = dict(self._daily_checksums(table, runs)) if self._columns(table) else {}
        return [
            run
            for run in written.keys() | found.keys()
            if written.get(run) != found.get(run) and (written.get(run) or run not in written)
        ]

    def _columns(self, table: str) -> list[str]:
        """Return the columns of a table as it is read."""
        stored = self._stored_columns(table)
        own = self.own_parameters() if table == "runs" else {}
        unknown = [name for name in stored if name not in TYPES and name not in own]
        if unknown:
            raise StorageError(
                f"{self.path}: has a column {shown(unknown[0])} that this version does not know; it"
                f" is damaged or of a later version"
            )
        return [name for name in columns_with(own) if name in stored] if table == "runs" else stored

    def _types(self) -> dict[str, str]:
        own = self.own_parameters().items()
        return TYPES | {name: column_type(declared) for name, declared in own}

    def _stored_columns(self, table: str) -> list[str]:
        with self._named_errors():
            return [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]

    def _empty(self, table: str) -> pd.DataFrame:
        return _typed(pd.DataFrame(columns=self._columns(table)), self._types())

    def _insert(self, table: str, columns: Sequence[str], rows: Any) -> None:
        places = ", ".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT INTO {table} ({', '.join(map(quoted, columns))}) VALUES ({places})",  # noqa: S608
            rows,
        )

    def _prepare(self) -> None:
        def make_tables() -> None:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(f"BEGIN; {schema()} COMMIT;")

        with self._named_errors():
            self._patiently(make_tables)
        with self._writing():
            self._add_columns({})

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Make a transaction of a block."""
        if _identity(self.path) != self._identity:
            raise StorageError(
                f"{self.path}: was deleted or replaced by another program; what was not stored"
                f" elsewhere is lost"
            )
        with self._named_errors():
            self._patiently(lambda: self._connection.execute("BEGIN IMMEDIATE"))
            with self._connection:
                yield

    @contextmanager
    def _at_one_moment(self) -> Iterator[None]:
        """Let a block read the file as it is now, whatever another process stores meanwhile."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.rollback()

    def _patiently(self, action: Callable[[], object]) -> None:
        """Do what needs the file for itself, and wait if another program has locked it."""
        end = time.monotonic() + PATIENCE_S
        waited = False
        while True:
            try:
                action()
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
            if not waited:
                self._say(f"{self.path}: another program has locked it; waiting for it")
            waited = True

    def _add_columns(self, own: Mapping[str, StudyParameter]) -> None:
        """Add what later versions record and users' classes bring, so that a study can go on."""
        stored = self._stored_columns("runs")
        parameters = {**BUILT_IN, **own}
        for name in (*columns_with(own), *CHECKSUMS):
            if name in stored:
                continue
            if name in parameters:
                kind = column_type(parameters[name]) + default_clause(parameters[name])
            else:
                kind = TYPES[name]
            self._connection.execute(f"ALTER TABLE runs ADD COLUMN {quoted(name)} {kind}")

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StorageError(f"{self.path}: {error}; finished runs are safe") from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise StorageError(
                f"{self.path}: is damaged ({error}); move it away or choose another --out"
            ) from error


def _connected(path: Path, options: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True, timeout=1.0)
    except sqlite3.OperationalError as error:
        raise InputError(f"{path}: cannot be opened: {error}") from None
    connection.text_factory = lambda text: text.decode(errors="replace")
    return connection


def _connected_to_unwritable(path: Path) -> sqlite3.Connection:
    """Connect to a file in a directory in which SQLite cannot make its own files.

    What a killed command left in the write-ahead log is read from a copy.
    """
    log = path.with_name(path.name + "-wal")
    if not log.is_file() or not log.stat().st_size:
        return _connected(path, "mode=ro&immutable=1")
    memory = sqlite3.connect(":memory:")
    with TemporaryDirectory() as copy:
        for file in (path, log):
            shutil.copyfile(file, Path(copy) / file.name)
        with closing(_connected(Path(copy) / path.name, "mode=rw")) as source:
            source.backup(memory)
    return memory


def _brought_to(study: Study, runs: Sequence[Run]) -> dict[str, StudyParameter]:
    """Return the parameters of users' classes that a study or one of its runs has."""
    own = brought(study.classes)
    for model in dict.fromkeys(type(run.parameters) for run in runs):
        if model.model_fields.keys() - BUILT_IN.keys() - own.keys():
            own = {n: d for n, d in parameters_in(model).items() if n not in BUILT_IN} | own
    return own


def _typed(frame: pd.DataFrame, types: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with columns that can tell a missing number or truth value.

    Raises:
        ValueError: there is something else than a number in a column of numbers.
    """
    kinds: dict[str, Any] = {"REAL": "float64", "INTEGER": "Int64", "BOOLEAN": "boolean"}
    for name in frame.columns:
        kind = kinds.get(types.get(name, ""))
        if kind is None:
            continue
        try:
            frame[name] = frame[name].astype(kind)
        except (ValueError, TypeError):
            odd = next((it for it in frame[name] if isinstance(it, str | bytes)), "something else")
            raise ValueError(f"column {name}: {shown(odd)} where a number belongs") from None
    return frame


def _storable(text: str) -> str:
    """Return a text in which what UTF-8 has no place for is written as an escape."""
    return text.encode(errors="backslashreplace").decode()


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another that has taken its name, None if there is none."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _chosen(column: str, runs: Sequence[str] | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition that selects some runs, or all, and its arguments."""
    if runs is None:
        return "1", ()
    condition = f"{column} IN (SELECT value FROM json_each(?))"  # noqa: S608
    return condition, (json.dumps(list(runs)),)
