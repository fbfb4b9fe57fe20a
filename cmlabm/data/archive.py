"""Labelled reviews from an archive in the layout of aclImdb_v1.tar.gz, or from its folder."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from cmlabm.data import files, folder, limits
from cmlabm.data.layout import CLASSES, PARTS, PLACES, Place
from cmlabm.data.quoting import quoted
from cmlabm.data.tar_file import reviews_in
from cmlabm.errors import InputError

WANTED = "an archive in the layout of aclImdb_v1.tar.gz or its extracted folder"


class Review(NamedTuple):
    """One labelled text and where it was found."""

    part: str
    label: int
    name: str
    text: str


def fingerprint(path: Path) -> str:
    """Return a digest that changes when the archive or folder does.

    An archive is hashed whole; of a folder's texts the names, sizes and times of change.
    """
    with files.refusing_unreadable(path, WANTED):
        if path.is_dir():
            return hashlib.sha256(os.fsencode(folder.state_of(path))).hexdigest()
        with files.opened(path, limits.ARCHIVE_BYTES) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def read_reviews(path: Path, progress: Progress) -> list[Review]:
    """Read all labelled reviews, sorted by part, class and file name.

    Args:
        path: the archive or the folder.
        progress: where to show how far it is.

    Raises:
        InputError: it is not an archive, truncated or damaged, has entries that lie outside their
            folder or twice at one place, is larger than the limits, lacks reviews of a part and
            class, or a review is not UTF-8.
    """
    read = _from_folder if path.is_dir() else _from_archive
    reviews: dict[Place, str] = {}
    size = 0
    with files.refusing_unreadable(path, WANTED):
        for place, content in read(path, progress):
            size += len(content)
            if size > limits.TEXT_BYTES:
                raise InputError(
                    f"{quoted(path)} has more than {limits.TEXT_BYTES / limits.MIB:g} MiB of"
                    " reviews; no more are read."
                )
            if place in reviews:
                raise InputError(f"{quoted(path)} has {quoted(place)} twice.")
            reviews[place] = _decoded(path, place, content)
    for part in PARTS:
        for label, kind in enumerate(CLASSES):
            if not any(place[:2] == (part, label) for place in reviews):
                raise InputError(
                    f"{quoted(path)} has no reviews in {part}/{kind}; it needs {PLACES}."
                )
    return [
        Review(*place, text)
        for place, text in sorted(
            reviews.items(), key=lambda review: (PARTS.index(review[0].part), *review)
        )
    ]


def _from_folder(path: Path, progress: Progress) -> Iterator[tuple[Place, bytes]]:
    texts = folder.texts_in(path)
    for part, label, entry in progress.track(texts, description="Reading reviews"):
        yield Place(part, label, entry.name), folder.content_of(entry)


def _from_archive(path: Path, progress: Progress) -> Iterator[tuple[Place, bytes]]:
    with files.opened(path, limits.ARCHIVE_BYTES) as file:
        size = os.fstat(file.fileno()).st_size
        with progress.wrap_file(file, size, description="Reading reviews") as watched:
            yield from reviews_in(path, watched)


def _decoded(path: Path, place: Place, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{quoted(path)} has {quoted(place)}, which is not text in UTF-8 (byte"
            f" {error.start + 1})."
        ) from error
