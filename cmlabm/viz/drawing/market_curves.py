"""The curves of one market: accuracy, balances, escrow, what is learnt, and what is played."""

from cmlabm.kinds import KINDS
from cmlabm.model import CMLModel
from cmlabm.results.outcomes import depletion_time
from cmlabm.units import SECONDS_PER_DAY
from cmlabm.viz.drawing.charts import Curve, Level, Option, areas, curves
from cmlabm.viz.drawing.colours import Colours
from cmlabm.viz.drawing.market_picture import shown


def accuracy_chart(model: CMLModel, colours: Colours, no_attack: float | None = None) -> Option:
    """Return the accuracy over time.

    Args:
        model: the market.
        colours: for curve and levels.
        no_attack: the level without an attack, if that is known.
    """
    accuracy = model.datacollector.model_vars["accuracy"]
    levels = [Level("start", accuracy[0], colours.honest)]
    if no_attack is not None:
        levels.append(Level("no attack", no_attack, colours.no_attack))
    depleted_at = depletion_time(model.ledger.totals(), model.accounts("malicious"))
    if depleted_at is not None:
        day = depleted_at / SECONDS_PER_DAY
        levels.append(Level("malicious balance used up, day", day, colours.malicious, True))
    line = Curve("accuracy", accuracy, colours.accuracy)
    return curves(colours, [line], levels, digits=4, from_zero=False, legend=False)


def balances_chart(model: CMLModel, colours: Colours) -> Option:
    """Return the balances by kind, and thinner those of the accounts that are drawn singly.

    Where calls cost fees, these are a line as well.
    """
    series = model.datacollector.model_vars
    lines = [
        Curve(f"{kind}, all", series[f"{kind}_balance"], colours.of_kind(kind), width=3)
        for kind in KINDS
        if model.accounts(kind)
    ]
    for kind in KINDS:
        if len(model.accounts(kind)) > 1:
            accounts = shown(model, kind)
            balances = model.datacollector.balances(accounts).T.tolist()
            lines += [
                Curve(
                    model.ledger.names[account],
                    values,
                    colours.of_kind(kind),
                    width=1,
                    opacity=0.55,
                    listed=False,
                )
                for account, values in zip(accounts, balances, strict=True)
            ]
    if model.contract.fees:
        lines.append(Curve("fees", series["fees"], colours.no_attack, width=3))
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


def learnt_chart(model: CMLModel, colours: Colours) -> Option:
    """Return how many submissions of each kind are learnt, and how many will not be."""
    series = model.datacollector.model_vars
    return curves(
        colours,
        [
            Curve(
                f"{kind}, {fate}",
                series[f"{kind}_{fate}"],
                colours.of_kind(kind),
                dashed=fate == "discarded",
            )
            for kind in KINDS
            if model.accounts(kind)
            for fate in ("learnt", "discarded")
        ],
    )


def playing_chart(model: CMLModel, colours: Colours) -> Option:
    """Return how many learners play what, on top of each other in the order of their repertoire.

    There are as many colours as behaviours in ``Colours.sequence``; further ones are paler.
    """
    table = model.playing()
    counts = table.pivot_table(
        index="day", columns="behaviour", values="contributors", fill_value=0, sort=False
    )
    layers = [
        Curve(
            str(name),
            counts[name].astype(int).tolist(),
            colours.sequence[place % len(colours.sequence)],
            opacity=0.85 if place < len(colours.sequence) else 0.45,
        )
        for place, name in enumerate(counts.columns)
    ]
    return areas(colours, layers, counts.index.tolist())
