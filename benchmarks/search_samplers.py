"""Whether the search's sampler finds worse attacks than random trials do, with the same budget.

    uv run python benchmarks/search_samplers.py [--repetitions 5] [--trials 40] [--set data=imdb]

A repetition searches twice, with the same seeds: by TPE and at random. What counts is the regret of
each one's best attack on fresh seeds, not what it saw itself.
"""

import tempfile
from typing import Annotated

import numpy as np
import typer

from cmlabm.batch.terminal import changes_of
from cmlabm.search import Search, run_search

MARKET = {
    "train_size": 3000,
    "initial_fraction": 1 / 3,
    "test_size": 5000,
    "malicious_mean_wait_s": 1200,
}
ATTACK = {
    "malicious_behaviour": {"values": ["label-flip", "targeted-flip", "sleeper", "sybil", "echo"]},
    "malicious_agents": {"low": 1, "high": 10},
    "malicious_mean_deposit": {"low": 2, "high": 200, "scale": "log"},
    "malicious_mistake_probability": {"low": 0.0, "high": 0.5},
    "targeted-flip": {"malicious_target_class": {"values": [0, 1]}},
    "sleeper": {"malicious_sleeper_share": {"low": 0.02, "high": 0.5}},
    "sybil": {"malicious_addresses": {"low": 2, "high": 32}},
}
SEEDS, FRESH = 2, 10


def best_found(sampler: str, trials: int, repetition: int, changes: dict[str, str]) -> float:
    """Return the confirmed regret of the attack that looked worst in a search."""
    first = repetition * (SEEDS + FRESH)
    search = Search(
        name="samplers",
        trials=trials,
        seeds=list(range(first, first + SEEDS)),
        fresh_seeds=list(range(first + SEEDS, first + SEEDS + FRESH)),
        candidates=1,
        sampler=sampler,
        sampler_seed=repetition,
        maximise="regret",
        wakings=1 / 3,
        parameters=MARKET | changes,
        attack=ATTACK,
    )
    with tempfile.TemporaryDirectory() as directory:
        confirmed = run_search(search, directory).confirmed
    return float(confirmed.loc[confirmed["candidate"] != "default", "regret"].iloc[0])


def main(
    repetitions: int = 5,
    trials: int = 40,
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE")] = None,
) -> None:
    """Search, and print both figures of each repetition."""
    fixed = changes_of(changes or [])
    differences = []
    for repetition in range(repetitions):
        tpe, random = (best_found(name, trials, repetition, fixed) for name in ("tpe", "random"))
        differences.append(tpe - random)
        typer.echo(f"repetition {repetition}: regret {tpe:.4f} by TPE, {random:.4f} at random")
    error = np.std(differences, ddof=1) / np.sqrt(repetitions)
    typer.echo(
        f"TPE finds {np.mean(differences):+.4f} more regret (standard error {error:.4f}),"
        f" better or equal in {sum(d >= 0 for d in differences)} of {repetitions}"
    )


if __name__ == "__main__":
    typer.run(main)
