"""Tables that are none: each is refused in one sentence that tells nothing of what is in a file."""

import bz2
import gzip
import json
import lzma
import os
import pickle
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cmlabm.data import content_digest, fingerprint, limits, load
from cmlabm.errors import InputError

type Write = Callable[[Path], object]

SECRET = "not to be told"  # noqa: S105
"""What stands in files that were not meant to be told."""

GROWTH_KIB = 300_000
"""How much memory a refusal may take, whatever a file holds."""


@pytest.fixture(autouse=True)
def bounds() -> Iterator[None]:
    """Stop what hangs after ten seconds, and fail what takes much memory."""

    def stop(_signal: int, _frame: object) -> None:
        pytest.fail("it hangs")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(10)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, previous)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWTH_KIB


def loaded(path: Path | str, label_column: str = "label") -> None:
    load(
        "table",
        data_path=str(path),
        num_words=1,
        train_size=4,
        test_size=2,
        label_column=label_column,
    )


def refused(path: Path | str, label_column: str = "label") -> str:
    """Return the sentence in which loading refuses a table, as its fingerprint does."""
    with pytest.raises(InputError) as by_load:
        loaded(path, label_column)
    with pytest.raises(InputError) as by_fingerprint:
        fingerprint("table", data_path=str(path), label_column=label_column)
    sentence = str(by_load.value)
    assert sentence == str(by_fingerprint.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) < 600
    assert SECRET not in sentence
    return sentence


def text(content: str | bytes) -> Write:
    data = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(data)


def parquet(labels: str = "aabb", **columns: Any) -> Write:
    return lambda path: pq.write_table(pa.table(columns | {"label": list(labels)}), path)


def damaged(start: int, stop: int, replacement: bytes) -> Write:
    """Write a Parquet file and replace a part of it."""

    def write(path: Path) -> None:
        parquet(size=[1, 2, 3, 4])(path)
        content = bytearray(path.read_bytes())
        content[len(content) + start : len(content) + stop] = replacement
        path.write_bytes(content)

    return write


def with_pandas_notes(notes: str) -> Write:
    """Write a Parquet file in which pandas is said to have noted this."""
    rows = pa.table({"size": [1, 2, 3], "label": list("aba")})
    return lambda path: pq.write_table(rows.replace_schema_metadata({"pandas": notes}), path)


def a_text_a_million_times(path: Path) -> None:
    """Write 11 kB that claim to be 10 GB."""
    texts = pa.DictionaryArray.from_arrays(np.zeros(10**6, np.int32), ["x" * 10_000])
    labels = pa.DictionaryArray.from_arrays(np.arange(10**6, dtype=np.int32) % 2, ["a", "b"])
    pq.write_table(pa.table({"text": texts, "label": labels}), path, store_schema=False)


def three_million_rows(path: Path) -> None:
    """Write 15 kB that hold three million rows."""
    column = pa.DictionaryArray.from_arrays(np.zeros(3_000_000, np.int8), ["a"])
    pq.write_table(pa.table({"size": column, "label": column}), path, store_schema=False)


class Unpickled:
    """What makes a folder when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("unpickled",)


def pickled_extension(path: Path) -> None:
    """Write a Parquet file with a column of the type that older versions of pyarrow unpickle."""
    notes = {
        "ARROW:extension:name": "arrow.py_extension_type",
        "ARROW:extension:metadata": pickle.dumps(Unpickled()),
    }
    schema = pa.schema(
        [pa.field("size", pa.int64(), metadata=notes), pa.field("label", pa.string())]
    )
    pq.write_table(pa.table({"size": range(6), "label": list("aabbab")}, schema), path)


PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no such file": (lambda path: path / "none.csv", "does not exist; give a CSV or Parquet file"),
    "address": (lambda _: "https://example.org/rows.csv", "on this machine, not an address"),
    "folder": (lambda path: path, "is a folder"),
    "this folder": (lambda _: ".", "is a folder"),
    "home folder": (lambda _: "~", "is a folder"),
    "home of nobody": (lambda _: "~nobody-of-this-name/rows.csv", "home folder of an unknown user"),
    "empty": (lambda _: "", "data_path is not given"),
    "NUL": (lambda _: "rows\0.csv", r"'rows\x00.csv' cannot be a file's name"),
    "half a surrogate pair": (lambda _: "rows\ud800.csv", r"'rows\ud800.csv' cannot be"),
    "not UTF-8": (lambda path: path / "rows\udcff.csv", r"rows\udcff.csv' does not exist"),
    "line break": (lambda path: path / "rows\n\x1b[2J.csv", r"rows\n\x1b[2J.csv' does not exist"),
    "long": (lambda path: path / ("x" * 5_000), "…' cannot be read: File name too long"),
    "below a file": (lambda path: touched(path / "file") / "rows.csv", "Not a directory"),
    "loop": (lambda path: linked(path / "loop", path / "loop"), "Too many levels"),
    "link to nothing": (lambda path: linked(path / "link", path / "none"), "does not exist"),
    "link to a folder": (lambda path: linked(path / "link", path), "is a folder"),
    "pipe": (lambda path: piped(path / "pipe"), "is a device or a pipe"),
    "socket": (lambda path: bound(path / "socket"), "is a device or a pipe"),
    "device without end": (lambda _: "/dev/zero", "is a device or a pipe"),
    "device without content": (lambda _: "/dev/null", "is a device or a pipe"),
    "link to a device": (lambda path: linked(path / "rows.csv", Path("/dev/zero")), "is a device"),
    "larger than memory": (lambda path: sparse(path / "rows.csv", 2**40), "at most 200 MiB"),
    "of the system": (lambda _: "/proc/self/environ", "not a CSV (UTF-8) or Parquet table"),
    "list of users": (lambda _: "/etc/passwd", "'/etc/passwd' "),
}

CONTENTS: dict[str, tuple[Write, str]] = {
    # CSV
    "one secret line": (text(f"{SECRET}\n"), "no column 'label' for the labels among its 1."),
    "secret names": (
        text(f"user,{SECRET}\na,b\n"),
        "no column 'label' for the labels among its 2.",
    ),
    "secret in a long line": (text(f"a,label\n1,2,{SECRET}\n"), "not a CSV"),
    "secret after lines": (text(f"a,label\n1,2\n1,2,3,{SECRET}\n"), "line 3 has more values"),
    "secret label": (
        text(f"a,label\n1,{SECRET}\n2,b\n1,b\n"),
        "class only once, in column 'label'",
    ),
    "secret texts": (
        text("a,label\n" + "".join(f"{SECRET}{i},{i % 2}\n" for i in range(101))),
        "101 different texts in column 'a'",
    ),
    "open quotes": (text(f'a,label\n1,"{SECRET}\n1,b\n'), "not a CSV"),
    "open quotes in the header": (text(f'a,"label\n1,{SECRET}\n1,b\n'), "not a CSV"),
    "nothing": (text(""), "not a CSV (UTF-8) or Parquet table"),
    "line breaks": (text("\n" * 99), "not a CSV"),
    "no rows": (text("a,label\n"), "has 0 class"),
    "one row": (text("a,label\n1,x\n"), "has 1 class in column 'label'"),
    "one column": (text("label\na\nb\na\nb\n"), "has no column of features beside 'label'"),
    "two columns of a name": (text("a,a,label\n1,2,x\n"), "more than one column 'a'"),
    "two columns of labels": (text("label,a,label\n1,2,x\n"), "more than one column 'label'"),
    "too many columns": (
        text(",".join(f"c{i}" for i in range(20_001)) + ",label\n"),
        "more than 20,000 columns",
    ),
    "millions of columns": (text("," * 5_000_000), "no line of names within the first 1 MiB"),
    "a line of 50 MB": (text(b"a" * 50_000_000), "no line of names within the first 1 MiB"),
    "blank lines, then a long one": (text("\n" * 2**20 + "," * 5_000_000), "no line of names"),
    "quotes over a long header": (text('"' + "\n" * 2**20 + '",' * 9), "no line of names"),
    "control characters in a name": (
        text("a\x1b[2J,label\n,x\n1,x\n1,y\n1,y\n"),
        r"column 'a\x1b[2J', line 2",
    ),
    "name of many characters": (text("a" * 99_999 + ",label\n,x\n,x\n,y\n,y\n"), "aa…', line 2"),
    "NUL": (text("a,label\n1\x002,x\n3,y\n1,x\n2,y\n"), "NUL is in it"),
    "NULs": (text(bytes(10_000_000)), "NUL is in it"),
    "UTF-16": (text("a,label\n1,x\n2,y\n".encode("utf-16")), "not a CSV (UTF-8)"),
    "Latin-1": (text("größe,label\n1,x\n2,y\n".encode("latin-1")), "not a CSV (UTF-8)"),
    "gzip": (text(gzip.compress(b"a,label\n1,x\n2,y\n")), "not a CSV"),
    "zip": (text(b"PK\x03\x04" + b"\xff" * 99), "not a CSV"),
    "pickle": (text(pickle.dumps(Unpickled())), "not a CSV"),
    "pickle as text": (text(pickle.dumps(Unpickled(), protocol=0)), "no column 'label'"),
    "infinity": (text("a,label\n1e999,x\n1,y\n1,x\n1,y\n"), "infinite value in column 'a', line 2"),
    # Parquet
    "Parquet's magic alone": (text(b"PAR1"), "not a CSV (UTF-8) or Parquet table"),
    "magic twice": (text(b"PAR1PAR1"), "not a CSV"),
    "truncated": (damaged(-100, 0, b""), "not a CSV"),
    "footer of 2 GB": (damaged(-8, -4, b"\xff\xff\xff\x7f"), "not a CSV"),
    "footer of noise": (damaged(-200, -8, bytes(range(192))), "not a CSV"),
    "encrypted footer": (damaged(-4, 0, b"PARE"), "not a CSV"),
    "nothing but a pickle": (text(b"PAR1" + pickle.dumps(Unpickled()) + b"PAR1"), "not a CSV"),
    "lists": (parquet(size=[[1], [2], [3], [4]]), "another type in column 'size'"),
    "records": (parquet(size=[{SECRET: 1}] * 4), "another type in column 'size'"),
    "dates": (parquet(size=[date(2022, 9, 12)] * 4), "another type in column 'size'"),
    "times": (
        parquet(size=pd.date_range("2022-09-12", periods=4)),
        "numbers, texts and booleans are allowed",
    ),
    "decimals": (parquet(size=[Decimal("1.5")] * 4), "another type in column 'size'"),
    "bytes": (parquet(size=[b"a", b"b", b"c", b"d"]), "another type in column 'size'"),
    "nulls": (parquet(size=pa.nulls(4)), "missing value in column 'size', row 1"),
    "no label": (parquet(size=[1, 2, 3, 4], labels=["a", None, "b", "b"]), "no label"),  # type: ignore[arg-type]
    "only labels": (parquet(), "has no column of features"),
    "no rows of Parquet": (parquet(size=pa.array([], pa.int64()), labels=""), "has 0 class"),
    "no columns": (
        lambda path: pq.write_table(pa.table({}), path),
        "no column 'label' for the labels among its 0",
    ),
    "same name twice": (
        lambda path: pq.write_table(
            pa.Table.from_arrays([pa.array([1, 2])] * 3, names=["a", "label", "label"]), path
        ),
        "more than one column 'label'",
    ),
    "20,001 columns": (
        lambda path: pq.write_table(pa.table({f"c{i}": pa.nulls(0) for i in range(20_001)}), path),
        "more than 20,000 columns",
    ),
    "three million rows": (three_million_rows, "more than 2,000,000 rows"),
    "a text a million times": (a_text_a_million_times, "unpacks to more than 1000 MiB"),
    "notes of pandas that are none": (with_pandas_notes("["), "not a CSV"),
    "notes of pandas that are a list": (with_pandas_notes("[]"), "class only once"),
    "deep notes of pandas": (with_pandas_notes("[" * 99_999), "not a CSV"),
    "names that pandas would evaluate": (
        with_pandas_notes(
            json.dumps(
                {
                    "index_columns": [{"kind": "range"}, 7, None],
                    "columns": [],
                    "column_indexes": [{"pandas_type": "int64", "numpy_type": "int64"}],
                }
            )
        ),
        "class only once",
    ),
}


def touched(path: Path) -> Path:
    path.touch()
    return path


def piped(path: Path) -> Path:
    os.mkfifo(path)
    return path


def linked(path: Path, target: Path) -> Path:
    path.symlink_to(target)
    return path


def bound(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(path))
    return path


def sparse(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        file.truncate(size)
    return path


@pytest.mark.parametrize("name", PLACES)
def test_place_that_is_no_table(name: str, tmp_path: Path) -> None:
    place, words = PLACES[name]
    assert words in refused(str(place(tmp_path)))


@pytest.mark.parametrize(
    "name", [name for name in PLACES if name not in ("of the system", "list of users")]
)
def test_place_without_a_digest(name: str, tmp_path: Path) -> None:
    place, words = PLACES[name]
    with pytest.raises(InputError) as error:
        content_digest("table", data_path=str(place(tmp_path)))
    assert words in str(error.value)


@pytest.mark.parametrize("name", CONTENTS)
def test_file_that_is_no_table(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is told, nothing of it is run, and neither memory nor hours are spent."""
    write, words = CONTENTS[name]
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "rows.csv"
    write(path)
    assert words in refused(path)
    assert not Path("unpickled").exists()


@pytest.mark.parametrize("pack", [gzip, bz2, lzma])
def test_packed_table_that_is_larger_than_the_limit(
    pack: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffix = {gzip: ".gz", bz2: ".bz2", lzma: ".xz"}[pack]
    path = tmp_path / f"rows.csv{suffix}"
    path.write_bytes(pack.compress(b"a,label\n" + b"1,x\n2,y\n" * 500_000))
    monkeypatch.setattr(limits, "TABLE_BYTES", 2**20)
    assert "unpacks to more than 1 MiB" in refused(path)


def test_more_rows_than_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TABLE_ROWS", 5)
    path = tmp_path / "rows.csv"
    path.write_text("a,label\n" + "1,x\n2,y\n" * 3)
    assert "more than 5 rows" in refused(path)


def test_more_features_than_fit_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two columns of three texts are six features."""
    monkeypatch.setattr(limits, "TABLE_VALUES", 20)
    path = tmp_path / "rows.csv"
    path.write_text("a,b,label\n" + "u,u,x\nv,v,y\nw,w,x\nw,w,y\n")
    assert "more than 20 values" in refused(path)


def test_nearest_column_is_named_only_if_it_is_near(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("size,colour,label\n1,red,a\n")
    assert refused(path, "lable").endswith("among its 3 (nearest: 'label').")
    assert refused(path, "x").endswith("among its 3.")


def test_label_column_of_any_characters(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("size,label\n1,a\n")
    assert r"no column '\ud800\x00\n' for" in refused(path, "\ud800\0\n")
    assert "…' for" in refused(path, "x" * 10_000)


def test_file_that_nobody_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions do not bind the system's owner, so the refusal is made here."""

    def refuse(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "rows.csv"
    path.write_text("a,label\n1,x\n")
    monkeypatch.setattr(os, "open", refuse)
    assert "cannot be read: Permission denied" in refused(path)


def test_type_that_is_made_by_unpickling_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "rows.parquet"
    pickled_extension(path)
    loaded(path)
    assert not Path("unpickled").exists()


def test_numbers_that_cannot_be_standardised(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b,label\n" + "1,1e308,x\n2,-1e308,y\n" * 4)
    with pytest.raises(InputError, match=r"too large or too close to each other .* column 'b'"):
        loaded(path)


def test_ten_thousand_columns_are_read(tmp_path: Path) -> None:
    columns: dict[str, Any] = {f"c{i}": [1, 2, 3, 4, 5, 6] for i in range(10_000)}
    path = tmp_path / "rows.parquet"
    parquet("aabbab", **columns)(path)
    loaded(path)


def test_fingerprint_is_that_of_the_largest_table_that_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("size,label\n" + "1,yes\n2,no\n" * 3)
    data = load("table", data_path=str(path), num_words=1, train_size=25_000, test_size=25_000)
    assert fingerprint("table", data_path=str(path)) == data.fingerprint


def test_fingerprint_does_not_depend_on_classes_that_its_sizes_leave_out(tmp_path: Path) -> None:
    """Of 25,001 classes, 25,000 rows leave out one; a market may ask for more rows."""
    path = tmp_path / "rows.parquet"
    labels = np.tile(np.arange(25_001), 2)
    pq.write_table(pa.table({"size": labels, "label": labels}), path)
    assert len(fingerprint("table", data_path=str(path))) == 64


def test_digest_is_of_the_bytes_and_follows_them(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"abc")
    first = content_digest("table", data_path=str(path))
    assert first == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    path.write_bytes(b"abcd")
    assert content_digest("table", data_path=str(path)) != first


@pytest.mark.parametrize("data", ["synthetic-reviews", "breast-cancer", "digits"])
def test_bundled_data_are_told_by_their_name(data: str) -> None:
    assert content_digest(data, data_path="/dev/zero") == ""
    assert len(fingerprint(data, data_path=None)) == 64


def test_unknown_data_have_no_digest() -> None:
    for digest in (fingerprint, content_digest):
        with pytest.raises(InputError, match=r"'imbd' is not known.*nearest: imdb"):
            digest("imbd", data_path=None)
