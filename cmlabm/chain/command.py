"""What ``python -m cmlabm.chain`` does with its arguments."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.console import RenderableType

from cmlabm.batch.design import runs_of
from cmlabm.batch.options import AsJson, Changes, Quiet
from cmlabm.batch.study import Study, read_study, with_changes
from cmlabm.batch.telling import Teller, listed
from cmlabm.batch.terminal import RUNS_FAILED, changes_of, messages, status_of
from cmlabm.chain.backends import BACKENDS, open_backend
from cmlabm.chain.compiled import FORMS, Form
from cmlabm.errors import InputError, shown

if TYPE_CHECKING:
    from cmlabm.chain.market import MarketOnChain

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    study_file: Annotated[Path | None, typer.Argument(metavar="[STUDY.toml]")] = None,
    changes: Changes = None,
    form: Annotated[str, typer.Option(help=f"Of the contract: {' or '.join(FORMS)}.")] = "model",
    backend: Annotated[str, typer.Option(help=f"One of {', '.join(BACKENDS)}.")] = "embedded",
    url: Annotated[str | None, typer.Option(help="Of the node, for rpc.")] = None,
    gas_price: Annotated[float, typer.Option(min=0.0, max=1e6, help="In gwei.")] = 1.0,
    ether_price: Annotated[float, typer.Option(min=0.0, max=1e9, help="In tokens.")] = 3000.0,
    out: Annotated[Path | None, typer.Option(help="Directory for tables and a picture.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Play a market in the simulation and on a chain, and compare every call.

    Plays the defaults, or the first run of a study. Stops at the first difference; without one,
    says what the calls cost.
    """

    def action() -> int:
        chosen = _form(form)
        study = Study(name="market") if study_file is None else read_study(study_file)
        run = runs_of(with_changes(study, dict(changes_of(changes or []))))[0]
        chain = open_backend(backend, url)
        try:
            from cmlabm.chain.differences import DifferenceError
            from cmlabm.chain.gas import CallLog
            from cmlabm.chain.market import MarketOnChain
        except ModuleNotFoundError as error:
            raise InputError(f"{error.name} is missing; it comes with cmlabm[chain]") from None
        try:
            market = MarketOnChain(run.parameters, run.seed, chain, chosen)
            log = CallLog()
            market.replay.spectator = log.add
            market.run()
        except DifferenceError as difference:
            messages.print(f"difference: {difference}")
            return RUNS_FAILED
        finally:
            chain.close()
        _conclude(Teller(quiet, as_json), market, log.frame(), (gas_price, ether_price), out)
        return 0

    raise typer.Exit(status_of(action))


def _conclude(
    teller: Teller,
    market: "MarketOnChain",
    calls: pd.DataFrame,
    prices: tuple[float, float],
    out: Path | None,
) -> None:
    """Say what was compared and what the calls cost, and write it if that is asked for."""
    from cmlabm.chain.costs import costs
    from cmlabm.chain.findings import costs_shown, write_findings

    replay = market.replay
    files = [path.name for path in write_findings(calls, *prices, out)] if out else []

    def words() -> Iterator[RenderableType]:
        yield (
            f"{replay.calls:,} calls compared, 0 differences;"
            f" {replay.calls / max(replay.seconds, 1e-9):,.0f} calls per processor second"
        )
        if market.form == "model":
            yield (
                f"largest difference between margins in floating and in fixed point:"
                f" {replay.largest_difference:.1e}"
            )
        yield costs_shown(calls, *prices)
        if out:
            yield listed(out, files)

    teller.tell(
        words,
        lambda: {
            "calls": replay.calls,
            "differences": 0,
            "largest_difference_of_margins": replay.largest_difference,
            "costs": costs(calls, *prices),
            "directory": out,
            "files": files,
        },
    )


def _form(name: str) -> Form:
    for form in FORMS:
        if form == name:
            return form
    raise InputError(f"--form {shown(name)}: must be {' or '.join(FORMS)}")
