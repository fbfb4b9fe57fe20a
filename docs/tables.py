"""Write the tables of the documents that the code knows best, between their two markers.

    uv run python docs/tables.py

A table stands between ``<!-- table: NAME -->`` and ``<!-- end of table -->``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import WithJsonSchema

from cmlabm.declarations import declared_by
from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.results.quantity import Quantity
from cmlabm.results.series import SERIES

DOCUMENTS = Path(__file__).parent
ABOUT = ("name", "default", "unit", "allowed", "meaning")
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


def components(registered: str) -> str:
    """Return the table of a registry: what its classes do, and which parameters they have."""
    return table(
        ("id", "what it is", "rule", "source", "parameters"),
        (
            (
                f"`{known}`",
                _cell(_first_sentence(own)),
                _cell(own.formula),
                _cell(own.source),
                ", ".join(f"`{declared.name}`" for declared in declared_by(own)),
            )
            for known, own in REGISTRIES[registered].built_in.items()
        ),
    )


def parameters() -> str:
    """Return the table of all parameters, with whose they are."""
    rows = []
    for name, field in Parameters.model_fields.items():
        about: Any = field.json_schema_extra
        owners = ", ".join(f"`{owner}`" for owner in about["owners"]) or "every market"
        rows.append((*_about(name), owners))
    return table((*ABOUT, "of"), rows)


def parameters_of(owner: type) -> str:
    """Return the table of the parameters that a class declares; nothing if it has none."""
    names = [declared.name for declared in declared_by(owner)]
    return table(ABOUT, map(_about, names)) if names else ""


def _about(name: str) -> tuple[str, ...]:
    """Return what the table of parameters says of one."""
    field = Parameters.model_fields[name]
    about: Any = field.json_schema_extra
    return (
        f"`{name}`",
        _default(field.default),
        about["unit"],
        _allowed(field),
        _cell(field.description or ""),
    )


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, (int, float)) else value or ""


def _allowed(field: Any) -> str:
    """Return the limits of a number, or the values to choose from."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    for limit in field.metadata:
        if isinstance(limit, WithJsonSchema):
            known: Any = limit.json_schema
            return ", ".join(f"`{value}`" for value in (*known["enum"], *known["examples"]))
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    limits = (
        f"{sign} {_default(getattr(limit, name))}"
        for limit in field.metadata
        for name, sign in signs.items()
        if hasattr(limit, name)
    )
    return ", ".join(limits)


def _first_sentence(own: type) -> str:
    text = " ".join((own.__doc__ or "").split())
    return text.split(". ")[0].removesuffix(".")


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("``", "`")


TABLES: dict[str, Callable[[], str]] = {
    **{name.replace("_", "-"): partial(components, name) for name in REGISTRIES},
    "parameters": parameters,
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
