"""The key figures of compared markets side by side."""

from collections.abc import Sequence
from html import escape
from math import isnan

from cmlabm.viz.drawing.comparison_curves import Group
from cmlabm.viz.views.key_figures import day_link, key_figures

_DIGITS = {"day": 0, "accuracy": 4, "change": 4, "malicious": 2, "depletion": 1, "honest": 2}
"""The decimals of means and differences of each key figure."""


def figures_html(groups: Sequence[Group], query: str, day: int) -> str:
    """Return a table with a column a group, the difference of the first two, and a link to the day.

    Of several markets the mean stands with the lowest and the highest.

    Args:
        groups: what is compared.
        query: of the link.
        day: on which day; a market that has ended before stays as it ended.
    """
    figures = [[key_figures(model, day) for model in group.models] for group in groups]
    heads = [group.name for group in groups]
    if len(groups) > 1:
        heads.insert(2, f"{groups[1].name} - {groups[0].name}")
    rows = ""
    for place, figure in enumerate(figures[0][0]):
        digits = _DIGITS[figure.key]
        values = [[own[place].value for own in group] for group in figures]
        cells = [
            group[0][place].shown if len(own) == 1 else _spread(own, digits)
            for group, own in zip(figures, values, strict=True)
        ]
        if len(groups) > 1:
            cells.insert(2, "" if figure.key == "day" else _difference(values, digits))
        rows += (
            f'<tr data-figure="{figure.key}"><th scope="row">{escape(figure.name)}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    head = f"<tr><td>{day_link(query)}</td>{head}</tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _spread(values: Sequence[float], digits: int) -> str:
    known = [value for value in values if not isnan(value)]
    if not known:
        return "not yet"
    mean = sum(known) / len(known)
    of = f" in {len(known)} of {len(values)}" if len(known) < len(values) else ""
    return f"{mean:,.{digits}f} ({min(known):,.{digits}f} to {max(known):,.{digits}f}){of}"


def _difference(values: Sequence[Sequence[float]], digits: int) -> str:
    first, second = (sum(own) / len(own) for own in values[:2])
    more = second - first
    return "" if isnan(more) else f"{more:+,.{digits}f}"
