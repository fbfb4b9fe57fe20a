"""Run a study's runs on an existing Dask cluster."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from cmlabm.batch.run import Result, Run, execute
from cmlabm.errors import InputError

RETRIES = 5
"""How often a run is tried again when the worker that had it dies."""


def run_on_dask(
    runs: Iterable[Run],
    address: str,
    timeout: float | None = None,
    with_agents: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Result]:
    """Run on the workers of a Dask scheduler and yield results as they come.

    The workers need this package and, for data that are read from a path, that path.

    Args:
        runs: what to run.
        address: the scheduler's, such as ``tcp://127.0.0.1:8786``.
        timeout: seconds a run may take, looked at after each simulated day.
        with_agents: whether to return each agent's balances.
        should_stop: asked between results; once true, only the runs under way are finished.

    Raises:
        InputError: Dask is not installed, or no scheduler answers there.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError("--dask needs Dask; install cmlabm[dask]") from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"--dask {address}: no scheduler answers there ({error})") from None
    with client:
        waiting = iter(runs)
        under_way = as_completed(loop=client.loop)
        run_of = {}

        def submit(count: int) -> None:
            for run in islice(waiting, count):
                future = client.submit(
                    _execute_quietly, run, timeout, with_agents, pure=False, retries=RETRIES
                )
                run_of[future.key] = run
                under_way.add(future)

        submit(2 * max(1, sum(client.nthreads().values())))
        for future in under_way:
            run = run_of.pop(future.key)
            if future.status == "finished":
                yield future.result()
            else:
                yield Result(run, "failed", 0.0, error=f"{future.exception()!r}\n")
            if not should_stop():
                submit(1)


def _execute_quietly(run: Run, timeout: float | None, with_agents: bool) -> Result:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return execute(run, timeout, with_agents)
