"""Where a study's results came from."""

import platform
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("cmlabm", "mesa", "numpy", "scipy", "scikit-learn", "pandas")


def provenance(workers: str) -> dict[str, str]:
    """Return versions, commit, command and machine of the program that is running now."""
    return {
        "versions": versions(),
        "python": platform.python_version(),
        "commit": _commit(),
        "command": shlex.join(["python", "-m", "cmlabm.batch", *sys.argv[1:]]),
        "machine": f"{platform.system()} {platform.machine()}, {workers}",
    }


@lru_cache
def versions() -> str:
    """Return the versions of the packages that make a run what it is."""
    return ", ".join(f"{name} {_version(name)}" for name in PACKAGES)


def now() -> str:
    """Return the time in UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


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
