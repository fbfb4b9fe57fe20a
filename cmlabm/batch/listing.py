"""What is built in, as tables: behaviours, mechanisms, classifiers."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from cmlabm.declarations import Declaration, declared_by
from cmlabm.registries import REGISTRIES


def tables() -> Iterator[Table]:
    """Return a table for each registry: id, name, rule, source and the parameters that matter."""
    for parameter, registry in REGISTRIES.items():
        table = Table(title=parameter)
        table.add_column("id", no_wrap=True)
        for column in ("name", "rule", "source"):
            table.add_column(column, overflow="fold")
        table.add_column("parameters", min_width=24, overflow="fold")
        for name, entry in registry.items():
            described = "\n".join(map(_described, declared_by(entry)))
            table.add_row(name, entry.display_name, entry.formula, entry.source, described)
        yield table


def library() -> dict[str, list[dict[str, Any]]]:
    """Return the same for scripts: a list of entries for each registry."""
    return {
        parameter: [
            {
                "id": name,
                "name": entry.display_name,
                "rule": entry.formula,
                "source": entry.source,
                "parameters": {
                    declared.name: {"default": declared.default, "unit": declared.unit}
                    for declared in declared_by(entry)
                },
            }
            for name, entry in registry.items()
        ]
        for parameter, registry in REGISTRIES.items()
    }


def _described(declared: Declaration) -> str:
    return f"{declared.name} = {declared.default} {declared.unit}".rstrip()
