"""Labelled reviews from an archive in the layout of aclImdb_v1.tar.gz, or from its folder.

Both hold ``{train,test}/{neg,pos}/*.txt`` below at most one other folder; anything else in them is
left alone. Archives are read in one pass and nothing is extracted to the disk.
"""

import hashlib
import lzma
import os
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.progress import Progress

from cmlabm.errors import InputError

PARTS = ("train", "test")
CLASSES = ("neg", "pos")

_DAMAGE = (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError)
_LAYOUT = "it needs text files in train/neg, train/pos, test/neg and test/pos"


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
    try:
        if path.is_dir():
            states = ((part, label, file.name, file.stat()) for part, label, file in _files(path))
            listing = "\n".join(
                f"{part} {label} {name} {state.st_size} {state.st_mtime_ns}"
                for part, label, name, state in states
            )
            return hashlib.sha256(os.fsencode(listing)).hexdigest()
        with path.open("rb") as archive:
            return hashlib.file_digest(archive, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise InputError(
            f"data_path = '{path}' does not exist; give an archive in the layout of "
            "aclImdb_v1.tar.gz or its extracted folder."
        ) from error
    except OSError as error:
        raise InputError(f"data_path = '{path}' cannot be read: {error.strerror}.") from error


def read_reviews(path: Path, progress: Progress) -> list[Review]:
    """Read all labelled reviews, sorted by part, class and file name.

    Args:
        path: the archive or the folder.
        progress: where to show how far it is.

    Raises:
        InputError: it is not an archive, truncated or damaged, has entries that lie outside their
            folder, lacks reviews of a part and class, or a review is not UTF-8.
    """
    read = _from_folder if path.is_dir() else _from_archive
    reviews = sorted(read(path, progress), key=lambda review: (PARTS.index(review[0]), *review))
    found = {(review.part, review.label) for review in reviews}
    for part in PARTS:
        for label, name in enumerate(CLASSES):
            if (part, label) not in found:
                raise InputError(f"'{path}' has no reviews in {part}/{name}; {_LAYOUT}.")
    return reviews


def _from_archive(path: Path, progress: Progress) -> Iterator[Review]:
    size = path.stat().st_size
    try:
        with (
            path.open("rb") as file,
            progress.wrap_file(file, size, description="Reading reviews") as watched,
            tarfile.open(fileobj=watched) as archive,
        ):
            for entry in archive:
                place = _place(path, entry)
                content = archive.extractfile(entry) if place else None
                if place and content:
                    yield Review(*place, _decoded(content.read(), f"{path}: {entry.name}"))
            _check_end(archive)
    except _DAMAGE as error:
        reason = str(error).partition("\n")[0].rstrip(":")
        raise InputError(
            f"'{path}' is truncated, damaged or not a tar archive ({reason}); "
            "it must have the layout of aclImdb_v1.tar.gz."
        ) from error


def _place(path: Path, entry: tarfile.TarInfo) -> tuple[str, int, str] | None:
    """Return an entry's part, label and file name, if it is a labelled review."""
    for name in (entry.name, entry.linkname):
        if name.startswith("/") or ".." in name.split("/"):
            raise InputError(
                f"'{path}' has an entry outside its folder, '{entry.name}'"
                + (f" -> '{name}'" if name != entry.name else "")
                + "; such archives are refused."
            )
    *folders, name = [part for part in entry.name.split("/") if part not in ("", ".")] or [""]
    if not entry.isfile() or not 2 <= len(folders) <= 3 or not _is_text(name):
        return None
    part, kind = folders[-2:]
    return (part, CLASSES.index(kind), name) if part in PARTS and kind in CLASSES else None


def _check_end(archive: tarfile.TarFile) -> None:
    """Check that the entries end with the archive's end mark, and the rest is intact.

    ``tarfile`` takes a damaged or missing header for the end of the archive.
    """
    assert archive.fileobj is not None
    archive.fileobj.seek(archive.offset)
    if archive.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise tarfile.ReadError("no end mark after the last entry")
    while archive.fileobj.read(tarfile.RECORDSIZE):
        pass


def _from_folder(path: Path, progress: Progress) -> Iterator[Review]:
    files = _files(path)
    for part, label, file in progress.track(files, description="Reading reviews"):
        try:
            content = Path(file).read_bytes()
        except OSError as error:
            raise InputError(f"'{file.path}' cannot be read: {error.strerror}.") from error
        yield Review(part, label, file.name, _decoded(content, file.path))


def _files(path: Path) -> list[tuple[str, int, os.DirEntry[str]]]:
    root = path if (path / "train").is_dir() else path / "aclImdb"
    found = []
    for part in PARTS:
        for label, kind in enumerate(CLASSES):
            try:
                with os.scandir(root / part / kind) as entries:
                    texts = [entry for entry in entries if _is_text(entry.name)]
            except (FileNotFoundError, NotADirectoryError) as error:
                raise InputError(f"'{path}' has no folder {part}/{kind}; {_LAYOUT}.") from error
            texts.sort(key=lambda entry: entry.name)
            found += [(part, label, entry) for entry in texts]
    return found


def _is_text(name: str) -> bool:
    return name.endswith(".txt") and not name.startswith(".")


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{where} is not text in UTF-8 (byte {error.start + 1}).") from error
