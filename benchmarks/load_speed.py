"""How long it takes to load the reviews, for the first time and again, each in a new process.

    uv run python benchmarks/load_speed.py ARCHIVE [--repeats 3]

The archive may also be the extracted folder. The cache is a temporary one.
"""

import os
import subprocess
import sys
import tempfile

import typer

LOAD = """
import sys, time
from cmlabm.data import load
import cmlabm.data.imdb  # the imports are not the load
start = time.perf_counter()
load("imdb", data_path=sys.argv[1], num_words=1000, train_size=25_000, test_size=25_000)
print(time.perf_counter() - start)
"""


def main(archive: str, repeats: int = 3) -> None:
    """Print the seconds of each load."""
    with tempfile.TemporaryDirectory() as cache:
        for number in range(repeats + 1):
            done = subprocess.run(
                [sys.executable, "-c", LOAD, archive],
                env=os.environ | {"CMLABM_CACHE": cache},
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            which = "again" if number else "first"
            typer.echo(f"{which}: {float(done.stdout.split()[-1]):.2f} s")


if __name__ == "__main__":
    typer.run(main)
