"""Folders in the user's cache that are either complete or not there."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

_PARTIAL = ".partial-"
_STALE_AFTER_S = 600


def cache_folder() -> Path:
    """Return the folder for data that can be made again.

    It is the platform's usual place for a user's caches, unless the environment variable
    ``CMLABM_CACHE`` names another.
    """
    return Path(os.environ.get("CMLABM_CACHE") or platformdirs.user_cache_path("cmlabm"))


@contextmanager
def completing(target: Path) -> Iterator[Path]:
    """Give a temporary folder to fill, which becomes the target once it is complete.

    If the block is left by an exception, the temporary folder is removed. If another process
    has completed the same target meanwhile, that one stays. Whatever killed processes left
    beside the target is removed on the way.

    Args:
        target: the folder to make.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(target.parent)
    partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=target.parent))
    try:
        yield partial
        try:
            partial.replace(target)
        except OSError:
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def remove(target: Path) -> None:
    """Remove a folder that is not what it should be, or whatever is there instead."""
    try:
        target.unlink()
    except OSError:
        shutil.rmtree(target, ignore_errors=True)


def _remove_stale(folder: Path) -> None:
    for partial in folder.glob(_PARTIAL + "*"):
        try:
            changed = max(path.stat().st_mtime for path in (partial, *partial.iterdir()))
        except OSError:
            continue
        if time.time() - changed > _STALE_AFTER_S:
            shutil.rmtree(partial, ignore_errors=True)
