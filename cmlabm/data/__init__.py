"""Data sets: synthetic reviews, IMDB reviews, two bundled with scikit-learn, and own tables."""

from difflib import get_close_matches
from typing import Any

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.data.sources import Source
from cmlabm.declarations import declared_by
from cmlabm.errors import InputError
from cmlabm.registry import Registry

__all__ = ["DATA_SETS", "Dataset", "Samples", "content_digest", "fingerprint", "load", "source"]

DATA_SETS: Registry[Source] = Registry(
    Source,
    "cmlabm.data",
    "sources:SyntheticReviews",
    "sources:Imdb",
    "sources:BreastCancer",
    "sources:Digits",
    "sources:Table",
)


def source(data: str, **values: Any) -> Source:
    """Return a data set.

    Args:
        data: an id of ``DATA_SETS``.
        **values: of its parameters; those of other data sets are left aside.

    Raises:
        InputError: there is no such data set.
    """
    if data not in DATA_SETS.built_in:
        nearest = get_close_matches(data, DATA_SETS.built_in, n=1, cutoff=0)[0]
        raise InputError(
            f"data = {data!r} is not known; it is one of {', '.join(DATA_SETS.built_in)}"
            f" (nearest: {nearest})."
        )
    found = DATA_SETS.built_in[data]
    known = {declared.name for declared in declared_by(found)}
    return found(**{name: value for name, value in values.items() if name in known})


def load(data: str, **values: Any) -> Dataset:
    """Load a data set; see ``source`` for the arguments and ``Source.load`` for the rest.

    Example:
        >>> market = load("synthetic-reviews", num_words=50, train_size=20, test_size=10)
        >>> market.train.features.shape, market.test.features.shape
        ((20, 50), (10, 50))
    """
    return source(data, **values).load()


def fingerprint(data: str, **values: Any) -> str:
    """Return a digest of the data that a name and a path stand for, whatever is taken of them."""
    return source(data, **values).fingerprint()


def content_digest(data: str, **values: Any) -> str:
    """Return what tells two data sets of the same name apart, wherever they lie."""
    return source(data, **values).content_digest()
