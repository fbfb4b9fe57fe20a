"""How often a search finds a hole that is planted in a contract, and how often random trials do.

    uv run python benchmarks/search_holes.py [--repetitions 10] [--trials 60]

Each repetition has other seeds and draws; the holes are those of ``tests/search/planted_holes.py``.
"""

import sys
import tempfile
from pathlib import Path

import typer

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "search"))


def main(repetitions: int = 10, trials: int = 60) -> None:
    """Search, and print how many repetitions found each hole."""
    from planted_holes import HOLES

    from cmlabm.search import run_search

    for name, hole in HOLES.items():
        counts = {}
        for sampler in ("tpe", "random"):
            found = 0
            for repetition in range(repetitions):
                with tempfile.TemporaryDirectory() as directory:
                    search = hole.searched(trials, repetition, sampler)
                    found += hole.is_found(run_search(search, directory))
            counts[sampler] = f"{found} of {repetitions} ({sampler})"
        typer.echo(f"{name}: found in {', '.join(counts.values())}, {trials} trials each")


if __name__ == "__main__":
    typer.run(main)
