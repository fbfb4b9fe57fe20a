"""The real reviews: read from CMLABM_IMDB, or where the project keeps its data."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from rich.progress import Progress

from cmlabm.data import content_digest
from cmlabm.data.archive import read_reviews
from cmlabm.data.imdb import imdb_reviews
from cmlabm.data.words import words_of

DEFAULT = Path(__file__).parents[3] / "shared" / "data" / "aclImdb_labelled.tar.gz"
ARCHIVE = Path(os.environ.get("CMLABM_IMDB", DEFAULT))

pytestmark = pytest.mark.skipif(
    not ARCHIVE.exists(),
    reason=f"the real reviews are not at {ARCHIVE}; CMLABM_IMDB may name another place",
)


def test_words_of_the_training_reviews() -> None:
    with Progress(disable=True) as progress:
        reviews = read_reviews(ARCHIVE, progress)
    words = [word for review in reviews if review.part == "train" for word in words_of(review.text)]
    assert len(reviews) == 50_000
    assert len(set(words)) == 88_582
    assert words.count("the") == 336_148


def test_first_and_later_loads() -> None:
    start = time.perf_counter()
    reviews = imdb_reviews(str(ARCHIVE), num_words=88_582)
    first = time.perf_counter() - start
    start = time.perf_counter()
    thousand = imdb_reviews(str(ARCHIVE), num_words=1_000)
    later = time.perf_counter() - start

    assert first <= 30
    assert later <= 0.5
    assert reviews.features[:5] == ("the", "and", "a", "of", "to")
    for part in (thousand.train, thousand.test):
        assert part.features.shape == (25_000, 1_000)
        assert np.bincount(part.labels).tolist() == [12_500, 12_500]
    assert thousand.train.features.sum() / 25_000 == pytest.approx(92.65, abs=0.01)
    # Otherwise every study on the original reviews would count as one on others.
    assert content_digest("imdb", data_path=str(ARCHIVE)) == ""
