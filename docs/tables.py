"""Write the tables of the documents that the code knows best, between their two markers.

    uv run python docs/tables.py

A table stands between ``<!-- table: NAME -->`` and ``<!-- end of table -->``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from cmlabm.results.outcomes import OUTCOMES
from cmlabm.results.quantity import Quantity
from cmlabm.results.series import SERIES

DOCUMENTS = Path(__file__).parent
_MARKED = re.compile(r"(<!-- table: ([\w-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def quantities(of: Mapping[str, Quantity]) -> str:
    """Return the table of outcomes or daily series."""
    return table(
        ("name", "type", "unit", "meaning"),
        ((f"`{name}`", q.kind.__name__, q.unit, q.meaning) for name, q in of.items()),
    )


TABLES: dict[str, Callable[[], str]] = {
    "outcomes": lambda: quantities(OUTCOMES),
    "series": lambda: quantities(SERIES),
}
"""How each table is made, by the name in its marker."""


def with_tables(text: str) -> str:
    """Return a document with its tables as they are to be."""
    return _MARKED.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def stale() -> list[Path]:
    """Return the documents of which a table is not as it is to be."""
    return [
        path
        for path in sorted(DOCUMENTS.glob("*.md"))
        if with_tables(text := path.read_text(encoding="utf-8")) != text
    ]


if __name__ == "__main__":
    for document in stale():
        document.write_text(with_tables(document.read_text(encoding="utf-8")), encoding="utf-8")
        print(document.name)
