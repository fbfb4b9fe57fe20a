"""The options that the commands that run markets have in common."""

from pathlib import Path
from typing import Annotated

import typer

Changes = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Fix a parameter.")
]
Seeds = Annotated[int | None, typer.Option(min=1, help="Use the seeds 0 to N - 1.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; default: cores.")]
Out = Annotated[Path | None, typer.Option(help="Directory; default: results/NAME.")]
Dask = Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")]
Timeout = Annotated[float | None, typer.Option(min=0.001, help="Seconds after which a run fails.")]
RetryFailed = Annotated[bool, typer.Option("--retry-failed", help="Run failed runs again.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of words and tables.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what goes wrong.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be run.")]
