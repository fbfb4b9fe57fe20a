"""What a study of very many short runs takes on a Dask cluster of two workers on this machine.

    uv run --extra dask python benchmarks/study_scale.py [--runs 100000] [--kill-at 4000]

The study's command runs as a process of its own, whose memory is looked at as it goes on, and so is
that of the scheduler and of the workers. Before and after it, the same kind of runs is executed and
stored in one process without Dask, and by two worker processes. With ``--kill-at`` the command is
ended by SIGKILL once so many runs are stored, and started again.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import psutil
import tomli_w
import typer
from batch_overhead import SHORT

from cmlabm.batch import Store, Study, open_study, run_here, run_in_processes, runs_of
from cmlabm.batch.run import Result

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

WORKERS = 2
COMPARED = 1_000
WARM = 50


@dataclass(frozen=True)
class Took:
    """What a run takes in milliseconds, by the clock and of all processors together."""

    clock: float
    processors: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} ms a run, {self.processors:.2f} of processors"


def processor_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process and its descendants so far."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return sum(float(each.user + each.system) for each in times)


def stored(results: Iterator[Result], study: Study) -> Took:
    """Return what runs take that are executed and stored, after some to get warm."""
    this = psutil.Process()
    with tempfile.TemporaryDirectory() as directory, Store.create(Path(directory)) as store:
        store.begin(study, runs_of(study), {})
        for _ in range(WARM):
            store.save(next(results))
        start, processors = time.perf_counter(), processor_seconds(this)
        for _ in range(COMPARED - 2 * WARM):  # while the workers are still there
            store.save(next(results))
        seconds, processors = time.perf_counter() - start, processor_seconds(this) - processors
        for result in results:
            store.save(result)
    return Took(*(1e3 * each / (COMPARED - 2 * WARM) for each in (seconds, processors)))


def say_without_dask(when: str) -> None:
    """Print what runs take in this process, and in two worker processes."""
    study = Study(name="short", seeds=COMPARED, parameters=SHORT)
    runs = runs_of(study)
    typer.echo(f"{when}, in one process: {stored(run_here(runs), study)}")
    typer.echo(f"{when}, in two: {stored(run_in_processes(runs, WORKERS), study)}")


def resident(process: psutil.Process) -> float:
    """Return a process's memory in MB."""
    return float(process.memory_info().rss) / 1e6


def followed(
    command: list[str], directory: Path, cluster: list[psutil.Process], kill_at: int, every_s: float
) -> None:
    """Run a study's command, print memory as runs are stored, and end it early if that is asked."""
    with (directory / "command.txt").open("a") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    processes = [psutil.Process(process.pid), *cluster]
    begun = [processor_seconds(each) for each in processes]
    start = time.perf_counter()
    looked = -every_s
    while process.poll() is None:
        time.sleep(0.2)
        now = time.perf_counter() - start
        if now < looked + every_s or not (directory / "study.sqlite").exists():
            continue
        looked = now
        with Store.open(directory) as store:
            count = len(store.statuses())
        try:
            megabytes = [resident(each) for each in processes]
            spent = [processor_seconds(each) for each in processes]
        except psutil.NoSuchProcess:
            continue
        memory = " ".join(f"{each:4.0f}" for each in megabytes)
        processors = " ".join(f"{b - a:6.1f}" for a, b in zip(begun, spent, strict=True))
        typer.echo(f"{now:6.0f} s {count:7,} runs  MB {memory}  processor s {processors}")
        if kill_at and count >= kill_at:
            process.kill()
            process.wait()
            typer.echo("killed")
            return
    if process.returncode:
        raise RuntimeError((directory / "command.txt").read_text())


def times(directory: Path) -> dict[str, float]:
    """Return how long each stored run took, which would be another time if it were run again."""
    runs = open_study(directory).runs()
    return dict(zip(runs["run"], runs["wall_seconds"], strict=True))


def told(directory: Path, runs: int, ended: float) -> None:
    """Print how fast the runs came, how large the store is and how long it takes to be read."""
    facts = open_study(directory).provenance
    start, end = (datetime.fromisoformat(facts[name]) for name in ("start", "end"))
    seconds = (end - start).total_seconds()
    typer.echo(f"{seconds:.0f} s, {seconds / runs * 1e3:.2f} ms a run")
    typer.echo(f"tables, picture and summary: {ended - end.timestamp():.1f} s")
    size = (directory / "study.sqlite").stat().st_size
    typer.echo(f"store: {size / 1e6:.1f} MB, {size / runs:.0f} bytes a run")
    for name in ("runs.csv", "series.csv", "runs.parquet", "series.parquet"):
        typer.echo(f"{name}: {(directory / name).stat().st_size / 1e6:.1f} MB")
    begin = time.perf_counter()
    study = open_study(directory)
    opened = time.perf_counter()
    table = study.runs()
    read = time.perf_counter()
    days = study.series()
    typer.echo(
        f"opened in {opened - begin:.2f} s, runs read in {read - opened:.1f} s,"
        f" series in {time.perf_counter() - read:.1f} s"
    )
    assert len(days) == sum(table["days"] + 1)
    assert sorted(table["seed"]) == list(range(runs)), "runs are missing, or there twice"
    assert (table["status"] == "done").all()


def main(
    runs: int = 100_000,
    kill_at: Annotated[int, typer.Option(help="Runs after which the command is killed.")] = 0,
    every_s: Annotated[float, typer.Option(help="Seconds between looks at the memory.")] = 30.0,
) -> None:
    """Measure and print."""
    from dask_cluster import DaskCluster

    say_without_dask("before")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        file, directory = place / "short.toml", place / "results"
        file.write_text(tomli_w.dumps({"name": "short", "seeds": runs, "parameters": SHORT}))
        directory.mkdir()
        with DaskCluster(place, ROOT) as cluster:
            for _ in range(WORKERS):
                cluster.worker()
            command = [sys.executable, "-m", "cmlabm.batch", str(file), "--out", str(directory)]
            command += ["--dask", cluster.address]
            processes = [psutil.Process(process.pid) for process in cluster.processes]
            typer.echo(
                "memory and processor time of the coordinator, the scheduler and each worker"
            )
            kept: dict[str, float] = {}
            if kill_at:
                followed(command, directory, processes, kill_at, every_s=2.0)
                kept = times(directory)
            followed(command, directory, processes, 0, every_s)
            ended = time.time()
        told(directory, runs, ended)
        now = times(directory)
        again = sum(now[run] != took for run, took in kept.items())
        typer.echo(f"of {len(kept):,} runs stored before the kill, {again} were run again")
    say_without_dask("after")


if __name__ == "__main__":
    typer.run(main)
