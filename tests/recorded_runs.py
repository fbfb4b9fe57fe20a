"""The runs whose figures are recorded, and the script that records them anew.

Renew the records only when a rule is meant to change, and say so in CHANGELOG.md:

    uv run python tests/recorded_runs.py
"""

import csv
from hashlib import sha256
from pathlib import Path
from typing import Any

from small_market import market

from cmlabm.model import CMLModel
from cmlabm.units import SECONDS_PER_DAY

RECORDS = Path(__file__).parent / "records"
SEEDS = (1, 2)
CASES: dict[str, dict[str, Any]] = {
    "base": {},
    "few-words": {"num_words": 30},
    "no-incentive": {"incentive": "none"},
    "several-agents": {
        "honest_agents": 5,
        "malicious_agents": 4,
        "honest_mean_wait_s": 3000.0,
        "honest_stdev_wait_s": 900.0,
    },
    "ten-classes": {"data": "digits", "initial_fraction": 0.5},
    "poor-attacker": {"malicious_start_balance": 40.0, "malicious_mean_wait_s": 600.0},
}

type Day = dict[str, str]
"""What is recorded of a day, by column."""


def record_of(case: str, seed: int) -> list[Day]:
    """Run a market and return its days: the series, exactly, and all that was moved and refused.

    A day's ``movements`` and ``refusals`` are how many there were until its end, and a digest.
    """
    model = market(seed, **CASES[case])
    model.run()
    series = model.series()
    days = []
    for row in series.to_dict("records"):
        end = int(row["day"]) * SECONDS_PER_DAY
        day = {str(name): repr(value) for name, value in row.items()}
        days.append(day | _happened(model, end))
    return days


def recorded(case: str, seed: int) -> list[Day]:
    """Return the days of a market as they were recorded."""
    with _file(case, seed).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _happened(model: CMLModel, end: int) -> Day:
    rows = {"movements": model.ledger.movements(), "refusals": model.contract.refusals()}
    happened = {}
    for name, table in rows.items():
        until = table[table[:, 0] <= end]
        happened[name] = f"{len(until)} {sha256(until.tobytes()).hexdigest()[:8]}"
    return happened


def _file(case: str, seed: int) -> Path:
    return RECORDS / f"{case}-{seed}.csv"


if __name__ == "__main__":
    for case in CASES:
        for seed in SEEDS:
            days = record_of(case, seed)
            with _file(case, seed).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(days[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(days)
