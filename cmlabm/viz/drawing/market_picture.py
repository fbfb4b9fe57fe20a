"""The market drawn: honest ones, the contract, malicious ones, and the money that moved."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.kinds import KINDS, Kind
from cmlabm.model import CMLModel
from cmlabm.units import SECONDS_PER_DAY, UNITS_PER_TOKEN
from cmlabm.viz.drawing.charts import HEIGHT, Option, box
from cmlabm.viz.drawing.colours import Colours

CONTRACT, CUSTOMERS, FEES = "contract", "customers", "fees"
LARGEST, SMALLEST = 44, 8

ROW = 19
"""Pixels for each contributor in a column, where there are many."""

SINGLE_LINES_FROM = 7
"""From so many in a column on, a balance stands behind its name and not below it."""

MOST_SHOWN = 20
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


def nodes(model: CMLModel, day: int | None = None) -> list[Node]:
    """Return the contract, the contributors, the customers and the fees with their balances.

    What the contract's owner has got of the customers' money is drawn as the contract's.

    Args:
        model: the market.
        day: on which day; now by default.
    """
    tokens = _tokens_now(model) if day is None else _tokens_on(model, day)
    sales, fees = model.contract.sales, model.contract.fees
    owned = tokens[sales.owner] if sales else 0.0
    found = [Node(CONTRACT, CONTRACT, float(tokens[Ledger.ESCROW] + owned))]
    for kind in KINDS:
        found += [
            Node(model.ledger.names[account], kind, float(tokens[account]))
            for account in shown(model, kind)
        ]
        others = model.accounts(kind)[MOST_SHOWN:]
        if others:
            balance = float(tokens[others.start : others.stop].sum())
            found.append(Node(_others(kind, len(others)), kind, balance))
    if model.customers:
        balance = float(sum(tokens[customer.account] for customer in model.customers))
        found.append(Node(CUSTOMERS, CUSTOMERS, balance))
    if fees:
        found.append(Node(FEES, FEES, float(tokens[fees.account])))
    return found


def recent_flows(model: CMLModel, day: int | None = None) -> list[Flow]:
    """Return what was paid during a day, by default the last, by source, target and reason."""
    names = _names(model)
    movements = model.ledger.movements()
    end = float(model.time) if day is None else day
    start, stop = np.searchsorted(
        movements[:, 0], [(end - 1) * SECONDS_PER_DAY, end * SECONDS_PER_DAY], side="right"
    )
    sums: defaultdict[tuple[str, str, int], int] = defaultdict(int)
    for _, source, target, amount, reason, _ in movements[start:stop].tolist():
        if OUTSIDE not in (source, target):
            sums[names[source], names[target], reason] += amount
    reasons = tuple(Reason)
    return [
        Flow(source, target, reasons[reason], amount / UNITS_PER_TOKEN)
        for (source, target, reason), amount in sums.items()
    ]


def picture_height(model: CMLModel) -> int:
    """Return the height in pixels at which the drawing can be read."""
    return max(HEIGHT, 90 + ROW * max(_rows(nodes(model)).values()))


def picture(model: CMLModel, colours: Colours, day: int | None = None) -> Option:
    """Return the drawing as an option of ECharts.

    Args:
        model: the market.
        colours: of nodes and arrows.
        day: on which day; now by default.
    """
    found = nodes(model, day)
    richest = max((node.balance for node in found), default=0.0) or 1.0
    flows = recent_flows(model, day)
    largest = max((flow.amount for flow in flows), default=0.0) or 1.0
    return {
        "animation": False,
        "textStyle": {"color": colours.text},
        "tooltip": box(colours),
        "graphic": _key(colours, {flow.reason for flow in flows}),
        "grid": {"left": "31%", "right": "31%", "top": 52, "bottom": 46},
        "xAxis": _PLACE,
        "yAxis": _PLACE | {"inverse": True},
        "series": [
            {
                "type": "graph",
                "coordinateSystem": "cartesian2d",
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 7,
                "data": [
                    {
                        "name": node.name,
                        "value": [x, y, node.balance],
                        "tooltip": {"formatter": f"{node.name}: {node.balance:,.2f} tokens"},
                        "symbolSize": _size(node, richest, _rows(found)),
                        "symbol": "roundRect" if node.kind == CONTRACT else "circle",
                        "itemStyle": {"color": colours.of_kind(node.kind)},
                        "label": _label(node, colours, _rows(found)),
                    }
                    for node, (x, y) in zip(found, _places(found), strict=True)
                ],
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
                            "width": 1 + 6 * flow.amount / largest,
                            "curveness": _CURVENESS[flow.reason],
                            "opacity": 0.75,
                        },
                    }
                    for flow in flows
                ],
            }
        ],
    }


def _key(colours: Colours, reasons: Set[Reason]) -> list[Option]:
    """Return what the arrows' colours mean, as texts in a row."""
    shown = [reason for reason in Reason if reason in reasons]
    return [
        {
            "type": "text",
            "left": f"{2 + 96 / max(4, len(shown)) * place:.0f}%",
            "top": 4,
            "silent": True,
            "style": {
                "text": f"\u2192 {reason}",
                "fill": colours.of_reason(reason),
                "fontSize": 12,
                "fontWeight": "bold",
            },
        }
        for place, reason in enumerate(shown)
    ]


def _rows(found: list[Node]) -> dict[str, int]:
    """Return how many stand in the column of each kind."""
    return {kind: sum(node.kind == kind for node in found) for kind in KINDS}


def _size(node: Node, richest: float, rows: dict[str, int]) -> float:
    largest = min(LARGEST, max(12, 320 / rows.get(node.kind, 1)))
    return SMALLEST + (largest - SMALLEST) * sqrt(max(node.balance, 0.0) / richest)


def _label(node: Node, colours: Colours, rows: dict[str, int]) -> Option:
    in_one_line = node.kind in rows and max(rows.values()) >= SINGLE_LINES_FROM
    return {
        "show": True,
        "formatter": f"{node.name}{'  ' if in_one_line else chr(10)}{node.balance:,.0f}",
        "position": {"honest": "left", "malicious": "right"}.get(node.kind, "bottom"),
        "color": colours.text,
        "fontSize": 11 if in_one_line else 12,
        "lineHeight": 15,
        "textBorderColor": colours.surface,
        "textBorderWidth": 2,
    }


_PLACE: Option = {"type": "value", "min": -1, "max": 1, "show": False}

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
    Reason.FEE: 0.28,
}


_MIDDLE = {CONTRACT: 0.0, CUSTOMERS: 0.95, FEES: -0.95}
"""How far below the contract those are who stand in the middle."""


def _others(kind: Kind, count: int) -> str:
    return f"{count} other {kind}"


def _names(model: CMLModel) -> dict[int, str]:
    names = {Ledger.ESCROW: CONTRACT}
    names |= {customer.account: CUSTOMERS for customer in model.customers}
    if model.contract.sales:
        names[model.contract.sales.owner] = CONTRACT
    if model.contract.fees:
        names[model.contract.fees.account] = FEES
    for kind in KINDS:
        others = model.accounts(kind)[MOST_SHOWN:]
        names |= {account: model.ledger.names[account] for account in shown(model, kind)}
        names |= dict.fromkeys(others, _others(kind, len(others)))
    return names


def _places(found: list[Node]) -> list[tuple[float, float]]:
    """Return where each node stands: honest ones on the left, malicious ones on the right.

    Between them the contract, with the customers below and the fees above it.
    """
    columns = {kind: iter(_column(count)) for kind, count in _rows(found).items()}
    return [
        (0.0, _MIDDLE[node.kind])
        if node.kind in _MIDDLE
        else (-1.0 if node.kind == "honest" else 1.0, next(columns[node.kind]))
        for node in found
    ]


def _column(count: int) -> list[float]:
    """Return the heights of so many in a column, centred, from -1 to 1 at most."""
    step = min(0.6, 2 / (count - 1)) if count > 1 else 0.0
    return [step * (number - (count - 1) / 2) for number in range(count)]


def _tokens_now(model: CMLModel) -> NDArray[np.float64]:
    return np.asarray(model.ledger.balances) / UNITS_PER_TOKEN


def _tokens_on(model: CMLModel, day: int) -> NDArray[np.float64]:
    """Return the balance of each account at the end of a day, in tokens."""
    movements = model.ledger.movements()
    stop = np.searchsorted(movements[:, 0], day * SECONDS_PER_DAY, side="right")
    units = np.zeros(len(model.ledger.names) + 1, dtype=np.int64)  # the last for the outside
    for column, sign in ((1, -1), (2, 1)):
        np.add.at(units, movements[:stop, column], sign * movements[:stop, 3])
    recorded = model.datacollector.balances(range(len(model.contributors) + 1))[day]
    tokens = units[:OUTSIDE] / UNITS_PER_TOKEN
    tokens[: len(recorded)] = recorded  # what happened at that very midnight comes after the day
    return tokens
