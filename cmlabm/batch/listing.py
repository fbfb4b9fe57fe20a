"""What is built in, as tables: behaviours, mechanisms, classifiers."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from cmlabm.classifiers import CLASSIFIERS
from cmlabm.contributors import HONEST_BEHAVIOURS, MALICIOUS_BEHAVIOURS
from cmlabm.mechanisms import MECHANISMS
from cmlabm.parameters import Parameters

REGISTRIES: dict[str, Mapping[str, Any]] = {
    "honest_behaviour": HONEST_BEHAVIOURS,
    "malicious_behaviour": MALICIOUS_BEHAVIOURS,
    "incentive": MECHANISMS,
    "classifier": CLASSIFIERS,
}
"""By the parameter whose values their ids are."""


def tables() -> Iterator[Table]:
    """Return a table for each registry: id, name, rule, source and the parameters that matter."""
    for parameter, registry in REGISTRIES.items():
        table = Table(title=parameter)
        table.add_column("id", no_wrap=True)
        for column in ("name", "rule", "source"):
            table.add_column(column, overflow="fold")
        table.add_column("parameters", min_width=24, overflow="fold")
        for name, entry in registry.items():
            described = "\n".join(map(_described, getattr(entry, "parameters", ())))
            table.add_row(name, entry.display_name, entry.formula, entry.source, described)
        yield table


def _described(parameter: str) -> str:
    field = Parameters.model_fields[parameter]
    extra: Any = field.json_schema_extra
    return f"{parameter} = {field.default} {extra['unit']}".rstrip()
