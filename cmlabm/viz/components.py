"""The market's picture and curves as components of Mesa's own page, ``SolaraViz``.

Each is given among ``components`` as it is, or with the number of its page, beside Mesa's own:

    SolaraViz(CMLModel(rng=1), components=[MarketPicture, (BalanceCurves, 1)])
"""

from collections.abc import Callable

import solara
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
from cmlabm.viz.views.board import Board
from cmlabm.viz.views.browser import WatchBrowser, use_dark

__all__ = ["AccuracyCurve", "BalanceCurves", "EscrowCurves", "MarketPicture", "PlayingCurves"]

HEIGHT = 340
"""In pixels, so that a chart with its title fills the place that Mesa's page has for it."""


@solara.component
def MarketPicture(model: CMLModel) -> None:
    """The contract, the contributors around it, and the money that moved on the last day."""
    _Chart(model, "The market: money that moved on the last day", picture)


@solara.component
def AccuracyCurve(model: CMLModel) -> None:
    """Accuracy by day, with the start and the day on which the malicious balance was used up."""
    _Chart(model, "Accuracy on the hidden test set", accuracy_chart)


@solara.component
def BalanceCurves(model: CMLModel) -> None:
    """Balances by day, of both kinds and of single contributors."""
    _Chart(model, "Balances (tokens)", balances_chart)


@solara.component
def EscrowCurves(model: CMLModel) -> None:
    """What the contract holds by day, and of how many submissions."""
    _Chart(model, "Held by the contract: escrow and pending submissions", escrow_chart)


@solara.component
def PlayingCurves(model: CMLModel) -> None:
    """How many of the contributors who learn play what, by day."""
    _Chart(model, "What contributors who learn play", playing_chart)


@solara.component
def _Chart(model: CMLModel, title: str, draw: Callable[[CMLModel, Colours], Option]) -> None:
    update_counter.get()
    with solara.Div(style={"padding": "8px"}):
        WatchBrowser()
        Board({title: draw(model, colours(use_dark()))}, height=HEIGHT)
