"""Building and installing by uv, where it and what it would fetch can be had."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = os.environ.get("UV") or shutil.which("uv")
UNREACHABLE = ("Failed to fetch", "the network was disabled")
"""What uv says where a registry cannot be had."""


def uv(*arguments: object) -> None:
    """Run uv in the repository, or skip the test."""
    if UV is None:
        pytest.skip("uv is not installed")
    done = subprocess.run(
        [UV, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode and any(words in done.stderr for words in UNREACHABLE):
        pytest.skip("the package registry cannot be reached")
    assert done.returncode == 0, done.stderr


def environment(directory: Path, *packages: object) -> Path:
    """Make an environment that holds these packages and nothing else; return its scripts."""
    uv("venv", "--quiet", "--python", sys.executable, directory)
    (scripts,) = [path for path in directory.iterdir() if path.name in {"bin", "Scripts"}]
    uv("pip", "install", "--quiet", "--python", directory, *packages)
    return scripts
