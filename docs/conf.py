"""Settings of the documentation's site, which needs no network, neither to build nor to read.

uv run --group docs --all-extras sphinx-build -W --keep-going -b html docs OUT
"""

import os
import sys
from importlib.metadata import version as version_of
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # small markets: more threads only wait for each other

project = "cmlabm"
author = "The cmlabm developers"
project_copyright = author
version = release = version_of("cmlabm")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "library_entries",
]
exclude_patterns = ["static", "templates", "tutorials"]
templates_path = ["templates"]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_numpy_docstring = False
napoleon_use_ivar = True

sphinx_gallery_conf = {
    "examples_dirs": "tutorials",
    "gallery_dirs": "generated/tutorials",
    "filename_pattern": r"\.py$",
    "within_subsection_order": "tutorial_order.place",
    "download_all_examples": False,
    "show_signature": False,
    "min_reported_time": 0,
    "capture_repr": ("_repr_html_",),
    "write_computation_times": False,
}

html_theme = "pydata_sphinx_theme"
html_title = "cmlabm"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_sidebars: dict[str, list[str]] = {
    page: [] for page in ("odd", "glossary", "bibliography", "changelog")
}
html_theme_options = {
    "footer_start": ["copyright"],
    "footer_end": [],
    "header_links_before_dropdown": 9,
    "navigation_with_keys": False,
}


def untyped(_: Sphinx, what: str, __: str, ___: object, ____: object, lines: list[str]) -> None:
    """Have napoleon take no attribute's sentence with a colon for a type and a meaning."""
    if what in {"attribute", "data", "property"} and lines and ":" in lines[0]:
        lines[0] = f": {lines[0]}"


def setup(app: Sphinx) -> None:
    """Show diagrams as they are written: what draws them would have to be downloaded."""
    app.add_lexer("mermaid", TextLexer)
    app.connect("autodoc-process-docstring", untyped, priority=400)
