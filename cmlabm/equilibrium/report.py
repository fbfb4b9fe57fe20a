"""A game's report: is honesty an equilibrium, and where do populations go?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from cmlabm.analysis.figures.games import (
    draw_gains,
    draw_payoffs,
    draw_phase_lines,
    draw_simplexes,
)
from cmlabm.batch import FinishedStudy
from cmlabm.equilibrium.findings import Findings, contract_of
from cmlabm.equilibrium.strategies import Strategy
from cmlabm.equilibrium.tables import payoff_table_of, title_of
from cmlabm.report.page import capital
from cmlabm.report.parts import MOST_SENTENCES, Opening, Part, Picture, Section, Table, Text
from cmlabm.report.sections.what_was_run import what_was_run
from cmlabm.report.write import write_page

_MEANING = """A gain is what the one player who deviates gets, minus what an honest one gets where
all are honest, paired by seed; in tokens. Intervals are simultaneous: with 95 % confidence all of a
contract's gains lie within theirs. Honesty is an equilibrium if no interval reaches above
{epsilon:g} tokens, and is none if one lies wholly above; epsilon is the least gain that no interval
exceeds."""

_GAINS = """What one player gains by leaving honesty while {others} others stay honest: means with
simultaneous 95 % intervals. Orange: it pays."""

_BREAK_EVEN = """From which value of damage on an attack pays: tokens that somebody outside would
have to pay for each percentage point of accuracy lost (points_lost, on average); infinite where an
attack does no harm, 0 where it pays by itself."""

_PAYOFFS = """What a player of each strategy gets, by how many of the {players} play the second:
means over seeds with 95 % bootstrap intervals."""

_PHASES = """Where populations go that copy who does better (replicator dynamics): arrows towards
more or less of the second strategy; filled points attract, empty ones repel; a thick grey line
rests."""

_RESPONSES = """By which strategies one player gains where all others play another one (the response
graph): gains over what it would get there, with intervals that are simultaneous over all pairs."""

_SIMPLEX = """Where populations of three strategies go (replicator dynamics): from evenly spread
starts; filled points attract, empty ones repel, half filled ones are saddles."""


def write_game_report(findings: Findings, study: FinishedStudy, out: Path) -> None:
    """Write a game's report as one HTML page, and its figures and tables beside it.

    Raises:
        InputError: the page cannot be written there.
    """
    write_page(findings.game.name, _sections(findings, study), out)


def _sections(findings: Findings, study: FinishedStudy) -> Iterator[Section | Opening]:
    game = findings.game
    honesty = [*_honesty(findings)]
    pictures = [part for part in honesty if isinstance(part, Picture)]
    yield Opening([capital(f"{one}.") for one in findings.sentences], pictures)
    yield Section("Is honesty an equilibrium?", honesty)
    for population in game.mixed:
        parts = [*_population(findings, population)]
        yield Section(f"Where populations go: {title_of(population)}", parts)
    if game.mixed:
        caption = "Rest points, symmetric equilibria and basins of attraction, all contracts."
        yield Section("Dynamics", [Table("dynamics", caption, findings.dynamics)])
    if game.rank:
        yield Section("Responses", [Table("responses", _RESPONSES, findings.responses)])
    caption = "What a player gets in each profile that was simulated, all contracts."
    yield Section("Payoffs", [Table("payoffs", caption, findings.by_profile)])
    yield what_was_run(study, study.runs())


def _honesty(findings: Findings) -> Iterator[Part]:
    game = findings.game
    yield Text([_MEANING.format(epsilon=game.epsilon)])
    if len(findings.sentences) > MOST_SENTENCES:
        yield Text(findings.sentences, listed=True)
    gains = dict(zip(map(contract_of, findings.payoffs), findings.gains, strict=True))
    yield Picture("gains", _GAINS.format(others=game.players - 1), draw_gains(gains))
    yield Table("verdicts", "Verdicts.", findings.verdicts)
    yield Table("deviations", "Gains.", findings.deviations, folded=True)
    yield Table("break_even", _BREAK_EVEN, findings.break_even, folded=True)


def _population(findings: Findings, population: Sequence[Strategy]) -> Iterator[Part]:
    tables = {
        contract_of(payoffs): table
        for payoffs in findings.payoffs
        if (table := payoff_table_of(payoffs, population)) is not None
    }
    if not tables:
        yield Text(["No seed finished in all of its profiles."])
        return
    title = title_of(population).replace(" + ", "_")
    if len(population) == 2:
        caption = _PAYOFFS.format(players=findings.game.players)
        yield Picture(f"payoffs_{title}", caption, draw_payoffs(tables))
        yield Picture(f"phases_{title}", _PHASES, draw_phase_lines(tables))
    else:
        yield Picture(f"simplex_{title}", _SIMPLEX, draw_simplexes(tables))
