"""Synthetic reviews: a corpus in two classes that needs no download.

Words are Zipf-distributed (in Mandelbrot's form) and a minority of them leans to one class, so
that a classifier's accuracy grows with the number of words it sees. A review of length L holds a
word of rate r when L is longer than an exponential waiting time for its first occurrence, i.e.
with probability 1 - exp(-r L). The constants are calibrated on the IMDB reviews (Maas et al.
2011) by ``benchmarks/calibrate_synthetic.py``; ``docs/data.md`` states how close they come.

The corpus is one and the same everywhere and has no end: asking for fewer words or fewer reviews
gives a part of what asking for more gives.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.data.rows import BinaryRows, packed

CORPUS_VERSION = 1
"""Changes whenever the same arguments would give other reviews."""

CORPUS_SEED = 20220912
ZIPF_EXPONENT = 1.15
ZIPF_OFFSET = 8.0
OCCURRENCES = 54.0
LENGTH_SPREAD = 0.55
LEANING_SHARE = 0.3
LEAN_SPREAD = 0.345
LEAN_GROWTH = 0.2

_BLOCK = 500
_WORDS, _TRAIN, _TEST = range(3)


def synthetic_reviews(num_words: int, train_size: int, test_size: int) -> Dataset:
    """Generate reviews as sets of words, half of them positive.

    Args:
        num_words: how many of the corpus's words to keep, the most frequent ones first.
        train_size: number of training reviews.
        test_size: number of test reviews.

    Returns:
        Binary features, shape (train_size or test_size, num_words).

    Examples:
        >>> small = synthetic_reviews(num_words=3, train_size=4, test_size=2)
        >>> small.features
        ('word1', 'word2', 'word3')
        >>> small.train.labels
        array([0, 1, 0, 1])
        >>> small.train.features.shape
        (4, 3)
    """
    rates = _rates(num_words)
    content = f"{CORPUS_VERSION} {num_words} {train_size} {test_size}"
    return Dataset(
        name="synthetic-reviews",
        train=_reviews(rates, train_size, _TRAIN),
        test=_reviews(rates, test_size, _TEST),
        classes=("negative", "positive"),
        features=tuple(f"word{rank}" for rank in range(1, num_words + 1)),
        fingerprint=hashlib.sha256(f"synthetic-reviews {content}".encode()).hexdigest(),
    )


def _stream(*purpose: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(CORPUS_SEED, spawn_key=purpose))


def _rates(num_words: int) -> NDArray[np.float32]:
    """Return each word's expected occurrences in an average review, shape (num_words, classes)."""
    rank = np.arange(1, num_words + 1)
    frequency = OCCURRENCES / (rank + ZIPF_OFFSET) ** ZIPF_EXPONENT
    leaning, lean = _stream(_WORDS, 0), _stream(_WORDS, 1)
    leans = lean.normal(0, LEAN_SPREAD, num_words) * (rank / 1_000) ** LEAN_GROWTH
    leans *= leaning.random(num_words) < LEANING_SHARE
    return (frequency[:, None] * np.exp(np.outer(leans, (-1, 1)))).astype(np.float32)


def _reviews(rates: NDArray[np.float32], size: int, part: int) -> Samples:
    """Generate the first reviews of a part of the corpus, in blocks with streams of their own."""
    bits = [packed(_block(rates, part, number)) for number in range(-(-size // _BLOCK))]
    rows = BinaryRows(len(rates), np.concatenate(bits)[:size])
    return Samples(rows, np.arange(size) % 2)


def _block(rates: NDArray[np.float32], part: int, number: int) -> NDArray[np.bool]:
    """Return which words a block's reviews have, shape (reviews, words); every other one leans."""
    length = _stream(part, number, 0).normal(-(LENGTH_SPREAD**2) / 2, LENGTH_SPREAD, _BLOCK)
    wait = _stream(part, number, 1).standard_exponential((len(rates), _BLOCK), dtype=np.float32)
    wait /= np.exp(length).astype(np.float32)
    present = wait.reshape(len(rates), -1, 2) < rates[:, None, :]
    return np.ascontiguousarray(present.reshape(wait.shape).T)
