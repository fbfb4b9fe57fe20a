"""What one visitor sees and has entered. Nothing of it is shared between visitors."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import solara

from cmlabm.viz.fields.address import PageState, View, from_query, to_query
from cmlabm.viz.fields.comparison import Comparison
from cmlabm.viz.fields.entries import changed
from cmlabm.viz.fields.study_choice import StudyChoice
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.memory import note_leaving


@dataclass(frozen=True)
class Address:
    """The query that is to stand in the address, in place of the one there or as a new step."""

    query: str = ""
    replaces: bool = False


class Session:
    """A visitor's state: reactive values, and the markets being watched.

    Attributes:
        view: which view is shown.
        entries: what stands in the fields, where it differs from the base case.
        seed: what stands in the seed's field.
        changes: what differs in the second market of a comparison of two.
        comparison: what else is compared, and how.
        live: the stage of the live view.
        compared: the stage of the comparison.
        study: what the study view shows.
        scenario: the id of the guided market that the live view shows, if it is one.
        address: what is to stand in the browser's address.
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
        self.comparison = solara.reactive(Comparison())
        self.live = solara.reactive(Stage([{}], ""))
        self.compared = solara.reactive(Stage([{}, {}], ""))
        self.study = solara.reactive(StudyChoice())
        self.scenario = solara.reactive("")
        self.complaints: solara.Reactive[list[str]] = solara.reactive([])
        self.arrivals = solara.reactive(0)
        self.openings = solara.reactive(0)
        self.address = solara.reactive(Address())
        self._is_there = False
        self._started: tuple[Comparison, Mapping[str, str]] = (Comparison(), {})

    def follow(self, query: str) -> None:
        """Show what the address says that the visitor came to, and put it there in full."""
        self._is_there = False
        self._arrive(query)
        self._is_there = True
        self.address.set(Address(to_query(self.state()), replaces=True))

    def open(self, stage: Stage) -> None:
        """Set a stage up, which takes a moment."""
        if not stage.is_open:
            stage.open()
            self.openings.set(self.openings.value + 1)

    def close(self) -> None:
        """Stop all that goes on, as the visitor is gone."""
        self.live.value.close()
        self.compared.value.close()
        note_leaving()

    def enter(self, entries: Mapping[str, str]) -> None:
        """Put entries into the fields."""
        self.entries.set(changed(entries))

    def show(self, view: View) -> None:
        """Go to another view; a comparison starts from what stands in the fields."""
        if view == "compare" and self.is_outdated():
            self.compared.set(self._new_comparison())
            self.arrivals.set(self.arrivals.value + 1)
        self.view.set(view)
        self.note_address()

    def show_live(self, entries: Mapping[str, str], seed: str) -> None:
        """Go to the live view with a market of these parameters."""
        self.enter(entries)
        self.seed.set(seed)
        self.scenario.set("")
        self.live.set(Stage(self.settings(), seed))
        self.arrivals.set(self.arrivals.value + 1)
        self.show("live")

    def compare(self, **change: Any) -> None:
        """Change what is compared."""
        self.comparison.set(replace(self.comparison.value, **change))

    def choose(self, **change: Any) -> None:
        """Change what the study view shows."""
        self.study.set(replace(self.study.value, **change))
        self.note_address()

    def settings(self) -> list[Mapping[str, str]]:
        """Return the entries of the market that a reset would start."""
        return [dict(self.entries.value)]

    def compared_settings(self) -> list[Mapping[str, str]]:
        """Return the entries of each compared market that a reset would start."""
        comparison: Comparison = self.comparison.value
        return comparison.settings(self.entries.value, self.changes.value)

    def note_comparison(self) -> None:
        """Put what is compared now into the address, as it has been started."""
        self._started = (self.comparison.value, dict(self.entries.value))
        self.note_address()

    def state(self) -> PageState:
        """Return what a link to the page reproduces, on the day to which its link took it."""
        stage = self.compared.value if self.view.value == "compare" else self.live.value
        compares = self.view.value == "compare"
        comparison, entries = self._started
        return PageState(
            view=self.view.value,
            entries=entries if compares and comparison.parameter else stage.first.entries,
            seed=stage.first.seed,
            changes=self._second_changes(),
            comparison=comparison if compares else Comparison(),
            day=0 if self.view.value == "study" else stage.first_day,
            study=self.study.value,
            scenario=self.scenario.value,
        )

    def query_with_day(self, day: int | None = None) -> str:
        """Return the query of a link that goes on to a day, by default the last one played."""
        stage = self.compared.value if self.view.value == "compare" else self.live.value
        return to_query(replace(self.state(), day=stage.day if day is None else day))

    def note_address(self) -> None:
        """Put the state into the address, as a step that the visitor can go back from."""
        query = to_query(self.state())
        if self._is_there and query != self.address.value.query:
            self.address.set(Address(query))

    def _arrive(self, query: str) -> None:
        state, complaints = from_query(query)
        self.complaints.set(complaints)
        self.enter(state.entries)
        self.seed.set(state.seed)
        self.changes.set(dict(state.changes))
        compares = state.view == "compare"
        self.live.set(Stage(self.settings(), state.seed, 0 if compares else state.day))
        self.comparison.set(state.comparison)
        self._started = (state.comparison, dict(self.entries.value))
        self.compared.set(self._new_comparison(state.day if compares else 0))
        self.study.set(state.study)
        self.scenario.set(state.scenario)
        self.view.set(state.view)
        self.arrivals.set(self.arrivals.value + 1)

    def _second_changes(self) -> dict[str, str]:
        if self.view.value != "compare" or self._started[0].parameter:
            return {}
        first, second, *_ = self.compared.value.settings
        return {k: v for k, v in second.items() if first.get(k) != v}

    def _new_comparison(self, day: int = 0) -> Stage:
        seeds = self.comparison.value.seeds
        return Stage(self.compared_settings(), self.seed.value, day, seeds)

    def is_outdated(self) -> bool:
        """Whether the comparison was started with other entries than stand in the fields."""
        settings, seeds = self.compared_settings(), self.comparison.value.seeds
        return not self.compared.value.runs_with(settings, self.seed.value, seeds)
