"""What the machinery of studies costs: overhead, speed-up of workers, memory.

    uv run python benchmarks/batch_overhead.py [--runs 60] [--flat-runs 10000] [--data-path ARCHIVE]

- overhead: a study with one worker against the model called in a loop, in turns;
- speed-up: the same study with two workers against one;
- memory: the coordinator's resident memory over many short runs, and, where the real reviews are
  given, what a second worker on them adds in private memory.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from cmlabm.batch import Store, Study, execute, run_in_processes, runs_of
from cmlabm.model import CMLModel

MARKET = {"train_size": 6000, "test_size": 5000, "num_words": 400}
SHORT = {
    "train_size": 60,
    "test_size": 20,
    "num_words": 10,
    "initial_fraction": 0.5,
    "max_days": 1,
}


def study_seconds(runs: int, workers: int, start: int) -> float:
    """Return the seconds of a study, from the first result to the last, scaled to all runs."""
    study = Study(name="market", seeds=list(range(start, start + runs)), parameters=MARKET)
    with tempfile.TemporaryDirectory() as directory, Store.create(Path(directory)) as store:
        results = run_in_processes(runs_of(study), workers)
        for _ in range(2 * workers):  # the workers' imports and data are not the machinery's
            store.save(next(results))
        begin = time.perf_counter()
        rest = 0
        for result in results:
            store.save(result)
            rest += 1
        return (time.perf_counter() - begin) * runs / rest


def loop_seconds(runs: int, start: int) -> float:
    """Return the seconds of the same markets run in a loop."""
    begin = time.perf_counter()
    for seed in range(start, start + runs):
        CMLModel(rng=seed, **MARKET).run()
    return time.perf_counter() - begin


def private_megabytes(pid: int | str = "self") -> float:
    """Return a process's private memory."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def resident_megabytes() -> float:
    """Return this process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def coordinator_growth(runs: int) -> tuple[float, float]:
    """Return the coordinator's resident memory after a tenth of many short runs and its growth."""
    study = Study(name="short", seeds=runs, parameters=SHORT)
    with tempfile.TemporaryDirectory() as directory, Store.create(Path(directory)) as store:
        at_first = 0.0
        for count, result in enumerate(run_in_processes(runs_of(study), 2)):
            store.save(result)
            if count == runs // 10:
                at_first = resident_megabytes()
        return at_first, resident_megabytes() - at_first


def worker_private_megabytes(data_path: str) -> list[float]:
    """Return the private memory of each of two workers that have run a market on the reviews."""
    study = Study(
        name="imdb",
        seeds=6,
        parameters={"data": "imdb", "data_path": data_path, "max_days": 20},
    )
    results = run_in_processes(runs_of(study), 2)
    for _ in range(5):
        next(results)
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    grandchildren = [
        pid
        for child in children
        for pid in Path(f"/proc/{child}/task/{child}/children").read_text().split()
    ]
    megabytes = [private_megabytes(pid) for pid in [*children, *grandchildren]]
    for _ in results:
        pass
    return sorted(megabytes, reverse=True)[:2]


def main(
    runs: int = 30,
    repeats: int = 3,
    flat_runs: int = 10_000,
    data_path: Annotated[str | None, typer.Option()] = None,
) -> None:
    """Measure and print."""
    execute(runs_of(Study(name="warm-up", parameters=MARKET))[0])
    overheads, speedups = [], []
    for repeat in range(repeats):
        loop = loop_seconds(runs, repeat * runs)
        one = study_seconds(runs, 1, repeat * runs)
        two = study_seconds(runs, 2, repeat * runs)
        overheads.append(one / loop - 1)
        speedups.append(one / two)
        typer.echo(f"{runs} runs: loop {loop:.1f} s, 1 worker {one:.1f} s, 2 workers {two:.1f} s")
    typer.echo(f"overhead of one worker over the loop: {statistics.median(overheads):+.1%}")
    typer.echo(f"two workers against one: {statistics.median(speedups):.2f} times the runs")
    if data_path:
        megabytes = worker_private_megabytes(data_path)
        typer.echo(f"private memory of two workers on the reviews: {megabytes} MB")
    if flat_runs:
        first, growth = coordinator_growth(flat_runs)
        typer.echo(f"coordinator: {first:.0f} MB, {growth:+.0f} MB over {flat_runs} short runs")


if __name__ == "__main__":
    typer.run(main)
