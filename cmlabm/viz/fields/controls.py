"""Fields for the parameters, made from their definitions: choices, and sliders with an entry."""

from collections.abc import Callable, Mapping

import reacton.ipyvuetify as v
import solara

from cmlabm.viz.fields.definitions import (
    choices,
    default_text,
    explained,
    group_of,
    matters,
    meaning,
    names,
)
from cmlabm.viz.fields.durations import as_entered, as_shown, is_in_days, shown_unit
from cmlabm.viz.fields.entries import SEED
from cmlabm.viz.fields.grouping import GROUPS, MAIN, title
from cmlabm.viz.fields.levels import levels, nearest


def _nothing() -> None:
    """Do nothing at Enter."""


@solara.component
def Field(
    name: str,
    text: str,
    problem: str,
    on_text: Callable[[str], None],
    on_enter: Callable[[], object] = _nothing,
) -> None:
    """A field for one parameter, with its unit, its meaning, and what is wrong with the entry."""
    known = name in names()
    offered = choices(name) if known else ()
    stops = levels(name) if known else []
    with solara.Div(classes=["cml-field"], style={"position": "relative"}):
        if offered:
            Choice(name, text, list(dict.fromkeys((*offered, text))), problem, on_text)
        else:
            Entry(name, text, problem, on_text, on_enter)
        if stops and not offered:
            Slider(name, text, stops, on_text)


@solara.component_vue("choice.vue")
def _Choice(
    name: str,
    label: str,
    hint: str,
    chosen: str,
    items: list[dict[str, str]],
    errors: list[str],
    event_choose: Callable[[str], object],
) -> None:
    """A list to choose from, each choice with a sentence."""


@solara.component
def Choice(
    name: str, text: str, offered: list[str], problem: str, on_text: Callable[[str], None]
) -> None:
    """A parameter that is chosen from a list; what is chosen is explained below it."""
    _Choice(
        name=name,
        label=title(name),
        hint=explained(name, text) or meaning(name),
        chosen=text,
        items=[{"text": one, "value": one, "sentence": explained(name, one)} for one in offered],
        errors=[problem] if problem else [],
        event_choose=lambda value: on_text(str(value)),
    )


@solara.component_vue("entry.vue")
def _Entry(
    name: str,
    label: str,
    hint: str,
    shown: str,
    suffix: str,
    errors: list[str],
    event_enter: Callable[[str], object],
    event_apply: Callable[..., object],
) -> None:
    """A field to type in."""


@solara.component
def Entry(
    name: str,
    text: str,
    problem: str,
    on_text: Callable[[str], None],
    on_enter: Callable[[], object],
) -> None:
    """A parameter that is typed in, long times in days."""
    known = name in names()
    typed, set_typed = solara.use_state(("", ""))  # a value, and what was typed for it

    def enter(shown: str) -> None:
        stored = as_entered(name, shown) if known else shown
        set_typed((stored, shown))
        on_text(stored)

    if problem and known and is_in_days(name):
        problem = f"in seconds, it {problem}"
    _Entry(
        name=name,
        label=title(name) if known else name,
        shown=typed[1] if typed[0] == text else as_shown(name, text) if known else text,
        suffix=shown_unit(name) if known else "",
        hint=meaning(name) if known else "the same seed gives the same run",
        errors=[problem] if problem else [],
        event_enter=lambda value: enter(str(value)),
        event_apply=lambda *_: on_enter(),
    )


@solara.component
def Slider(name: str, text: str, stops: list[str], on_text: Callable[[str], None]) -> None:
    """Round values of a number; only the visitor's hand on the slider makes an entry."""
    slider = v.Slider(
        v_model=nearest(stops, text),
        min=0,
        max=len(stops) - 1,
        step=1,
        dense=True,
        hide_details=True,
        class_=f"cml-slider cml-slider-{name}",
    )
    v.use_event(slider, "change", lambda _widget, _event, place: on_text(stops[int(place)]))


@solara.component
def ParameterPanel(
    entries: Mapping[str, str],
    problems: Mapping[str, str],
    on_entries: Callable[[dict[str, str]], None],
    on_enter: Callable[[], object] = _nothing,
) -> None:
    """The main parameters, and all others in groups that fold; folded fields do not exist."""
    opened, set_opened = solara.use_state([])

    def show(name: str) -> None:
        def enter(text: str) -> None:
            on_entries({**entries, name: text})

        text = entries.get(name, default_text(name))
        Field(name, text, problems.get(name, ""), enter, on_enter).key(name)

    with solara.Div(classes=["cml-main-fields"]):
        for name in MAIN:
            if matters(name, entries):
                show(name)
    with v.ExpansionPanels(
        multiple=True, v_model=opened, on_v_model=set_opened, class_="cml-groups", flat=True
    ):
        for place, group in enumerate(GROUPS):
            own = [name for name in names() if group_of(name) == group and name not in MAIN]
            shown = [name for name in own if matters(name, entries)]
            differing = [name for name in own if name in entries]
            wrong = [name for name in own if name in problems]
            note = f" · {len(differing)} changed" if differing else ""
            with v.ExpansionPanel():
                v.ExpansionPanelHeader(
                    children=[f"{group.capitalize()}{note}{' · wrong entry' if wrong else ''}"],
                    class_=f"cml-group-{group}" + (" error--text" if wrong else ""),
                )
                with v.ExpansionPanelContent():
                    if place in opened:
                        for name in shown:
                            show(name)


@solara.component
def SeedField(
    seed: str,
    problem: str,
    on_seed: Callable[[str], None],
    on_enter: Callable[[], object] = _nothing,
) -> None:
    """The seed's field."""
    Field(SEED, seed, problem, on_seed, on_enter)
