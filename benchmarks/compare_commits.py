"""How much faster or slower one commit is than another, measured on this machine in turns.

    uv run python benchmarks/compare_commits.py BEFORE [AFTER] [--case base] [--repeats 5]
        [--data-path ARCHIVE] [--study batch_runs/paper.toml --seeds 2]

With ``--study`` whole studies are timed instead of single markets, by the clock, with the command
and as many processes as there are cores.

Both commits are checked out in worktrees and run with the packages of this environment, one after
the other, again and again, so that the ratio holds on a machine whose speed drifts.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cmlabm.errors import InputError

CASES: dict[str, dict[str, Any]] = {
    "base": {},
    "population": {
        "honest_agents": 5_000,
        "malicious_agents": 5_000,
        "honest_mean_wait_s": 3_000_000,
        "honest_stdev_wait_s": 3_000_000,
        "malicious_mean_wait_s": 18_000_000,
        "malicious_stdev_wait_s": 18_000_000,
    },
    "prediction-market": {"incentive": "prediction-market"},
}
"""Parameters of the markets that are timed.

Where thousands wake, waits vary as much as they last: else all would wake in the same seconds.
"""

RUN = """
import json, sys, time
from cmlabm.model import CMLModel
parameters, seed = json.loads(sys.argv[1]), int(sys.argv[2])
CMLModel(rng=0, **parameters | {"max_days": 1}).run()
start = time.process_time()
model = CMLModel(rng=seed, **parameters)
model.run()
print(time.process_time() - start, len(model.contract.submissions))
"""


def seconds(tree: Path, parameters: dict[str, Any], seed: int) -> tuple[float, int]:
    """Return the processor time of a run with a tree's code, and how many submissions it had."""
    found = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(parameters), str(seed)],
        env=os.environ | {"PYTHONPATH": str(tree)},
        cwd=tree,
        capture_output=True,
        text=True,
        check=True,
    )
    spent, submissions = found.stdout.split()
    return float(spent), int(submissions)


def study_seconds(tree: Path, study: str, seeds: int, data: dict[str, Any]) -> tuple[float, int]:
    """Return how long a study takes with a tree's code, and how many rows its table of runs has."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "cmlabm.batch", study, f"--seeds={seeds}", f"--out={out}"]
        command += [f"--set={name}={value}" for name, value in data.items()]
        start = time.perf_counter()
        subprocess.run(
            command,
            env=os.environ | {"PYTHONPATH": str(tree)},
            cwd=tree,
            capture_output=True,
            check=True,
        )
        spent = time.perf_counter() - start
        return spent, (Path(out) / "runs.csv").read_text().count("\n")


def checked_out(commit: str, folder: Path) -> Path:
    """Check a commit out into a worktree and return its folder.

    Raises:
        InputError: there is no such commit.
    """
    tree = folder / commit.replace("/", "-")
    made = subprocess.run(
        ["git", "worktree", "add", "--quiet", "--detach", str(tree), commit],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise InputError(f"{commit}: cannot be checked out: {made.stderr.strip()}")
    return tree


def main(
    before: str,
    after: Annotated[str, typer.Argument()] = "HEAD",
    case: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(CASES)}.")] = None,
    repeats: int = 5,
    data_path: Annotated[str | None, typer.Option(help="Of the real reviews.")] = None,
    study: Annotated[str | None, typer.Option(help="A study that both commits have.")] = None,
    seeds: int = 2,
) -> None:
    """Print the seconds of both commits and the median of their ratios."""
    data = {"data": "imdb", "data_path": str(Path(data_path).absolute())} if data_path else {}
    table = Table("case", f"{before} (s)", f"{after} (s)", "ratio", "from", "to")
    with tempfile.TemporaryDirectory() as folder:
        trees = [checked_out(commit, Path(folder)) for commit in (before, after)]
        try:
            for name in [study] if study else case or CASES:
                pairs = []
                for seed in range(repeats):
                    (old, submissions), (new, as_many) = (
                        study_seconds(tree, study, seeds, data)
                        if study
                        else seconds(tree, CASES[name] | data, seed)
                        for tree in trees
                    )
                    if submissions != as_many:
                        raise InputError(f"{name}: the commits' markets differ; compare like ones")
                    pairs.append((old, new))
                ratios = sorted(new / old for old, new in pairs)
                old, new = (statistics.median(times) for times in zip(*pairs, strict=True))
                cells = [statistics.median(ratios), ratios[0], ratios[-1]]
                table.add_row(name, f"{old:.2f}", f"{new:.2f}", *(f"{cell:.3f}" for cell in cells))
        finally:
            for tree in trees:
                subprocess.run(["git", "worktree", "remove", "--force", str(tree)], check=True)
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
