"""What is drawn of a study: runs as dots, curves, estimates, means, and a way back to live."""

from typing import Any

import pandas as pd
import reacton.ipyvuetify as v
import solara
import solara.lab

from cmlabm.results.series import SERIES
from cmlabm.viz.drawing.colours import Colours, colours
from cmlabm.viz.drawing.study_charts import (
    MOST_DOTS,
    MOST_LEVELS,
    MOST_SERIES,
    Axes,
    dots,
    heat_map,
    is_heat_map,
    on_log_axes,
    run_curves,
)
from cmlabm.viz.drawing.study_designs import importance_chart, parallel_lines
from cmlabm.viz.drawing.study_levels import as_level, means, summary_html, summary_text
from cmlabm.viz.drawing.study_survival import MOST_SHOWN, survival_chart
from cmlabm.viz.fields.definitions import as_text
from cmlabm.viz.markets.session import Session
from cmlabm.viz.views.board import Board, Figure
from cmlabm.viz.views.browser import use_dark
from cmlabm.viz.views.study_analyses import importance_table, survival_tables
from cmlabm.viz.views.study_choices import axes_of, described, entries_of, shown_curve, spread
from cmlabm.viz.views.study_reading import Reading, series
from cmlabm.viz.views.study_runs import RunsTable
from cmlabm.viz.views.study_saving import SaveStudy

SURVIVAL = ("malicious_depletion_days", "malicious_depleted")
"""The outcomes that say when malicious money was used up."""


@solara.component
def StudyFigures(session: Session, reading: Reading, runs: pd.DataFrame) -> None:
    """Figures, the table of means, the picked run, and the table of runs."""
    palette = colours(use_dark())
    chosen = session.study.value
    axes = axes_of(reading, chosen)
    done = runs[runs["status"] == "done"]
    if not len(done):
        solara.Info("No finished run is left by these filters.")
        return

    picked = chosen.run if chosen.run in set(done["run"]) else ""
    for sentence in on_log_axes(done, axes):
        solara.Warning(sentence, dense=True)
    if picked:
        PickedRun(session, done[done["run"] == picked].iloc[0].to_dict())
    with solara.Div(classes=["cml-charts cml-boards"]):
        Overview(session, done, axes, palette, picked)
        Curves(session, done, palette, picked)
        if axes.outcome in SURVIVAL and done["level"].nunique() <= MOST_SHOWN:
            Survival(done, axes.factor, palette).key(f"survival-{axes.factor}")
        if reading.sampled:
            Parallel(session, reading, done, axes, palette, picked)
            Importance(chosen.directory, axes.outcome, reading.done, palette)
    if done["level"].nunique() <= MOST_LEVELS:
        solara.HTML(
            tag="div",
            unsafe_innerHTML=summary_html(means(done, axes.outcome), axes.factor),
            class_="cml-table cml-card cml-means",
        )
    RunsTable(session, reading, runs, axes)
    SaveStudy(session, reading, runs, axes)


@solara.component
def Overview(
    session: Session, runs: pd.DataFrame, axes: Axes, palette: Colours, picked: str
) -> None:
    """Every run over its level, or means at each pair of levels."""
    text = summary_text(means(runs, axes.outcome)[:MOST_LEVELS], axes.factor, axes.outcome)
    known = set(runs["run"])

    def pick(run: str) -> None:
        if run in known:
            session.choose(run=run)

    if is_heat_map(runs, axes):
        title = f"mean {axes.outcome} by {axes.factor} and {axes.second}"
        figure = Figure(title, heat_map(runs, axes, palette), text)
    else:
        title = f"{axes.outcome} by {axes.factor}" + (f" and {axes.second}" if axes.second else "")
        note = "Each dot is a run; click one to pick it."
        if axes.second and runs[axes.second].nunique(dropna=False) > MOST_SERIES:
            note += f" Colours are values of {axes.second}."
        if runs["level"].nunique() <= MOST_LEVELS:
            note += " Diamonds are means with 95 % intervals (Student's t)."
        if len(runs) > MOST_DOTS:
            note += f" {MOST_DOTS:,} of {len(runs):,} runs are drawn."
        figure = Figure(title, dots(runs, axes, palette, picked), text, note)
    Board([figure], on_click=pick)


@solara.component
def Curves(session: Session, runs: pd.DataFrame, palette: Colours, picked: str) -> None:
    """The daily series of the first runs, and of the picked one."""
    directory = session.study.value.directory
    column = shown_curve(session.study.value.curve)
    ids = spread(runs, picked)
    levels = dict(zip(runs["run"], runs["level"].map(as_level), strict=True))
    task: solara.lab.Task[[], pd.DataFrame] = solara.lab.use_task(
        lambda: series(directory, ids), dependencies=[directory, ids], raise_error=False
    )
    with solara.Div():
        if not task.finished or task.value is None:
            Waiting(task)
        elif column not in task.value:
            solara.Warning(f"This study has no curves of {column}.", dense=True)
        else:
            shown = {run: levels[run] for run in ids}
            title = f"{column} of {len(ids)} of {len(runs)} runs, by day"
            option = run_curves(task.value, shown, column, palette, picked)
            ends = task.value.groupby("run", sort=False)[column].last().map(as_level)
            text = f"{column} by day; at the end " + ", ".join(
                f"{end} at level {levels[str(run)]}"
                for run, end in list(ends.items())[:MOST_LEVELS]
            )
            Board([Figure(title, option, text)])
        v.Select(
            label="curve",
            items=list(SERIES),
            v_model=column,
            on_v_model=lambda name: session.choose(curve=name),
            hint=described(SERIES[column]),
            persistent_hint=True,
            dense=True,
            class_="cml-curve",
        )


@solara.component
def Survival(runs: pd.DataFrame, factor: str, palette: Colours) -> None:
    """How long malicious money lasts, with the runs in which it outlasted the market."""
    task: solara.lab.Task[[], dict[str, pd.DataFrame]] = solara.lab.use_task(
        lambda: survival_tables(runs),
        dependencies=[tuple(runs["run"]), factor],
        raise_error=False,
    )
    if not task.finished or task.value is None:
        Waiting(task)
        return
    lasts = [
        f"at {level}, {table['share'].iloc[-1]:.0%} on day {table['days'].iloc[-1]:.0f}"
        for level, table in task.value.items()
    ]
    figure = Figure(
        f"How long malicious money lasts, by {factor}",
        survival_chart(task.value, factor, palette),
        f"Share of runs whose malicious money lasts, by {factor}: {'; '.join(lasts)}.",
        "Kaplan-Meier estimates with 95 % bands (log-log); a run in which the money outlasts the"
        " market counts as lasting longer.",
    )
    Board([figure])


@solara.component
def Parallel(
    session: Session,
    reading: Reading,
    runs: pd.DataFrame,
    axes: Axes,
    palette: Colours,
    picked: str,
) -> None:
    """Each run as a line through all factors."""
    factors = {name: log for name, log in reading.sampled.items() if name in runs}
    known = set(runs["run"])

    def pick(run: str) -> None:
        if run in known:
            session.choose(run=run)

    figure = Figure(
        f"All factors and {axes.outcome}",
        parallel_lines(runs, factors, axes.outcome, palette, picked),
        f"{len(runs)} runs as lines through {', '.join(factors)} and {axes.outcome}.",
        "Each line is a run, coloured by its outcome; click one to pick it.",
    )
    Board([figure], on_click=pick)


@solara.component
def Importance(directory: str, outcome: str, runs: int, palette: Colours) -> None:
    """Which factors the outcome depends on, by all runs of the study."""
    task: solara.lab.Task[[], pd.DataFrame] = solara.lab.use_task(
        lambda: importance_table(directory, outcome),
        dependencies=[directory, outcome, runs],
        raise_error=False,
    )
    if not task.finished or task.value is None:
        Waiting(task)
        return
    table = task.value
    main = next(name for name in ("total", "mu_star", "first") if name in table)
    ranked = table.sort_values(main, ascending=False)
    text = ", ".join(
        f"{factor} {value:.2g}"
        for factor, value in zip(ranked["factor"], ranked[main], strict=True)
    )
    figure = Figure(
        f"What {outcome} depends on",
        importance_chart(table, palette),
        f"Importance of each factor for {outcome}: {text}.",
        "Of all runs, whatever the filters; 95 % bootstrap intervals from"
        f" {table['n'].iloc[0]} points or blocks of points.",
    )
    Board([figure])


@solara.component
def Waiting(task: "solara.lab.Task[..., Any]") -> None:
    """That something is being worked out, or why it could not be."""
    if task.error:
        solara.Warning(str(task.exception), dense=True)
    else:
        solara.ProgressLinear(True)


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
