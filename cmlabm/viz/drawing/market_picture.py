"""The market drawn as a wheel: the contract in the middle, agents around it, money as arrows."""

from collections import defaultdict
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

import numpy as np

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.kinds import KINDS, Kind
from cmlabm.model import CMLModel
from cmlabm.units import SECONDS_PER_DAY, UNITS_PER_TOKEN
from cmlabm.viz.drawing.charts import Option, box
from cmlabm.viz.drawing.colours import Colours

CONTRACT, CUSTOMERS = "contract", "customers"
LARGEST, SMALLEST = 52, 9

MOST_SHOWN = 12
"""So many contributors of a kind are drawn singly; the others are drawn as one."""


@dataclass(frozen=True, slots=True)
class Node:
    """The contract, a contributor, or several who are not drawn singly."""

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


def shown(model: CMLModel, kind: Kind) -> range:
    """Return the accounts of a kind that are drawn singly."""
    return model.accounts(kind)[:MOST_SHOWN]


def nodes(model: CMLModel) -> list[Node]:
    """Return the contract, the contributors and the customers with their balances now.

    What the contract's owner has got of the customers' money is drawn as the contract's.
    """
    sales = model.contract.sales
    owned = model.ledger.tokens(sales.owner) if sales else 0.0
    found = [Node(CONTRACT, CONTRACT, model.escrow + owned)]
    for kind in KINDS:
        found += [
            Node(model.ledger.names[account], kind, model.ledger.tokens(account))
            for account in shown(model, kind)
        ]
        others = model.accounts(kind)[MOST_SHOWN:]
        if others:
            balance = sum(model.ledger.balance(account) for account in others)
            found.append(Node(_others(kind, len(others)), kind, balance / UNITS_PER_TOKEN))
    if model.customers:
        balance = sum(customer.money for customer in model.customers)
        found.append(Node(CUSTOMERS, CUSTOMERS, balance / UNITS_PER_TOKEN))
    return found


def recent_flows(model: CMLModel) -> list[Flow]:
    """Return what was paid during the last day, added up by source, target and reason."""
    names = _names(model)
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


def picture(model: CMLModel, colours: Colours) -> Option:
    """Return the drawing as an option of ECharts."""
    found = nodes(model)
    richest = max((node.balance for node in found), default=0.0) or 1.0
    flows = recent_flows(model)
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
    Reason.TRANSFER: 0.28,
    Reason.REVENUE: 0.12,
}


def _others(kind: Kind, count: int) -> str:
    return f"{count} other {kind}"


def _names(model: CMLModel) -> dict[int, str]:
    names = {Ledger.ESCROW: CONTRACT}
    names |= {customer.account: CUSTOMERS for customer in model.customers}
    if model.contract.sales:
        names[model.contract.sales.owner] = CONTRACT
    for kind in KINDS:
        others = model.accounts(kind)[MOST_SHOWN:]
        names |= {account: model.ledger.names[account] for account in shown(model, kind)}
        names |= dict.fromkeys(others, _others(kind, len(others)))
    return names


def _places(found: list[Node]) -> list[tuple[float, float]]:
    """Return where each node stands: honest ones in an arc on the left, malicious on the right.

    The customers stand below the contract.
    """
    places = []
    for kind in (CONTRACT, *KINDS, CUSTOMERS):
        count = sum(node.kind == kind for node in found)
        for number in range(count):
            if kind == CONTRACT:
                places.append((0.0, 0.0))
                continue
            if kind == CUSTOMERS:
                places.append((0.0, 0.9))
                continue
            spread = min(0.9 * pi, 0.3 * pi * (count - 1))
            angle = 0.0 if count == 1 else spread * (number / (count - 1) - 0.5)
            side = -1.6 if kind == "honest" else 1.6
            places.append((side * cos(angle), sin(angle)))
    return places
