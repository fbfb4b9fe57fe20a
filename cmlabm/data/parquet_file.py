"""The rows of a Parquet file."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cmlabm.data import limits
from cmlabm.data.table_checks import check_names, check_size, check_unpacked, refuse_type
from cmlabm.data.text_columns import TextColumns

_BATCH_ROWS = 65_536


def parquet_rows(path: Path, content: bytes, columns: TextColumns | None = None) -> pd.DataFrame:
    """Return the rows of a Parquet file of this name and content.

    What pandas noted in it is left alone, but for the columns that only number the rows.

    Args:
        path: its name.
        content: what is in it.
        columns: those that are read if the rows are texts.

    Raises:
        InputError: it is larger than the limits, has two columns of one name, or values that are
            neither numbers nor texts nor booleans.
        Exception: it is damaged.
    """
    source = pa.py_buffer(content)
    with pq.ParquetFile(pa.BufferReader(source)) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
    check_names(path, schema.names)
    check_size(path, rows, len(schema))
    left = _index_of(schema)
    if columns:
        columns.check(path, schema.names)
        left = {name for name in schema.names if name not in columns.names}
    kept = pa.schema([field for field in schema if field.name not in left])
    for field in kept:
        _check_type(path, field)
    texts = [field.name for field in kept if _is_text(field.type)]
    with pq.ParquetFile(pa.BufferReader(source), read_dictionary=texts) as file:
        read = file.schema_arrow
        table = pa.Table.from_batches(
            _batches(path, file, kept.names), pa.schema([read.field(name) for name in kept.names])
        )
    table.validate(full=True)
    for place, name in enumerate(table.column_names):
        if name in texts:
            table = table.set_column(place, name, table.column(place).cast(pa.large_string()))
    frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
    return frame


def _batches(path: Path, file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Read rows until there are too many, whatever the file claims to hold.

    Texts are read as references to the distinct ones, so that few bytes cannot become many.
    """
    rows = size = 0
    for batch in file.iter_batches(_BATCH_ROWS, columns=columns):
        rows += batch.num_rows
        size += sum(map(_text_size, batch.columns))
        check_size(path, rows, batch.num_columns)
        check_unpacked(path, size, limits.TABLE_UNPACKED_BYTES)
        yield batch


def _text_size(column: pa.Array) -> int:
    if not (pa.types.is_dictionary(column.type) and _is_text(column.type.value_type)):
        return 0
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return pc.sum(lengths.take(column.indices)).as_py() or 0


def _index_of(schema: pa.Schema) -> set[str]:
    """Return which columns only number the rows, as pandas notes it."""
    columns = (schema.pandas_metadata or {}).get("index_columns", [])
    return {column for column in columns if isinstance(column, str)}


def _check_type(path: Path, field: pa.Field) -> None:
    kind = field.type
    if not (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_dictionary(kind)
        or pa.types.is_null(kind)
        or _is_text(kind)
    ):
        refuse_type(path, field.name)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))
