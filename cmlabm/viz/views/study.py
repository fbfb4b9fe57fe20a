"""The study view: factor and outcome, runs as dots, curves, filters, and a way back to live."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import reacton.ipyvuetify as v
import solara
import solara.lab

from cmlabm.model import CMLModel
from cmlabm.viz.drawing.colours import Colours, colours
from cmlabm.viz.drawing.study_charts import (
    MOST_LEVELS,
    dots,
    means,
    run_curves,
    summary_html,
)
from cmlabm.viz.fields.definitions import as_text
from cmlabm.viz.markets.session import Session
from cmlabm.viz.permissions import granted
from cmlabm.viz.views.board import Board
from cmlabm.viz.views.browser import use_dark
from cmlabm.viz.views.study_choices import (
    entries_of,
    filtered,
    outcomes_of,
    shown_factor,
    shown_outcome,
    spread,
    unknown,
    varied,
)
from cmlabm.viz.views.study_reading import Reading, follow, found_below, series


@solara.component
def Study(session: Session) -> None:
    """A directory, what it holds, and the run that was picked."""
    chosen = session.study.value
    reading, set_reading = solara.use_state(Reading())
    kept, set_kept = solara.use_state({})
    picked, set_picked = solara.use_state("")

    def start() -> Callable[[], None] | None:
        set_reading(Reading())
        set_picked("")
        if not chosen.directory:
            return None
        ended = threading.Event()
        arguments = (chosen.directory, chosen.factor, set_reading, ended)
        threading.Thread(target=follow, args=arguments, daemon=True).start()
        return ended.set

    solara.use_effect(start, [chosen.directory, chosen.factor])
    solara.use_effect(lambda: set_kept({}), [chosen.directory])
    runs = filtered(reading.runs, kept)
    with solara.Div(classes=["cml-page cml-study"]):
        with solara.Div(classes=["cml-side"]):
            with solara.Div(classes=["cml-controls"]):
                Directory(session, reading)
            if reading.factors or len(reading.runs):
                with solara.Div(classes=["cml-parameters"]):
                    Choices(session, reading)
                    Filters(reading, kept, set_kept)
        with solara.Div(classes=["cml-main"]):
            if reading.problem:
                solara.Error(reading.problem)
            elif not chosen.directory:
                solara.Info(
                    "Open the directory of a study: python -m cmlabm.batch STUDY.toml --out DIR"
                )
            elif not reading.planned:
                solara.ProgressLinear(True)
            else:
                Progress(reading)
                for sentence in unknown(reading, chosen.factor, chosen.outcome):
                    solara.Warning(sentence, dense=True)
                StudyCharts(session, reading, runs, picked, set_picked)


@solara.component
def Directory(session: Session, reading: Reading) -> None:
    """Where the study is."""
    chosen = session.study.value
    text, set_text = solara.use_state_or_update(chosen.directory)
    offered = solara.use_memo(lambda: found_below(granted().data_root), [])

    def open_it(directory: str) -> None:
        session.study.set(replace(chosen, directory=directory.strip()))
        session.note_address()

    solara.InputText("directory of the study", value=text, on_value=set_text, classes=["cml-dir"])
    solara.Button("Open", color="primary", small=True, on_click=lambda: open_it(text))
    if offered:
        v.Select(
            label="or one of these",
            items=offered,
            v_model=chosen.directory,
            on_v_model=open_it,
            dense=True,
            hide_details=True,
            class_="cml-offered",
        )
    if reading.name:
        solara.Text(f"{reading.name}: {reading.description}")


@solara.component
def Choices(session: Session, reading: Reading) -> None:
    """Which factor and which outcome."""
    chosen = session.study.value

    def choose(**change: str) -> None:
        session.study.set(replace(chosen, **change))
        session.note_address()

    if reading.factors:
        v.Select(
            label="factor",
            items=list(reading.factors),
            v_model=shown_factor(reading, chosen.factor),
            on_v_model=lambda name: choose(factor=name),
            dense=True,
            class_="cml-factor",
        )
    v.Select(
        label="outcome",
        items=outcomes_of(reading.runs),
        v_model=shown_outcome(reading, chosen.outcome),
        on_v_model=lambda name: choose(outcome=name),
        dense=True,
        class_="cml-outcome",
    )


@solara.component
def Filters(
    reading: Reading, kept: dict[str, list[str]], on_kept: Callable[[dict[str, list[str]]], None]
) -> None:
    """Which values of the varied parameters to keep; none chosen keeps all."""
    for name in varied(reading):
        values = [as_text(value) for value in sorted(reading.runs[name].dropna().unique())]
        if len(values) > MOST_LEVELS:
            continue

        def keep(chosen: Any, name: str = name) -> None:
            on_kept({**kept, name: list(chosen)})

        v.Select(
            label=f"only {name}",
            items=values,
            v_model=kept.get(name, []),
            on_v_model=keep,
            multiple=True,
            small_chips=True,
            dense=True,
            hide_details=True,
            class_=f"cml-filter cml-only-{name}",
        ).key(name)


@solara.component
def Progress(reading: Reading) -> None:
    """How far the study is, and what failed."""
    count = f"{reading.done} of {reading.planned} runs"
    aside = f"; {reading.aside} of other settings are kept aside" if reading.aside else ""
    if not reading.is_complete:
        solara.Info(f"{count} so far; more are coming in.", dense=True)
        solara.ProgressLinear(100 * reading.done / reading.planned)
    if reading.failed:
        failed = reading.runs[reading.runs["status"] == "failed"]
        with solara.Details(f"{count}; {reading.failed} failed{aside}"):
            for row in failed.head(5).to_dict("records"):
                solara.Preformatted(f"seed {row['seed']}\n{row['error']}", class_="cml-traceback")
    elif reading.is_complete:
        solara.Text(count + aside, classes=["cml-count"])


@solara.component
def StudyCharts(
    session: Session,
    reading: Reading,
    runs: pd.DataFrame,
    picked: str,
    on_picked: Callable[[str], None],
) -> None:
    """Dots, curves, the table of means, and the picked run."""
    palette = colours(use_dark())
    chosen = session.study.value
    outcome = shown_outcome(reading, chosen.outcome)
    factor = shown_factor(reading, chosen.factor)
    done = runs[runs["status"] == "done"]
    if not len(done):
        solara.Info("No finished run is left by these filters.")
        return

    if picked in set(done["run"]):
        PickedRun(session, done[done["run"] == picked].iloc[0].to_dict())
    with solara.Div(classes=["cml-charts cml-boards"]):
        title = f"{outcome} (click a dot to pick its run)"
        option = dots(done, factor, outcome, palette, picked)
        Board({title: option}, on_click=on_picked, height=340)
        Curves(chosen.directory, done, palette, picked)
    if done["level"].nunique() <= MOST_LEVELS:
        solara.HTML(
            tag="div",
            unsafe_innerHTML=summary_html(means(done, outcome), factor),
            class_="cml-table cml-card cml-means",
        )


@solara.component
def Curves(directory: str, runs: pd.DataFrame, palette: Colours, picked: str) -> None:
    """The daily series of the first runs, and of the picked one."""
    column, set_column = solara.use_state("accuracy")
    ids = spread(runs, picked)
    levels = {run: as_text(level) for run, level in zip(runs["run"], runs["level"], strict=True)}
    task: solara.lab.Task[[], pd.DataFrame] = solara.lab.use_task(
        lambda: series(directory, ids), dependencies=[directory, ids], raise_error=False
    )
    with solara.Div():
        if task.finished and task.value is not None:
            shown = {run: levels[run] for run in ids}
            title = f"{column} of {len(ids)} of {len(runs)} runs, by day"
            option = run_curves(task.value, shown, column, palette, picked)
            Board({title: option}, height=300)
        else:
            solara.ProgressLinear(True)
        v.Select(
            label="curve",
            items=list(CMLModel.SERIES),
            v_model=column,
            on_v_model=set_column,
            dense=True,
            hide_details=True,
            class_="cml-curve",
        )


@solara.component
def PickedRun(session: Session, row: dict[str, Any]) -> None:
    """The run that was picked, and the way to watch it."""
    entries = entries_of(row)
    differing = ", ".join(f"{name} = {text}" for name, text in entries.items()) or "the base case"
    with solara.Div(classes=["cml-card", "cml-picked"]):
        solara.Text(f"run {row['run']}: {differing}; seed {row['seed']}")
        solara.Button(
            "Open this run live",
            color="primary",
            small=True,
            on_click=lambda: session.show_live(entries, as_text(row["seed"])),
        )
