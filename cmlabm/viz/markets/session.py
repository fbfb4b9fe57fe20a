"""What one visitor sees and has entered. Nothing of it is shared between visitors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import solara

from cmlabm.viz.fields.address import PageState, View, from_query, to_query
from cmlabm.viz.fields.entries import changed
from cmlabm.viz.markets.stage import Stage


@dataclass(frozen=True)
class StudyChoice:
    """What the study view shows."""

    directory: str = ""
    factor: str = ""
    outcome: str = ""


class Session:
    """A visitor's state: reactive values, and the markets being watched.

    Attributes:
        view: which view is shown.
        entries: what stands in the fields, where it differs from the base case.
        seed: what stands in the seed's field.
        changes: what differs in the second market of a comparison.
        live: the stage of the live view.
        compared: the stage of the comparison.
        study: what the study view shows.
        complaints: what in the address could not be used.
        arrivals: counts the addresses followed, so that the controls start anew with each; 0
            until the browser has said where the visitor is.
        openings: counts the stages that were set up.
    """

    def __init__(self) -> None:
        self.view: solara.Reactive[View] = solara.reactive("live")
        self.entries: solara.Reactive[dict[str, str]] = solara.reactive({})
        self.seed = solara.reactive("")
        self.changes: solara.Reactive[dict[str, str]] = solara.reactive({})
        self.live = solara.reactive(Stage([{}], ""))
        self.compared = solara.reactive(Stage([{}, {}], ""))
        self.study = solara.reactive(StudyChoice())
        self.complaints: solara.Reactive[list[str]] = solara.reactive([])
        self.arrivals = solara.reactive(0)
        self.openings = solara.reactive(0)
        self.push: Callable[[str], Any] = str
        self._query: str | None = None

    def follow(self, query: str) -> None:
        """Show what an address says, unless it is the one that the page itself has set."""
        if query != self._query:
            self._query = query
            self._arrive(query)

    def open(self, stage: Stage) -> None:
        """Set a stage up, which takes a moment."""
        if not stage.is_open:
            stage.open()
            self.openings.set(self.openings.value + 1)

    def close(self) -> None:
        """Stop all that goes on, as the visitor is gone."""
        self.live.value.close()
        self.compared.value.close()

    def enter(self, entries: Mapping[str, str]) -> None:
        """Put entries into the fields."""
        self.entries.set(changed(entries))

    def show(self, view: View) -> None:
        """Go to another view; a comparison starts from what stands in the fields."""
        if view == "compare" and self.is_outdated():
            self.compared.set(Stage(self.settings(second=True), self.seed.value))
            self.arrivals.set(self.arrivals.value + 1)
        self.view.set(view)
        self.note_address()

    def show_live(self, entries: Mapping[str, str], seed: str) -> None:
        """Go to the live view with a market of these parameters."""
        self.enter(entries)
        self.seed.set(seed)
        self.live.set(Stage(self.settings(), seed))
        self.arrivals.set(self.arrivals.value + 1)
        self.show("live")

    def settings(self, second: bool = False) -> list[Mapping[str, str]]:
        """Return the entries of each market that a reset would start."""
        first = dict(self.entries.value)
        return [first, first | self.changes.value] if second else [first]

    def state(self) -> PageState:
        """Return what a link to the page as it is reproduces, but for the day."""
        stage = self.compared.value if self.view.value == "compare" else self.live.value
        study = self.study.value
        return PageState(
            view=self.view.value,
            entries=stage.first.entries,
            seed=stage.first.seed,
            changes=self._second_changes(),
            study=study.directory,
            factor=study.factor,
            outcome=study.outcome,
        )

    def query_with_day(self) -> str:
        """Return the query of a link that also goes on to the day that is shown."""
        stage = self.compared.value if self.view.value == "compare" else self.live.value
        return to_query(replace(self.state(), day=stage.day))

    def note_address(self) -> None:
        """Put the state into the address."""
        query = to_query(self.state())
        if query != self._query:
            self._query = query
            self.push(query)

    def _arrive(self, query: str) -> None:
        state, complaints = from_query(query)
        self.complaints.set(complaints)
        self.enter(state.entries)
        self.seed.set(state.seed)
        self.changes.set(dict(state.changes))
        compares = state.view == "compare"
        self.live.set(Stage(self.settings(), state.seed, 0 if compares else state.day))
        self.compared.set(
            Stage(self.settings(second=True), state.seed, state.day if compares else 0)
        )
        self.study.set(StudyChoice(state.study, state.factor, state.outcome))
        self.view.set(state.view)
        self.arrivals.set(self.arrivals.value + 1)

    def _second_changes(self) -> dict[str, str]:
        if self.view.value != "compare":
            return {}
        first, second = self.compared.value.markets
        return {k: v for k, v in second.entries.items() if first.entries.get(k) != v}

    def is_outdated(self) -> bool:
        """Whether the comparison was started with other entries than stand in the fields."""
        stage = self.compared.value
        wanted = self.settings(second=True)
        return (
            stage.first.seed != self.seed.value
            or [market.entries for market in stage.markets] != wanted
        )
