"""What a data set is to a market, and the parameters that several have."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from cmlabm.data.dataset import Dataset
from cmlabm.declarations import Component, parameter

WHOLE = 25_000
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
class Words(Source):
    """Reviews, of which the presence of words counts."""

    num_words: int = parameter(
        1000, "how many of the most frequent words are features", unit="words", ge=1, le=20_000
    )


@dataclass(frozen=True)
class CountedWords(Words):
    """Texts whose words are counted."""

    features: str = parameter(
        "presence", "what counts of a text's words", choices=("presence", "counts", "tf-idf")
    )


@dataclass(frozen=True)
class File(Source):
    """Data that lie in a file or a folder, or are fetched into one."""

    data_path: str | None = parameter(
        None,
        "archive or folder (imdb), CSV or Parquet file (table, text), JSON lines (text), folder of"
        " scikit-learn's cache (openml)",
        annotation=str | None,
        min_length=1,
    )


@dataclass(frozen=True)
class LabelledRows(File):
    """Rows of a file, with a column of labels.

    Attributes:
        wanted: what the file must be.
    """

    wanted: ClassVar[str]

    label_column: str = parameter("label", "the column of a file that holds the labels")

    @classmethod
    def check(cls, parameters: Any) -> None:
        """Refuse to do without a file.

        Raises:
            ValueError: none is named.
        """
        if parameters.data_path is None:
            raise ValueError(f"data = {cls.id!r}: data_path must name {cls.wanted}")


@lru_cache(maxsize=4)
def once(loader: Callable[..., Dataset], *arguments: Any) -> Dataset:
    """Return what a function loads, or what it loaded lately from the same arguments."""
    return loader(*arguments)
