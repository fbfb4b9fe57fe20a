"""Files of texts that are none: each is refused in a sentence, and nothing of it is told."""

import gzip
import json
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cmlabm.data import content_digest, fingerprint, limits, load
from cmlabm.errors import InputError

type Write = Callable[[Path], object]

SECRET = "not to be told"  # noqa: S105
GROWTH_KIB = 300_000
CSV = "text,label\n" + "good film,x\nbad plot,y\n" * 6


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


def refused(path: Path | str, **values: Any) -> str:
    """Return the sentence in which loading refuses a file."""
    given = {"num_words": 2, "train_size": 4, "test_size": 2} | values
    with pytest.raises(InputError) as by_load:
        load("text", data_path=str(path), **given)
    sentence = str(by_load.value)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert len(sentence) < 600
    assert SECRET not in sentence
    return sentence


def text(content: str | bytes, name: str = "rows.csv") -> Write:
    data = content.encode() if isinstance(content, str) else content
    return lambda path: (path / name).write_bytes(data)


def lines(*rows: object) -> Write:
    """Return what writes JSON lines, some of them as they are."""
    written = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return text("\n".join(written), "rows.jsonl")


def parquet(**columns: Any) -> Write:
    return lambda path: pq.write_table(pa.table(columns), path / "rows.parquet")


GOOD = [{"text": "good film", "label": "x"}, {"text": "bad plot", "label": "y"}] * 3

CONTENTS: dict[str, tuple[Write, str]] = {
    "nothing": (text(""), "no column 'label' for the labels among its 0."),
    "no rows": (text("text,label\n"), "has 0 class in column 'label'"),
    "no texts": (text(f"{SECRET},label\na,b\n"), "no column 'text' for the texts among its 2."),
    "no labels": (text(f"text,{SECRET}\na,b\n"), "no column 'label' for the labels among its 2."),
    "a near name": (text("txt,label\na,b\n"), "among its 2 (nearest: 'txt')"),
    "an empty text": (text(f"{CSV},x\n"), "has no text in column 'text', row 13; every row needs"),
    "a blank text": (text(f'{CSV}"\n \t",x\n'), "has no text in column 'text', row 13"),
    "an empty label": (text(f"{CSV}{SECRET},\n"), "has no label in column 'label', row 13"),
    "one class": (text("text,label\na b,x\nc d,x\n"), "has 1 class in column 'label'; at least 2"),
    "a class once": (text(f"{CSV}{SECRET},z\n"), "a class only once, in column 'label', row 13"),
    "one word": (text(CSV.replace("film", "good").replace("bad plot", "good")), "at most 1 are"),
    "no words": (text("text,label\n" + "...,x\n!?,y\n" * 6), "at most 0 are allowed"),
    "two columns of texts": (text("text,text,label\na,b,x\n"), "more than one column 'text'"),
    "more values than names": (text(f"{CSV}a,x,{SECRET}\n"), "line 14 has more values than the"),
    "NUL": (text(CSV.replace("bad", "b\0d")), "is not a CSV (UTF-8) or Parquet table: NUL is in"),
    "Latin-1": (text(CSV.replace("bad", "böse").encode("latin-1")), "JSON lines (in UTF-8)"),
    "UTF-16": (text(CSV.encode("utf-16")), "NUL is in it"),
    "gzip without its name": (text(gzip.compress(CSV.encode())), "is not a CSV"),
    "truncated gzip": (text(gzip.compress(CSV.encode())[:-9], "rows.csv.gz"), "is not a CSV"),
    # JSON lines
    "half an object": (lines(*GOOD, f'{{"text": "{SECRET}'), "has no JSON object in line 7."),
    "a list": (lines(*GOOD, [SECRET]), "has no JSON object in line 7."),
    "a text alone": (lines(SECRET), "has no JSON object in line 1."),
    "an empty line": (lines(*GOOD, "", *GOOD), "has no JSON object in line 7."),
    "an array of objects": (text(json.dumps(GOOD, indent=1), "rows.json"), "object in line 1."),
    "deep brackets": (lines("[" * 100_000), "has no JSON object in line 1."),
    "deep objects": (lines('{"a":' * 100_000), "has no JSON object in line 1."),
    "a number of many digits": (lines(f'{{"text": {"9" * 5_000}}}'), "no JSON object in line 1."),
    "no text in a line": (lines(*GOOD, {"label": "x"}), "no 'text' for the text in line 7."),
    "no label in a line": (lines(*GOOD, {"text": "x"}), "no 'label' for the label in line 7."),
    "a text that is null": (lines(*GOOD, {"text": None, "label": "x"}), "no text in column 'text'"),
    "an empty text in JSON": (lines(*GOOD, {"text": "", "label": "x"}), "has no text in column"),
    "a label that is null": (lines(*GOOD, {"text": "x", "label": None}), "no label in column"),
    "a label that is NaN": (lines('{"text": "a", "label": NaN}'), "has no label in column 'label'"),
    "a number for a text": (lines(*GOOD, {"text": 7, "label": "x"}), "a value that is no text in"),
    "a list for a text": (lines({"text": [SECRET], "label": 1}), "a list or an object for 'text'"),
    "an object for a label": (lines({"text": "a", "label": {}}), "an object for 'label' in line 1"),
    "labels of many types": (
        lines(*GOOD, {"text": "a", "label": 1}, {"text": "a", "label": 1}),
        "values of another type in column 'label'",
    ),
    "NUL in JSON": (text(b'{"text": "a\0b"}', "rows.jsonl"), "is not JSON lines: NUL is in it."),
    "Latin-1 in JSON": (text('{"text": "ä"}'.encode("latin-1"), "rows.jsonl"), "is not a CSV or"),
    # Parquet
    "numbers for texts": (parquet(text=[1, 2], label=["a", "b"]), "once, in column 'label'"),
    "numbers for texts of classes": (
        parquet(text=[1, 2, 3, 4], label=list("aabb")),
        "has a value that is no text in column 'text', row 1.",
    ),
    "lists for texts": (parquet(text=[["a"]], label=["a"]), "values of another type in column"),
    "null for a text": (
        parquet(text=["a", None, "b", "c"], label=list("aabb")),
        "has no text in column 'text', row 2",
    ),
    "Parquet without texts": (parquet(label=["a"]), "no column 'text' for the texts among its 1"),
    "Parquet's magic alone": (text(b"PAR1", "rows.parquet"), "is not a CSV or Parquet table"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_file_that_holds_no_texts(name: str, tmp_path: Path) -> None:
    write, words = CONTENTS[name]
    write(tmp_path)
    (path,) = tmp_path.iterdir()
    assert words in refused(path)


@pytest.mark.parametrize("place", ["none.csv", ".", "none.jsonl"])
def test_place_that_is_no_file(place: str, tmp_path: Path) -> None:
    path = str(tmp_path / place)
    sentence = refused(path)
    for ask in (fingerprint, content_digest):
        with pytest.raises(InputError) as other:
            ask("text", data_path=path)
        assert str(other.value) == sentence or place == "."
    assert "is a folder" in sentence if place == "." else "a CSV, Parquet or JSON-lines" in sentence


def test_without_a_path() -> None:
    with pytest.raises(InputError, match="data_path is not given; data = 'text' needs a CSV"):
        load("text")


def test_one_column_for_both(tmp_path: Path) -> None:
    text(CSV)(tmp_path)
    assert "is the label_column too" in refused(tmp_path / "rows.csv", text_column="label")


@pytest.mark.parametrize(("limit", "words"), [("TABLE_ROWS", "rows"), ("TABLE_BYTES", "MiB")])
@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.parquet"])
def test_files_larger_than_the_limits(
    name: str, limit: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, limit, 5)
    writers = {
        "rows.csv": text(CSV),
        "rows.jsonl": lines(*GOOD),
        "rows.parquet": parquet(text=["a b"] * 6, label=list("aabbab")),
    }
    writers[name](tmp_path)
    assert words in refused(tmp_path / name)


def test_more_text_than_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TEXT_BYTES", 2**20)
    text("text,label\n" + ("a" * 200_000 + ",x\n" + "b" * 200_000 + ",y\n") * 3)(tmp_path)
    assert "has more than 1 MiB of texts" in refused(tmp_path / "rows.csv")


def test_packed_json_lines_larger_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TABLE_BYTES", 2**20)
    packed = gzip.compress(b'{"text": "a b", "label": 1}\n' * 100_000)
    text(packed, "rows.jsonl.gz")(tmp_path)
    assert "unpacks to more than 1 MiB" in refused(tmp_path / "rows.jsonl.gz")


def test_half_a_surrogate_pair_is_no_text_and_an_escaped_nul_is(tmp_path: Path) -> None:
    lines(*GOOD, {"text": "\ud800", "label": "x"})(tmp_path)
    assert "is not a CSV or Parquet table or JSON lines" in refused(tmp_path / "rows.jsonl")
    lines(*[{"text": "\0", "label": number % 2} for number in range(8)])(tmp_path)
    data = load(
        "text", data_path=str(tmp_path / "rows.jsonl"), num_words=1, train_size=4, test_size=4
    )
    assert data.features == ("\0",)
