"""The Large Movie Review Dataset: 25,000 reviews to train and 25,000 to test, in two classes.

Source: A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng, C. Potts: Learning word vectors
for sentiment analysis. ACL 2011.
"""

import hashlib
import shutil
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from cmlabm.data import archive
from cmlabm.data.cache import cache_folder, completing
from cmlabm.data.corpus import Corpus
from cmlabm.data.dataset import Dataset
from cmlabm.data.download import downloaded
from cmlabm.errors import InputError

URL = "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"
MD5 = "7c2ac02c03563afcf9b574c7e56c153a"

PARSED_VERSION = 1
"""Changes whenever the same archive would be parsed to something else."""


def imdb_reviews(data_path: str | None, num_words: int) -> Dataset:
    """Load all reviews, as the presence of the most frequent words of the training reviews.

    What is parsed once is kept in the user's cache, in a folder named by the archive's content.

    Args:
        data_path: the archive, or a folder it was extracted to. None takes it from the user's
            cache, to which it is downloaded first if need be.
        num_words: how many words to keep, the most frequent ones first.

    Returns:
        Sparse features of ones, shape (25,000, num_words) for both parts of the original.

    Raises:
        InputError: there is no such archive, it cannot be read, downloaded or cached, or it has
            fewer words.
    """
    path = Path(data_path).expanduser() if data_path else downloaded(URL, MD5)
    corpus = _parsed(path)
    if num_words > len(corpus.vocabulary):
        raise InputError(
            f"num_words = {num_words} is more than the training reviews in '{path}' have; "
            f"at most {len(corpus.vocabulary)} are allowed."
        )
    return Dataset(
        name="imdb",
        train=corpus.train.restricted(num_words),
        test=corpus.test.restricted(num_words),
        classes=("negative", "positive"),
        features=tuple(corpus.vocabulary[:num_words]),
        fingerprint=hashlib.sha256(f"{corpus.fingerprint} {num_words}".encode()).hexdigest(),
    )


def _parsed(path: Path) -> Corpus:
    """Open the parsed reviews of an archive or folder, after parsing them if need be."""
    folder = cache_folder() / f"imdb-{PARSED_VERSION}-{archive.fingerprint(path)}"
    if folder.is_dir():
        try:
            return Corpus.open(folder)
        except (OSError, ValueError, EOFError):
            shutil.rmtree(folder, ignore_errors=True)
    with Progress(console=Console(stderr=True)) as progress:
        corpus = Corpus.parse(archive.read_reviews(path, progress), progress)
    try:
        with completing(folder) as partial:
            corpus.save(partial)
    except OSError as error:
        raise InputError(
            f"the cache in '{folder.parent}' cannot be written: {error.strerror}; "
            "the environment variable CMLABM_CACHE may name another folder."
        ) from error
    return Corpus.open(folder)
