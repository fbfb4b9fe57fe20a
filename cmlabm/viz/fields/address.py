"""The page's state as it stands in the address, so that a link shows what one sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, urlencode

from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.viz.fields.comparison import Comparison
from cmlabm.viz.fields.definitions import choices, default_text, limits, names
from cmlabm.viz.fields.entries import (
    DEFAULT_SEED,
    LONGEST,
    SEED,
    changed,
    is_entry,
    offers,
)
from cmlabm.viz.fields.study_choice import StudyChoice
from cmlabm.viz.scenarios import SCENARIOS

type View = Literal["start", "live", "compare", "study"]

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
        view: which of the views is shown.
        entries: the parameters that differ from the base case, as text.
        seed: the seed as text.
        changes: what differs in the second of two compared markets.
        comparison: what else is compared, and how.
        day: the day to which the market is taken when the link is opened.
        study: what the study view shows.
        scenario: the id of the guided market that this is.
    """

    view: View = "live"
    entries: Mapping[str, str] = field(default_factory=dict)
    seed: str = DEFAULT_SEED
    changes: Mapping[str, str] = field(default_factory=dict)
    comparison: Comparison = field(default_factory=Comparison)
    day: int = 0
    study: StudyChoice = field(default_factory=StudyChoice)
    scenario: str = ""


def to_query(state: PageState) -> str:
    """Return a state as the query of an address.

    Example:
        >>> to_query(PageState(entries={"num_words": "400"}, seed="7"))
        'view=live&seed=7&num_words=400'
        >>> to_query(PageState(view="start"))
        ''
    """
    if state.view == "start":
        return ""
    query = {"view": state.view, SEED: state.seed}
    query |= {k: v for k, v in changed(state.entries).items() if k not in NOT_FROM_A_LINK}
    query |= {SECOND + k: v for k, v in sorted(state.changes.items()) if k not in NOT_FROM_A_LINK}
    if state.view == "live" and state.scenario:
        query["scenario"] = state.scenario
    if state.day:
        query["day"] = str(state.day)
    own = {"study": state.study.pairs(), "compare": state.comparison.pairs()}
    return urlencode([*query.items(), *own.get(state.view, [])])


def from_query(query: str) -> tuple[PageState, list[str]]:
    """Return the state that a query describes, and what in it was not taken over and why.

    Values out of range are taken over: they are refused at their fields. An address that says
    nothing is that of the start.

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
    study, comparison = StudyChoice(), Comparison()
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
        if key in ("view", SEED, "day", "scenario"):
            found[key] = text
            continue
        if (chosen := study.taking(key, text)) is not None:
            study = chosen
            continue
        compared = comparison.taking(key, text)
        if isinstance(compared, str):
            complaints.append(compared)
            continue
        if compared is not None:
            comparison = compared
            continue
        name = key.removeprefix(SECOND)
        complaint = _why_not(name, text)
        if complaint:
            complaints.append(complaint)
        else:
            (changes if key.startswith(SECOND) else entries)[name] = text
    comparison, why_not = _checked(comparison)
    complaints += why_not
    view = found.get("view", "live" if pairs else "start")
    if view not in VIEWS:
        complaints.append(f"there is no view {view!r}; there are {', '.join(VIEWS)}")
        view = "live"
    scenario = found.get("scenario", "")
    if scenario and scenario not in SCENARIOS:
        complaints.append(
            f"there is no scenario {scenario[:40]!r}; there are {', '.join(SCENARIOS)}"
        )
        scenario = ""
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
            comparison=comparison,
            study=study,
            scenario=scenario,
        ),
        complaints,
    )


def _checked(comparison: Comparison) -> tuple[Comparison, list[str]]:
    """Return a comparison with what a link may compare, and what in it was not taken over."""
    name = comparison.parameter
    if not name:
        return replace(comparison, values=()), []
    if name in NOT_FROM_A_LINK or name not in names():
        complaint = _why_not(name, "") or f"{name[:40]!r} is not a parameter"
        return replace(comparison, parameter="", values=()), [complaint]
    found = {value: _why_not(name, value) for value in comparison.values}
    values = tuple(value for value, complaint in found.items() if not complaint)
    complaints = [complaint for complaint in found.values() if complaint]
    if not values:
        return replace(comparison, parameter="", values=()), [
            *complaints,
            f"vary = {name}: needs at least one value",
        ]
    return replace(comparison, values=values), complaints


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
