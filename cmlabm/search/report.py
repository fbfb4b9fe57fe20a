"""A search's report: what breaks the contract, or which one withstands, and what matters."""

from collections.abc import Iterator
from pathlib import Path

import tomli_w

from cmlabm.analysis.factors import Factor
from cmlabm.analysis.figures.curves import draw_curves
from cmlabm.analysis.figures.search import (
    draw_confirmed,
    draw_front,
    draw_history,
    draw_importances,
)
from cmlabm.batch.design import runs_of
from cmlabm.batch.finished import open_study
from cmlabm.report.parts import MOST_SENTENCES, Code, Opening, Part, Picture, Section, Table, Text
from cmlabm.report.sections.what_was_run import what_was_run
from cmlabm.report.write import write_page
from cmlabm.search.confirmation import DEFAULT, attack_name
from cmlabm.search.findings import FinishedSearch, named_setting
from cmlabm.search.markets import NOT_ATTACKED
from cmlabm.search.objectives import MEANINGS
from cmlabm.viz.fields.address import PageState, to_query

_MEANING = """Figures are of fresh seeds, which the search has not seen, paired by seed with the
same market without an attack; intervals are 95 % bootstrap ones. What the search itself saw of a
trial that it picked is too good to be true, as that is the luckiest of many: it stands beside, as
"searched". Where one of several candidates is named for its figure on fresh seeds, a little of that
luck is left in it."""

_CONFIRMED = "What candidates come to on fresh seeds; a cross is what the search itself saw."

_CONTRACTS = """Contracts against all attacks of the archive on fresh seeds: the harm of the worst
one with the interval of the largest of several means, what the contract costs without an attack,
and the most that honest contributors lose."""

_ARCHIVE = "What each known attack does to the most robust contract, on fresh seeds."

_ROUNDS = """Each round searches for a contract that withstands all attacks known by then, and then
for an attack on it (a double oracle); figures are the search's own."""

_BREAKING = """Between which choices most trials of the last round did much harm (PRIM): the bounds
of the box, and what is in it. Trials crowd where the search found much: these are shares within
it."""

_HISTORY = "Trials with the best so far, and what was confirmed of them."

_FRONT = """Two objectives of all trials, of contracts those of the last round; the dotted line
joins those that no other one beats in both. What was confirmed has intervals."""

_IMPORTANCES = """Which choices matter: shares of the variance of the first objective over the
trials that single choices explain (functional ANOVA on a random forest; Hutter, Hoos &
Leyton-Brown 2014)."""

_DAYS = """The market of the winner day by day, with and without the attack, on fresh seeds: means
and bands that hold 90 % of the runs."""

_BEST = "The winner as a study: best.toml"

_PAGE = """On the page (python -m cmlabm.viz), beside the same market without an attack; the data of
a path have to be chosen there:"""


def write_search_report(finished: FinishedSearch, out: Path) -> None:
    """Write a search's report as one HTML page, and its figures and tables beside it.

    Raises:
        InputError: the page cannot be written there.
    """
    write_page(finished.search.name, _sections(finished), out)


def _sections(finished: FinishedSearch) -> Iterator[Section | Opening]:
    if finished.search.contracts is None:
        title, parts = "The worst attack", [*_attacks(finished)]
    else:
        title, parts = "The most robust contract", [*_contracts(finished)]
    pictures = [part for part in parts if isinstance(part, Picture)]
    yield Opening(finished.sentences, pictures[:1])
    yield Section(title, parts)
    yield Section("Day by day", [*_days(finished)])
    if len(finished.importances):
        yield Section("What matters", [*_importances(finished)])
    yield Section("How it was found", [*_history(finished)])
    study = open_study(finished.directory)
    yield what_was_run(study, study.runs())


def _attacks(finished: FinishedSearch) -> Iterator[Part]:
    yield from _what_is_found(finished)
    labels = [
        f"{attack.name}: {named_setting(attack.setting)}" for attack in finished.found.attacks
    ]
    for objective in finished.search.maximise:
        figure = draw_confirmed(finished.confirmed, labels, objective)
        yield Picture(f"confirmed_{objective}", _CONFIRMED, figure)
    if len(finished.search.maximise) > 1:
        names = finished.search.maximise
        figure = draw_front(finished.trials, finished.confirmed, names, [1] * len(names))
        yield Picture("front", _FRONT, figure)
    yield Table("confirmed", "What was confirmed.", finished.confirmed)


def _contracts(finished: FinishedSearch) -> Iterator[Part]:
    search = finished.search
    yield from _what_is_found(finished)
    labels = [
        "of the parameters" if name == DEFAULT else f"{name}: {named_setting(setting)}"
        for name, setting in zip(
            finished.confirmed["candidate"], finished.found.settings, strict=True
        )
    ]
    figure = draw_confirmed(finished.confirmed, labels, search.objective)
    yield Picture("confirmed", _CONFIRMED, figure)
    for other in search.minimise:
        trials = finished.trials[finished.trials["search"] == "contract"]
        trials = trials[trials["round"] == trials["round"].max()]
        names = [search.objective, other]
        figure = draw_front(trials, finished.confirmed, names, [-1, -1])
        yield Picture(f"front_{other}", _FRONT, figure)
    yield Table("confirmed", _CONTRACTS, finished.confirmed)
    yield Table("archive", _ARCHIVE, finished.archive)
    yield Table("rounds", _ROUNDS, finished.rounds)


def _what_is_found(finished: FinishedSearch) -> Iterator[Part]:
    yield Text([_MEANING])
    if len(finished.sentences) > MOST_SENTENCES:
        yield Text(finished.sentences, listed=True)
    meanings = [
        f"{name}: {MEANINGS[name]}." for name in finished.search.maximise if name in MEANINGS
    ]
    if meanings:
        yield Text(meanings, listed=True)
    yield Text([_PAGE])
    yield Code(page_address(finished))
    best = finished.best.model_dump(exclude_defaults=True, exclude_none=True)
    yield Code(tomli_w.dumps(best), _BEST)


def page_address(finished: FinishedSearch) -> str:
    """Return where the page shows the winner beside the same market without an attack."""
    first = finished.search.confirmed_with[0]
    values = {**finished.search.parameters, **finished.contract, **finished.attack.setting}
    entries = {name: str(value) for name, value in values.items() if value is not None}
    changes = {name: str(value) for name, value in NOT_ATTACKED.items()}
    state = PageState("compare", entries, str(first), changes)
    return f"http://localhost:8765/?{to_query(state)}"


def _days(finished: FinishedSearch) -> Iterator[Part]:
    ids = {run.id: run.parameters.malicious_agents > 0 for run in runs_of(finished.best)}
    runs = finished.study.runs()
    runs = runs[runs["run"].isin(ids)]
    named = {True: f"attack: {attack_name(finished.attack)}", False: "no attack"}
    runs = runs.assign(level=[named[ids[run]] for run in runs["run"]])
    factor = Factor("attack", (), runs, base=named[True])
    figure = draw_curves(factor, finished.study.series(runs["run"].tolist()))
    yield Picture("days", _DAYS, figure)


def _importances(finished: FinishedSearch) -> Iterator[Part]:
    table = finished.importances
    for (round_, kind), rows in table.groupby(["round", "search"], sort=False):
        if round_ == table["round"].max():
            yield Picture(f"importances_{kind}", f"{kind}: {_IMPORTANCES}", draw_importances(rows))
    yield Table("importances", "All rounds.", table, folded=True)
    if not finished.breaking.empty:
        yield Table("breaking", _BREAKING, finished.breaking)


def _history(finished: FinishedSearch) -> Iterator[Part]:
    search = finished.search
    figure = draw_history(finished.trials, finished.confirmed, search.objective, search.limits)
    yield Picture("history", _HISTORY, figure)
    yield Table("trials", "All trials, with the search's own figures.", finished.trials)
