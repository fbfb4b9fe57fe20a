"""The curves of one market: accuracy, balances, escrow and pending."""

from cmlabm.model import CMLModel
from cmlabm.viz.charts import Curve, Level, Option, curves
from cmlabm.viz.colours import Colours
from cmlabm.viz.market import KINDS, Market


def accuracy_chart(
    model: CMLModel, colours: Colours, no_attack: float | None, depleted_on: float | None
) -> Option:
    """Return the accuracy over time, with the start and the level without an attack."""
    accuracy = model.datacollector.model_vars["accuracy"]
    levels = [Level("start", accuracy[0], colours.honest)]
    if no_attack is not None:
        levels.append(Level("no attack", no_attack, colours.no_attack))
    if depleted_on is not None:
        levels.append(Level("malicious balance used up, day", depleted_on, colours.malicious, True))
    line = Curve("accuracy", accuracy, colours.accuracy)
    return curves(colours, [line], levels, digits=3, from_zero=False, legend=False)


def balances_chart(market: Market, colours: Colours) -> Option:
    """Return the balances by kind, and thinner those of the single agents."""
    assert market.model is not None
    series = market.model.datacollector.model_vars
    lines = [
        Curve(f"{kind}, all", series[f"{kind}_balance"], colours.of_kind(kind), width=3)
        for kind in KINDS
        if market.model.accounts(kind)
    ]
    for place, agent in enumerate(market.shown):
        if len(market.model.accounts(agent.kind)) > 1:
            values = [balances[place] for balances in market.balances]
            name = market.model.ledger.names[agent.account]
            colour = colours.of_kind(agent.kind)
            lines.append(Curve(name, values, colour, width=1, opacity=0.55, listed=False))
    return curves(colours, lines)


def escrow_chart(model: CMLModel, colours: Colours) -> Option:
    """Return what the contract holds, and of how many submissions."""
    series = model.datacollector.model_vars
    return curves(
        colours,
        [
            Curve("escrow (tokens, left)", series["escrow"], colours.escrow),
            Curve("submissions (right)", series["pending"], colours.pending, right_axis=True),
        ],
    )
