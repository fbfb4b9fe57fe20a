"""Take a run away from the page: as rows of the command line's tables and as a study file."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import solara

from cmlabm.parameters import Parameters
from cmlabm.viz.market import Market, Stage
from cmlabm.viz.session import Session


def runs_table(stage: Stage) -> pd.DataFrame:
    """Return one row for each market: every parameter, seed, status and outcome so far."""
    rows = []
    for number, market in enumerate(stage.markets, start=1):
        if market.model is None:
            continue
        status = "failed" if market.failure else "unfinished" if market.running else "done"
        rows.append(
            {
                "run": number,
                **market.model.parameters.model_dump(),
                "seed": market.model.seed,
                "status": status,
                **market.model.outcomes(),
                "error": market.failure,
            }
        )
    return pd.DataFrame(rows)


def series_table(stage: Stage) -> pd.DataFrame:
    """Return the daily series of each market, with the number of its row in ``runs.csv``."""
    frames = []
    for number, market in enumerate(stage.markets, start=1):
        if market.model is not None:
            series = market.model.series()
            series.insert(0, "run", number)
            frames.append(series)
    return pd.concat(frames) if frames else pd.DataFrame()


def study_toml(stage: Stage, name: str = "from_the_page") -> str:
    """Return a study file whose runs are these markets."""
    models = [market.model for market in stage.markets if market.model is not None]
    settings = [model.parameters.model_dump() for model in models]
    first = settings[0] if settings else {}
    differing = [key for key in first if any(other[key] != first[key] for other in settings)]
    fixed = {
        key: value
        for key, value in first.items()
        if key not in differing and value != Parameters.model_fields[key].default
    }
    lines = [
        f"name = {_toml(name)}",
        f"description = {_toml('Saved from the page')}",
        f"seeds = [{', '.join(str(model.seed) for model in models[:1])}]",
    ]
    if differing:
        lines.append('design = "zip"')
    lines += ["", "[parameters]", *_lines(fixed)]
    if differing:
        sweep = {key: [setting[key] for setting in settings] for key in differing}
        lines += ["", "[sweep]", *_lines(sweep)]
    return "\n".join(lines) + "\n"


def as_csv(stage: Stage, table: Callable[[Stage], pd.DataFrame]) -> str:
    """Return a table of a stage as CSV, made while its markets stand still."""
    with stage.lock:
        return table(stage).to_csv(index=False)


@solara.component
def SaveCard(session: Session, stage: Stage) -> None:
    """Downloads, and a link to what is shown."""
    with solara.Details("Save and share"), solara.Div(classes=["cml-save"]):
        for name, data in (
            ("runs.csv", lambda: as_csv(stage, runs_table)),
            ("series.csv", lambda: as_csv(stage, series_table)),
            ("study.toml", lambda: study_toml(stage)),
        ):
            solara.FileDownload(data, filename=name, label=name, mime_type="text/plain")
        solara.HTML(
            tag="a",
            unsafe_innerHTML="link to this day",
            attributes={"href": f"?{session.query_with_day()}", "class": "cml-link"},
        )


def _lines(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in values.items()]


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return repr(value)
