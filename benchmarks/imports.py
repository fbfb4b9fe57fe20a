"""How long the import of the package takes against that of Mesa alone.

Measured in new processes, in turns, as processor time:

    uv run python benchmarks/imports.py [--repeats 9]
"""

import os
import statistics
import subprocess
import sys

import typer

MESA, PACKAGE = "import mesa", "from cmlabm import CMLModel"


def seconds(code: str) -> float:
    """Return the processor time of a new process that runs some code."""
    before = os.times()
    subprocess.run([sys.executable, "-c", code], check=True)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def main(repeats: int = 9) -> None:
    """Print the median seconds of both, and of their ratios."""
    seconds(PACKAGE)
    pairs = [(seconds(MESA), seconds(PACKAGE)) for _ in range(repeats)]
    mesa, package = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratios = sorted(both / alone for alone, both in pairs)
    typer.echo(
        f"{MESA}: {mesa:.2f} s; {PACKAGE}: {package:.2f} s;"
        f" ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


if __name__ == "__main__":
    typer.run(main)
