"""The live view: one market as it runs."""

from dataclasses import dataclass
from functools import partial

import solara
import solara.lab
from mesa.visualization.utils import update_counter

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.charts import HEIGHT, until
from cmlabm.viz.drawing.colours import Colours, colours
from cmlabm.viz.drawing.market_picture import picture, picture_height
from cmlabm.viz.fields.controls import ParameterPanel, SeedField
from cmlabm.viz.fields.definitions import names
from cmlabm.viz.fields.entries import SEED, problems
from cmlabm.viz.fields.grouping import title
from cmlabm.viz.markets.no_attack import known_level, no_attack_level
from cmlabm.viz.markets.player import Player, begin, use_open_stage
from cmlabm.viz.markets.session import Session
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.scenarios import SCENARIOS
from cmlabm.viz.views import key_figures, submission_table
from cmlabm.viz.views.board import Board, Figure
from cmlabm.viz.views.browser import use_dark
from cmlabm.viz.views.days import use_day
from cmlabm.viz.views.downloads import SaveCard
from cmlabm.viz.views.failures import Failures, Refused, Traceback
from cmlabm.viz.views.market_charts import ACCURACY, NOTES, PICTURE, market_curves
from cmlabm.viz.views.opening import Opening
from cmlabm.viz.views.saved_market import saved_market
from cmlabm.viz.views.start import Guide


@solara.component
def Live(session: Session) -> None:
    """Controls, parameters, and the market."""
    stage = session.live.value
    use_open_stage(session, stage)
    solara.use_effect(session.note_address, [stage])
    session.openings.get()
    settings, seed = session.settings(), session.seed.value
    entered = problems(session.entries.value, seed)

    def apply() -> None:
        begin(session.live, session.settings(), session.seed.value)

    with solara.Div(classes=["cml-page", "cml-live"]):
        with solara.Div(classes=["cml-side"]):
            with solara.Div(classes=["cml-controls"]):
                Player(session.live, settings, seed).key(f"player-{session.arrivals.value}")
                Waiting(entered, not stage.runs_with(settings, seed))
            with solara.Div(classes=["cml-parameters"]):
                ParameterPanel(
                    session.entries.value, stage.first.problems | entered, session.enter, apply
                )
                SeedField(seed, entered.get(SEED, ""), session.seed.set, apply)
                SaveCard(stage, {"market.html": partial(market_html, stage)})
        with solara.Div(classes=["cml-main"]):
            if session.scenario.value:
                Guide(SCENARIOS[session.scenario.value])
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


def market_html(stage: Stage) -> str:
    """Return the market as a file of its own, made while it stands still."""
    with stage.lock:
        model = stage.first.model
        return "" if model is None else saved_market(model, known_level(model))


@solara.component
def Waiting(entered: dict[str, str], changed: bool) -> None:
    """Say what Reset would change, or that it would be refused."""
    if entered:
        wrong = ", ".join(title(name) if name in names() else name for name in entered)
        solara.Warning(
            f"Wrong: {wrong}. Nothing is started until it is corrected; the market stays as it is.",
            dense=True,
        )
    elif changed:
        solara.Info("Changed: press Reset to start with these parameters.", dense=True)


@solara.component
def MarketView(session: Session, stage: Stage) -> None:
    """Figures, curves, the picture and the table of one market, on the last day or on another."""
    update_counter.get()
    dark = use_dark()
    choice, set_choice = solara.use_state(submission_table.CHOICES[0])
    picked, set_picked = solara.use_state((stage, -1))
    model = stage.first.model
    assert model is not None
    no_attack = use_no_attack_level(model, stage)
    with stage.lock:
        last = stage.day
        day, wind = use_day(stage, last)
        shown = Shown.of(
            model,
            colours(dark),
            no_attack,
            choice,
            session.query_with_day(day),
            day=None if day == last else day,
            picked=picked[1] if picked[0] is stage else -1,
        )

    def choose(what: str) -> None:
        if what in submission_table.CHOICES:
            set_choice(what)
        else:
            set_picked((stage, int(what)))

    Board(
        shown.charts,
        figures=shown.figures,
        below=shown.submissions,
        day=last,
        shown_day=day,
        query=session.query_with_day(day),
        on_drawn=stage.pace.drawn,
        on_choose=choose,
        on_wind=wind,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn of a market on a day."""

    figures: str
    charts: list[Figure]
    submissions: str

    @classmethod
    def of(
        cls,
        model: CMLModel,
        palette: Colours,
        no_attack: float | None,
        choice: str,
        query: str,
        *,
        day: int | None = None,
        picked: int = -1,
    ) -> "Shown":
        """Draw a market; its stage must be locked.

        Args:
            model: the market.
            palette: the colours.
            no_attack: the accuracy without an attack, if that is known.
            choice: which submissions are listed.
            query: of a link to what is drawn.
            day: an earlier day that is drawn in place of the last one.
            picked: the submission whose money's way is shown; -1: none.
        """
        curves = market_curves(model, palette, no_attack)
        if day is not None:
            curves = {title: until(chart, day) for title, chart in curves.items()}
        way = ""
        if 0 <= picked < len(model.contract.submissions):
            way = submission_table.way_as_html(
                picked, submission_table.payments(model, picked, day)
            )
        return cls(
            figures=key_figures.as_html(key_figures.key_figures(model, day), query),
            charts=[
                Figure(ACCURACY, curves.pop(ACCURACY), note=NOTES[ACCURACY], height=HEIGHT),
                Figure(
                    PICTURE,
                    picture(model, palette, day),
                    note=NOTES[PICTURE],
                    height=(height := picture_height(model)),
                    is_tall=height > HEIGHT,
                ),
                *(
                    Figure(title, chart, note=NOTES[title], height=HEIGHT)
                    for title, chart in curves.items()
                ),
            ],
            submissions=submission_table.as_html(
                submission_table.lines(model, choice, day=day), choice, way
            ),
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
