"""Data sets: synthetic reviews, IMDB reviews, two bundled with scikit-learn, and own tables."""

from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.errors import InputError

__all__ = ["NAMES", "Dataset", "Samples", "content_digest", "fingerprint", "load"]

NAMES = ("synthetic-reviews", "imdb", "breast-cancer", "digits", "table")
"""What can be loaded."""

_WHOLE = 25_000
"""The sizes that a fingerprint stands for whatever is taken; stored studies hold such."""


def load(
    data: str,
    *,
    data_path: str | None,
    num_words: int,
    train_size: int,
    test_size: int,
    label_column: str = "label",
) -> Dataset:
    """Load a data set.

    What this process has loaded lately it returns again, except for tables: they may change.

    Args:
        data: one of `NAMES`.
        data_path: a table's file, or the archive or folder of the IMDB reviews, which come from
            the user's cache or the web without it.
        num_words: number of words to use as features; reviews only.
        train_size: number of training samples. The IMDB reviews come whole, however few are
            wanted; a table of fewer rows than wanted is split in the ratio of the sizes.
        test_size: number of test samples, likewise.
        label_column: the column that holds the class; tables only.

    Raises:
        InputError: there are no such data, or not as many.

    Examples:
        >>> market = load(
        ...     "synthetic-reviews", data_path=None, num_words=50, train_size=20, test_size=10
        ... )
        >>> market.train.features.shape, market.test.features.shape
        ((20, 50), (10, 50))
    """
    match data:
        case "synthetic-reviews":
            from cmlabm.data.synthetic import synthetic_reviews

            return _once(synthetic_reviews, num_words, train_size, test_size)
        case "imdb":
            from cmlabm.data.imdb import imdb_reviews

            dataset = _once(imdb_reviews, data_path, num_words)
            _check_size("train_size", train_size, dataset.train)
            _check_size("test_size", test_size, dataset.test)
            return dataset
        case "breast-cancer" | "digits":
            from cmlabm.data.bundled import bundled

            return _once(bundled, data, train_size, test_size)
        case "table":
            from cmlabm.data.table import table

            return table(data_path, label_column, train_size, test_size)
    raise _unknown(data)


def fingerprint(data: str, *, data_path: str | None, label_column: str = "label") -> str:
    """Return a digest of the data that a name and a path stand for, whatever is taken of them.

    Args:
        data: one of `NAMES`.
        data_path: as in `load`.
        label_column: as in `load`.

    Raises:
        InputError: there are no such data.
    """
    match data:
        case "synthetic-reviews":
            return load(data, data_path=None, num_words=1, train_size=4, test_size=4).fingerprint
        case "imdb":
            from cmlabm.data import imdb

            return imdb.fingerprint(imdb.parsed(data_path), num_words=1)
        case "breast-cancer" | "digits":
            return load(
                data, data_path=None, num_words=1, train_size=_WHOLE, test_size=_WHOLE
            ).fingerprint
        case "table":
            from cmlabm.data import table

            return table.fingerprint(data_path, label_column, _WHOLE, _WHOLE)
    raise _unknown(data)


def content_digest(data: str, *, data_path: str | None) -> str:
    """Return what tells two data sets of the same name apart, wherever they lie.

    Args:
        data: one of `NAMES`.
        data_path: as in `load`.

    Returns:
        The SHA-256 of a table's file; the fingerprint of reviews that are not the original ones;
        otherwise nothing, as the name says it all. Files that have not changed since are not read
        again.

    Raises:
        InputError: there are no such data.
    """
    match data:
        case "imdb":
            from cmlabm.data import imdb

            return imdb.content_digest(data_path)
        case "table":
            from cmlabm.data import table

            return table.content_digest(data_path)
    if data not in NAMES:
        raise _unknown(data)
    return ""


@lru_cache(maxsize=4)
def _once(loader: Callable[..., Dataset], *arguments: Any) -> Dataset:
    return loader(*arguments)


def _check_size(parameter: str, size: int, available: Samples) -> None:
    if size > len(available):
        raise InputError(
            f"{parameter} = {size} is more than there are; at most {len(available)} are allowed."
        )


def _unknown(data: str) -> InputError:
    nearest = get_close_matches(data, NAMES, n=1, cutoff=0)[0]
    return InputError(
        f"data = {data!r} is not known; it is one of {', '.join(NAMES)} (nearest: {nearest})."
    )
