"""The study view: a directory, what it holds, and what is chosen of it."""

import threading
from collections.abc import Callable

import reacton.ipyvuetify as v
import solara

from cmlabm.viz.fields.study_choice import StudyChoice
from cmlabm.viz.markets.session import Session
from cmlabm.viz.permissions import granted
from cmlabm.viz.views.study_choices import filtered, unknown
from cmlabm.viz.views.study_controls import Choices, Filters
from cmlabm.viz.views.study_figures import StudyFigures
from cmlabm.viz.views.study_reading import EVERY_S, Reading, follow, found_below
from cmlabm.viz.views.study_start import StudyStart


@solara.component
def Study(session: Session) -> None:
    """A directory, what it holds, and the run that was picked."""
    chosen = session.study.value
    reading, set_reading = solara.use_state(Reading())

    def start() -> Callable[[], None] | None:
        set_reading(Reading())
        if not chosen.directory:
            return None
        ended = threading.Event()
        arguments = (chosen.directory, chosen.factor, set_reading, ended)
        threading.Thread(target=follow, args=arguments, daemon=True).start()
        return ended.set

    solara.use_effect(start, [chosen.directory, chosen.factor])
    solara.use_effect(session.note_address, [])
    with solara.Div(classes=["cml-page cml-study"]):
        with solara.Div(classes=["cml-side"]):
            with solara.Div(classes=["cml-controls"]):
                Directory(session, reading)
                StudyStart(session)
            if reading.factors or len(reading.runs):
                with solara.Div(classes=["cml-parameters"]):
                    Choices(session, reading)
                    Filters(session, reading)
        with solara.Div(classes=["cml-main"]):
            if reading.waits:
                solara.Info(
                    f"{reading.problem}. It is looked at every {EVERY_S:g} seconds, and shown as"
                    f" soon as python -m cmlabm.batch writes there."
                )
                solara.ProgressLinear(True)
            elif reading.problem:
                solara.Error(reading.problem)
            elif not chosen.directory:
                solara.Info(
                    "Open the directory of a study: python -m cmlabm.batch STUDY.toml --out DIR"
                )
            elif not reading.planned:
                solara.ProgressLinear(True)
            else:
                Progress(reading)
                for sentence in unknown(reading, chosen):
                    solara.Warning(sentence, dense=True)
                StudyFigures(session, reading, filtered(reading.runs, chosen.kept))


@solara.component
def Directory(session: Session, reading: Reading) -> None:
    """Where the study is."""
    chosen = session.study.value
    text, set_text = solara.use_state_or_update(chosen.directory)
    offered = solara.use_memo(lambda: found_below(granted().data_root), [])

    def open_it(directory: str) -> None:
        if directory.strip() != chosen.directory:
            session.study.set(StudyChoice(directory.strip()))
            session.note_address()

    field = v.TextField(
        label="directory of the study", v_model=text, on_v_model=set_text, class_="cml-dir"
    )
    v.use_event(field, "keyup.enter", lambda *_: open_it(text))
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
    if reading.spec:
        solara.Text(f"{reading.spec.name}: {reading.spec.description}")


@solara.component
def Progress(reading: Reading) -> None:
    """How far the study is, and what failed."""
    count = f"{reading.done} of {reading.planned} runs"
    aside = f"; {reading.aside} of other settings are kept aside" if reading.aside else ""
    if not reading.is_complete:
        solara.Info(f"{count} so far; those that follow are shown as they come.", dense=True)
        solara.ProgressLinear(100 * reading.done / reading.planned)
    if reading.failed:
        failed = reading.runs[reading.runs["status"] == "failed"]
        with solara.Details(f"{count}; {reading.failed} failed{aside}"):
            for row in failed.head(5).to_dict("records"):
                solara.Preformatted(f"seed {row['seed']}\n{row['error']}", class_="cml-traceback")
    elif reading.is_complete:
        solara.Text(count + aside, classes=["cml-count"])
