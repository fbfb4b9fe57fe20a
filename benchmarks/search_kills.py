"""Whether a search that is killed again and again comes to what an uninterrupted one does.

    uv run python benchmarks/search_kills.py [--kills 20] [--seed 0]

Kills the command at random moments and starts it again; then lets it end and compares its tables
with those of a search that nobody has killed.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tomli_w
import typer

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "search"))

TABLES = ("trials.csv", "confirmed.csv", "importances.csv", "best.toml")


def main(kills: int = 20, seed: int = 0, longest_s: float = 20.0) -> None:
    """Kill, go on, compare, and print."""
    from small_search import SMALL

    rng = random.Random(seed)  # noqa: S311
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        file = directory / "search.toml"
        file.write_text(tomli_w.dumps(SMALL | {"trials": 120, "fresh_seeds": 40}))
        command = [sys.executable, "-m", "cmlabm.search", str(file), "--workers", "2", "--out"]
        ended = 0
        for _ in range(kills):
            process = subprocess.Popen(
                [*command, str(directory / "killed")],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(rng.uniform(0.5, longest_s))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                ended += 1
            process.wait()
        for out in ("killed", "whole"):
            subprocess.run([*command, str(directory / out)], check=True, capture_output=True)
        same = all(
            (directory / "killed" / table).read_bytes()
            == (directory / "whole" / table).read_bytes()
            for table in TABLES
        )
    typer.echo(f"killed {kills} times ({ended} times it had ended): tables equal: {same}")


if __name__ == "__main__":
    typer.run(main)
