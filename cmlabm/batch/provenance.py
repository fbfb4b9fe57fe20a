"""Where a study's results came from."""

import hashlib
import platform
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("mesa", "numpy", "scipy", "scikit-learn", "pandas")


def provenance(workers: str) -> dict[str, str]:
    """Return versions, commit, command and machine of the program that is running now."""
    return {
        "versions": versions(),
        "commit": _commit(),
        "command": shlex.join(["python", *sys.orig_argv[1:]]),
        "machine": f"{platform.system()} {platform.machine()}, {workers}",
    }


@lru_cache
def versions() -> str:
    """Return the versions of all that decides what a run in this process gives.

    Two checkouts of one version of this package may differ: a digest of its code tells them apart.
    """
    found = {
        "python": platform.python_version(),
        "cmlabm": f"{_version('cmlabm')} (code {_code_digest()})",
        **{name: _version(name) for name in PACKAGES},
    }
    return ", ".join(f"{name} {number}" for name, number in found.items())


def other_versions(theirs: str) -> str:
    """Say in what the versions of another process differ from those of this one.

    Example:
        >>> other_versions(versions().replace(f"numpy {version('numpy')}", "numpy 1.0.0"))
        'numpy 1.0.0 instead of ...'
        >>> other_versions(versions())
        ''
    """
    there = _by_name(theirs)
    return ", ".join(
        f"{name} {there.get(name, 'unknown')} instead of {number}"
        for name, number in _by_name(versions()).items()
        if there.get(name) != number
    )


def now() -> str:
    """Return the time in UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _by_name(text: str) -> dict[str, str]:
    return {name: number for name, _, number in (part.partition(" ") for part in text.split(", "))}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _code_digest() -> str:
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package).as_posix()}\n{path.read_text('utf-8')}".encode())
    return digest.hexdigest()[:12]


def _commit() -> str:
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        commit = subprocess.run(
            [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit} with changes" if changed else commit
