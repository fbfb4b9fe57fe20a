"""What is chosen of a study: factor, outcome, and the runs that are kept."""

from typing import Any

import reacton.ipyvuetify as v
import solara

from cmlabm.results.outcomes import OUTCOMES
from cmlabm.viz.drawing.study_charts import MOST_LEVELS
from cmlabm.viz.fields.definitions import meaning, names
from cmlabm.viz.markets.session import Session
from cmlabm.viz.views.study_choices import (
    described,
    outcomes_of,
    seconds_of,
    shown_factor,
    shown_outcome,
    values_of,
    varied,
)
from cmlabm.viz.views.study_reading import Reading


@solara.component
def Choices(session: Session, reading: Reading) -> None:
    """Which factor and which outcome."""
    chosen = session.study.value
    factor = shown_factor(reading, chosen.factor)
    outcome = shown_outcome(reading, chosen.outcome)
    if reading.factors:
        v.Select(
            label="factor",
            items=list(reading.factors),
            v_model=factor,
            on_v_model=lambda name: session.choose(factor=name),
            hint=meaning(factor) if factor in names() else "",
            persistent_hint=True,
            dense=True,
            class_="cml-factor",
        )
    v.Select(
        label="outcome",
        items=outcomes_of(reading.runs),
        v_model=outcome,
        on_v_model=lambda name: session.choose(outcome=name),
        hint=described(OUTCOMES[outcome]),
        persistent_hint=True,
        dense=True,
        class_="cml-outcome",
    )
    v.Select(
        label="second factor",
        items=[{"text": "none", "value": ""}]
        + [{"text": name, "value": name} for name in seconds_of(reading, factor)],
        v_model=chosen.second,
        on_v_model=lambda name: session.choose(second=name),
        dense=True,
        class_="cml-second",
    )
    for letter, name in (("x", "factor"), ("y", "outcome")):
        v.Checkbox(
            label=f"logarithmic axis of the {name}",
            v_model=letter in chosen.log,
            on_v_model=lambda on, letter=letter: session.choose(
                log="".join(it for it in "xy" if (on if it == letter else it in chosen.log))
            ),
            dense=True,
            hide_details=True,
            class_=f"cml-log-{letter}",
        ).key(f"log-{letter}")


@solara.component
def Filters(session: Session, reading: Reading) -> None:
    """Which values of the varied parameters to keep; none chosen keeps all."""
    chosen = session.study.value
    for name in varied(reading):
        values = values_of(reading.runs, name)
        if len(values) > MOST_LEVELS:
            continue

        def keep(kept: Any, name: str = name) -> None:
            session.study.set(chosen.keeping(name, tuple(kept)))
            session.note_address()

        v.Select(
            label=f"only {name}",
            items=values,
            v_model=list(chosen.kept.get(name, ())),
            on_v_model=keep,
            multiple=True,
            small_chips=True,
            dense=True,
            hide_details=True,
            class_=f"cml-filter cml-only-{name}",
        ).key(name)
