"""What a Dask worker is asked to do."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from threadpoolctl import threadpool_limits

from cmlabm.batch.run import Result, Run, WithAgents, execute


def execute_on_one_core(run: Run, timeout: float | None, with_agents: WithAgents) -> Result:
    """Run in one thread: a worker has as many runs at a time as it has cores."""
    with threadpool_limits(1):
        return execute(run, timeout, with_agents)


def found_at(paths: Iterable[str]) -> dict[str, str | None]:
    """Return what is at some paths: a file by its digest, a folder, or None for nothing."""
    return {path: _found_at(Path(path)) for path in paths}


def _found_at(path: Path) -> str | None:
    try:
        if path.is_dir():
            return "a folder"
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return f"a file of digest {hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"
    except OSError:
        return None
