"""The words of a sample as the contract takes them."""

from functools import lru_cache

from cmlabm.data.rows import BinaryRow

MOST_WORDS = 1024
"""The contract has room for so many."""


@lru_cache(maxsize=65_536)
def packed_words(row: BinaryRow) -> bytes:
    """Return the words of a sample, counted from 1 and increasing, in two bytes each.

    Zeros fill the last 32 bytes.

    Example:
        >>> import numpy as np
        >>> row = BinaryRow.of(np.array([0, 1, 0, 1]))
        >>> packed_words(row).hex()
        '0002000400000000000000000000000000000000000000000000000000000000'
    """
    words = (row.present + 1).astype(">u2").tobytes()
    return words + bytes(-len(words) % 32)
