"""The market's picture and curves as components of Mesa's own page, ``SolaraViz``.

Each is given among ``components`` as it is, or with the number of its page, beside Mesa's own:

    SolaraViz(CMLModel(rng=1), components=[MarketPicture, (Balances, 1)])

``show(model)`` puts them together. ``cmlabm.viz`` exports them all.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara
from mesa.visualization import SolaraViz
from mesa.visualization.solara_viz import ModelController
from mesa.visualization.utils import update_counter
from solara.server.kernel_context import has_current_context

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
from cmlabm.viz.views import submission_table
from cmlabm.viz.views.board import Board, Figure
from cmlabm.viz.views.browser import WatchBrowser, use_dark

__all__ = [
    "AccuracyChart",
    "Balances",
    "EscrowChart",
    "MarketPicture",
    "PlayingChart",
    "SubmissionTable",
    "show",
]

PLAY_INTERVAL_MS = 100

CHART_STYLE = """
.cml-board figure { margin: 0; }
.cml-board figcaption, .cml-save-image { display: flex; justify-content: space-between; gap: 4px; }
.cml-save-image button { font-size: .75rem; padding: 2px 6px; border: 1px solid #808080; }
"""

TABLE_STYLE = """
.cml-submissions table { border-collapse: collapse; font-size: .8rem; }
.cml-submissions th, .cml-submissions td { text-align: left; padding: 2px 10px 2px 0; }
.cml-submissions td.wrong { font-weight: 600; text-decoration: underline wavy #d55e00; }
"""


@solara.component
def MarketPicture(model: CMLModel) -> None:
    """The contract, the contributors around it, and the money that moved on the last day."""
    _Chart(model, "The market: money that moved on the last day", picture)


@solara.component
def AccuracyChart(model: CMLModel) -> None:
    """Accuracy by day, with the start and the day on which the malicious balance was used up."""
    _Chart(model, "Accuracy on the hidden test set", accuracy_chart)


@solara.component
def Balances(model: CMLModel) -> None:
    """Balances by day, of both kinds and of single contributors."""
    _Chart(model, "Balances (tokens)", balances_chart)


@solara.component
def EscrowChart(model: CMLModel) -> None:
    """What the contract holds by day, and of how many submissions."""
    _Chart(model, "Held by the contract: escrow and pending submissions", escrow_chart)


@solara.component
def PlayingChart(model: CMLModel) -> None:
    """How many of the contributors who learn play what, by day."""
    _Chart(model, "What contributors who learn play", playing_chart)


@solara.component
def SubmissionTable(model: CMLModel) -> None:
    """The submissions sent last: the label given and the true one, and what became of the money."""
    update_counter.get()
    with solara.Div(style={"padding": "8px", "overflow-x": "auto"}, classes=["cml-submissions"]):
        solara.Style(TABLE_STYLE)
        solara.HTML(
            tag="div",
            unsafe_innerHTML=submission_table.as_html(submission_table.lines(model)),
        )


def show(model: CMLModel, parts: Sequence[Any] = ()) -> Any:
    """Return a market with Mesa's controls, to stand at the end of a notebook's cell.

    In a file that ``solara run`` serves it is the ``page``. Reset starts the same market again.

    Args:
        model: the market.
        parts: components of Mesa's page; without any, the market's picture, accuracy, balances,
            escrow and submissions.
    """
    usual = [MarketPicture, AccuracyChart, Balances, EscrowChart, SubmissionTable]
    shown = list(parts) or usual
    parameters = {**model.parameters.model_dump(), "rng": model.seed}
    if has_current_context():
        return SolaraViz(model, components=shown, model_params=parameters, name="A market")
    return _Cell(model, shown, parameters)


@solara.component
def _Cell(model: CMLModel, parts: Sequence[Any], parameters: Mapping[str, Any]) -> None:
    """Mesa's controls, and the parts below each other.

    Mesa's page would lay them out by a script that it has in Solara's server and loads from the
    network in a notebook.
    """
    market = solara.use_reactive(model)
    ModelController(
        market,
        model_parameters=dict(parameters),
        play_interval=solara.use_reactive(PLAY_INTERVAL_MS),
        render_interval=solara.use_reactive(1),
        use_threads=solara.use_reactive(False),
    )
    for place, part in enumerate(parts):
        component = part[0] if isinstance(part, tuple) else part
        component(market.value).key(f"part-{place}")


@solara.component
def _Chart(model: CMLModel, title: str, draw: Callable[[CMLModel, Colours], Option]) -> None:
    update_counter.get()
    with solara.Div(style={"padding": "8px"}):
        WatchBrowser()
        solara.Style(CHART_STYLE)
        Board([Figure(title, draw(model, colours(use_dark())))])
