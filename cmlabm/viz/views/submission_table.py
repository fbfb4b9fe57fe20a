"""Submissions: who sent which label, what became of the deposit, who was paid."""

from bisect import bisect_right
from dataclasses import dataclass
from html import escape
from math import inf

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
from cmlabm.contract.submissions import Fate
from cmlabm.model import CMLModel
from cmlabm.units import SECONDS_PER_DAY, UNITS_PER_TOKEN

ROWS = 12

CHOICES = ("sent last", "paid last")
"""The submissions that were sent last, or those from which money was last paid."""


@dataclass(frozen=True, slots=True)
class Line:
    """One submission; amounts are in tokens."""

    number: int
    time: str
    sender: str
    kind: str
    label: str
    true_label: str
    deposit: float
    state: str
    lesson: str
    paid: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that moved for a submission, in tokens."""

    time: str
    source: str
    target: str
    reason: str
    amount: float


def lines(
    model: CMLModel, choice: str = "sent last", rows: int = ROWS, day: int | None = None
) -> list[Line]:
    """Return submissions, the latest first; also while another thread plays the market's day.

    What is left of a deposit is what the movements say, all of one moment.

    Args:
        model: the market.
        choice: one of ``CHOICES``.
        rows: how many.
        day: as they were at the end of which day; now by default.
    """
    end = inf if day is None else day * SECONDS_PER_DAY
    movements = model.ledger.movements()
    payouts = movements[(movements[:, 1] == Ledger.ESCROW) & (movements[:, 5] != OUTSIDE)]
    later = payouts[payouts[:, 0] > end]
    payouts = payouts[payouts[:, 0] <= end]
    submissions, classes = model.contract.submissions, model.dataset.classes
    total = bisect_right(submissions.time_s, end, hi=len(submissions.changed))
    if choice == "sent last":
        numbers = list(range(total - 1, max(-1, total - 1 - rows), -1))
    else:
        numbers = list(dict.fromkeys(payouts[::-1, 5][: rows * 40].tolist()))[:rows]
    names = dict(enumerate(model.ledger.names)) | {OUTSIDE: "burnt"}
    kinds = {agent.account: str(agent.kind) for agent in model.contributors}
    reasons = tuple(Reason)
    found = []
    for number in numbers:
        paid = payouts[payouts[:, 5] == number].tolist()
        sender = submissions.sender[number]
        match submissions.fate[number]:
            case Fate.KEPT:
                left = submissions.deposit[number]
            case Fate.SETTLED:
                left = min(submissions.deposit[number], int(later[later[:, 5] == number, 3].sum()))
            case _:
                from_deposit = [row[3] for row in paid if reasons[row[4]] is not Reason.REWARD]
                left = submissions.deposit[number] - sum(from_deposit)
        found.append(
            Line(
                number=number,
                time=clock(submissions.time_s[number]),
                sender=names[sender],
                kind=kinds[sender],
                label=classes[submissions.label[number]],
                true_label=classes[submissions.truth[number]],
                deposit=submissions.deposit[number] / UNITS_PER_TOKEN,
                state=state(left, [reasons[row[4]] for row in paid], submissions.deposit[number]),
                lesson=submissions.lesson[number],
                paid=", ".join(f"{names[row[2]]} {row[3] / UNITS_PER_TOKEN:,.2f}" for row in paid),
            )
        )
    return found


def payments(model: CMLModel, number: int, day: int | None = None) -> list[Payment]:
    """Return the way of a submission's money: its deposit, and each payment from it.

    Args:
        model: the market.
        number: the submission's.
        day: until the end of which day; until now by default.
    """
    movements = model.ledger.movements()
    own = movements[movements[:, 5] == number]
    if day is not None:
        own = own[own[:, 0] <= day * SECONDS_PER_DAY]
    names = dict(enumerate(model.ledger.names)) | {
        OUTSIDE: "nobody (burnt)",
        Ledger.ESCROW: "contract",
    }
    reasons = tuple(Reason)
    return [
        Payment(clock(time), names[source], names[target], reasons[why], amount / UNITS_PER_TOKEN)
        for time, source, target, amount, why, _ in own.tolist()
    ]


def state(left: int, payouts: list[Reason], deposit: int) -> str:
    """Return what became of a deposit.

    Example:
        >>> state(5, [], 5), state(3, [Reason.TAKE], 5), state(0, [Reason.TAKE, Reason.EXPIRY], 5)
        ('held', 'partly taken', 'expired')
        >>> state(0, [], 5), state(0, [], 0)
        ('settled', 'free')
    """
    if not payouts:
        return "held" if left else "settled" if deposit else "free"
    words = {Reason.REFUND: "refunded", Reason.TAKE: "taken", Reason.BURN: "slashed"}
    word = words.get(payouts[-1], "expired")
    return f"partly {word}" if left else word


def clock(seconds: int) -> str:
    """Return a simulated time as a day and a time of day.

    Example:
        >>> clock(90_061)
        'day 1, 01:01:01'
    """
    day, second = divmod(seconds, SECONDS_PER_DAY)
    hours, rest = divmod(second, 3600)
    return f"day {day}, {hours:02}:{rest // 60:02}:{rest % 60:02}"


def as_html(found: list[Line], choice: str = "sent last", below: str = "") -> str:
    """Return the table under its title; labels may come from a user's own data and are escaped.

    Args:
        found: the submissions.
        choice: one of ``CHOICES``, all of which are offered.
        below: HTML that stands below the table.
    """
    heads = ["no.", "time", "who", "label given", "true label", "deposit (tokens)", "state"]
    heads += ["model", "paid to (tokens)"]
    rows = "".join(
        f'<tr data-choose="{line.number}" title="Where its money went">'
        f'<td><button type="button" class="cml-pick">{line.number}</button></td>'
        f'<td>{line.time}</td><td class="{line.kind}">{escape(line.sender)}</td>'
        f'<td class="{"right" if line.label == line.true_label else "wrong"}">'
        f"{escape(line.label)}</td><td>{escape(line.true_label)}</td>"
        f'<td class="number">{line.deposit:,.2f}</td><td>{line.state}</td>'
        f"<td>{escape(line.lesson)}</td><td>{escape(line.paid)}</td></tr>"
        for line in found
    )
    head = "".join(
        f'<th class="number">{name}</th>' if "deposit" in name else f"<th>{name}</th>"
        for name in heads
    )
    empty = f'<tr><td colspan="{len(heads)}">none yet</td></tr>'
    offered = "".join(
        f'<button type="button" class="cml-switch" data-choose="{name}"'
        f' aria-pressed="{"true" if name == choice else "false"}">{name}</button>'
        for name in CHOICES
    )
    return (
        f'<div class="cml-card-title"><span>Submissions</span><span>{offered}</span></div>'
        f'<div class="cml-table cml-submissions"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows or empty}</tbody></table></div>{below}"
    )


def way_as_html(number: int, found: list[Payment]) -> str:
    """Return the way of a submission's money as a table."""
    rows = "".join(
        f"<tr><td>{one.time}</td><td>{escape(one.source)}</td><td>{escape(one.target)}</td>"
        f"<td>{one.reason}</td><td>{one.amount:,.2f}</td></tr>"
        for one in found
    )
    head = "".join(f"<th>{name}</th>" for name in ("time", "from", "to", "why", "tokens"))
    empty = '<tr><td colspan="5">no money moved</td></tr>'
    return (
        f'<div class="cml-table cml-way"><div class="cml-card-title">The money of submission'
        f" {number}</div><table><thead><tr>{head}</tr></thead><tbody>{rows or empty}</tbody>"
        f"</table></div>"
    )
