"""What ``python -m cmlabm.equilibrium`` does with its arguments."""

from pathlib import Path
from typing import Annotated

import typer

from cmlabm.batch.finished import FinishedStudy
from cmlabm.batch.options import (
    AsJson,
    Changes,
    Dask,
    DryRun,
    Out,
    Quiet,
    RetryFailed,
    Seeds,
    Timeout,
    Workers,
)
from cmlabm.batch.progress import Watcher
from cmlabm.batch.running import cores, directory_of, run_study
from cmlabm.batch.telling import Teller
from cmlabm.batch.terminal import changes_of, conclude, status_of
from cmlabm.equilibrium.game import Game, checked_game, read_game
from cmlabm.equilibrium.payoffs import payoffs_of

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    game_file: Annotated[Path, typer.Argument(metavar="GAME.toml")],
    changes: Changes = None,
    seeds: Seeds = None,
    workers: Workers = None,
    out: Out = None,
    dask: Dask = None,
    timeout: Timeout = None,
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find out under which contracts honesty is the best answer to honesty.

    Runs the markets of a game, or goes on with them: what is stored is not run again. Then it
    writes tables of gains, verdicts, payoffs and dynamics, and a report.
    """
    teller = Teller(quiet, as_json)

    def action() -> int:
        game = _with_changes(read_game(game_file), changes_of(changes or []), seeds)
        directory = out or directory_of(game.study)
        if dry_run:
            teller.rehearse(game.study, directory, workers or cores())
            return 0
        with Watcher(game.name, teller.progress) as watcher:
            finished = run_study(
                game.study,
                directory,
                workers=workers,
                dask=dask,
                timeout=timeout,
                retry_failed=retry_failed,
                with_agents="end",
                tables=False,
                spectator=watcher,
            )
        if not watcher.interrupted:
            _write(teller, game, finished)
        return conclude(finished, watcher.interrupted)

    raise typer.Exit(status_of(action))


def _with_changes(game: Game, changes: dict[str, str], seeds: int | None) -> Game:
    values = game.model_dump(exclude_unset=True)
    values["parameters"] = {**game.parameters, **changes}
    values["sweep"] = {name: levels for name, levels in game.sweep.items() if name not in changes}
    if seeds:
        values["seeds"] = seeds
    return checked_game(values, f"game {game.name!r}")


def _write(teller: Teller, game: Game, study: FinishedStudy) -> None:
    from cmlabm.equilibrium.findings import findings_of, write_tables

    findings = findings_of(game, payoffs_of(game, study))

    def write_page(page: Path) -> None:
        from cmlabm.equilibrium.report import write_game_report

        write_game_report(findings, study, page)

    files = write_tables(findings, study.directory)
    teller.present(
        study.directory,
        findings.sentences,
        files,
        write_page,
        verdicts=findings.verdicts,
        deviations=findings.deviations,
    )
