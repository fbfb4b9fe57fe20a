"""The key figures of two markets side by side, and how much the second has more."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from math import isnan

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.pair_curves import FIRST, SECOND
from cmlabm.viz.views.key_figures import Figure, day_link, key_figures


@dataclass(frozen=True, slots=True)
class PairFigures:
    """The key figures of both markets, and how much the second has more."""

    rows: list[tuple[Figure, Figure, str]]

    @classmethod
    def of(cls, first: CMLModel, second: CMLModel) -> "PairFigures":
        """Return the figures of two markets as they are now."""
        a, b = first.outcomes(), second.outcomes()
        differences = {
            "accuracy": _difference(a, b, "final_accuracy", 4),
            "change": _difference(a, b, "accuracy_gap", 4),
            "malicious": _difference(a, b, "malicious_final_balance", 2),
            "depletion": _difference(a, b, "malicious_depletion_days", 1),
            "honest": _difference(a, b, "honest_final_balance", 2),
            "day": "",
        }
        pairs = zip(key_figures(first), key_figures(second), strict=True)
        return cls([(one, other, differences[one.key]) for one, other in pairs])

    def as_html(self, query: str) -> str:
        """Return a table, with a link to its day."""
        rows = "".join(
            f'<tr data-figure="{one.key}"><th>{escape(one.name)}</th>'
            f"<td>{escape(one.shown)}</td><td>{escape(other.shown)}</td><td>{more}</td></tr>"
            for one, other, more in self.rows
        )
        head = "".join(f"<th>{name}</th>" for name in (FIRST, SECOND, f"{SECOND} - {FIRST}"))
        head = f"<tr><th>{day_link(query)}</th>{head}</tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _difference(
    first: Mapping[str, float], second: Mapping[str, float], name: str, digits: int
) -> str:
    more = float(second[name]) - float(first[name])
    return "" if isnan(more) else f"{more:+,.{digits}f}"
