"""The market drawn as a wheel: the contract in the middle, agents around it, money as arrows."""

from collections import defaultdict
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

import numpy as np

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.kinds import Kind
from cmlabm.model import CMLModel
from cmlabm.units import SECONDS_PER_DAY, UNITS_PER_TOKEN
from cmlabm.viz.charts import Option, box
from cmlabm.viz.colours import Colours
from cmlabm.viz.market import KINDS, Market

CONTRACT = "contract"
LARGEST, SMALLEST = 52, 9


@dataclass(frozen=True, slots=True)
class Node:
    """The contract, an agent, or all agents of a kind that are not drawn one by one."""

    name: str
    kind: str
    balance: float


@dataclass(frozen=True, slots=True)
class Flow:
    """What went from one node to another for one reason, in tokens."""

    source: str
    target: str
    reason: Reason
    amount: float


def nodes(market: Market) -> list[Node]:
    """Return the contract and the contributors with their balances now."""
    model = _open(market)
    found = [Node(CONTRACT, CONTRACT, model.escrow)]
    for kind in KINDS:
        drawn = [agent for agent in market.shown if agent.kind == kind]
        found += [Node(model.ledger.names[a.account], kind, a.balance) for a in drawn]
        others = model.accounts(kind)[len(drawn) :]
        if others:
            balance = sum(model.ledger.balance(account) for account in others)
            found.append(Node(_others(kind, len(others)), kind, balance / UNITS_PER_TOKEN))
    return found


def recent_flows(market: Market) -> list[Flow]:
    """Return what was paid during the last day, added up by source, target and reason."""
    model = _open(market)
    names = _names(market)
    movements = model.ledger.movements()
    start = np.searchsorted(movements[:, 0], (model.time - 1) * SECONDS_PER_DAY, side="right")
    sums: defaultdict[tuple[str, str, int], int] = defaultdict(int)
    for _, source, target, amount, reason, _ in movements[start:].tolist():
        if OUTSIDE not in (source, target):
            sums[names[source], names[target], reason] += amount
    reasons = tuple(Reason)
    return [
        Flow(source, target, reasons[reason], amount / UNITS_PER_TOKEN)
        for (source, target, reason), amount in sums.items()
    ]


def picture(market: Market, colours: Colours) -> Option:
    """Return the drawing as an option of ECharts."""
    found = nodes(market)
    richest = max((node.balance for node in found), default=0.0) or 1.0
    flows = recent_flows(market)
    largest = max((flow.amount for flow in flows), default=0.0) or 1.0
    return {
        "animation": False,
        "textStyle": {"color": colours.text},
        "tooltip": {"formatter": "{b}", **box(colours)},
        "graphic": _key(colours),
        "series": [
            {
                "type": "graph",
                "layout": "none",
                "left": "center",
                "top": "15%",
                "bottom": "21%",
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 9,
                "label": {
                    "show": True,
                    "position": "bottom",
                    "color": colours.text,
                    "lineHeight": 15,
                },
                "data": [
                    {
                        "name": node.name,
                        "x": x,
                        "y": y,
                        "value": node.balance,
                        "symbolSize": SMALLEST
                        + (LARGEST - SMALLEST) * sqrt(node.balance / richest),
                        "symbol": "roundRect" if node.kind == CONTRACT else "circle",
                        "itemStyle": {"color": colours.of_kind(node.kind)},
                        "label": {"formatter": f"{node.name}\n{node.balance:,.0f}"},
                    }
                    for node, (x, y) in zip(found, _places(found), strict=True)
                ]
                + _CORNERS,
                "links": [
                    {
                        "source": flow.source,
                        "target": flow.target,
                        "value": flow.amount,
                        "tooltip": {
                            "formatter": f"{flow.source} → {flow.target}:"
                            f" {flow.amount:,.2f} tokens, {flow.reason}"
                        },
                        "lineStyle": {
                            "color": colours.of_reason(flow.reason),
                            "width": 1.2 + 6 * flow.amount / largest,
                            "curveness": _CURVENESS[flow.reason],
                            "opacity": 0.85,
                        },
                    }
                    for flow in flows
                ],
            }
        ],
    }


_SHOWN_REASONS = (Reason.DEPOSIT, Reason.REFUND, Reason.TAKE, Reason.EXPIRY)


def _key(colours: Colours) -> list[Option]:
    """Return what the arrows' colours mean, as texts in a row."""
    return [
        {
            "type": "text",
            "left": f"{4 + 24 * place}%",
            "top": 4,
            "silent": True,
            "style": {
                "text": f"\u2192 {reason}",
                "fill": colours.of_reason(reason),
                "fontSize": 12,
                "fontWeight": "bold",
            },
        }
        for place, reason in enumerate(_SHOWN_REASONS)
    ]


_CORNERS = [
    {"name": f"corner {x} {y}", "x": x, "y": y, "symbolSize": 0, "label": {"show": False}}
    for x in (-1.7, 1.7)
    for y in (-1.05, 1.05)
]
"""Nothing to see: they keep the drawing's scale, whatever stands in it."""

_CURVENESS = {
    Reason.START: 0.0,
    Reason.DEPOSIT: 0.12,
    Reason.REFUND: 0.12,
    Reason.TAKE: 0.28,
    Reason.EXPIRY: 0.42,
    Reason.RETURN: 0.42,
    Reason.REWARD: 0.12,
}


def _open(market: Market) -> CMLModel:
    assert market.model is not None
    return market.model


def _others(kind: Kind, count: int) -> str:
    return f"{count} other {kind}"


def _names(market: Market) -> dict[int, str]:
    model = _open(market)
    names = {Ledger.ESCROW: CONTRACT}
    for kind in KINDS:
        accounts = model.accounts(kind)
        drawn = sum(agent.kind == kind for agent in market.shown)
        names |= {account: model.ledger.names[account] for account in accounts[:drawn]}
        names |= dict.fromkeys(accounts[drawn:], _others(kind, len(accounts) - drawn))
    return names


def _places(found: list[Node]) -> list[tuple[float, float]]:
    """Return where each node stands: honest ones in an arc on the left, malicious on the right."""
    places = []
    for kind in (CONTRACT, *KINDS):
        count = sum(node.kind == kind for node in found)
        for number in range(count):
            if kind == CONTRACT:
                places.append((0.0, 0.0))
                continue
            spread = min(0.9 * pi, 0.3 * pi * (count - 1))
            angle = 0.0 if count == 1 else spread * (number / (count - 1) - 0.5)
            side = -1.6 if kind == "honest" else 1.6
            places.append((side * cos(angle), sin(angle)))
    return places
