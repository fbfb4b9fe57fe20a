"""A report as one self-contained HTML page."""

from importlib.resources import files
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
from jinja2 import Environment, StrictUndefined

MOST_ROWS = 60
MOST_OPEN = 12
"""Tables with more rows are closed at first."""
_AS_THEY_ARE = " !$()*+,-./:;=?@[]^_`{|}~"
"""Characters that neither addresses nor attributes of HTML need encoded."""


def render(
    title: str, openings: list[dict[str, Any]], sections: list[dict[str, Any]], folder: str
) -> str:
    """Return the page.

    Args:
        title: the study's name.
        openings: what was found, as ``write`` makes it, if it is there.
        sections: as ``write`` makes them: titles and parts, pictures already encoded.
        folder: where the files of figures and tables are, relative to the page.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "cell": cell,
        "heading": heading,
        "capital": capital,
        "first_sentence": first_sentence,
    }
    template = environment.from_string(_source("template.html"))
    return template.render(
        title=title,
        openings=openings,
        sections=sections,
        folder=folder,
        style=_source("style.css").strip(),
        most_rows=MOST_ROWS,
        most_open=MOST_OPEN,
    )


def _source(name: str) -> str:
    return files("cmlabm.report").joinpath(name).read_text(encoding="utf-8")


def as_data_uri(svg: bytes) -> str:
    """Return a picture as an address that needs no network; a fourth shorter than in base64.

    Example:
        >>> as_data_uri(b'<svg fill="#fff" />')
        'data:image/svg+xml,%3Csvg fill=%22%23fff%22 /%3E'
    """
    return "data:image/svg+xml," + quote(svg, safe=_AS_THEY_ARE)


def cell(value: Any, column: str) -> str:
    """Return a table's value as text; what is not known is a dash.

    Example:
        >>> cell(0.00012, "p"), cell(19320.4, "mean"), cell(0.78949, "mean")
        ('< 0.001', '19,320', '0.7895')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return "\u2013"
    if isinstance(value, bool | np.bool_ | str):
        return str(value)
    if isinstance(value, int | np.integer):
        return f"{value}"
    if isinstance(value, float | np.floating):
        return _number(float(value), column)
    return str(value)


def heading(column: str) -> str:
    """Return a column's name as text."""
    return _HEADINGS.get(column, column.replace("_", " "))


def capital(words: str) -> str:
    """Return words with a capital at the beginning."""
    return words[:1].upper() + words[1:]


def first_sentence(caption: str) -> tuple[str, str]:
    """Return a caption's first sentence, and the rest.

    Example:
        >>> first_sentence("Sobol indices, 95 % intervals. Dots: total.")
        ('Sobol indices, 95 % intervals.', 'Dots: total.')
    """
    first, stop, rest = caption.replace("\n", " ").partition(". ")
    return f"{first}." if stop else first, rest


_HEADINGS = {
    "p_holm": "p (Holm)",
    "rho_p": "p of rho",
    "slope_p": "p of slope",
    "low": "95 % from",
    "high": "95 % to",
}


def _number(value: float, column: str) -> str:
    if (column == "p" or column.endswith(("_p", "p_holm"))) and value < 0.001:
        return "< 0.001"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
