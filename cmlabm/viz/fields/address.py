"""The page's state as it stands in the address, so that a link shows what one sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, urlencode

from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.viz.fields.definitions import choices, default_text, limits, names
from cmlabm.viz.fields.entries import (
    DEFAULT_SEED,
    LONGEST,
    SEED,
    changed,
    is_entry,
    offers,
)

type View = Literal["live", "compare", "study"]

VIEWS: tuple[View, ...] = get_args(View.__value__)
SECOND = "second."
"""Comes before the parameters that differ in the second of two compared markets."""

NOT_FROM_A_LINK = ("data_path",)
"""A link must not make this machine read files that its user did not name."""

MOST_FIELDS = 200
_DAYS = limits("max_days")
MOST_DAYS = 0 if _DAYS is None else int(_DAYS.most)


@dataclass(frozen=True)
class PageState:
    """What a link reproduces.

    Attributes:
        view: which of the three views is shown.
        entries: the parameters that differ from the base case, as text.
        seed: the seed as text.
        changes: what differs in the second of two compared markets.
        day: the day to which the market is taken when the link is opened.
        study: the directory of the study, with the chosen factor and outcome.
    """

    view: View = "live"
    entries: Mapping[str, str] = field(default_factory=dict)
    seed: str = DEFAULT_SEED
    changes: Mapping[str, str] = field(default_factory=dict)
    day: int = 0
    study: str = ""
    factor: str = ""
    outcome: str = ""


def to_query(state: PageState) -> str:
    """Return a state as the query of an address.

    Example:
        >>> to_query(PageState(entries={"num_words": "400"}, seed="7"))
        'view=live&seed=7&num_words=400'
    """
    query = {"view": state.view, SEED: state.seed}
    query |= {k: v for k, v in changed(state.entries).items() if k not in NOT_FROM_A_LINK}
    query |= {SECOND + k: v for k, v in sorted(state.changes.items()) if k not in NOT_FROM_A_LINK}
    for name in ("study", "factor", "outcome"):
        if state.view == "study" and getattr(state, name):
            query[name] = getattr(state, name)
    if state.day:
        query["day"] = str(state.day)
    return urlencode(query)


def from_query(query: str) -> tuple[PageState, list[str]]:
    """Return the state that a query describes, and what in it was not taken over and why.

    Values out of range are taken over: they are refused at their fields.

    Example:
        >>> state, complaints = from_query("view=compare&num_words=400&second.num_word=9")
        >>> state.view, dict(state.entries)
        ('compare', {'num_words': '400'})
        >>> complaints
        ['num_word is not a parameter; did you mean num_words?']
    """
    found: dict[str, str] = {}
    entries: dict[str, str] = {}
    changes: dict[str, str] = {}
    complaints: list[str] = []
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return PageState(), [f"it says more than {MOST_FIELDS} things, so none is taken over"]
    for key, text in pairs:
        if not (is_entry(key) and is_entry(text)):
            complaints.append(
                f"{key[:40]!r} is not taken over: it is longer than {LONGEST:,} characters, or has"
                f" some that no text has"
            )
            continue
        if key in ("view", SEED, "day", "study", "factor", "outcome"):
            found[key] = text
            continue
        name = key.removeprefix(SECOND)
        complaint = _why_not(name, text)
        if complaint:
            complaints.append(complaint)
        else:
            (changes if key.startswith(SECOND) else entries)[name] = text
    view = found.get("view", "live")
    if view not in VIEWS:
        complaints.append(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
        view = "live"
    ends = (
        _whole(own.get("max_days", default_text("max_days")))
        for own in (entries, entries | changes)
    )
    most = min(MOST_DAYS, max(end or 0 for end in ends))
    day = _whole(found.get("day", "0"))
    if day is None or day > most:
        complaints.append(
            f"day = {found['day'][:40]!r}: must be a whole number from 0 to {most}, the market's"
            f" max_days"
        )
        day = 0
    return (
        PageState(
            view=cast("View", view),
            entries=entries,
            seed=found.get(SEED, DEFAULT_SEED),
            changes=changes,
            day=day,
            study=found.get("study", ""),
            factor=found.get("factor", ""),
            outcome=found.get("outcome", ""),
        ),
        complaints,
    )


def _whole(text: str) -> int | None:
    """Return a whole number from 0 on, of at most nine digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _why_not(name: str, text: str) -> str:
    if name in NOT_FROM_A_LINK:
        return f"{name} is not taken from a link; enter it among the parameters"
    if not offers(name, text):
        return f"{name} = {text!r} is not taken from a link; allowed are {', '.join(choices(name))}"
    if name not in names():
        try:
            Parameters.checked({name: text})
        except InputError as error:
            return str(error)
    return ""
