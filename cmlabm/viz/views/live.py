"""The live view: one market as it runs."""

from dataclasses import dataclass

import solara
import solara.lab
from mesa.visualization.utils import update_counter

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.charts import Option
from cmlabm.viz.drawing.colours import Colours, colours
from cmlabm.viz.drawing.market_curves import (
    accuracy_chart,
    balances_chart,
    escrow_chart,
    playing_chart,
)
from cmlabm.viz.drawing.market_picture import picture
from cmlabm.viz.fields.controls import ParameterPanel, SeedField
from cmlabm.viz.fields.entries import SEED, problems
from cmlabm.viz.markets.no_attack import no_attack_level
from cmlabm.viz.markets.player import Player, use_open_stage
from cmlabm.viz.markets.session import Session
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.views import key_figures, submission_table
from cmlabm.viz.views.board import Board
from cmlabm.viz.views.browser import use_dark
from cmlabm.viz.views.downloads import SaveCard
from cmlabm.viz.views.failures import Failures, Refused, Traceback
from cmlabm.viz.views.opening import Opening


@solara.component
def Live(session: Session) -> None:
    """Controls, parameters, and the market."""
    stage = session.live.value
    use_open_stage(session, stage)
    solara.use_effect(session.note_address, [stage])
    session.openings.get()
    entered = problems(session.entries.value, session.seed.value)
    with solara.Div(classes=["cml-page"]):
        with solara.Div(classes=["cml-side"]):
            with solara.Div(classes=["cml-controls"]):
                Player(session.live, session.settings(), session.seed.value).key(
                    f"player-{session.arrivals.value}"
                )
                SeedField(session.seed.value, entered.get(SEED, ""), session.seed.set)
                Waiting(session, entered)
            with solara.Div(classes=["cml-parameters"]):
                ParameterPanel(session.entries.value, stage.first.problems | entered, session.enter)
                SaveCard(stage)
        with solara.Div(classes=["cml-main"]):
            if not stage.is_open:
                Opening(session, stage)
            elif stage.problem:
                solara.Error(stage.problem)
            elif stage.first.model is None:
                Refused(stage.first.problems)
                Traceback(stage.first.failure)
            else:
                Failures(stage).key("failures")
                MarketView(session, stage).key("market")


@solara.component
def Waiting(session: Session, entered: dict[str, str]) -> None:
    """Say what Reset would change, or that it would be refused."""
    if entered:
        solara.Warning(f"{len(entered)} wrong: {', '.join(entered)}", dense=True)
    elif (session.entries.value, session.seed.value) != (
        session.live.value.first.entries,
        session.live.value.first.seed,
    ):
        solara.Info("Changed: press Reset to start with these parameters.", dense=True)


@solara.component
def MarketView(session: Session, stage: Stage) -> None:
    """Figures, curves, the picture and the table of one market."""
    update_counter.get()
    dark = use_dark()
    choice, set_choice = solara.use_state("sent last")
    model = stage.first.model
    assert model is not None
    no_attack = use_no_attack_level(model, stage)
    with stage.lock:
        day = stage.day
        query = session.query_with_day()
        shown = Shown.of(model, colours(dark), no_attack, choice, query)
    Board(
        shown.charts,
        figures=shown.figures,
        day=day,
        on_drawn=stage.pace.drawn,
    )
    with solara.Div(classes=["cml-card"]):
        with solara.Row(justify="space-between", classes=["cml-card-title"]):
            solara.Text("Submissions")
            with solara.ToggleButtonsSingle(choice, on_value=set_choice, dense=True):
                for name in submission_table.CHOICES:
                    solara.Button(name, value=name, text=True, small=True)
        solara.HTML(tag="div", unsafe_innerHTML=shown.submissions, class_="cml-table")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn of a market on a day."""

    figures: str
    charts: dict[str, Option]
    submissions: str

    @classmethod
    def of(
        cls, model: CMLModel, palette: Colours, no_attack: float | None, choice: str, query: str
    ) -> "Shown":
        """Draw a market; its stage must be locked."""
        figures = key_figures.key_figures(model)
        return cls(
            figures=key_figures.as_html(figures, query),
            charts={
                "Accuracy on the hidden test set": accuracy_chart(model, palette, no_attack),
                "The market: money that moved on the last day": picture(model, palette),
                "Balances (tokens)": balances_chart(model, palette),
                "Held by the contract: escrow and pending submissions": escrow_chart(
                    model, palette
                ),
            }
            | (
                {"What contributors who learn play": playing_chart(model, palette)}
                if model.learners
                else {}
            ),
            submissions=submission_table.as_html(submission_table.lines(model, choice)),
        )


def use_no_attack_level(model: CMLModel, stage: Stage) -> float | None:
    """Return the level without an attack once it is known; None until then, or without one."""

    def level() -> float | None:
        if not model.parameters.malicious_agents:
            return None
        return no_attack_level(model.parameters, model.seed, stage.stop)

    task: solara.lab.Task[[], float | None] = solara.lab.use_task(
        level, dependencies=[stage], raise_error=False
    )
    return task.value if task.finished else None
