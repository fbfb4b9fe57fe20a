"""The data sets that have names; what loads them is imported when needed."""

from dataclasses import dataclass
from typing import ClassVar

from cmlabm.data.dataset import Dataset, Samples
from cmlabm.data.source import WHOLE, CountedWords, File, Source, Words, once
from cmlabm.errors import InputError


@dataclass(frozen=True)
class SyntheticReviews(Words):
    """Reviews that are made up to behave like those of the IMDB."""

    id: ClassVar[str] = "synthetic-reviews"

    def load(self) -> Dataset:
        """Make them."""
        from cmlabm.data.synthetic import synthetic_reviews

        return once(synthetic_reviews, self.num_words, self.train_size, self.test_size)

    def fingerprint(self) -> str:
        """Return the digest of a few of them, as all follow from the rules."""
        return SyntheticReviews(num_words=1, train_size=4, test_size=4).load().fingerprint


@dataclass(frozen=True)
class Imdb(CountedWords, File):
    """The Large Movie Review Dataset (Maas et al. 2011)."""

    id: ClassVar[str] = "imdb"

    def load(self) -> Dataset:
        """Load all reviews, from the web or the user's cache if no path is given."""
        from cmlabm.data.imdb import imdb_reviews

        dataset = once(imdb_reviews, self.data_path, self.num_words, self.features)
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

        return once(bundled, self.id, self.train_size, self.test_size)

    def fingerprint(self) -> str:
        """Return the digest of the whole."""
        return type(self)(train_size=WHOLE, test_size=WHOLE).load().fingerprint


class BreastCancer(_Bundled):
    """Measures of cell nuclei, benign or malignant (Street, Wolberg & Mangasarian 1993)."""

    id: ClassVar[str] = "breast-cancer"


class Digits(_Bundled):
    """Handwritten digits (Alpaydin & Kaynak 1998)."""

    id: ClassVar[str] = "digits"


def _check_size(parameter: str, size: int, available: Samples) -> None:
    if size > len(available):
        raise InputError(
            f"{parameter} = {size} is more than there are; at most {len(available)} are allowed."
        )
