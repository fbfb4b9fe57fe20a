"""How one market's time and memory grow with its contributors, submissions, and their rate.

    uv run python benchmarks/market_scale.py [--case contributors] [--case submissions] …

"contributors" together wake as often as the two of the base case, however many they are, and send
100,000 submissions. "submissions" are sent by 100 of them. At a higher "rate" 100 send 30,000 in
less time. In a "crowd" each wakes as often however many there are, and sends ten.

Each market runs in a new process, whose peak memory is that of the whole process, imports and a
tiny market included. An exponent is that of the power of the factor which fits the last three
measurements, of memory without imports: 1 is linear.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated, Any, Self

import numpy as np
import typer
from population import population

from cmlabm.units import SECONDS_PER_DAY

CODE = """
import json, sys, time
from pathlib import Path
from cmlabm.model import CMLModel

def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024

CMLModel(rng=0, train_size=60, test_size=20, num_words=10, initial_fraction=0.5).run()
before = peak()
start = time.perf_counter()
model = CMLModel(rng=1, **json.loads(sys.argv[1]))
opened, opened_mb, processor = time.perf_counter(), peak(), time.process_time()
outcomes = model.run()
print(json.dumps({
    "before_mb": before,
    "opened_mb": opened_mb,
    "peak_mb": peak(),
    "opening_s": opened - start,
    "run_s": time.perf_counter() - opened,
    "processor_s": time.process_time() - processor,
    "gas": outcomes["honest_gas"] + outcomes["malicious_gas"],
    **{name: outcomes[name] for name in ("submissions", "refunds", "takes", "days")},
}))
"""

STARTING = 1_000
MARKET = {"test_size": 1_000, "max_days": 100_000}


@dataclass(frozen=True)
class Market:
    """What was measured of a market."""

    opening_s: float
    run_s: float
    processor_s: float
    before_mb: float
    opened_mb: float
    peak_mb: float
    submissions: int
    refunds: int
    takes: int
    days: float
    gas: int

    def __str__(self) -> str:
        return (
            f"{self.submissions:,} submissions, {self.days:.0f} days, {self.refunds:,} refunds,"
            f" {self.takes:,} takes; opened in {self.opening_s:.2f} s, run in {self.run_s:.1f} s,"
            f" of a processor {self.processor_s:.1f},"
            f" {self.processor_s / self.submissions * 1e6:.0f} us a submission;"
            f" {self.before_mb:.0f} MB before, {self.opened_mb:.0f} opened,"
            f" {self.peak_mb:.0f} at most;"
            f" {self.gas / self.submissions:,.0f} gas a submission"
        )

    @classmethod
    def measured(cls, parameters: dict[str, Any]) -> Self:
        """Run a market in a new process."""
        done = subprocess.run(
            [sys.executable, "-c", CODE, json.dumps(MARKET | parameters)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return cls(**json.loads(done.stdout))


def sharing(contributors: int, submissions: int) -> dict[str, Any]:
    """Return a market whose contributors together wake as often as two of the base case."""
    return lasting(submissions) | population(contributors, shared_money=False)


def crowding(contributors: int) -> dict[str, Any]:
    """Return a market whose contributors each wake once a day, or the malicious once in six."""
    waits = {
        f"{kind}_{which}_wait_s": days * SECONDS_PER_DAY
        for kind, days in (("honest", 1), ("malicious", 6))
        for which in ("mean", "stdev")
    }
    agents = dict.fromkeys(("honest_agents", "malicious_agents"), contributors // 2)
    return lasting(10 * contributors) | agents | waits


def hastening(times: int) -> dict[str, Any]:
    """Return a market whose 100 contributors wake so many times as often as before."""
    market = sharing(100, 30_000)
    return {name: value / times if "_wait_s" in name else value for name, value in market.items()}


def lasting(submissions: int) -> dict[str, Any]:
    """Return the parameters of a market that ends after so many submissions."""
    samples = submissions + STARTING
    return {"train_size": samples, "initial_fraction": STARTING / samples}


CASES: dict[str, dict[int, dict[str, Any]]] = {
    "contributors": {n: sharing(n, 100_000) for n in (100, 1_000, 10_000, 30_000, 100_000)},
    "submissions": {
        n: sharing(100, n) for n in (10_000, 30_000, 100_000, 300_000, 1_000_000 - STARTING)
    },
    "rate": {n: hastening(n) for n in (1, 3, 10, 30, 100)},
    "crowd": {n: crowding(n) for n in (100, 300, 1_000, 3_000)},
}


def exponent(factor: list[int], figures: list[float]) -> float:
    """Return the power of a factor that fits the last three figures."""
    slope, _ = np.polyfit(np.log(factor[-3:]), np.log(figures[-3:]), 1)
    return float(slope)


def main(
    case: Annotated[
        list[str] | None, typer.Option(help="Of contributors, submissions, rate, crowd.")
    ] = None,
) -> None:
    """Measure and print."""
    for name in case or CASES:
        markets = {}
        for level, parameters in CASES[name].items():
            markets[level] = one = Market.measured(parameters)
            typer.echo(f"{name} {level:,}: {one}")
        levels = list(markets)
        seconds = [one.opening_s + one.processor_s for one in markets.values()]
        megabytes = [one.peak_mb - one.before_mb for one in markets.values()]
        typer.echo(f"exponent of time: {exponent(levels, seconds):.2f}")
        typer.echo(f"exponent of memory: {exponent(levels, megabytes):.2f}")


if __name__ == "__main__":
    typer.run(main)
