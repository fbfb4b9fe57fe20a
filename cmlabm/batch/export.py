"""A study's tables as files that other programs read."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cmlabm.batch.store import StorageError, Store

TABLES = ("runs", "series", "agents", "playing")


def export(store: Store, directory: Path) -> list[Path]:
    """Write ``runs.csv``, ``runs.parquet``, ``series.csv`` and ``series.parquet``.

    Each file is written beside its place and then moved there, so that none is ever half-written.
    Balances of single agents follow as ``agents`` where they were recorded, and what
    learners played as ``playing`` where there were any.

    Raises:
        StorageError: a file cannot be written.
    """
    written = []
    for table in TABLES:
        csv, parquet = directory / f"{table}.csv", directory / f"{table}.parquet"
        if _write(store, table, csv, parquet):
            written += [csv, parquet]
    return written


def _write(store: Store, table: str, csv: Path, parquet: Path) -> bool:
    chunks = store.chunks(table)
    first = next(chunks, None)
    if first is None:
        return False
    schema = pa.schema(map(_nullable, pa.Schema.from_pandas(first, preserve_index=False)))
    with (
        replacing(csv) as csv_part,
        replacing(parquet) as parquet_part,
        csv_part.open("w", encoding="utf-8", newline="") as text,
        pq.ParquetWriter(parquet_part, schema) as writer,
    ):
        for chunk in chain([first], chunks):
            chunk.to_csv(text, index=False, header=chunk is first, lineterminator="\n")
            writer.write_table(pa.Table.from_pandas(chunk, schema=schema, preserve_index=False))
    return True


def _nullable(column: pa.Field) -> pa.Field:
    """Return a column that can hold text where a first piece had only missing values."""
    return pa.field(column.name, pa.string() if pa.types.is_null(column.type) else column.type)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of a file to write, which takes its place once it is complete.

    Raises:
        StorageError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise StorageError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
