"""Which columns of a file are read where its rows are texts."""

from dataclasses import dataclass
from pathlib import Path

from cmlabm.data.table_checks import check_column


@dataclass(frozen=True)
class TextColumns:
    """The names of two columns.

    Attributes:
        text: holds the texts.
        label: holds their labels.
    """

    text: str
    label: str

    @property
    def names(self) -> list[str]:
        """Both names, the labels' first: who cannot name it learns nothing of the others."""
        return [self.label, self.text]

    def check(self, path: Path, names: list[str]) -> None:
        """Refuse a file that has no such columns.

        Raises:
            InputError: one is not among the names.
        """
        check_column(path, names, self.label, "labels")
        check_column(path, names, self.text, "texts")
