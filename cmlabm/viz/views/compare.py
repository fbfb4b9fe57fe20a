"""The comparison: two markets on the same seed and days, and what the difference makes."""

from collections.abc import Callable, Mapping

import reacton.ipyvuetify as v
import solara
from mesa.visualization.utils import update_counter

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.colours import colours
from cmlabm.viz.drawing.pair_curves import pair_charts
from cmlabm.viz.fields.controls import Field, ParameterPanel, SeedField
from cmlabm.viz.fields.definitions import default_text, names
from cmlabm.viz.fields.entries import SEED, problems
from cmlabm.viz.markets.player import Player, use_open_stage
from cmlabm.viz.markets.session import Session
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.views.board import Board
from cmlabm.viz.views.browser import use_dark
from cmlabm.viz.views.downloads import SaveCard
from cmlabm.viz.views.failures import Failures, Refused
from cmlabm.viz.views.opening import Opening
from cmlabm.viz.views.pair_figures import PairFigures


@solara.component
def Compare(session: Session) -> None:
    """Controls, what differs, and both markets."""
    stage = session.compared.value
    use_open_stage(session, stage)
    solara.use_effect(session.note_address, [stage])
    session.openings.get()
    first, second = session.settings(second=True)
    seed = session.seed.value
    entered, entered_second = problems(first, seed), problems(second, seed)
    with solara.Div(classes=["cml-page"]):
        with solara.Div(classes=["cml-side"]):
            with solara.Div(classes=["cml-controls"]):
                Player(session.compared, [first, second], seed).key(
                    f"pair-{session.arrivals.value}"
                )
                SeedField(seed, entered.get(SEED, ""), session.seed.set)
                _Waiting(session, entered | entered_second)
            with solara.Div(classes=["cml-parameters"]):
                solara.Text("In the second market", classes=["cml-card-title"])
                Differences(
                    session.changes.value,
                    first,
                    stage.markets[1].problems | entered_second,
                    session.changes.set,
                )
                solara.Text("In both", classes=["cml-card-title"])
                ParameterPanel(first, stage.first.problems | entered, session.enter)
                SaveCard(stage)
        with solara.Div(classes=["cml-main"]):
            if not stage.is_open:
                Opening(session, stage)
            elif stage.problem:
                solara.Error(stage.problem)
            else:
                for market in stage.markets:
                    if market.problems:
                        Refused(market.problems)
                Failures(stage).key("failures")
                first_model, second_model = (market.model for market in stage.markets)
                if first_model is not None and second_model is not None:
                    PairView(session, stage, first_model, second_model).key("pair")


@solara.component
def Differences(
    changes: Mapping[str, str],
    first: Mapping[str, str],
    wrong: Mapping[str, str],
    on_changes: Callable[[dict[str, str]], None],
) -> None:
    """Fields for what differs in the second market, and a choice of what else may."""
    for name, text in changes.items():

        def enter(entered: str, name: str = name) -> None:
            on_changes({**changes, name: entered})

        def drop(name: str = name) -> None:
            on_changes({k: t for k, t in changes.items() if k != name})

        with solara.Div(classes=["cml-difference"]).key(name):
            Field(name, text, wrong.get(name, ""), enter)
            solara.Button(icon_name="mdi-close", icon=True, small=True, on_click=drop)

    def add(name: str | None) -> None:
        if name:
            on_changes({**changes, name: first.get(name, default_text(name))})

    v.Autocomplete(
        label="change a parameter",
        items=[name for name in names() if name not in changes],
        v_model=None,
        on_v_model=add,
        dense=True,
        hide_details=True,
        class_="cml-add",
    ).key(f"add-{len(changes)}")


@solara.component
def _Waiting(session: Session, wrong: Mapping[str, str]) -> None:
    if wrong:
        solara.Warning(f"{len(wrong)} wrong: {', '.join(wrong)}", dense=True)
    elif session.is_outdated():
        solara.Info("Changed: press Reset to start with these parameters.", dense=True)
    elif not session.changes.value:
        solara.Info("Choose below what differs in the second market.", dense=True)


@solara.component
def PairView(session: Session, stage: Stage, first: CMLModel, second: CMLModel) -> None:
    """The figures of both, their curves, and the differences day by day."""
    update_counter.get()
    palette = colours(use_dark())
    with stage.lock:
        day = stage.day
        figures = PairFigures.of(first, second).as_html(session.query_with_day())
        charts = pair_charts(first, second, palette)
    Board(charts, table=figures, name="cml-pair", day=day, on_drawn=stage.pace.drawn)
