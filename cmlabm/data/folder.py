"""The reviews of an archive that was extracted."""

import os
from collections.abc import Iterator
from pathlib import Path

from cmlabm.data import files, limits
from cmlabm.data.layout import CLASSES, PARTS, PLACES, is_text
from cmlabm.data.quoting import quoted
from cmlabm.errors import InputError


def state_of(path: Path) -> str:
    """Return a text that changes when a review in the folder does.

    It has the files' names, sizes and times of change; these, unlike the times of writing, cannot
    be set back.
    """
    lines = []
    for part, label, entry in texts_in(path):
        try:
            state = entry.stat()
        except OSError as error:
            raise _unreadable(entry, error) from error
        lines.append(f"{part} {label} {entry.name} {state.st_size} {state.st_ctime_ns}")
    return "\n".join(lines)


def texts_in(path: Path) -> list[tuple[str, int, os.DirEntry[str]]]:
    """Return the files of a folder's reviews, sorted.

    Raises:
        OSError: a folder cannot be read.
        InputError: a folder lacks, a folder or file leads out of this one, or there are too many
            files.
    """
    root = path if (path / "train").is_dir() else path / "aclImdb"
    found: list[tuple[str, int, os.DirEntry[str]]] = []
    for part in PARTS:
        for label, kind in enumerate(CLASSES):
            folder = root / part / kind
            try:
                texts = [entry for entry in _entries(path, folder) if is_text(entry.name)]
            except (FileNotFoundError, NotADirectoryError) as error:
                raise InputError(
                    f"{quoted(path)} has no folder {part}/{kind}; it needs {PLACES}."
                ) from error
            _check_inside(path, folder)
            for link in filter(os.DirEntry.is_symlink, texts):
                _check_inside(path, Path(link))
            texts.sort(key=lambda entry: entry.name)
            found += [(part, label, entry) for entry in texts]
    return found


def content_of(entry: os.DirEntry[str]) -> bytes:
    """Return what is in one of a folder's reviews.

    Raises:
        InputError: it cannot be read, is not a regular file, or is too long.
    """
    try:
        return files.content(entry, limits.REVIEW_BYTES)
    except OSError as error:
        raise _unreadable(entry, error) from error


def _entries(path: Path, folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number == limits.ENTRIES:
                raise InputError(
                    f"{quoted(path)} has more than {limits.ENTRIES:,} files in a folder;"
                    " no more are read."
                )
            yield entry


def _check_inside(path: Path, inner: Path) -> None:
    if not Path(os.path.realpath(inner)).is_relative_to(os.path.realpath(path)):
        raise InputError(
            f"{quoted(inner)} leads out of {quoted(path)}; only files in that folder are read."
        )


def _unreadable(entry: os.DirEntry[str], error: OSError) -> InputError:
    return InputError(f"{quoted(entry.path)} cannot be read: {error.strerror}.")
