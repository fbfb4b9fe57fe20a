"""The data sets that a user brings or fetches; what loads them is imported when needed."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from cmlabm.data.dataset import Dataset
from cmlabm.data.source import WHOLE, CountedWords, File, LabelledRows, once
from cmlabm.data.text_columns import TextColumns
from cmlabm.declarations import parameter


@dataclass(frozen=True)
class Table(LabelledRows):
    """A user's own table.

    Attributes:
        data_path: the file.
        label_column: the column that holds the class.
    """

    id: ClassVar[str] = "table"
    wanted: ClassVar[str] = "a CSV or Parquet file"

    def load(self) -> Dataset:
        """Read and split it anew, as it may have changed."""
        from cmlabm.data.table import table

        return table(self.data_path, self.label_column, self.train_size, self.test_size)

    def fingerprint(self) -> str:
        """Return the digest of all rows."""
        from cmlabm.data import table

        return table.fingerprint(self.data_path, self.label_column, WHOLE, WHOLE)

    def content_digest(self) -> str:
        """Return the SHA-256 of the file, which is not read again before it changes."""
        from cmlabm.data import table

        return table.content_digest(self.data_path)


@dataclass(frozen=True)
class Text(CountedWords, LabelledRows):
    """A user's own texts, each with its label.

    Attributes:
        data_path: the file.
        text_column: the column that holds the texts.
        label_column: the column that holds the class.
    """

    id: ClassVar[str] = "text"
    wanted: ClassVar[str] = "a CSV, Parquet or JSON-lines file"

    text_column: str = parameter("text", "the column of a file that holds the texts")

    def load(self) -> Dataset:
        """Read, split and count them, unless the file is as this process read it before."""
        from cmlabm.data.text import text

        return text(
            self.data_path,
            self._columns,
            self.num_words,
            self.features,
            self.train_size,
            self.test_size,
        )

    def fingerprint(self) -> str:
        """Return the digest of all texts and labels."""
        from cmlabm.data import text

        return text.fingerprint(self.data_path, self._columns, WHOLE, WHOLE)

    def content_digest(self) -> str:
        """Return the SHA-256 of the file, which is not read again before it changes."""
        from cmlabm.data import text

        return text.content_digest(self.data_path)

    @property
    def _columns(self) -> TextColumns:
        return TextColumns(self.text_column, self.label_column)


@dataclass(frozen=True)
class OpenML(File):
    """A data set of OpenML.

    Attributes:
        data_path: the folder of scikit-learn's cache; its own by default.
        data: openml:NAME or openml:NAME:VERSION.
    """

    id: ClassVar[str] = "openml"

    data: str = "openml"

    @classmethod
    def from_parameters(cls, parameters: Any) -> Self:
        """Return the data set that the parameter ``data`` names."""
        return replace(super().from_parameters(parameters), data=parameters.data)

    def load(self) -> Dataset:
        """Load and split it, from the web or scikit-learn's cache."""
        from cmlabm.data.openml import openml

        return once(openml, self.data, self.data_path, self.train_size, self.test_size)

    def fingerprint(self) -> str:
        """Return the digest of all rows."""
        from cmlabm.data import openml

        return openml.fingerprint(self.data, self.data_path, WHOLE, WHOLE)

    def content_digest(self) -> str:
        """Return the digest of all rows: a cache may hold others under the same name."""
        return self.fingerprint()
