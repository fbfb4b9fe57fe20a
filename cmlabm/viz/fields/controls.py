"""Fields for the parameters, made from their definitions: choices, and sliders with an entry."""

from collections.abc import Callable, Mapping

import reacton.ipyvuetify as v
import solara

from cmlabm.viz.fields.definitions import (
    choices,
    default_text,
    group_of,
    matters,
    meaning,
    names,
    unit,
)
from cmlabm.viz.fields.entries import SEED
from cmlabm.viz.fields.grouping import GROUPS, title
from cmlabm.viz.fields.levels import levels, nearest


@solara.component
def Field(name: str, text: str, problem: str, on_text: Callable[[str], None]) -> None:
    """A field for one parameter, with its unit, its meaning, and what is wrong with the entry."""
    known = name in names()
    with solara.Div(classes=["cml-field"], style={"position": "relative"}):
        offered = choices(name) if known else ()
        errors = [problem] if problem else []
        label = title(name) if known else name
        hint = meaning(name) if known else "the same seed gives the same run"
        if offered:
            v.Select(
                label=label,
                items=list(dict.fromkeys((*offered, text))),
                v_model=text,
                on_v_model=on_text,
                hint=hint,
                persistent_hint=True,
                error_messages=errors,
                dense=True,
                attributes={"data-field": name},
                class_=f"cml-{name}",
            )
            return
        v.TextField(
            label=label,
            v_model=text,
            on_v_model=lambda value: on_text("" if value is None else str(value)),
            suffix=unit(name) if known else "",
            hint=hint,
            persistent_hint=True,
            error_messages=errors,
            dense=True,
            class_=f"cml-{name}",
        )
        stops = levels(name) if known else []
        if stops:
            place = nearest(stops, text)

            def slide(to: int) -> None:
                # The slider reports its place again when the entry moves it.
                if to != place:
                    on_text(stops[to])

            v.Slider(
                v_model=place,
                on_v_model=slide,
                min=0,
                max=len(stops) - 1,
                step=1,
                dense=True,
                hide_details=True,
                class_=f"cml-slider cml-slider-{name}",
            )


@solara.component
def ParameterPanel(
    entries: Mapping[str, str],
    problems: Mapping[str, str],
    on_entries: Callable[[dict[str, str]], None],
) -> None:
    """All parameters in groups that fold; only the open groups' fields exist."""
    opened, set_opened = solara.use_state([])

    def enter(name: str) -> Callable[[str], None]:
        return lambda text: on_entries({**entries, name: text})

    with v.ExpansionPanels(
        multiple=True, v_model=opened, on_v_model=set_opened, class_="cml-groups", flat=True
    ):
        for place, group in enumerate(GROUPS):
            own = [name for name in names() if group_of(name) == group]
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
                            Field(
                                name,
                                entries.get(name, default_text(name)),
                                problems.get(name, ""),
                                enter(name),
                            ).key(name)


@solara.component
def SeedField(seed: str, problem: str, on_seed: Callable[[str], None]) -> None:
    """The seed's field."""
    Field(SEED, seed, problem, on_seed)
