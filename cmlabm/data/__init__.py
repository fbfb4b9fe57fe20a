"""Data sets: synthetic and IMDB reviews, two of scikit-learn's, own tables and texts, OpenML's."""

from difflib import get_close_matches
from typing import Any

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.data.openml_name import OpenMLName
from cmlabm.data.own_sources import OpenML
from cmlabm.data.source import Source
from cmlabm.declarations import declared_by
from cmlabm.errors import InputError, shown
from cmlabm.registry import Registry

__all__ = [
    "DATA_SETS",
    "NAMED",
    "Dataset",
    "Samples",
    "content_digest",
    "fingerprint",
    "kind_of",
    "load",
    "source",
    "source_of",
]

DATA_SETS: Registry[Source] = Registry(
    Source,
    "cmlabm.data",
    "sources:SyntheticReviews",
    "sources:Imdb",
    "sources:BreastCancer",
    "sources:Digits",
    "own_sources:Table",
    "own_sources:Text",
    "own_sources:OpenML",
)

NAMED = tuple(name for name in DATA_SETS.built_in if name != OpenML.id)
"""The values of ``data``, but for those of OpenML: ``openml:NAME`` and ``openml:NAME:VERSION``."""


def kind_of(data: str) -> type[Source]:
    """Return the class of the data set that a value of ``data`` names.

    Raises:
        InputError: there is no such data set.

    Example:
        >>> kind_of("openml:adult:2").id
        'openml'
    """
    if data in NAMED:
        return DATA_SETS.built_in[data]
    if data.partition(":")[0] == OpenML.id:
        OpenMLName.of(data)
        return OpenML
    nearest = get_close_matches(data, NAMED, n=1, cutoff=0)[0]
    raise InputError(
        f"data = {shown(data)} is not known; it is one of {', '.join(NAMED)} or openml:NAME"
        f" (nearest: {nearest})."
    )


def source_of(parameters: Any) -> Source:
    """Return the data set that a market's parameters name.

    Raises:
        InputError: there is no such data set.
    """
    return kind_of(parameters.data).from_parameters(parameters)


def source(data: str, **values: Any) -> Source:
    """Return a data set.

    Args:
        data: one of ``NAMED``, or of OpenML.
        **values: of its parameters; those of other data sets are left aside.

    Raises:
        InputError: there is no such data set.
    """
    found = kind_of(data)
    known = {declared.name for declared in declared_by(found)}
    given = {name: value for name, value in values.items() if name in known}
    return OpenML(data=data, **given) if found is OpenML else found(**given)


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
