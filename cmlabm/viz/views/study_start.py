"""Start a study, a game or a search from its file, and stop it."""

import threading
from collections.abc import Callable
from pathlib import Path

import reacton.ipyvuetify as v
import solara

from cmlabm.errors import InputError
from cmlabm.viz.fields.study_choice import StudyChoice
from cmlabm.viz.markets.session import Session
from cmlabm.viz.permissions import granted
from cmlabm.viz.studies.definition import definition_of, directory_of, found_below
from cmlabm.viz.studies.running import StartedStudy, started_studies

LOOKS_EVERY_S = 0.5


@solara.component
def StudyStart(session: Session) -> None:
    """The file and the directory of a study to start, or the one that runs."""
    visitor = solara.get_session_id()
    started, set_started = solara.use_state(started_studies.of(visitor))
    use_end_of(started)
    runs = started is not None and not started.ended.is_set()
    with solara.Details("Run a study", expand=started is not None):
        if started is not None and runs:
            Running(started)
            return
        if started is not None:
            Ended(started)
        Choice(session, visitor, set_started)


@solara.component
def Choice(session: Session, visitor: str, on_start: Callable[[StartedStudy], None]) -> None:
    """Which file, and where its results go."""
    file, set_file = solara.use_state("")
    directory, set_directory = solara.use_state("")
    problem, set_problem = solara.use_state("")
    offered = solara.use_memo(lambda: found_below(granted().data_root), [])

    def choose(name: str) -> None:
        set_file(name)
        set_directory(f"results/{Path(name).stem}")

    def start() -> None:
        try:
            definition, place = definition_of(file.strip()), directory_of(directory.strip())
            started = started_studies.start(visitor, definition, place)
        except InputError as error:
            set_problem(str(error))
            return
        set_problem("")
        on_start(started)
        session.study.set(StudyChoice(directory.strip()))
        session.note_address()

    if offered:
        v.Select(
            label="a file of the data root",
            items=offered,
            v_model=file if file in offered else None,
            on_v_model=choose,
            dense=True,
            hide_details=True,
            class_="cml-start-offered",
        )
    v.TextField(
        label="file of a study, a game or a search",
        v_model=file,
        on_v_model=set_file,
        class_="cml-start-file",
    )
    v.TextField(
        label="directory for its results",
        v_model=directory,
        on_v_model=set_directory,
        class_="cml-start-directory",
    )
    solara.Button("Start", color="primary", small=True, on_click=start, classes=["cml-start-it"])
    if problem:
        solara.Error(problem, dense=True)


@solara.component
def Running(started: StartedStudy) -> None:
    """What runs, and the way to stop it."""
    stops, set_stops = solara.use_state(started.was_stopped)

    def stop() -> None:
        set_stops(True)
        started.stop()

    solara.Info(f"{_words(started)} runs." + (" It stops …" if stops else ""), dense=True)
    solara.Button("Stop", small=True, on_click=stop, disabled=stops, classes=["cml-stop-it"])


@solara.component
def Ended(started: StartedStudy) -> None:
    """How the last one ended."""
    if started.problem:
        solara.Error(f"{_words(started)}: {started.problem}", dense=True)
    elif started.was_stopped:
        solara.Info(f"{_words(started)} was stopped; started again, it goes on.", dense=True)
    else:
        solara.Success(f"{_words(started)} has ended.", dense=True)


def use_end_of(started: StartedStudy | None) -> None:
    """Draw the component again when a study has ended."""
    _, set_ended = solara.use_state(None)

    def watch() -> Callable[[], None]:
        left = threading.Event()

        def wait() -> None:
            while started is not None and not left.is_set():
                if started.ended.wait(LOOKS_EVERY_S):
                    set_ended(started)
                    return

        threading.Thread(target=wait, daemon=True).start()
        return left.set

    solara.use_effect(watch, [started])


def _words(started: StartedStudy) -> str:
    return f"{started.definition.name} ({started.definition.path.name})"
