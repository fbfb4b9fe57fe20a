"""The figures on top: what the market has come to so far."""

from dataclasses import dataclass
from html import escape
from math import inf, nan

from cmlabm.model import CMLModel
from cmlabm.results.outcomes import depletion_time
from cmlabm.units import SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure, as shown and as a number (nan: not yet); ``key`` names it for scripts."""

    key: str
    name: str
    value: float
    shown: str
    note: str = ""


def key_figures(model: CMLModel, day: int | None = None) -> list[Figure]:
    """Return day, accuracy, change, malicious balance left, depletion and honest balance.

    Args:
        model: the market.
        day: on which day; the last one played by default.
    """
    series = model.datacollector.model_vars
    last = len(series["accuracy"]) - 1
    day = last if day is None else min(day, last)
    accuracy, honest, left = (
        series[name][day] for name in ("accuracy", "honest_balance", "malicious_balance")
    )
    start = series["malicious_balance"][0]
    depleted_at = depletion_time(model.ledger.totals(), model.accounts("malicious"))
    used_up = inf if depleted_at is None else depleted_at / SECONDS_PER_DAY
    is_used_up = used_up <= day
    change = accuracy - series["accuracy"][0]
    end = "the end" if day == last and not model.running else ""
    return [
        Figure("day", "day", day, str(day), end),
        Figure("accuracy", "accuracy", accuracy, f"{accuracy:.4f}", "share correct"),
        Figure("change", "change since the start", change, f"{change:+.4f}", "of accuracy"),
        Figure(
            "malicious",
            "malicious balance left",
            left,
            f"{left:,.2f}",
            f"tokens, {left / start:.1%}" if start else "tokens",
        ),
        Figure(
            "depletion",
            "malicious balance used up",
            used_up if is_used_up else nan,
            f"day {used_up:.1f}" if is_used_up else "not yet",
        ),
        Figure("honest", "honest balance", honest, f"{honest:,.2f}", "tokens"),
    ]


def as_html(figures: list[Figure], query: str = "") -> str:
    """Return the figures as the entries of a definition list, with a link to their day if any."""
    return "".join(
        f'<div class="figure" data-figure="{figure.key}"><dt>{escape(figure.name)}'
        f"{day_link(query) if query and figure.key == 'day' else ''}</dt>"
        f"<dd>{escape(figure.shown)}<small>{escape(figure.note)}</small></dd></div>"
        for figure in figures
    )


def day_link(query: str) -> str:
    """Return a link that brings back what is shown, its day included; the board copies it."""
    return f'<a class="cml-link" href="?{escape(query)}" title="Copy the link">Link</a>'
