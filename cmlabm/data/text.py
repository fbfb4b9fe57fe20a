"""A user's own texts, from CSV, Parquet or JSON lines, as the words that they have."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cmlabm.data import files, limits
from cmlabm.data.dataset import Dataset
from cmlabm.data.quoting import quoted
from cmlabm.data.split import part_sizes, parts_of
from cmlabm.data.table_file import TEXTS_WANTED, content_of, read_rows
from cmlabm.data.table_labels import first, labels_of
from cmlabm.data.text_columns import TextColumns
from cmlabm.data.word_features import in_form
from cmlabm.data.words import words_of
from cmlabm.errors import InputError


def text(
    data_path: str | None,
    columns: TextColumns,
    num_words: int,
    features: str,
    train_size: int,
    test_size: int,
) -> Dataset:
    """Load texts, as the most frequent words of the training texts.

    Rows are split as a table's are. Words are those that reviews have, and are ranked as theirs: by
    their number in the training texts, equally frequent ones alphabetically. What this process has
    loaded lately it returns again until the file's size or time of change differs.

    Args:
        data_path: a CSV file (UTF-8, with a header line), a Parquet file, or JSON lines.
        columns: which of its columns hold the texts and the labels.
        num_words: how many words to keep, the most frequent ones first.
        features: "presence", "counts" or "tf-idf", as `in_form` has them.
        train_size: number of training samples wanted; see `split` for what there is.
        test_size: number of test samples wanted.

    Returns:
        Features of shape (samples, num_words); the classes in sorted order.

    Raises:
        InputError: there is no such file or column, a text or a label is missing, there are not
            two classes of two rows each, or fewer words.
    """
    path = _path(data_path)
    sizes = train_size, test_size
    return _loaded(path, columns, num_words, features, sizes, *_state(path))


def fingerprint(
    data_path: str | None, columns: TextColumns, train_size: int, test_size: int
) -> str:
    """Return the digest of all texts and labels, whatever is taken of their words."""
    return _fingerprint(_read(_path(data_path), columns), (train_size, test_size))


def content_digest(data_path: str | None) -> str:
    """Return the SHA-256 of the file, which is not read again before it changes.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    path = _path(data_path)
    return _digest(path, *_state(path))


class _Texts(NamedTuple):
    """All rows as they are in the file."""

    texts: list[str]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]


@lru_cache(maxsize=4)
def _loaded(
    path: Path,
    columns: TextColumns,
    num_words: int,
    features: str,
    sizes: tuple[int, int],
    *_state: int,
) -> Dataset:
    rows = _read(path, columns)
    train, test = parts_of("text", rows.labels, len(rows.classes), *sizes)
    known, new, words = _counted(
        path,
        [rows.texts[index] for index in train.tolist()],
        [rows.texts[index] for index in test.tolist()],
        num_words,
    )
    train_samples, test_samples = in_form(
        features, (known, rows.labels[train]), (new, rows.labels[test])
    )
    return Dataset(
        name="text",
        train=train_samples,
        test=test_samples,
        classes=rows.classes,
        features=words,
        fingerprint=_fingerprint(rows, sizes, f" {num_words} {features}"),
    )


def _counted(
    path: Path, train: list[str], test: list[str], num_words: int
) -> tuple[csr_array[Any, Any], csr_array[Any, Any], tuple[str, ...]]:
    """Return how often texts have the most frequent words of the training texts, and these."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=words_of, dtype=np.float64)
    try:
        counts = vectorizer.fit_transform(train)
    except ValueError:  # there are no words
        counts = csr_array((len(train), 0))
    if num_words > counts.shape[1]:
        raise InputError(
            f"num_words = {num_words} is more than the training texts in {quoted(path)} have; at"
            f" most {counts.shape[1]} are allowed."
        )
    words = vectorizer.get_feature_names_out()
    total = np.asarray(counts.sum(axis=0)).ravel()
    ranked = np.lexsort((np.arange(len(words)), -total))[:num_words]
    known, new = (csr_array(own[:, ranked]) for own in (counts, vectorizer.transform(test)))
    return known, new, tuple(map(str, words[ranked]))


def _read(path: Path, columns: TextColumns) -> _Texts:
    if columns.text == columns.label:
        raise InputError(
            f"text_column = {quoted(columns.text)} is the label_column too; a text needs a label"
            " beside it."
        )
    frame, where = read_rows(path, columns)
    labels, classes = labels_of(path, frame, columns.label, where)
    column = frame[columns.text]
    empty = column.isna() | (column.map(str).str.strip() == "")
    if empty.any():
        raise InputError(
            f"{quoted(path)} has no text in column {quoted(columns.text)}, {where} {first(empty)};"
            " every row needs one."
        )
    other = ~column.map(lambda content: isinstance(content, str)).astype(bool)
    if other.any():
        raise InputError(
            f"{quoted(path)} has a value that is no text in column {quoted(columns.text)}, {where}"
            f" {first(other)}."
        )
    texts = column.tolist()
    if sum(map(len, texts)) > limits.TEXT_BYTES:
        raise InputError(
            f"{quoted(path)} has more than {limits.TEXT_BYTES / limits.MIB:g} MiB of texts; no more"
            " are read."
        )
    return _Texts(texts, labels, classes)


def _fingerprint(rows: _Texts, sizes: tuple[int, int], taken: str = "") -> str:
    parts = part_sizes(len(rows.labels), *sizes)
    digest = hashlib.sha256(f"{rows.classes!r} {parts}{taken}".encode())
    for content in rows.texts:
        encoded = content.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    digest.update(rows.labels.astype("<i8").tobytes())
    return digest.hexdigest()


def _path(data_path: str | None) -> Path:
    if not data_path:
        raise InputError(f"data_path is not given; data = 'text' needs {TEXTS_WANTED}.")
    return files.located(data_path)


def _state(path: Path) -> tuple[int, int]:
    with files.refusing_unreadable(path, TEXTS_WANTED):
        state = path.stat()
    return state.st_mtime_ns, state.st_size


@lru_cache
def _digest(path: Path, *_state: int) -> str:
    return hashlib.sha256(content_of(path, TEXTS_WANTED)).hexdigest()
