"""Fields for the parameters, made from their definitions: choices, and sliders with an entry."""

from collections.abc import Callable, Mapping
from functools import cache

import reacton.ipyvuetify as v
import solara

from cmlabm.declarations import declared_by
from cmlabm.parameters import Parameters
from cmlabm.registries import REGISTRIES
from cmlabm.viz.entries import DEFAULTS, SEED, choices, ids_in, meaning, unit
from cmlabm.viz.levels import levels, nearest

GROUPS = ("data", "honest", "malicious", "contract", "model")

_GROUP_OF = {
    "initial_fraction": "data",
    "num_words": "data",
    "train_size": "data",
    "test_size": "data",
    "label_column": "data",
    "population_distribution": "model",
    "classifier": "model",
    "max_days": "model",
}


def group_of(name: str) -> str:
    """Return the group that a parameter stands in.

    Example:
        >>> group_of("honest_mean_wait_s"), group_of("data_path"), group_of("cost_weight")
        ('honest', 'data', 'contract')
    """
    prefix = name.split("_")[0]
    return _GROUP_OF.get(name, prefix if prefix in GROUPS else "contract")


def title(name: str) -> str:
    """Return a parameter's name as it is shown within its group.

    Example:
        >>> title("honest_mean_wait_s"), title("num_words")
        ('mean wait', 'num words')
    """
    bare = name.removeprefix("honest_").removeprefix("malicious_").removesuffix("_s")
    return bare.replace("_", " ")


@solara.component
def Field(name: str, text: str, problem: str, on_text: Callable[[str], None]) -> None:
    """A field for one parameter, with its unit, its meaning, and what is wrong with the entry."""
    known = name in Parameters.model_fields
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
            names = [name for name in Parameters.model_fields if group_of(name) == group]
            shown = [name for name in names if _matters(name, entries)]
            differing = [name for name in names if name in entries]
            wrong = [name for name in names if name in problems]
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
                                entries.get(name, DEFAULTS[name]),
                                problems.get(name, ""),
                                enter(name),
                            ).key(name)


@solara.component
def SeedField(seed: str, problem: str, on_seed: Callable[[str], None]) -> None:
    """The seed's field."""
    Field(SEED, seed, problem, on_seed)


def _matters(name: str, entries: Mapping[str, str]) -> bool:
    data = entries.get("data", DEFAULTS["data"])
    if name == "data_path":
        return data in ("imdb", "table")
    if name == "label_column":
        return data == "table"
    if name == "num_words":
        return data in ("imdb", "synthetic-reviews")
    if name == "data_alpha":
        return entries.get("data_dealing") == "dirichlet"
    owners = _owners(name)
    return not owners or any(
        chosen in owners
        for parameter in REGISTRIES
        for chosen in ids_in(entries.get(parameter, DEFAULTS[parameter]))
    )


@cache
def _owners(name: str) -> frozenset[str]:
    """Return the ids of the behaviours, mechanisms and classifiers that have a parameter."""
    return frozenset(
        known
        for registry in REGISTRIES.values()
        for known, entry in registry.items()
        if name in {declared.name for declared in declared_by(entry)}
    )
