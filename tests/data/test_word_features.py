"""What counts of the words of reviews and texts: presence, counts, tf-idf."""

import shutil
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from conftest import REVIEWS, WriteArchive
from hypothesis import given
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer

from cmlabm.data import archive, load
from cmlabm.data.dataset import Samples
from cmlabm.data.imdb import imdb_reviews
from cmlabm.data.rows import NumericRow
from cmlabm.data.weighted_rows import WeightedRow, WeightedRows
from cmlabm.data.words import words_of

TRAIN = [text for place, text in REVIEWS.items() if place.startswith("train")]
TEST = [text for place, text in REVIEWS.items() if place.startswith("test")]


def test_counts_say_how_often_reviews_have_a_word(write_archive: WriteArchive) -> None:
    reviews = imdb_reviews(str(write_archive()), 4, "counts")
    assert reviews.features == ("good", "a", "bad", "film")
    assert reviews.train.dense().tolist() == [
        [0, 1, 2, 1],
        [1, 0, 0, 0],
        [1, 1, 0, 1],
        [3, 0, 0, 0],
    ]
    assert reviews.test.dense().tolist() == [[0, 1, 1, 0], [1, 1, 0, 1]]


def test_tf_idf_has_the_weights_of_the_training_reviews(write_archive: WriteArchive) -> None:
    """As scikit-learn's vectoriser over the same words: test reviews must not weigh."""
    reviews = imdb_reviews(str(write_archive()), 4, "tf-idf")
    theirs = TfidfVectorizer(analyzer=words_of, vocabulary=reviews.features).fit(TRAIN)
    np.testing.assert_allclose(reviews.train.dense(), theirs.transform(TRAIN).toarray())
    np.testing.assert_allclose(reviews.test.dense(), theirs.transform(TEST).toarray())


def test_counts_leave_the_cache_of_presence_as_it_is(
    write_archive: WriteArchive, cache: Path
) -> None:
    path = str(write_archive())
    first = imdb_reviews(path, 4)
    (folder,) = cache.iterdir()
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in folder.iterdir()}
    imdb_reviews(path, 4, "counts")
    assert len([*cache.iterdir()]) == 2
    for file, state in before.items():
        assert (file.stat().st_mtime_ns, file.read_bytes()) == state
    assert imdb_reviews(path, 4).fingerprint == first.fingerprint


def test_counts_are_kept(write_archive: WriteArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(write_archive())
    first = imdb_reviews(path, 4, "counts")
    monkeypatch.delattr(archive, "read_reviews")
    again = imdb_reviews(path, 4, "counts")
    assert again.fingerprint == first.fingerprint
    assert again.train.dense().tolist() == first.train.dense().tolist()


@pytest.mark.parametrize("damage", ["half", "other", "longer", "gone"])
def test_damaged_counts_are_made_again(
    damage: str, write_archive: WriteArchive, cache: Path
) -> None:
    path = str(write_archive())
    first = imdb_reviews(path, 4, "counts")
    (file,) = cache.glob("imdb-counts-*/train-counts.npy")
    counts = np.load(file)
    if damage == "half":
        file.write_bytes(file.read_bytes()[:-3])
    elif damage == "other":
        np.save(file, counts + 1)
    elif damage == "longer":
        np.save(file, np.append(counts, counts))
    else:
        shutil.rmtree(file.parent)
    again = imdb_reviews(path, 4, "counts")
    assert again.train.dense().tolist() == first.train.dense().tolist()


def test_what_counts_is_in_the_fingerprint(write_archive: WriteArchive) -> None:
    path = str(write_archive())
    forms = ("presence", "counts", "tf-idf")
    assert len({imdb_reviews(path, 4, form).fingerprint for form in forms}) == 3


def test_the_parameter_reaches_the_reviews(write_archive: WriteArchive) -> None:
    sizes: dict[str, Any] = {"num_words": 4, "train_size": 4, "test_size": 2}
    data = load("imdb", data_path=str(write_archive()), features="counts", **sizes)
    assert data.train.dense().max() == 3


# Rows of which most features are 0

tables = st.integers(1, 6).flatmap(
    lambda size: st.lists(
        st.lists(st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0]), min_size=size, max_size=size),
        min_size=1,
        max_size=6,
    )
)


@given(table=tables, seed=st.integers(0, 99))
def test_a_weighted_row_does_what_a_numeric_row_does(table: list[list[float]], seed: int) -> None:
    """All values are multiples of a half, so that no order of a sum rounds otherwise."""
    dense = np.array(table)
    samples = Samples(WeightedRows(csr_array(dense)), np.zeros(len(dense), dtype=np.int64))
    weights: NDArray[np.float64]
    weights = np.random.default_rng(seed).integers(-8, 8, dense.shape[1:]) / 4
    for index, values in enumerate(dense):
        row, plain = samples.row(index), NumericRow(values)
        assert isinstance(row, WeightedRow)
        assert row.size == plain.size
        assert row.dense().tolist() == values.tolist()
        assert row.product(weights) == plain.product(weights)
        assert row.square == plain.square
        moved, expected = weights.copy(), weights.copy()
        row.add_to(moved, 0.5)
        plain.add_to(expected, 0.5)
        assert moved.tolist() == expected.tolist()
    chosen = np.arange(len(dense))[::-1]
    assert samples.take(chosen).dense().tolist() == dense[chosen].tolist()
    assert not isinstance(samples.features, np.ndarray)
    assert samples.features.toarray().tolist() == dense.tolist()
