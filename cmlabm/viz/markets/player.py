"""Play, pause, step, reset: Mesa's own controls, with the speed beside them."""

from collections.abc import Mapping
from typing import Any

import reacton.ipyvuetify as v
import solara
import solara.lab
from mesa.visualization.solara_viz import ModelController

from cmlabm.viz.markets.session import Session
from cmlabm.viz.markets.stage import Stage

SPEEDS = {"slow": (400, 1), "normal": (10, 1), "fast": (10, 5), "fastest": (10, 20)}
"""Milliseconds that Mesa waits between pictures, and days from one picture to the next."""

DEFAULT_SPEED = "normal"


@solara.component
def Player(stage: solara.Reactive[Stage], settings: list[Mapping[str, str]], seed: str) -> None:
    """Controls of a stage; Reset makes a new one from the settings and the seed."""
    speed, set_speed = solara.use_state(DEFAULT_SPEED)
    wait, days = SPEEDS[speed]
    parameters: dict[str, Any] = {"settings": settings, "seed": seed}
    play_interval = solara.use_reactive(wait)
    render_interval = solara.use_reactive(days)
    no_threads = solara.use_reactive(False)
    stage.value.pace.days_ahead = days
    with solara.Div(classes=["cml-player"]):
        ModelController(
            stage,
            model_parameters=parameters,
            play_interval=play_interval,
            render_interval=render_interval,
            use_threads=no_threads,
        )
        v.Select(
            label="speed",
            items=[{"text": _words(name), "value": name} for name in SPEEDS],
            v_model=speed,
            on_v_model=set_speed,
            dense=True,
            hide_details=True,
            class_="cml-speed",
        )


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
