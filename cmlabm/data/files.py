"""The files that a user names: only regular ones, of a limited size, are ever read."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from cmlabm.data.limits import MIB
from cmlabm.data.quoting import quoted
from cmlabm.errors import InputError


def located(data_path: str) -> Path:
    """Return the place that a user's text names; "~" is the home folder.

    Raises:
        InputError: it can be no place, whatever is on the disk.
    """
    try:
        path = Path(data_path).expanduser()
        encoded = os.fsencode(path)
    except RuntimeError as error:
        raise InputError(
            f"data_path = {quoted(data_path)} begins with the home folder of an unknown user."
        ) from error
    except UnicodeEncodeError as error:
        raise InputError(f"data_path = {quoted(data_path)} cannot be a file's name.") from error
    if b"\0" in encoded:
        raise InputError(f"data_path = {quoted(data_path)} cannot be a file's name: NUL is in it.")
    return path


@contextmanager
def refusing_unreadable(path: Path, wanted: str) -> Iterator[None]:
    """Turn what the system says of a place that cannot be read into one sentence.

    Args:
        path: the place that the user named.
        wanted: what it should be.
    """
    try:
        yield
    except FileNotFoundError as error:
        where = " on this machine, not an address" if ":/" in str(path) else ""
        raise InputError(
            f"data_path = {quoted(path)} does not exist; give {wanted}{where}."
        ) from error
    except OSError as error:
        raise InputError(
            f"data_path = {quoted(path)} cannot be read: {error.strerror or 'input/output error'}."
        ) from error


@contextmanager
def opened(path: Path | os.DirEntry[str], most_bytes: int) -> Iterator[BufferedReader]:
    """Open a regular file.

    Raises:
        OSError: it cannot be opened.
        InputError: it is a folder, a device, a pipe or a socket, or has more bytes.
    """
    if not path.is_file():  # opening alone can have an effect on a device
        _check(path, path.stat(), most_bytes)
    with open(path, "rb", opener=_without_waiting) as file:
        _check(path, os.fstat(file.fileno()), most_bytes)
        yield file


def content(path: Path | os.DirEntry[str], most_bytes: int) -> bytes:
    """Return what is in a regular file; see `opened`."""
    with opened(path, most_bytes) as file:
        return file.read(os.fstat(file.fileno()).st_size)


def _check(path: Path | os.DirEntry[str], state: os.stat_result, most_bytes: int) -> None:
    if stat.S_ISREG(state.st_mode) and state.st_size <= most_bytes:
        return
    name = quoted(os.fspath(path))
    if stat.S_ISDIR(state.st_mode):
        raise InputError(f"{name} cannot be read: it is a folder, and a file is needed.")
    if not stat.S_ISREG(state.st_mode):
        raise InputError(f"{name} cannot be read: it is a device or a pipe, not a regular file.")
    raise InputError(
        f"{name} has {state.st_size:,} bytes; at most {most_bytes / MIB:g} MiB are read."
    )


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
