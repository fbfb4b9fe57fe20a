"""The charts of a market under their titles."""

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.charts import Option
from cmlabm.viz.drawing.colours import Colours
from cmlabm.viz.drawing.market_curves import (
    accuracy_chart,
    balances_chart,
    escrow_chart,
    learnt_chart,
    playing_chart,
)

ACCURACY = "Accuracy on the hidden test set"
PICTURE = "The market: money that moved on this day"
BALANCES = "Balances (tokens)"
ESCROW = "Held by the contract: escrow and pending submissions"
LEARNT = "Learnt and discarded (submissions)"
PLAYING = "What contributors who learn play"

NOTES = {
    ACCURACY: "The share of test samples that the shared model labels right; nobody is shown them.",
    PICTURE: "An arrow is money, the wider the more; below each name stands what is held.",
    BALANCES: "What contributors hold together; deposits that are with the contract do not count.",
    ESCROW: "Deposits that may still be refunded or taken, and the submissions that hold them.",
    LEARNT: "What the model has learnt of each kind, and what it will not learn or has unlearnt.",
    PLAYING: "How many of the contributors who learn play each behaviour, by day.",
}
"""What each chart shows, in a sentence, by title."""


def market_curves(
    model: CMLModel, palette: Colours, no_attack: float | None = None
) -> dict[str, Option]:
    """Return the charts whose axis are the days, by title.

    Args:
        model: the market.
        palette: the colours.
        no_attack: the accuracy without an attack, if that is known.
    """
    curves = {
        ACCURACY: accuracy_chart(model, palette, no_attack),
        BALANCES: balances_chart(model, palette),
        ESCROW: escrow_chart(model, palette),
    }
    if model.parameters.admission != "all":
        curves[LEARNT] = learnt_chart(model, palette)
    if model.learners:
        curves[PLAYING] = playing_chart(model, palette)
    return curves
