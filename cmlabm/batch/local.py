"""Run a study's runs on this machine, in this process or in several."""

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from multiprocessing.context import BaseContext
from typing import Self

from pebble import ProcessPool
from threadpoolctl import threadpool_limits

from cmlabm.batch.run import Result, Run, WithAgents, execute

GRACE_SECONDS = 5.0
"""How much longer than the timeout a run may take within one day before its process is ended."""


def run_here(
    runs: Iterable[Run], timeout: float | None = None, with_agents: WithAgents = False
) -> Iterator[Result]:
    """Run one after the other in this process."""
    for run in runs:
        yield execute(run, timeout, with_agents)


def run_in_processes(
    runs: Iterable[Run],
    workers: int,
    timeout: float | None = None,
    with_agents: WithAgents = False,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Result]:
    """Run in worker processes and yield results as they come.

    A worker that dies or exceeds the timeout costs its run, which fails, and nothing else.

    Args:
        runs: what to run.
        workers: how many processes, at least 1.
        timeout: seconds a run may take.
        with_agents: which of each agent's balances to return.
        should_stop: asked between results; once true, only the runs under way are finished.
    """
    with Processes(workers, timeout, with_agents, should_stop) as processes:
        yield from processes.results(runs)


class Processes:
    """Worker processes that stay for one list of runs after another.

    Example:
        >>> from cmlabm.parameters import Parameters
        >>> small = Parameters(train_size=60, test_size=20, initial_fraction=0.5, max_days=1)
        >>> with Processes(1) as processes:
        ...     [result.status for _ in range(2) for result in processes.results([Run(small, 1)])]
        ['done', 'done']
    """

    def __init__(
        self,
        workers: int,
        timeout: float | None = None,
        with_agents: WithAgents = False,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Start the workers as they are needed.

        Args:
            workers: how many processes, at least 1.
            timeout: seconds a run may take.
            with_agents: which of each agent's balances to return.
            should_stop: asked between results; once true, only the runs under way are finished.
        """
        self._workers = workers
        self._timeout = timeout
        self._hard_limit = None if timeout is None else timeout + GRACE_SECONDS
        self._with_agents = with_agents
        self._should_stop = should_stop
        self._pool = ProcessPool(workers, initializer=_prepare_worker, context=_context())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()
        self._pool.join()

    def results(self, runs: Iterable[Run]) -> Iterator[Result]:
        """Run and yield results as they come.

        Whoever does not wait for all of them ends the workers.
        """
        waiting = iter(runs)
        under_way: dict[Future[Result], Run] = {}
        try:
            while True:
                if self._should_stop():
                    waiting = iter(())
                    for future in [f for f in under_way if not f.running()]:
                        if future.cancel():
                            del under_way[future]
                for run in islice(waiting, 2 * self._workers - len(under_way)):
                    future = self._pool.schedule(
                        execute,
                        args=(run, self._timeout, self._with_agents),
                        timeout=self._hard_limit,
                    )
                    under_way[future] = run
                if not under_way:
                    return
                done, _ = wait(under_way, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in done:
                    yield _result(future, under_way.pop(future), self._hard_limit)
        finally:
            if under_way:
                self._pool.stop()


def _result(future: Future[Result], run: Run, hard_limit: float | None) -> Result:
    try:
        return future.result()
    except TimeoutError:
        return Result(run, "failed", hard_limit or 0.0, error="TimeoutError: the run was ended\n")
    except Exception as error:
        return Result(run, "failed", 0.0, error="".join(traceback.format_exception(error)))


def _context() -> BaseContext:
    """Return the way in which workers start: quickly where the system can, and nowhere by fork."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cmlabm.batch.run", "cmlabm.model", "sklearn.linear_model"])
    _start_forkserver()
    return context


def _start_forkserver() -> None:
    """Start what starts the workers deaf to Ctrl-C, which is for this process to answer.

    The resource tracker, without which it does not start, would lift the block.
    """
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _prepare_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(1)
