import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import REVIEWS, WriteArchive

from cmlabm.data import archive, load
from cmlabm.data.corpus import Corpus
from cmlabm.data.imdb import imdb_reviews
from cmlabm.errors import InputError


def test_words_are_ranked_by_count_then_alphabet(write_archive: WriteArchive) -> None:
    features = imdb_reviews(str(write_archive()), num_words=11).features
    assert features == (
        *("good", "a", "bad", "film"),  # 5, 2, 2, 2 times
        *("all", "at", "br", "don't", "it", "miss", "not"),
    )


def test_features_say_which_reviews_have_a_word(write_archive: WriteArchive) -> None:
    reviews = imdb_reviews(str(write_archive()), num_words=4)
    assert reviews.train.dense().tolist() == [
        [0, 1, 1, 1],
        [1, 0, 0, 0],
        [1, 1, 0, 1],
        [1, 0, 0, 0],
    ]
    assert reviews.test.dense().tolist() == [[0, 1, 1, 0], [1, 1, 0, 1]]
    assert reviews.classes == ("negative", "positive")
    assert reviews.train.labels.tolist() == [0, 0, 1, 1]
    assert reviews.test.labels.tolist() == [0, 1]


def test_features_are_canonical_sparse_ones(write_archive: WriteArchive) -> None:
    features = imdb_reviews(str(write_archive()), num_words=4).train.features
    assert not isinstance(features, np.ndarray)
    assert features.dtype == np.float64
    assert features.indices.dtype == np.int32
    assert features.has_canonical_format


def test_words_of_test_reviews_alone_are_not_in_the_vocabulary(write_archive: WriteArchive) -> None:
    features = imdb_reviews(str(write_archive()), num_words=11).features
    assert "unheard" not in features
    assert "plot" not in features


def test_review_without_words_has_no_features(write_archive: WriteArchive) -> None:
    path = write_archive({**REVIEWS, "train/pos/99_9.txt": "...", "test/pos/99_9.txt": ""})
    reviews = imdb_reviews(str(path), num_words=4)
    assert not reviews.train.dense()[-1].any()
    assert not reviews.test.dense()[-1].any()
    assert len(reviews.train) == 5


@pytest.mark.parametrize(("train_size", "test_size"), [(5, 1), (4, 3)])
def test_more_reviews_than_there_are(
    train_size: int, test_size: int, write_archive: WriteArchive
) -> None:
    path = str(write_archive())
    expected = "train_size = 5 .* at most 4" if train_size == 5 else "test_size = 3 .* at most 2"
    with pytest.raises(InputError, match=expected):
        load("imdb", data_path=path, num_words=4, train_size=train_size, test_size=test_size)


def test_loading_again_does_not_read_the_archive_again(
    write_archive: WriteArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(write_archive())
    first = imdb_reviews(path, num_words=4)
    monkeypatch.delattr(archive, "read_reviews")
    again = imdb_reviews(path, num_words=4)
    assert again.fingerprint == first.fingerprint
    assert (again.train.dense() == first.train.dense()).all()


def test_a_changed_archive_is_read_again(write_archive: WriteArchive) -> None:
    first = imdb_reviews(str(write_archive()), num_words=1)
    changed = {name: text.replace("ood", "reat") for name, text in REVIEWS.items()}
    assert first.features == ("good",)
    assert imdb_reviews(str(write_archive(changed)), num_words=1).features == ("great",)


def test_a_changed_folder_is_read_again(tmp_path: Path) -> None:
    for name, text in REVIEWS.items():
        file = tmp_path / "aclImdb" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert imdb_reviews(str(tmp_path), num_words=1).features == ("good",)
    (tmp_path / "aclImdb/train/pos/3_8.txt").write_text("bad " * 9)
    assert imdb_reviews(str(tmp_path), num_words=1).features == ("bad",)


def test_cached_arrays_are_memory_mapped_and_no_pickles(
    write_archive: WriteArchive, cache: Path
) -> None:
    imdb_reviews(str(write_archive()), num_words=4)
    (folder,) = cache.iterdir()
    corpus = Corpus.open(folder)
    for part in (corpus.train, corpus.test):
        for values in (part.words, part.starts, part.labels):
            assert isinstance(values.base, np.memmap)
            assert not values.flags.writeable
    assert {file.suffix for file in folder.iterdir()} == {".npy", ".txt"}
    for file in folder.glob("*.npy"):
        assert np.load(file, allow_pickle=False).dtype.kind == "i"


def test_exception_while_caching_leaves_nothing(
    write_archive: WriteArchive, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_and_stop(corpus: Corpus, folder: Path) -> None:
        (folder / "train-words.npy").write_bytes(b"half")
        raise KeyboardInterrupt

    path = str(write_archive())
    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "save", save_and_stop)
        with pytest.raises(KeyboardInterrupt):
            imdb_reviews(path, num_words=4)
    assert list(cache.iterdir()) == []
    assert len(imdb_reviews(path, num_words=4).train) == 4


KILLED = """
import sys, time
from cmlabm.data.corpus import Corpus
from cmlabm.data.imdb import imdb_reviews
save = Corpus.save
def save_and_hang(corpus, folder):
    save(corpus, folder)
    (folder / "test-words.npy").write_bytes(b"half")
    print("saving", flush=True)
    time.sleep(60)
Corpus.save = save_and_hang
imdb_reviews(sys.argv[1], 4)
"""


def test_process_killed_while_caching_leaves_nothing_that_is_used(
    write_archive: WriteArchive, cache: Path
) -> None:
    path = str(write_archive())
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"saving\n"
        process.kill()
    (partial,) = cache.iterdir()

    long_ago = time.time() - 3_600
    for place in (*partial.iterdir(), partial):
        os.utime(place, (long_ago, long_ago))
    assert len(imdb_reviews(path, num_words=4).train) == 4
    assert not partial.exists()
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"half"])
@pytest.mark.parametrize("file", ["train-words.npy", "test-labels.npy"])
def test_damaged_cache_is_made_again(
    damage: bytes, file: str, write_archive: WriteArchive, cache: Path
) -> None:
    path = str(write_archive())
    first = imdb_reviews(path, num_words=4)
    (folder,) = cache.iterdir()
    (folder / file).write_bytes(damage)
    again = imdb_reviews(path, num_words=4)
    assert (again.train.dense() == first.train.dense()).all()
    assert (Corpus.open(folder).test.labels == first.test.labels).all()


def load_in_step(path: str) -> tuple[str, int]:
    reviews = imdb_reviews(path, num_words=4)
    return reviews.fingerprint, len(reviews.train)


def test_processes_that_parse_at_once_all_succeed(write_archive: WriteArchive, cache: Path) -> None:
    path = str(write_archive())
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        results = pool.map(load_in_step, [path] * 8, chunksize=1)
    assert set(results) == {(imdb_reviews(path, num_words=4).fingerprint, 4)}
    assert len(list(cache.iterdir())) == 1


def test_a_process_that_is_second_keeps_what_the_first_one_cached(
    write_archive: WriteArchive, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(write_archive())
    save = Corpus.save

    def save_as_second(corpus: Corpus, folder: Path) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Corpus, "save", save)
            imdb_reviews(path, num_words=4)
        (first,) = cache.glob("imdb-*")
        (first / "mark").touch()
        save(corpus, folder)

    monkeypatch.setattr(Corpus, "save", save_as_second)
    assert len(imdb_reviews(path, num_words=4).train) == 4
    (folder,) = cache.iterdir()
    assert (folder / "mark").exists()


def test_cache_that_cannot_be_written(write_archive: WriteArchive, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(InputError, match=r"cannot be written: .* CMLABM_CACHE"):
        imdb_reviews(str(write_archive()), num_words=4)
