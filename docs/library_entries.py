"""A Sphinx extension: entries for all that the registries have, in the pages of the library.

In place of ``<!-- entries: NAME -->`` each class of a registry gets its rule, source, parameters
and docstring; attackers get a figure as well.
"""

import re
from pathlib import Path

from attacker_figures import SmallMarket
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata
from tables import parameters_of

from cmlabm.registries import REGISTRIES

FIGURES = "generated/attackers"
_MARKED = re.compile(r"<!-- entries: (\w+) -->")
_ARXIV = re.compile(r"arXiv (\d{4}\.\d{4,5})")
_DOI = re.compile(r"doi (10\.\S+?)(?=[,;)]|$)")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have the figures drawn, and the entries put in place when a page is read."""
    app.connect("builder-inited", _draw)
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True}


def entries(registered: str) -> str:
    """Return the entries of a registry in Markdown."""
    return "\n".join(_entry(registered, own) for own in REGISTRIES[registered].built_in.values())


def _entry(registered: str, own: type) -> str:
    known, name = getattr(own, "id"), getattr(own, "display_name")  # noqa: B009
    rule, source = getattr(own, "formula"), getattr(own, "source")  # noqa: B009
    parts = [
        f"## {known}",
        f'**{name}** (`{registered} = "{known}"`)',
        f"- Rule: {_plain(rule)}\n- Source: {_linked(_plain(source))}",
        f"```{{eval-rst}}\n.. autoclass:: {own.__module__}.{own.__name__}()\n```",
        parameters_of(own),
    ]
    if registered == "malicious_behaviour":
        parts.append(f"![What {known} does to a small market](../{FIGURES}/{known}.svg)")
    return "\n\n".join(part for part in parts if part) + "\n"


def _plain(text: str) -> str:
    """Return a text whose signs Markdown leaves alone."""
    return re.sub(r"([\\*_\[\]<|])", r"\\\1", text)


def _linked(text: str) -> str:
    text = _ARXIV.sub(r"[arXiv \1](https://arxiv.org/abs/\1)", text)
    return _DOI.sub(r"[doi \1](https://doi.org/\1)", text)


def _draw(app: Sphinx) -> None:
    SmallMarket(Path(app.srcdir) / FIGURES).draw_all()


def _fill(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = _MARKED.sub(lambda found: entries(found[1]), source[0])
