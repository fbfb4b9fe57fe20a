"""Run a study's runs on an existing Dask cluster."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pebble.concurrent import thread

from cmlabm.batch.provenance import other_versions, versions
from cmlabm.batch.run import Result, Run, WithAgents
from cmlabm.batch.worker import execute_on_one_core, found_at
from cmlabm.errors import InputError

if TYPE_CHECKING:
    from distributed import Client, Future

ANSWER_SECONDS = 10.0
"""How long the scheduler may take to answer."""

CHECK_SECONDS = 120.0
"""How long workers may take to import this package and say what they have."""

LOOK_SECONDS = 1.0
"""How often the workers are looked at."""


class ClusterLost(RuntimeError):  # noqa: N818
    """A cluster does not answer any more; its runs under way are neither done nor failed."""


def run_on_dask(
    runs: Iterable[Run],
    address: str,
    timeout: float | None = None,
    with_agents: WithAgents = False,
    should_stop: Callable[[], bool] = lambda: False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Result]:
    """Run on the workers of a Dask scheduler and yield results as they come.

    Each worker needs the same versions as this process and, for data that are read from a path, the
    same at that path; it is asked before it counts. A relative path is one of this process.

    Args:
        runs: what to run.
        address: the scheduler's, such as ``tcp://127.0.0.1:8786``.
        timeout: seconds a run may take, looked at after each simulated day.
        with_agents: which of each agent's balances to return.
        should_stop: asked between results; once true, only the runs under way are finished, and
            without workers none.
        say: told when there are no workers.

    Raises:
        InputError: Dask is not installed, no scheduler answers there, or a worker has other
            versions or other data.
        ClusterLost: the scheduler does not answer any more.
    """
    waiting = deque(runs)
    paths = {path for run in waiting if (path := _sent(run).parameters.data_path) is not None}
    with _connected(address) as client:
        workers = _Workers(client, address, sorted(paths))
        under_way: dict[Future[Result], Run] = {}
        ended: Queue[Future[Result]] = Queue()

        def submit(threads: int) -> None:
            # No run waits on a worker: it would count as one that its worker died under.
            while waiting and len(under_way) < threads:
                run = waiting.popleft()
                future = client.submit(
                    execute_on_one_core, _sent(run), timeout, with_agents, pure=False
                )
                under_way[future] = run
                future.add_done_callback(ended.put)

        lacked: str | None = "has no workers yet"
        while waiting or under_way:
            threads = workers.threads()
            if threads:
                lacked = "has lost all its workers"
            elif lacked:
                say(f"{address} {lacked}; waiting for one")
                lacked = None
            if should_stop():
                waiting.clear()
                if not threads:
                    return
            submit(threads)
            try:
                future = ended.get(timeout=LOOK_SECONDS)
            except Empty:
                continue
            run = under_way.pop(future)
            submit(threads)
            result = workers.result(future, run)
            if result is None:
                waiting.appendleft(run)
            else:
                yield result


class _Workers:
    """The workers of a scheduler, which count once they were found to be like this process."""

    def __init__(self, client: Client, address: str, paths: list[str]) -> None:
        self._client = client
        self._address = address
        self._data = found_at(paths)
        self._threads: dict[str, int] = {}
        self._looked = -LOOK_SECONDS

    def threads(self) -> int:
        """Return how many runs they can have at a time."""
        if self._client.status != "running":
            raise self._lost()
        if time.monotonic() >= self._looked + LOOK_SECONDS:
            self._look()
        return sum(self._threads.values())

    def result(self, future: Future[Result], run: Run) -> Result | None:
        """Return what came of a run that has ended, or None if that was lost on the way."""
        from distributed import CancelledError, KilledWorker

        if future.status == "error":
            error = future.exception(timeout=ANSWER_SECONDS)
            if isinstance(error, KilledWorker):
                return Result(run, "failed", 0.0, error=_killed(error))
            raise InputError(f"{self._address}: its workers cannot execute a run ({error!r})")
        try:
            result = future.result(timeout=ANSWER_SECONDS)
        except (CancelledError, OSError):
            return None
        if other := other_versions(result.versions):
            self._threads = {}
            self._look()  # names the worker, if it is still there
            raise InputError(
                f"{self._address}: a run was executed with {other};"
                " all workers need the versions of this process"
            )
        return replace(result, run=run)

    def _look(self) -> None:
        threads = self._ask(self._client.nthreads)
        new = [address for address in threads if address not in self._threads]
        alike = {*self._threads, *self._checked(new)} if new else self._threads.keys()
        self._threads = {a: count for a, count in threads.items() if a in alike}
        self._looked = time.monotonic()

    def _checked(self, new: list[str]) -> set[str]:
        """Return those of some workers that answer, all of which are like this process."""
        answers = self._each(new, versions)
        for worker, theirs in answers.items():
            if other := other_versions(theirs):
                raise InputError(
                    f"worker {worker} has {other}; all workers need the versions of this process"
                )
        if not self._data:
            return set(answers)
        found = self._each(list(answers), found_at, list(self._data))
        for worker, data in found.items():
            for path, theirs in data.items():
                ours = self._data[path]
                if theirs is None or ours not in (theirs, None):
                    raise InputError(
                        f"worker {worker} has {theirs or 'nothing that it can read'} at data_path ="
                        f" {path!r}" + (f", where this process has {ours}" if ours else "")
                    )
        return set(found)

    def _each(self, workers: list[str], function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a function returns on each of some workers that is still there."""
        answers = self._ask(
            self._client.run,
            function,
            *arguments,
            workers=workers,
            on_error="return",
            seconds=CHECK_SECONDS,
            silence=f"the workers at {self._address} do not answer",
        )
        for worker, answer in answers.items():
            if isinstance(answer, Exception) and not isinstance(answer, OSError):
                raise InputError(
                    f"worker {worker} cannot execute cmlabm as this process does ({answer!r});"
                    " all workers need the versions of this process"
                )
        return {w: answer for w, answer in answers.items() if not isinstance(answer, Exception)}

    def _ask(
        self,
        question: Callable[..., Any],
        *arguments: Any,
        seconds: float | None = None,
        silence: str = "",
        **options: Any,
    ) -> Any:
        try:
            return question(*arguments, **options, callback_timeout=seconds or ANSWER_SECONDS)
        except TimeoutError as error:
            raise self._lost(silence) from error
        except Exception as error:  # Dask has no single type for a connection that breaks
            raise self._lost() from error

    def _lost(self, what: str = "") -> ClusterLost:
        what = what or f"the scheduler at {self._address} is lost"
        return ClusterLost(f"{what}; finished runs are stored, the same command goes on")


def _killed(error: Any) -> str:
    deaths, last = error.allowed_failures + 1, error.last_worker.address
    return f"KilledWorker: workers died under this run, the last of {deaths} was {last}\n"


def _sent(run: Run) -> Run:
    """Return a run whose data have a path that does not depend on the directory of a process."""
    path = run.parameters.data_path
    if path is None:
        return run
    try:
        absolute = str(Path(path).expanduser().absolute())
    except RuntimeError as error:  # ~ of a user who does not exist
        raise InputError(f"data_path = {path!r}: {error}") from None
    return replace(run, parameters=run.parameters.model_copy(update={"data_path": absolute}))


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler; neither that nor the end takes longer than it may."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise InputError("--dask needs Dask; install cmlabm[dask]") from None
    with _silence():
        client = _client(address)
        try:
            yield client
        finally:
            with suppress(Exception):
                client.close(timeout=ANSWER_SECONDS)


def _client(address: str) -> Client:
    from distributed import Client

    if not _has_host_and_port(address):
        raise InputError(
            f"--dask {address!r}: must be a scheduler's address, such as tcp://127.0.0.1:8786"
        )
    try:  # to ask first, since a client waits without end for what is silent
        kind = thread(asyncio.run)(_kind(address)).result(timeout=ANSWER_SECONDS + 1.0)
        if kind == "Scheduler":
            return Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except Exception as error:
        reason = str(error) or "it took too long"
        raise InputError(f"--dask {address}: no scheduler answers there ({reason})") from None
    raise InputError(f"--dask {address}: is a {kind}'s address, not a scheduler's")


async def _kind(address: str) -> Any:
    from distributed import Security, rpc

    security = Security().get_connection_args("client")
    async with (
        asyncio.timeout(ANSWER_SECONDS),
        rpc(address, timeout=ANSWER_SECONDS, connection_args=security) as server,
    ):
        return (await server.identity())["type"]


def _has_host_and_port(address: str) -> bool:
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        return bool(parts.hostname and parts.port)
    except ValueError:
        return False


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Dask's log of a broken connection from the terminal: this module says what it means.

    Dask sets its loggers up when it is imported.
    """
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
