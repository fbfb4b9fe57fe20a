"""What ``python -m cmlabm.search`` does with its arguments."""

from pathlib import Path
from typing import Annotated

import typer

from cmlabm.batch.options import (
    AsJson,
    Changes,
    Dask,
    DryRun,
    Out,
    Quiet,
    RetryFailed,
    Timeout,
    Workers,
)
from cmlabm.batch.running import cores
from cmlabm.batch.telling import Teller
from cmlabm.batch.terminal import (
    INTERRUPTED,
    RUNS_FAILED,
    changes_of,
    conclude,
    messages,
    status_of,
)
from cmlabm.search.definition import Search, checked_search, read_search
from cmlabm.search.findings import FinishedSearch, write_search
from cmlabm.search.markets import NOT_ATTACKED, Interrupted
from cmlabm.search.progress import SearchWatcher
from cmlabm.search.searching import run_search

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    search_file: Annotated[Path, typer.Argument(metavar="SEARCH.toml")],
    changes: Changes = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Try so many.")] = None,
    workers: Workers = None,
    out: Out = None,
    dask: Dask = None,
    timeout: Timeout = None,
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find the attack that does a contract the most harm, or the contract that withstands it.

    Makes the trials of a search, or goes on with them, and runs the best again on fresh seeds. Then
    it writes tables of trials and of what was confirmed, the winner as a study, and a report.
    """
    teller = Teller(quiet, as_json)

    def action() -> int:
        search = _with_changes(read_search(search_file), changes_of(changes or []), trials)
        directory = out or Path("results") / search.name
        if dry_run:
            _rehearse(teller, search, directory, workers or cores())
            return 0
        with SearchWatcher(search.name, teller.progress) as watcher:
            try:
                finished = run_search(
                    search,
                    directory,
                    workers=workers,
                    dask=dask,
                    timeout=timeout,
                    retry_failed=retry_failed,
                    spectator=watcher,
                )
            except Interrupted:
                messages.print("Interrupted; the same command goes on.")
                return INTERRUPTED
        _write(teller, finished)
        return _conclude(finished)

    raise typer.Exit(status_of(action))


def _with_changes(search: Search, changes: dict[str, str], trials: int | None) -> Search:
    values = search.model_dump(exclude_unset=True)
    values["parameters"] = {**search.parameters, **changes}
    if trials:
        values["trials"] = trials
    return checked_search(values, f"search {search.name!r}")


def _rehearse(teller: Teller, search: Search, directory: Path, workers: int) -> None:
    seeds = len(search.searched_with)
    tried = search.study([*search.default_attacks, NOT_ATTACKED])
    trials = f"{search.trials} trials of {seeds} runs"
    if search.contracts is not None:
        trials += (
            f", after {search.contract_trials or search.trials} contracts under"
            f" {len(search.default_attacks)} attacks or more, {search.rounds} times at most"
        )
    more = f"These are the defaults; the search makes {trials}."
    teller.rehearse(tried, directory, workers, more)


def _write(teller: Teller, finished: FinishedSearch) -> None:
    def write_page(page: Path) -> None:
        from cmlabm.search.report import write_search_report

        write_search_report(finished, page)

    teller.present(
        finished.directory,
        finished.sentences,
        write_search(finished),
        write_page,
        confirmed=finished.confirmed,
        winner=finished.confirmed.iloc[[finished.place]],
    )


def _conclude(finished: FinishedSearch) -> int:
    failed = finished.failed
    if failed:
        messages.print(
            f"{failed} runs of the search failed; their trials do not count. Tracebacks:"
            f" python -m cmlabm.report {finished.directory}"
        )
    return conclude(finished.study, False) or (RUNS_FAILED if failed else 0)
