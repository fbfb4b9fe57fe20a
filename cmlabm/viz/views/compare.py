"""The comparison: markets on the same seeds and days, and what the difference makes."""

from collections.abc import Callable, Mapping

import reacton.ipyvuetify as v
import solara
from mesa.visualization.utils import update_counter

from cmlabm.viz.drawing.charts import HEIGHT, until
from cmlabm.viz.drawing.colours import colours
from cmlabm.viz.drawing.comparison_curves import Group, comparison_charts
from cmlabm.viz.fields.comparison import names_of
from cmlabm.viz.fields.controls import Field, ParameterPanel, SeedField
from cmlabm.viz.fields.definitions import default_text, names
from cmlabm.viz.fields.entries import SEED, problems
from cmlabm.viz.markets.player import Player, begin, use_open_stage
from cmlabm.viz.markets.session import Session
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.views.board import Board, Figure
from cmlabm.viz.views.browser import use_dark
from cmlabm.viz.views.comparison_choices import ManyMarkets, What
from cmlabm.viz.views.comparison_figures import figures_html
from cmlabm.viz.views.days import use_day
from cmlabm.viz.views.downloads import SaveCard
from cmlabm.viz.views.failures import Failures, Refused
from cmlabm.viz.views.opening import Opening


@solara.component
def Compare(session: Session) -> None:
    """Controls, what differs, and the markets."""
    stage = session.compared.value
    use_open_stage(session, stage)
    solara.use_effect(session.note_comparison, [stage])
    session.openings.get()
    comparison, seed = session.comparison.value, session.seed.value
    first, settings = session.settings()[0], session.compared_settings()
    entered = problems(first, seed)
    others = {k: why for own in settings for k, why in problems(own, seed).items()}

    def apply() -> None:
        begin(session.compared, session.compared_settings(), session.seed.value, comparison.seeds)

    with solara.Div(classes=["cml-page"]):
        with solara.Div(classes=["cml-side"]):
            with solara.Div(classes=["cml-controls"]):
                Player(session.compared, settings, seed, comparison.seeds).key(
                    f"pair-{session.arrivals.value}"
                )
                SeedField(seed, entered.get(SEED, ""), session.seed.set, apply)
                _Waiting(session, entered | others)
            with solara.Div(classes=["cml-parameters"]):
                What(session)
                if comparison.parameter:
                    ManyMarkets(session, others.get(comparison.parameter, ""))
                else:
                    solara.Text("In the second market", classes=["cml-card-title"])
                    Differences(session.changes, first, stage.markets[-1].problems | others, apply)
                solara.Text("In all", classes=["cml-card-title"])
                ParameterPanel(first, stage.first.problems | entered, session.enter, apply)
                SaveCard(stage)
        with solara.Div(classes=["cml-main"]):
            if not stage.is_open:
                Opening(session, stage)
            elif stage.problem:
                solara.Error(stage.problem)
            else:
                Refused({k: why for market in stage.markets for k, why in market.problems.items()})
                Failures(stage).key("failures")
                groups = groups_of(stage, comparison.no_attack)
                if all(group.models for group in groups):
                    ComparisonView(session, stage, groups).key("pair")


def groups_of(stage: Stage, no_attack: bool) -> list[Group]:
    """Return the markets that were set up, those that differ in their seeds alone together."""
    size = len(stage.settings)
    return [
        Group(name, [m.model for m in stage.markets[place::size] if m.model is not None])
        for place, name in enumerate(names_of(stage.settings, no_attack))
    ]


@solara.component
def Differences(
    changes: solara.Reactive[dict[str, str]],
    first: Mapping[str, str],
    wrong: Mapping[str, str],
    on_enter: Callable[[], object],
) -> None:
    """Fields for what differs in the second market, and a choice of what else may."""
    for name, text in changes.value.items():

        def enter(entered: str, name: str = name) -> None:
            changes.set({**changes.value, name: entered})

        def drop(name: str = name) -> None:
            changes.set({k: t for k, t in changes.value.items() if k != name})

        with solara.Div(classes=["cml-difference"]).key(name):
            Field(name, text, wrong.get(name, ""), enter, on_enter)
            solara.Button(icon_name="mdi-close", icon=True, small=True, on_click=drop)

    def add(name: str | None) -> None:
        if name:
            changes.set({**changes.value, name: first.get(name, default_text(name))})

    v.Autocomplete(
        label="change a parameter",
        items=[name for name in names() if name not in changes.value],
        v_model=None,
        on_v_model=add,
        dense=True,
        hide_details=True,
        class_="cml-add",
    ).key(f"add-{len(changes.value)}")


@solara.component
def _Waiting(session: Session, wrong: Mapping[str, str]) -> None:
    if wrong:
        solara.Warning(f"{len(wrong)} wrong: {', '.join(wrong)}", dense=True)
    elif session.is_outdated():
        solara.Info("Changed: press Reset to start with these parameters.", dense=True)
    elif not session.changes.value and not session.comparison.value.parameter:
        solara.Info("Choose below what differs in the second market.", dense=True)


@solara.component
def ComparisonView(session: Session, stage: Stage, groups: list[Group]) -> None:
    """The figures of all, their curves, and the differences day by day."""
    update_counter.get()
    palette, band = colours(use_dark()), session.comparison.value.band
    with stage.lock:
        last = stage.day
        day, wind = use_day(stage, last)
        query = session.query_with_day(day)
        table = figures_html(groups, query, day)
        charts = comparison_charts(groups, palette, band)
    seeds = len(groups[0].models)
    around = "its 95 % interval (Student's t)" if band == "interval" else "the range of all"
    note = (
        f"Mean over {seeds} seeds, with {around}; a market that has ended stays as it ended."
        if seeds > 1
        else ""
    )
    figures = [
        Figure(title, until(option, day), note=note, height=HEIGHT)
        for title, option in charts.items()
    ]
    Board(
        figures,
        table=table,
        day=last,
        shown_day=day,
        query=query,
        on_drawn=stage.pace.drawn,
        on_wind=wind,
    )
