"""How long a report on 2,000 runs takes, and how much memory.

The runs are made up, with daily series as long as those of the base case; the design is that of the
published study, every factor one at a time:

    uv run python benchmarks/report_speed.py [--seeds 43] [--reference CSV]
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from cmlabm.batch import Result, Run, Store, read_study, runs_of, with_changes
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.results.series import SERIES

PAPER = Path(__file__).parents[1] / "batch_runs" / "paper.toml"
DAYS = 155


def made_result(run: Run) -> Result:
    """Return a result that looks like a run's."""
    rng = np.random.default_rng([run.seed, int(run.id[:8], 16)])
    depleted_at = rng.normal(140, 12)
    outcomes = dict.fromkeys(OUTCOMES, 1) | {
        "initial_accuracy": 0.79,
        "final_accuracy": rng.normal(0.785, 0.005),
        "accuracy_gap": rng.normal(-0.005, 0.005),
        "malicious_depleted": bool(depleted_at < DAYS),
        "malicious_depletion_days": depleted_at if depleted_at < DAYS else float("nan"),
        "days": float(DAYS),
        "honest_final_balance": rng.normal(19_300, 100),
        "malicious_final_balance": rng.normal(700, 100),
    }
    series = {name: rng.integers(20_000, size=DAYS + 1).tolist() for name in SERIES}
    return Result(run, "done", 1.0, outcomes, {"day": list(range(DAYS + 1)), **series})


def main(
    seeds: int = 43, reference: Annotated[Path | None, typer.Option(metavar="CSV")] = None
) -> None:
    """Print runs, seconds and mebibytes."""
    study = with_changes(read_study(PAPER), seeds=seeds)
    runs = runs_of(study)
    with tempfile.TemporaryDirectory() as name:
        with Store.create(Path(name)) as store:
            store.begin(study, runs_of(study), {})
            for run in runs:
                store.save(made_result(run))
        command = [sys.executable, "-m", "cmlabm.report", name]
        start = time.perf_counter()
        subprocess.run(
            [*command, "--reference", str(reference)] if reference else command, check=True
        )
        seconds = time.perf_counter() - start
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        page = (Path(name) / "report.html").stat().st_size
    typer.echo(
        f"{len(runs)} runs: {seconds:.1f} s ({usage.ru_utime + usage.ru_stime:.1f} s of processor"
        f" time), at most {usage.ru_maxrss / 1024:.0f} MiB; page of {page / 2**20:.1f} MiB"
    )


if __name__ == "__main__":
    typer.run(main)
