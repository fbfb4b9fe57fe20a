"""Parsed reviews: which words each has, out of the training reviews' full vocabulary."""

import hashlib
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from cmlabm.data import files, limits
from cmlabm.data.archive import Review
from cmlabm.data.dataset import Samples
from cmlabm.data.layout import PARTS
from cmlabm.data.rows import BinaryRows
from cmlabm.data.words import words_of


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """The training or the test reviews.

    Attributes:
        words: the ranks of the words of one review after another, ascending within a review,
            each once; int32.
        starts: where each review starts in ``words``, and the end; int32, one more than reviews.
        labels: 0 for negative, 1 for positive reviews; int64.
    """

    words: NDArray[np.int32]
    starts: NDArray[np.int32]
    labels: NDArray[np.int64]

    def restricted(self, num_words: int) -> Samples:
        """Return the presence of the most frequent words, shape (reviews, num_words)."""
        rows = BinaryRows.of_positions(self.words, self.starts, num_words)
        return Samples(rows, np.array(self.labels))

    def check(self, vocabulary_size: int) -> None:
        """Check that the arrays are what they should be, as compiled code takes it for granted.

        Raises:
            ValueError: they are not.
        """
        for values, dtype in (
            (self.words, np.int32),
            (self.starts, np.int32),
            (self.labels, np.int64),
        ):
            if values.dtype != dtype or values.ndim != 1:
                raise ValueError
        reviews = len(self.labels)
        if not (
            len(self.starts) == reviews + 1
            and (self.starts[0], self.starts[-1]) == (0, len(self.words))
            and (self.starts[:-1] <= self.starts[1:]).all()
            and np.isin(self.labels, (0, 1)).all()
            and (not len(self.words) or 0 <= self.words.min() <= self.words.max() < vocabulary_size)
        ):
            raise ValueError


@dataclass(frozen=True, eq=False, slots=True)
class Corpus:
    """All reviews of a data set.

    Attributes:
        vocabulary: the distinct words of the training reviews, the most frequent one first and
            equally frequent ones in alphabetical order.
        train: the training reviews.
        test: the test reviews, without the words that no training review has.
        fingerprint: a digest of the content.
    """

    vocabulary: list[str]
    train: Part
    test: Part
    fingerprint: str

    @classmethod
    def parse(cls, reviews: list[Review], progress: Progress) -> Self:
        """Find the words of the reviews and rank them by their number in the training reviews.

        Args:
            reviews: all reviews, in the order that the samples shall have.
            progress: where to show how far it is.
        """
        numbers = _Numbers()
        of_part = {part: [r for r in reviews if r.part == part] for part in PARTS}
        train = _occurrences(
            progress.track(of_part["train"], description="Words to train"), numbers
        )
        words = list(numbers)
        counts = np.bincount(train.numbers, minlength=len(words)).tolist()
        ranked = sorted(range(len(words)), key=lambda number: (-counts[number], words[number]))
        test = _occurrences(progress.track(of_part["test"], description="Words to test"), numbers)

        ranks = np.full(len(numbers), len(words))
        ranks[ranked] = np.arange(len(words))
        vocabulary = [words[number] for number in ranked]
        parts = {
            part: _part(found, ranks, len(words), [review.label for review in of_part[part]])
            for part, found in zip(PARTS, (train, test), strict=True)
        }
        return cls(vocabulary, **parts, fingerprint=_digest(vocabulary, *parts.values()))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what `save` wrote; the arrays stay on the disk, shared with other processes.

        Raises:
            OSError, ValueError, EOFError: the folder is not there, not complete, or has anything
                else in it than was written.
        """
        parts = {
            part: Part(**{name: mapped(folder / f"{part}-{name}.npy") for name in Part.__slots__})
            for part in PARTS
        }
        text = files.content(folder / "vocabulary.txt", limits.CACHED_BYTES).decode()
        vocabulary = text.split("\n") if text else []
        fingerprint, checksum = (
            files.content(folder / f"{name}.txt", limits.CACHED_BYTES).decode()
            for name in ("fingerprint", "checksum")
        )
        for part in parts.values():
            part.check(len(vocabulary))
        if checksum != _checksum(text, fingerprint, *parts.values()):
            raise ValueError
        return cls(vocabulary, **parts, fingerprint=fingerprint)

    def save(self, folder: Path) -> None:
        """Write the corpus into an existing folder, as arrays and plain text."""
        for part, content in zip(PARTS, (self.train, self.test), strict=True):
            for name in Part.__slots__:
                np.save(folder / f"{part}-{name}.npy", getattr(content, name), allow_pickle=False)
        vocabulary = "\n".join(self.vocabulary)
        (folder / "vocabulary.txt").write_bytes(vocabulary.encode())
        (folder / "fingerprint.txt").write_text(self.fingerprint)
        checksum = _checksum(vocabulary, self.fingerprint, self.train, self.test)
        (folder / "checksum.txt").write_text(checksum)


class _Numbers(dict[str, int]):
    """Numbers words in the order of their first occurrence."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


class _Occurrences(NamedTuple):
    numbers: NDArray[np.intc]
    reviews: NDArray[np.int64]


def _occurrences(reviews: Iterable[Review], numbers: _Numbers) -> _Occurrences:
    """Return the numbers of all words of the reviews, and the review that each is in."""
    found = array("i")
    ends = [0]
    for review in reviews:
        found.extend(map(numbers.__getitem__, words_of(review.text)))
        ends.append(len(found))
    return _Occurrences(
        np.frombuffer(found, dtype=np.intc), np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    )


def _part(found: _Occurrences, ranks: NDArray[np.int64], size: int, labels: list[int]) -> Part:
    """Sort and reduce occurrences to the distinct words of each review, below a rank."""
    rank = ranks[found.numbers]
    known = rank < size
    places = np.sort(found.reviews[known] * size + rank[known], kind="stable")
    review, word = np.divmod(places[np.diff(places, prepend=-1) > 0], size)
    starts = np.searchsorted(review, np.arange(len(labels) + 1))
    return Part(word.astype(np.int32), starts.astype(np.int32), np.array(labels, dtype=np.int64))


def _checksum(vocabulary: str, fingerprint: str, *parts: Part) -> str:
    """Return what changes with any damage; unlike the digest it takes hardly any time."""
    checksum = zlib.crc32(f"{fingerprint} {vocabulary}".encode())
    for part in parts:
        for values in (part.starts, part.words, part.labels):
            checksum = zlib.crc32(values, checksum)
    return f"{checksum:08x}"


def _digest(vocabulary: list[str], *parts: Part) -> str:
    digest = hashlib.sha256("\n".join(vocabulary).encode())
    for part in parts:
        for values in (part.starts, part.words, part.labels):
            digest.update(values.astype(values.dtype.newbyteorder("<"), copy=False))
    return digest.hexdigest()


def mapped(file: Path) -> NDArray[Any]:
    """Return an array that stays on the disk.

    Raises:
        OSError, ValueError, EOFError: the file is not there, or holds no array.
    """
    with files.opened(file, limits.CACHED_BYTES):  # neither a pipe, nor of any size
        return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))
