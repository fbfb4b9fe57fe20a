"""What a report is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Text:
    """Sentences, shown as a paragraph or, with ``listed``, as a list."""

    sentences: list[str]
    listed: bool = False


@dataclass(frozen=True)
class Table:
    """A table: shown (the first rows of a long one), and kept as CSV.

    Attributes:
        name: of its file.
        caption: what it shows and how to read it.
        frame: the rows.
        folded: whether the page shows it only on demand.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    folded: bool = False


@dataclass(frozen=True)
class Picture:
    """A figure: shown, and kept as SVG and PNG under its name.

    Attributes:
        name: of its files.
        caption: what it shows and how to read it.
        figure: as it was drawn.
        folded: whether the page shows it only on demand.
    """

    name: str
    caption: str
    figure: Figure
    folded: bool = False


@dataclass(frozen=True)
class Code:
    """Text to be shown as it is; with a ``caption``, only on demand."""

    text: str
    caption: str = ""


type Part = Text | Table | Picture | Code


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        title: in words.
        parts: what is in it.
        names: parameters that the title is about, as study files have them.
    """

    title: str
    parts: Sequence[Part]
    names: Sequence[str] = ()


MOST_SENTENCES, MOST_PICTURES = 5, 2


@dataclass(frozen=True)
class Opening:
    """What was found, which the page says before everything else.

    Attributes:
        sentences: at most five; of more, the page shows the first and says how many follow.
        pictures: at most two, of the sections.
    """

    sentences: Sequence[str]
    pictures: Sequence[Picture] = ()
