"""How much longer a submission takes when 10,000 agents share what two agents did.

Half of the agents are honest, half malicious, and all wait so much longer that together they wake
as often. Waits vary as much as they last, so that agents do not wake in the same second. Every
agent starts with the same money as in the base case, or with its share of it (``--shared-money``).
Measured in one process, in turns, as processor time:

    uv run python benchmarks/population.py [--agents 10000] [--shared-money] [--repeats 3]
"""

import statistics
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cmlabm.model import CMLModel
from cmlabm.parameters import Parameters


def population(agents: int, shared_money: bool) -> dict[str, float]:
    """Return the parameters of a market in which agents share the base case's waking rate."""
    base = Parameters()
    each = agents // 2
    parameters: dict[str, float] = {}
    for kind in ("honest", "malicious"):
        own = base.of_kind(kind)
        parameters[f"{kind}_agents"] = each
        parameters[f"{kind}_mean_wait_s"] = own.mean_wait_s * each
        parameters[f"{kind}_stdev_wait_s"] = own.mean_wait_s * each
        if shared_money:
            parameters[f"{kind}_start_balance"] = own.start_balance / each
    return parameters


def main(
    data: str = "synthetic-reviews",
    data_path: Annotated[str | None, typer.Option()] = None,
    agents: int = 10_000,
    shared_money: Annotated[bool, typer.Option("--shared-money")] = False,
    repeats: int = 3,
) -> None:
    """Print the time per submission, and of that with many agents to that with two."""
    seconds: dict[int, list[float]] = {2: [], agents: []}
    models: dict[int, CMLModel] = {}
    for seed in range(repeats + 1):
        for count in seconds:
            model = CMLModel(
                rng=seed, data=data, data_path=data_path, **population(count, shared_money)
            )
            start = time.process_time()
            model.run()
            taken = time.process_time() - start
            models[count] = model
            if seed:
                seconds[count].append(taken / max(len(model.contract.submissions), 1))
    table = Table("agents", "us a submission", "submissions", "days", "refunds", "takes")
    for count, model in models.items():
        outcomes = model.outcomes()
        table.add_row(
            f"{count:,}",
            f"{statistics.median(seconds[count]) * 1e6:.0f}",
            *(f"{outcomes[name]:,.0f}" for name in ("submissions", "days", "refunds", "takes")),
        )
    Console().print(table)
    ratio = statistics.median(
        many / two for two, many in zip(seconds[2], seconds[agents], strict=True)
    )
    print(f"ratio {ratio:.2f}")


if __name__ == "__main__":
    typer.run(main)
