"""The reviews in a tar archive, which are not extracted to the disk.

What an archive says of itself is not believed: it is read in one pass, and no more of it is
unpacked or held in memory than the limits allow.
"""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cmlabm.data import limits
from cmlabm.data.compression import unpacked
from cmlabm.data.layout import Place, place_of
from cmlabm.data.quoting import quoted
from cmlabm.errors import InputError

_HEADER_BYTES = 16 * tarfile.BLOCKSIZE
_LONG_NUMBER = re.compile(rb"\d{100}")


def reviews_in(path: Path, file: IO[bytes]) -> Iterator[tuple[Place, bytes]]:
    """Read the reviews in an archive, compressed or not.

    Args:
        path: the archive's name, for messages.
        file: its content.

    Raises:
        InputError: it is damaged, is no archive, has entries that lie outside its folder, reviews
            that are no regular files, or more than the limits allow.
    """
    try:
        yield from _entries(path, file)
    except InputError:
        raise
    except Exception as error:  # damage shows in all kinds of exceptions
        raise InputError(
            f"{quoted(path)} is truncated, damaged or not a tar archive; "
            "it must have the layout of aclImdb_v1.tar.gz."
        ) from error


def _entries(path: Path, file: IO[bytes]) -> Iterator[tuple[Place, bytes]]:
    with unpacked(file) as content:
        headers = _Headers(path, content)
        with tarfile.TarFile.taropen(None, fileobj=headers, encoding="utf-8") as archive:  # type: ignore[arg-type]
            count = 0
            while entry := archive.next():
                archive.members.clear()  # type: ignore[attr-defined]
                count += 1
                if count > limits.ENTRIES:
                    raise InputError(
                        f"{quoted(path)} has more than {limits.ENTRIES:,} entries;"
                        " no more are read."
                    )
                place = _checked_place(path, entry)
                headers.check(entry.offset_data + entry.size)
                if place:
                    content.seek(entry.offset_data)
                    text = content.read(entry.size)
                    if len(text) < entry.size:
                        raise tarfile.ReadError
                    yield place, text
            headers.check_end(archive.offset)


def _checked_place(path: Path, entry: tarfile.TarInfo) -> Place | None:
    """Return where an entry belongs if it is a labelled review, once it is found harmless."""
    for name in (entry.name, entry.linkname):
        if name.startswith("/") or ".." in name.split("/"):
            raise InputError(
                f"{quoted(path)} has an entry outside its folder, {quoted(entry.name)}"
                + (f" -> {quoted(name)}" if name != entry.name else "")
                + "; such archives are refused."
            )
    if entry.size < 0:
        raise tarfile.ReadError
    place = place_of(entry.name)
    if place is None:
        return None
    if not entry.isfile() or entry.issparse():
        raise InputError(
            f"{quoted(path)} has a link, folder, device or sparse file as {quoted(entry.name)};"
            " reviews are regular files."
        )
    if entry.size > limits.REVIEW_BYTES:
        raise InputError(
            f"{quoted(path)} has a review of {entry.size:,} bytes, {quoted(entry.name)}; at most"
            f" {limits.REVIEW_BYTES / limits.MIB:g} MiB are read."
        )
    return place


class _Headers:
    """An archive as ``tarfile`` sees it, which believes what headers say of their own size."""

    def __init__(self, path: Path, content: IO[bytes]) -> None:
        self._path = path
        self._content = content

    def tell(self) -> int:
        return self._content.tell()

    def seek(self, position: int) -> int:
        self.check(position)
        return self._content.seek(position)

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _HEADER_BYTES:
            raise tarfile.ReadError
        self.check(self.tell() + size)
        header = self._content.read(size)
        if size > tarfile.BLOCKSIZE and _LONG_NUMBER.search(header):
            raise tarfile.ReadError  # older versions of tarfile take hours for such a header
        return header

    def check(self, position: int) -> None:
        """Refuse to unpack up to a position beyond the limit."""
        if position > limits.UNPACKED_BYTES:
            raise InputError(
                f"{quoted(self._path)} unpacks to more than"
                f" {limits.UNPACKED_BYTES / limits.MIB:g} MiB; no more are read."
            )

    def check_end(self, position: int) -> None:
        """Check that an end mark stands here, and the rest is intact.

        ``tarfile`` takes a damaged or missing header for the end of the archive.
        """
        self.seek(position)
        if self.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
            raise tarfile.ReadError
        while self._content.read(_HEADER_BYTES):
            self.check(self.tell())
