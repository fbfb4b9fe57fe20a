"""Play, pause, step, reset, and the speed."""

from collections.abc import Mapping
from typing import Any

import reacton.ipyvuetify as v
import solara
import solara.lab
from mesa.visualization.utils import force_update, update_counter

from cmlabm.viz.fields.entries import problems
from cmlabm.viz.markets.session import Session
from cmlabm.viz.markets.stage import Stage

SPEEDS = {"slow": (400, 1), "normal": (10, 1), "fast": (10, 5), "fastest": (10, 20)}
"""Milliseconds between pictures, at least, and days from one picture to the next."""

DEFAULT_SPEED = "normal"


@solara.component
def Player(
    stage: solara.Reactive[Stage],
    settings: list[Mapping[str, str]],
    seed: str,
    seeds: int = 1,
) -> None:
    """Controls of a stage; Reset makes a new one from the settings and the seeds."""
    update_counter.get()
    speed, set_speed = solara.use_state(DEFAULT_SPEED)
    now = stage.value
    wait_ms, days = SPEEDS[speed]
    now.pace.wait_s, now.pace.days_ahead = wait_ms / 1000, days
    playing = now.playing.value
    solara.lab.use_task(
        lambda: now.play(force_update), dependencies=[now, playing], raise_error=False
    )

    def step() -> None:
        now.step()
        force_update()

    with solara.Div(classes=["cml-player"]):
        solara.Button(
            "❚❚ Pause" if playing else "▶ Play",
            color="primary",
            on_click=lambda: now.playing.set(not playing),
            disabled=not now.running,
        )
        solara.Button("Step", on_click=step, disabled=playing or not now.running)
        solara.Button("Reset", on_click=lambda: begin(stage, settings, seed, seeds))
        v.Select(
            label="speed",
            items=[{"text": _words(name), "value": name} for name in SPEEDS],
            v_model=speed,
            on_v_model=set_speed,
            dense=True,
            hide_details=True,
            class_="cml-speed",
        )
        if not now.runs_with(settings, seed, seeds):
            solara.Button(
                "Apply and play",
                color="primary",
                outlined=True,
                on_click=lambda: begin(stage, settings, seed, seeds, plays=True),
                disabled=bool(wrong_in(settings, seed)),
                classes=["cml-apply"],
            )


def begin(
    stage: solara.Reactive[Stage],
    settings: list[Mapping[str, str]],
    seed: str,
    seeds: int = 1,
    *,
    plays: bool = False,
) -> None:
    """Start anew; with a wrong entry, nothing is started and what runs is kept."""
    if not wrong_in(settings, seed):
        stage.set(Stage(settings, seed, seeds=seeds, plays=plays))


def wrong_in(settings: list[Mapping[str, str]], seed: str) -> list[str]:
    """Return the names of the fields with wrong entries."""
    return list(dict.fromkeys(name for own in settings for name in problems(own, seed)))


def use_open_stage(session: Session, stage: Stage) -> None:
    """Set a stage up in the background, and stop it when it is no longer watched."""

    def watch() -> Any:
        stage.paused = False

        def leave() -> None:
            stage.paused = True
            if stage not in (session.live.value, session.compared.value):
                stage.close()

        return leave

    solara.lab.use_task(
        lambda: session.open(stage), dependencies=[stage, stage.asks], raise_error=False
    )
    solara.use_effect(watch, [stage])


def _words(speed: str) -> str:
    wait, days = SPEEDS[speed]
    each = "each day" if days == 1 else f"every {days} days"
    return f"{speed} · {each}" + (f", {wait} ms apart" if wait > 100 else "")
