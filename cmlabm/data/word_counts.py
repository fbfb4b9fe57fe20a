"""How often each review has each of its words, beside a corpus that says which those are."""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress
from scipy.sparse import csr_array

from cmlabm.data import files, limits
from cmlabm.data.archive import Review
from cmlabm.data.corpus import Corpus, Part, mapped
from cmlabm.data.layout import PARTS
from cmlabm.data.words import words_of


@dataclass(frozen=True, eq=False, slots=True)
class WordCounts:
    """The counts of a corpus's words.

    Attributes:
        train: for each of the ``words`` of the training reviews, how often that review has it;
            int32.
        test: the same of the test reviews.
    """

    train: NDArray[np.int32]
    test: NDArray[np.int32]

    @classmethod
    def count(cls, corpus: Corpus, reviews: list[Review], progress: Progress) -> Self:
        """Count the words of the reviews that a corpus was parsed from.

        Args:
            corpus: what was parsed.
            reviews: all reviews, in the order in which they were parsed.
            progress: where to show how far it is.
        """
        ranks = {word: rank for rank, word in enumerate(corpus.vocabulary)}
        of_part = {part: [r.text for r in reviews if r.part == part] for part in PARTS}
        return cls(
            **{
                part: _counts(progress.track(texts, description=f"Counts to {part}"), ranks)
                for part, texts in of_part.items()
            }
        )

    @classmethod
    def open(cls, folder: Path, corpus: Corpus) -> Self:
        """Open what `save` wrote beside a corpus; the arrays stay on the disk.

        Raises:
            OSError, ValueError, EOFError: the folder is not there, not complete, has anything else
                in it than was written, or counts other words.
        """
        counts = cls(*(mapped(folder / f"{part}-counts.npy") for part in PARTS))
        checksum = files.content(folder / "checksum.txt", limits.CACHED_BYTES).decode()
        for own, part in ((counts.train, corpus.train), (counts.test, corpus.test)):
            if own.dtype != np.int32 or own.shape != part.words.shape:
                raise ValueError
        if checksum != counts._checksum():
            raise ValueError
        return counts

    def save(self, folder: Path) -> None:
        """Write the counts into an existing folder."""
        for part, own in zip(PARTS, (self.train, self.test), strict=True):
            np.save(folder / f"{part}-counts.npy", own, allow_pickle=False)
        (folder / "checksum.txt").write_text(self._checksum())

    def _checksum(self) -> str:
        return f"{zlib.crc32(self.test, zlib.crc32(self.train)):08x}"


def restricted(
    part: Part, counts: NDArray[np.int32], num_words: int
) -> tuple[csr_array[Any, Any], NDArray[np.int64]]:
    """Return how often each review has the most frequent words, and the labels.

    Returns:
        The counts, shape (reviews, num_words), float64, and the labels, shape (reviews,).
    """
    kept = part.words < num_words
    starts = np.append(0, np.cumsum(kept))[part.starts].astype(np.int32)
    values = counts[kept].astype(np.float64)
    table = csr_array((values, part.words[kept], starts), shape=(len(part.labels), num_words))
    return table, np.array(part.labels)


def _counts(texts: Iterable[str], ranks: dict[str, int]) -> NDArray[np.int32]:
    """Return how often each text has each of its words, those of the lowest rank first."""
    found = []
    for text in texts:
        counted = Counter(word for word in words_of(text) if word in ranks)
        found.append([counted[word] for word in sorted(counted, key=ranks.__getitem__)])
    return np.concatenate([np.zeros(0, dtype=np.int32), *map(_as_array, found)])


def _as_array(counts: list[int]) -> NDArray[np.int32]:
    return np.array(counts, dtype=np.int32)
