"""How long a base-case run takes under each admission against ``all``.

Measured in one process, in turns, so that the ratios hold on a machine whose speed drifts:

    uv run python benchmarks/admission_speed.py [--data imdb --data-path ARCHIVE] [--repeats 3]
"""

import statistics
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cmlabm.admission import ADMISSIONS
from cmlabm.model import CMLModel


def main(
    data: str = "synthetic-reviews",
    data_path: Annotated[str | None, typer.Option()] = None,
    repeats: int = 3,
) -> None:
    """Print seconds and ratios."""
    seconds: dict[str, list[float]] = {name: [] for name in ADMISSIONS}
    CMLModel(rng=0, data=data, data_path=data_path)  # loads the data
    for seed in range(repeats):
        for name in ADMISSIONS:
            model = CMLModel(rng=seed, data=data, data_path=data_path, admission=name)
            start = time.process_time()
            model.run()
            seconds[name].append(time.process_time() - start)
    table = Table("admission", "run (s)", "ratio")
    for name, own in seconds.items():
        ratio = statistics.median(
            one / other for one, other in zip(own, seconds["all"], strict=True)
        )
        table.add_row(name, f"{statistics.median(own):.2f}", f"{ratio:.2f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
