"""How much memory a large market takes at its peak, and how its time grows with the samples.

Each market runs in a new process, whose peak is that of the whole process; what the imports of the
package and of scikit-learn's estimators take is measured in the same way:

    uv run python benchmarks/memory.py [--case samples] [--case takes] [--case time] [--repeats 2]

"samples" are 400,000 of 400 words. "takes" are 3.2 million, by 1,000 agents that together wake as
often as two of the base case. "time" is that of a submission of 400,000 samples against one of
25,000, in this process, in turns, as processor time.
"""

import json
import statistics
import subprocess
import sys
import time
from typing import Annotated, Any

import typer
from population import population

from cmlabm.model import CMLModel

SIZES = (25_000, 400_000)
NUM_WORDS = 400

IMPORTS = """
import json, sys
from pathlib import Path
from cmlabm.model import CMLModel
"""
ESTIMATORS = f"{IMPORTS}import sklearn.linear_model\n"
OPEN = f"{IMPORTS}model = CMLModel(rng=1, **json.loads(sys.argv[1]))\n"
OVER = f"{OPEN}model.run()\nprint(len(model.contract.submissions), model.takes, end=' ')\n"
PEAK = "print(int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]) // 1024)"


def peak(code: str, parameters: dict[str, Any]) -> list[int]:
    """Return what a new process counts that runs some code, and its peak memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", code + PEAK, json.dumps(parameters)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [int(number) for number in done.stdout.split()]


def memory(parameters: dict[str, Any]) -> None:
    """Print the peaks of a market and of what comes before it."""
    for name, code in {
        "imports": IMPORTS,
        "with scikit-learn's estimators": ESTIMATORS,
        "until the market opens": OPEN,
    }.items():
        typer.echo(f"  {name}: {peak(code, parameters)[0]} MiB")
    submissions, takes, most = peak(OVER, parameters)
    typer.echo(f"  until it is over: {most} MiB ({submissions:,} submissions, {takes:,} takes)")


def seconds_a_submission(train_size: int, seed: int) -> float:
    """Return the processor time of a market's run divided by its submissions."""
    model = CMLModel(rng=seed, train_size=train_size, num_words=NUM_WORDS)
    start = time.process_time()
    model.run()
    return (time.process_time() - start) / len(model.contract.submissions)


def growth(repeats: int) -> None:
    """Print the time of a submission among few and among many samples, and their ratio."""
    seconds_a_submission(SIZES[0], 0)
    pairs = [[seconds_a_submission(size, seed) for size in SIZES] for seed in range(repeats)]
    few, many = (statistics.median(each) * 1e6 for each in zip(*pairs, strict=True))
    ratio = statistics.median(more / less for less, more in pairs)
    typer.echo(f"  {few:.0f} and {many:.0f} us a submission: ratio {ratio:.2f}")


def main(
    case: Annotated[list[str] | None, typer.Option(help="Of samples, takes, time.")] = None,
    repeats: Annotated[int, typer.Option(help="Of the measurement of time.")] = 2,
) -> None:
    """Print the peaks in MiB and the ratio of times."""
    cases = {
        "samples": lambda: memory({"train_size": SIZES[1], "num_words": NUM_WORDS}),
        "takes": lambda: memory(population(1_000, shared_money=False)),
        "time": lambda: growth(repeats),
    }
    for name in case or cases:
        typer.echo(name)
        cases[name]()


if __name__ == "__main__":
    typer.run(main)
