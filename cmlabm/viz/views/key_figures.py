"""The figures on top: what the market has come to so far."""

from dataclasses import dataclass
from html import escape
from math import isnan

from cmlabm.model import CMLModel


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure, as shown; ``key`` names it for scripts."""

    key: str
    name: str
    shown: str
    note: str = ""


def key_figures(model: CMLModel) -> list[Figure]:
    """Return day, accuracy, change, malicious balance left, depletion and honest balance."""
    outcomes = model.outcomes()
    day = float(outcomes["malicious_depletion_days"])
    start = model.parameters.malicious_agents * model.parameters.malicious_start_balance
    left = float(outcomes["malicious_final_balance"])
    return [
        Figure("day", "day", f"{outcomes['days']:.0f}", "" if model.running else "the end"),
        Figure("accuracy", "accuracy", f"{outcomes['final_accuracy']:.4f}"),
        Figure("change", "change since the start", f"{outcomes['accuracy_gap']:+.4f}"),
        Figure(
            "malicious",
            "malicious balance left",
            f"{left:,.2f}",
            f"tokens, {left / start:.1%}" if start else "tokens",
        ),
        Figure(
            "depletion",
            "used up on",
            "not yet" if isnan(day) else f"day {day:.1f}",
        ),
        Figure("honest", "honest balance", f"{outcomes['honest_final_balance']:,.2f}", "tokens"),
    ]


def as_html(figures: list[Figure], query: str) -> str:
    """Return the figures as the entries of a definition list, with a link to their day."""
    return "".join(
        f'<div class="figure" data-figure="{figure.key}"><dt>{escape(figure.name)}'
        f"{day_link(query) if figure.key == 'day' else ''}</dt>"
        f"<dd>{escape(figure.shown)}<small>{escape(figure.note)}</small></dd></div>"
        for figure in figures
    )


def day_link(query: str) -> str:
    """Return a link that brings back what is shown, its day included."""
    return f'<a class="cml-link" href="?{escape(query)}">link</a>'
