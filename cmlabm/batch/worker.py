"""What a Dask worker is asked to do."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from threadpoolctl import ThreadpoolController

from cmlabm.batch.run import Result, Run, WithAgents, execute


def execute_on_one_core(run: Run, timeout: float | None, with_agents: WithAgents) -> Result:
    """Run in one thread: a worker has as many runs at a time as it has cores."""
    with _thread_pools().limit(limits=1):
        return execute(run, timeout, with_agents)


@cache
def _thread_pools() -> ThreadpoolController:
    """Return what limits threads; to find what has any takes as long as a third of a short run."""
    import sklearn.linear_model  # noqa: F401  # it loads all that has threads

    return ThreadpoolController()


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
