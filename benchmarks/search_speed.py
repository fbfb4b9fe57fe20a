"""What the machinery of searches costs over the runs, and what a second worker brings.

    uv run python benchmarks/search_speed.py [--trials 60] [--repeats 3]

- overhead: trials with one worker against the seconds of their runs, as they are stored;
- speed-up: the same trials with two workers against one, in turns.

Both are of the trials alone: imports, the workers' start and their data come before the first run,
and the confirming runs are a study (``benchmarks/batch_overhead.py``).
"""

import statistics
import tempfile
import time
from pathlib import Path

import typer

from cmlabm.batch import open_study
from cmlabm.search import Search, SearchSpectator, run_search

MARKET = {"train_size": 6000, "test_size": 5000, "num_words": 400}
ATTACK = {
    "malicious_behaviour": {"values": ["label-flip", "targeted-flip", "echo", "sybil"]},
    "malicious_mean_deposit": {"low": 1, "high": 200, "scale": "log"},
    "malicious_stdev_deposit": {"low": 1, "high": 20, "scale": "log"},
    "sybil": {"malicious_addresses": {"low": 2, "high": 32}},
}


class Clock(SearchSpectator):
    """Notes when batches end; stops nothing."""

    def __init__(self) -> None:
        self.batches: list[tuple[int, float]] = []

    def has_made(self, trials: int, best: str) -> None:  # noqa: ARG002
        """Note the time."""
        self.batches.append((trials, time.perf_counter()))


def seconds_a_trial(trials: int, workers: int, repeat: int) -> tuple[float, float]:
    """Return the seconds that a trial takes after the first batch, and those of its runs."""
    search = Search(
        name="speed",
        trials=trials,
        seeds=[3 * repeat, 3 * repeat + 1, 3 * repeat + 2],
        fresh_seeds=2,
        candidates=1,
        sampler_seed=repeat,
        maximise="regret",
        parameters=MARKET,
        attack=ATTACK,
    )
    clock = Clock()
    with tempfile.TemporaryDirectory() as name:
        run_search(search, name, workers=workers, spectator=clock)
        runs = open_study(Path(name)).runs()["wall_seconds"]
    (first, start), *_, (last, end) = clock.batches
    of_runs = runs.iloc[3 * (first + 1) :].sum()  # three without an attack come first
    return (end - start) / (last - first), float(of_runs) / (last - first)


def main(trials: int = 60, repeats: int = 3) -> None:
    """Measure and print."""
    overheads, speedups = [], []
    for repeat in range(repeats):
        one, of_runs = seconds_a_trial(trials, 1, repeat)
        two, _ = seconds_a_trial(trials, 2, repeat)
        overheads.append(one / of_runs - 1)
        speedups.append(one / two)
        typer.echo(
            f"a trial of 3 runs: {of_runs:.2f} s of runs, {one:.2f} s with 1 worker, {two:.2f} s"
            f" with 2"
        )
    typer.echo(f"overhead of the search over its runs: {statistics.median(overheads):+.1%}")
    typer.echo(f"two workers against one: {statistics.median(speedups):.2f} times the trials")


if __name__ == "__main__":
    typer.run(main)
