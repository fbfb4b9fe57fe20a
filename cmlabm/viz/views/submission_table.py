"""Submissions: who sent which label, what became of the deposit, who was paid."""

from dataclasses import dataclass
from html import escape

from cmlabm.contract.ledger import OUTSIDE, Ledger, Reason
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


def lines(model: CMLModel, choice: str = "sent last", rows: int = ROWS) -> list[Line]:
    """Return submissions, the latest first.

    Args:
        model: the market.
        choice: one of ``CHOICES``.
        rows: how many.
    """
    movements = model.ledger.movements()
    payouts = movements[(movements[:, 1] == Ledger.ESCROW) & (movements[:, 5] != OUTSIDE)]
    total = len(model.contract.submissions)
    if choice == "sent last":
        numbers = list(range(total - 1, max(-1, total - 1 - rows), -1))
    else:
        numbers = list(dict.fromkeys(payouts[::-1, 5][: rows * 40].tolist()))[:rows]
    names = dict(enumerate(model.ledger.names)) | {OUTSIDE: "burnt"}
    kinds = {agent.account: str(agent.kind) for agent in model.contributors}
    reasons = tuple(Reason)
    submissions, classes = model.contract.submissions, model.dataset.classes
    found = []
    for number in numbers:
        paid = payouts[payouts[:, 5] == number].tolist()
        sender = submissions.sender[number]
        left = model.contract.left_of(number)
        found.append(
            Line(
                number=number,
                time=clock(submissions.time_s[number]),
                sender=names[sender],
                kind=kinds[sender],
                label=classes[submissions.label[number]],
                true_label=classes[model.contract.submissions.truth[number]],
                deposit=submissions.deposit[number] / UNITS_PER_TOKEN,
                state=state(left, [reasons[row[4]] for row in paid], submissions.deposit[number]),
                lesson=submissions.lesson[number],
                paid=", ".join(f"{names[row[2]]} {row[3] / UNITS_PER_TOKEN:,.2f}" for row in paid),
            )
        )
    return found


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


def as_html(found: list[Line]) -> str:
    """Return the table; labels may come from a user's own data and are escaped."""
    heads = ("time", "who", "label given", "true label", "deposit", "state", "model", "paid to")
    rows = "".join(
        f'<tr><td>{line.time}</td><td class="{line.kind}">{escape(line.sender)}</td>'
        f'<td class="{"right" if line.label == line.true_label else "wrong"}">'
        f"{escape(line.label)}</td><td>{escape(line.true_label)}</td>"
        f'<td class="number">{line.deposit:,.2f}</td><td>{line.state}</td>'
        f"<td>{escape(line.lesson)}</td><td>{escape(line.paid)}</td></tr>"
        for line in found
    )
    head = "".join(f"<th>{name}</th>" for name in heads)
    empty = '<tr><td colspan="8">none yet</td></tr>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows or empty}</tbody></table>"
