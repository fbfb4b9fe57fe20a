"""Compressed files, told by how they begin."""

import bz2
import gzip
import lzma
from typing import IO, cast

_GZIP, _BZIP2, _XZ, _LZMA = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x5d\x00\x00"


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """Return a file that gives what another one holds compressed, or that one if it is not."""
    start = file.read(len(_XZ))
    file.seek(0)
    reader: object = file
    if start.startswith(_GZIP):
        reader = gzip.GzipFile(fileobj=file, mode="rb")
    elif start.startswith(_BZIP2):
        reader = bz2.BZ2File(file)
    elif start.startswith((_XZ, _LZMA)):
        reader = lzma.LZMAFile(file)  # noqa: SIM115
    return cast("IO[bytes]", reader)
