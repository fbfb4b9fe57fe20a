"""The Large Movie Review Dataset: 25,000 reviews to train and 25,000 to test, in two classes.

Source: A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng, C. Potts: Learning word vectors
for sentiment analysis. ACL 2011.
"""

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from cmlabm.data import archive, files
from cmlabm.data.archive import Review
from cmlabm.data.cache import cache_folder, completing, remove
from cmlabm.data.corpus import Corpus
from cmlabm.data.dataset import Dataset
from cmlabm.data.download import check_download, downloaded
from cmlabm.data.quoting import quoted
from cmlabm.data.word_counts import WordCounts, restricted
from cmlabm.data.word_features import in_form
from cmlabm.errors import InputError

URL = "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"
MD5 = "7c2ac02c03563afcf9b574c7e56c153a"

PARSED_VERSION = 1
"""Changes whenever the same archive would be parsed to something else."""


ORIGINAL = "b0b7c6c7299b345a479c4af27d2d3927f7fc77fa25749341073d0582b13af7a0"
"""The fingerprint of the corpus of the original's 50,000 labelled reviews, as parsed from them."""


def imdb_reviews(data_path: str | None, num_words: int, features: str = "presence") -> Dataset:
    """Load all reviews, as the presence of the most frequent words of the training reviews.

    What is parsed once is kept in the user's cache, in a folder named by the archive's content.

    Args:
        data_path: the archive, or a folder it was extracted to. None takes it from the user's
            cache, to which it is downloaded first if need be.
        num_words: how many words to keep, the most frequent ones first.
        features: "presence", or "counts" or "tf-idf" of the words, as `in_form` has them.

    Returns:
        Features of shape (25,000, num_words) for both parts of the original; presence is binary.

    Raises:
        InputError: there is no such archive, it cannot be read, downloaded or cached, or it has
            fewer words.
    """
    corpus = parsed(data_path)
    if num_words > len(corpus.vocabulary):
        raise InputError(
            f"num_words = {num_words} is more than the training reviews in"
            f" {quoted(data_path or URL)} have; at most {len(corpus.vocabulary)} are allowed."
        )
    if features == "presence":
        train, test = corpus.train.restricted(num_words), corpus.test.restricted(num_words)
    else:
        counts = counted(data_path, corpus)
        train, test = in_form(
            features,
            restricted(corpus.train, counts.train, num_words),
            restricted(corpus.test, counts.test, num_words),
        )
    return Dataset(
        name="imdb",
        train=train,
        test=test,
        classes=("negative", "positive"),
        features=tuple(corpus.vocabulary[:num_words]),
        fingerprint=fingerprint(corpus, num_words, features),
    )


def fingerprint(corpus: Corpus, num_words: int, features: str = "presence") -> str:
    """Return the digest of a corpus of which only the most frequent words are kept."""
    form = "" if features == "presence" else f" {features}"
    return hashlib.sha256(f"{corpus.fingerprint} {num_words}{form}".encode()).hexdigest()


def content_digest(data_path: str | None) -> str:
    """Return the fingerprint of reviews that are not the original ones, for those nothing.

    What this process has opened once it does not open again until the time of change or the size
    of the archive or folder itself differs.

    Raises:
        InputError: as `parsed`.
    """
    if not data_path:
        return ""
    path = files.located(data_path)
    with files.refusing_unreadable(path, archive.WANTED):
        state = path.stat()
    found = _corpus_fingerprint(data_path, state.st_mtime_ns, state.st_size)
    return "" if found == ORIGINAL else found


@lru_cache
def _corpus_fingerprint(data_path: str, *_state: int) -> str:
    return parsed(data_path).fingerprint


def parsed(data_path: str | None) -> Corpus:
    """Open the parsed reviews of an archive or folder, after parsing them if need be.

    Raises:
        InputError: as `imdb_reviews`, but for the number of words.
    """
    return _kept("imdb", data_path, Corpus.open, Corpus.parse)


def counted(data_path: str | None, corpus: Corpus) -> WordCounts:
    """Open the counts of the words of parsed reviews, after counting them if need be.

    Raises:
        InputError: as `parsed`.
    """
    return _kept(
        "imdb-counts",
        data_path,
        lambda folder: WordCounts.open(folder, corpus),
        lambda reviews, progress: WordCounts.count(corpus, reviews, progress),
    )


def _kept[T: Corpus | WordCounts](
    name: str,
    data_path: str | None,
    opened: Callable[[Path], T],
    made: Callable[[list[Review], Progress], T],
) -> T:
    """Open what is kept in the user's cache of an archive or folder, once it was made of it."""
    path = files.located(data_path) if data_path else downloaded(URL, MD5)
    folder = cache_folder() / f"{name}-{PARSED_VERSION}-{archive.fingerprint(path)}"
    if os.path.lexists(folder):
        try:
            return opened(folder)
        except (OSError, ValueError, EOFError):
            remove(folder)
    if not data_path:
        check_download(path, MD5)
    with Progress(console=Console(stderr=True)) as progress:
        content = made(archive.read_reviews(path, progress), progress)
    try:
        with completing(folder) as partial:
            content.save(partial)
        return opened(folder)
    except (OSError, ValueError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) else "what was written is not there"
        raise InputError(
            f"the cache in {quoted(folder.parent)} cannot be written: {reason}; "
            "the environment variable CMLABM_CACHE may name another folder."
        ) from error
