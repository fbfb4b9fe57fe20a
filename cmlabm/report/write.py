"""Writing a report: the page, and a folder with its figures and tables, all or nothing."""

import io
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from cmlabm.batch import FinishedStudy
from cmlabm.errors import InputError
from cmlabm.report.page import as_data_uri, render
from cmlabm.report.parts import (
    MOST_PICTURES,
    MOST_SENTENCES,
    Opening,
    Part,
    Picture,
    Section,
    Table,
)
from cmlabm.report.sections import sections_of

_KINDS = {".svg", ".png", ".csv"}
_DPI = 130
_LONGEST_NAME = 120


def write_report(
    study: FinishedStudy,
    out: Path,
    reference: pd.DataFrame | None = None,
    on_section: Callable[[str], None] = lambda _: None,
) -> int:
    """Write a report on a study, as ``write_page`` does.

    Args:
        study: the study.
        out: the page to write.
        reference: published values to compare with.
        on_section: called with the title of each section as it is begun.
    """
    return write_page(study.spec.name, sections_of(study, reference), out, on_section)


def write_page(
    title: str,
    sections: Iterable[Section | Opening],
    out: Path,
    on_section: Callable[[str], None] = lambda _: None,
) -> int:
    """Write a page of sections.

    The page is ``out``; its figures (SVG and PNG) and tables (CSV) go into a folder beside it,
    named after it. Until everything is there, nothing of an earlier page is touched.

    Args:
        title: of the page.
        sections: what is on it, and somewhere among them what it opens with.
        out: the page to write.
        on_section: called with the title of each section as it is begun.

    Returns:
        How many files were written.

    Raises:
        InputError: the page cannot be written there.
    """
    folder = out.with_name(f"{out.stem}_files")
    _check_place(out, folder)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{out.stem}-", dir=out.parent) as name:
            made = Path(name) / folder.name
            made.mkdir()
            kept: list[dict[str, Any]] = []
            openings: list[Opening] = []
            pictures: dict[Picture, dict[str, Any]] = {}
            with rc_context({"text.parse_math": False}):  # names are names, also with two dollars
                for section in sections:
                    if isinstance(section, Opening):
                        openings.append(section)
                        continue
                    on_section(section.title)
                    parts = [_keep(part, made) for part in section.parts]
                    kept.append({**vars(section), "parts": parts})
                    both = zip(section.parts, parts, strict=True)
                    pictures |= {one: its for one, its in both if isinstance(one, Picture)}
            first = [opened(opening, pictures) for opening in openings]
            page = Path(name) / out.name
            page.write_text(render(title, first, kept, folder.name), encoding="utf-8")
            count = len(list(made.iterdir())) + 1
            if folder.exists():
                shutil.move(folder, Path(name) / "earlier")
            made.rename(folder)
            page.replace(out)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror or error}") from None
    return count


def opened(opening: Opening, pictures: Mapping[Picture, dict[str, Any]]) -> dict[str, Any]:
    """Return what the page needs of its opening.

    Args:
        opening: what was found.
        pictures: those of the sections, as they are kept.
    """
    first = list(opening.sentences[:MOST_SENTENCES])
    return {
        "sentences": first,
        "more": len(opening.sentences) - len(first),
        "pictures": [pictures[picture] for picture in opening.pictures[:MOST_PICTURES]],
    }


def save_figure(figure: Figure, path: Path) -> bytes:
    """Write a figure as SVG and PNG, the same bytes every time, and return the SVG.

    Args:
        figure: the figure.
        path: its path without an ending.
    """
    figure.savefig(path.with_suffix(".png"), dpi=_DPI, metadata={"Software": None})
    figure.set_layout_engine(None)  # the layout is made, which is the slow part
    with rc_context({"svg.hashsalt": "cmlabm"}):
        svg = io.BytesIO()
        figure.savefig(svg, format="svg", dpi=_DPI, metadata={"Date": None, "Creator": None})
    path.with_suffix(".svg").write_bytes(svg.getvalue())
    return svg.getvalue()


def _check_place(out: Path, folder: Path) -> None:
    if out.is_dir():
        raise InputError(f"{out}: is a directory, not a page to write")
    if folder.exists() and (
        not folder.is_dir() or any(path.suffix not in _KINDS for path in folder.iterdir())
    ):
        raise InputError(f"{folder}: holds other things than a report's; choose another --out")
    if not out.parent.is_dir():
        raise InputError(f"{out.parent}: there is no such directory")


def _keep(part: Part, folder: Path) -> dict[str, Any]:
    """Write a part's files and return what the page needs of it."""
    if isinstance(part, Picture):
        name = _free_name(part.name, ".svg", folder)
        svg = save_figure(part.figure, folder / name)
        return {
            "kind": "picture",
            "name": name,
            "caption": part.caption,
            "folded": part.folded,
            "address": as_data_uri(svg),
        }
    if isinstance(part, Table):
        name = _free_name(part.name, ".csv", folder)
        part.frame.to_csv(folder / f"{name}.csv", index=False)
        return {"kind": "table", **vars(part), "name": name}
    return {"kind": type(part).__name__.lower(), **vars(part)}


def _free_name(name: str, ending: str, folder: Path) -> str:
    """Return a name that no other part has taken: factors may differ in their spaces alone."""
    taken = {path.name.lower() for path in folder.iterdir()}
    shorter = name[:_LONGEST_NAME]
    names = itertools.chain([shorter], (f"{shorter}_{number}" for number in itertools.count(2)))
    return next(free for free in names if f"{free}{ending}".lower() not in taken)
