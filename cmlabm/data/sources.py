"""The data sets, each with the parameters that it has; what loads them is imported when needed."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.declarations import Component, parameter
from cmlabm.errors import InputError

_WHOLE = 25_000
"""The sizes that a fingerprint stands for whatever is taken; stored studies hold such."""


@dataclass(frozen=True)
class Source(Component, ABC):
    """A data set, and how much is taken of it.

    Attributes:
        train_size: number of training samples. The IMDB reviews come whole, however few are
            wanted; a table of fewer rows than wanted is split in the ratio of the sizes.
        test_size: number of test samples, likewise.
    """

    id: ClassVar[str]

    train_size: int = parameter(
        25_000,
        "samples to start the model with and to submit",
        unit="samples",
        ge=4,
        le=1_000_000,
    )
    test_size: int = parameter(
        25_000, "hidden samples that measure accuracy", unit="samples", ge=2, le=1_000_000
    )

    @abstractmethod
    def load(self) -> Dataset:
        """Load it. What this process has loaded lately it returns again, but for tables.

        Raises:
            InputError: there are no such data, or not as many.
        """

    @abstractmethod
    def fingerprint(self) -> str:
        """Return a digest of the data, whatever is taken of them.

        Raises:
            InputError: there are no such data.
        """

    def content_digest(self) -> str:
        """Return what tells two data sets of the same name apart, wherever they lie.

        Returns:
            Nothing, unless the name does not say it all.

        Raises:
            InputError: there are no such data.
        """
        return ""


@dataclass(frozen=True)
class _Words(Source):
    """Reviews, of which the presence of words counts."""

    num_words: int = parameter(
        1000, "how many of the most frequent words are features", unit="words", ge=1, le=20_000
    )


@dataclass(frozen=True)
class _File(Source):
    """Data that lie in a file or a folder."""

    data_path: str | None = parameter(
        None,
        "archive or folder (imdb), CSV or Parquet file (table)",
        annotation=str | None,
        min_length=1,
    )


@dataclass(frozen=True)
class SyntheticReviews(_Words):
    """Reviews that are made up to behave like those of the IMDB."""

    id: ClassVar[str] = "synthetic-reviews"

    def load(self) -> Dataset:
        """Make them."""
        from cmlabm.data.synthetic import synthetic_reviews

        return _once(synthetic_reviews, self.num_words, self.train_size, self.test_size)

    def fingerprint(self) -> str:
        """Return the digest of a few of them, as all follow from the rules."""
        return SyntheticReviews(num_words=1, train_size=4, test_size=4).load().fingerprint


@dataclass(frozen=True)
class Imdb(_Words, _File):
    """The Large Movie Review Dataset (Maas et al. 2011)."""

    id: ClassVar[str] = "imdb"

    def load(self) -> Dataset:
        """Load all reviews, from the web or the user's cache if no path is given."""
        from cmlabm.data.imdb import imdb_reviews

        dataset = _once(imdb_reviews, self.data_path, self.num_words)
        _check_size("train_size", self.train_size, dataset.train)
        _check_size("test_size", self.test_size, dataset.test)
        return dataset

    def fingerprint(self) -> str:
        """Return the digest of the parsed reviews."""
        from cmlabm.data import imdb

        return imdb.fingerprint(imdb.parsed(self.data_path), num_words=1)

    def content_digest(self) -> str:
        """Return the fingerprint of reviews that are not the original ones, else nothing."""
        from cmlabm.data import imdb

        return imdb.content_digest(self.data_path)


class _Bundled(Source):
    """A data set that comes with scikit-learn."""

    def load(self) -> Dataset:
        """Load and split it."""
        from cmlabm.data.bundled import bundled

        return _once(bundled, self.id, self.train_size, self.test_size)

    def fingerprint(self) -> str:
        """Return the digest of the whole."""
        return type(self)(train_size=_WHOLE, test_size=_WHOLE).load().fingerprint


class BreastCancer(_Bundled):
    """Measures of cell nuclei, benign or malignant (Street, Wolberg & Mangasarian 1993)."""

    id: ClassVar[str] = "breast-cancer"


class Digits(_Bundled):
    """Handwritten digits (Alpaydin & Kaynak 1998)."""

    id: ClassVar[str] = "digits"


@dataclass(frozen=True)
class Table(_File):
    """A user's own table.

    Attributes:
        data_path: the file.
        label_column: the column that holds the class.
    """

    id: ClassVar[str] = "table"

    label_column: str = parameter("label", "the column of a table that holds the labels")

    def load(self) -> Dataset:
        """Read and split it anew, as it may have changed."""
        from cmlabm.data.table import table

        return table(self.data_path, self.label_column, self.train_size, self.test_size)

    def fingerprint(self) -> str:
        """Return the digest of all rows."""
        from cmlabm.data import table

        return table.fingerprint(self.data_path, self.label_column, _WHOLE, _WHOLE)

    def content_digest(self) -> str:
        """Return the SHA-256 of the file, which is not read again before it changes."""
        from cmlabm.data import table

        return table.content_digest(self.data_path)


@lru_cache(maxsize=4)
def _once(loader: Callable[..., Dataset], *arguments: Any) -> Dataset:
    return loader(*arguments)


def _check_size(parameter: str, size: int, available: Samples) -> None:
    if size > len(available):
        raise InputError(
            f"{parameter} = {size} is more than there are; at most {len(available)} are allowed."
        )
