"""Data sets: synthetic reviews, IMDB reviews, two bundled with scikit-learn, and own tables."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.errors import InputError

__all__ = ["NAMES", "Dataset", "Samples", "load"]

NAMES = ("synthetic-reviews",)
"""What can be loaded."""


def load(
    data: str,
    *,
    data_path: str | None,
    num_words: int,
    train_size: int,
    test_size: int,
    label_column: str = "label",
) -> Dataset:
    """Load a data set, or return it again if this process has loaded it lately.

    Args:
        data: one of `NAMES`.
        data_path: where the data are, for those that are read from a file or folder.
        num_words: number of words to use as features; reviews only.
        train_size: number of training samples. The IMDB reviews come whole, however few are
            wanted.
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
    raise InputError(f"data = {data!r} is not known; it is one of {', '.join(NAMES)}.")


@lru_cache(maxsize=4)
def _once(loader: Callable[..., Dataset], *arguments: Any) -> Dataset:
    return loader(*arguments)
