"""TOML files that users write by hand."""

import tomllib
from pathlib import Path
from typing import Any

from cmlabm.errors import InputError

MOST_BYTES = 10_000_000
"""A larger file is not one that somebody has written."""


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """Return what a TOML file says.

    Args:
        path: where it is.
        what: it should be, as messages call it: "study file".

    Raises:
        InputError: the file cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(_text(path, what))
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such {what}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not text in UTF-8 (byte {error.start + 1})") from None
    except RecursionError:
        raise InputError(f"{path}: is nested too deeply for a {what}") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not TOML: {error}") from None
    except ValueError:
        raise InputError(f"{path}: has a number of too many digits") from None


def _text(path: Path, what: str) -> str:
    """Return a regular file's text; opening one of another kind might wait for ever."""
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: is not a file")
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path}: is too large for a {what}; at most {MOST_BYTES:,} bytes")
    return path.read_text(encoding="utf-8")
