"""Take a run away from the page: as rows of the command line's tables and as a study file."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import solara
import tomli_w

from cmlabm.batch.run import Run
from cmlabm.batch.schema import COLUMNS
from cmlabm.model import CMLModel
from cmlabm.viz.fields.definitions import default, names
from cmlabm.viz.markets.stage import Stage


def runs_table(stage: Stage) -> pd.DataFrame:
    """Return a row for each market, as in the command line's ``runs.csv``.

    A market that has not come to its end is ``unfinished``.
    """
    rows = []
    for market in stage.markets:
        if market.model is not None:
            model = market.model
            status = "failed" if market.failure else "unfinished" if market.running else "done"
            rows.append(
                {
                    "run": Run.on(model.parameters, model.seed).id,
                    **model.parameters.model_dump(),
                    "seed": model.seed,
                    "status": status,
                    **model.outcomes(),
                    "wall_seconds": market.wall_seconds,
                    "error": market.failure,
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def series_table(stage: Stage) -> pd.DataFrame:
    """Return the daily series of each market, as in the command line's ``series.csv``."""
    return _daily(stage, CMLModel.series)


def playing_table(stage: Stage) -> pd.DataFrame:
    """Return what learners played in each market, as in the command line's ``playing.csv``."""
    return _daily(stage, CMLModel.playing)


def _daily(stage: Stage, table: Callable[[CMLModel], pd.DataFrame]) -> pd.DataFrame:
    """Return a table of each market's days, with the runs' ids."""
    frames = []
    for market in stage.markets:
        if market.model is not None:
            days = table(market.model)
            days.insert(0, "run", Run.on(market.model.parameters, market.model.seed).id)
            frames.append(days)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def study_toml(stage: Stage) -> str:
    """Return a study file whose runs are these markets."""
    models = [market.model for market in stage.markets if market.model is not None]
    seeds = list(dict.fromkeys(model.seed for model in models))
    settings = [
        model.parameters.model_dump(exclude_none=True) for model in models if model.seed == seeds[0]
    ]
    changed = [
        name for name in names() if any(setting.get(name) != default(name) for setting in settings)
    ]
    swept = [name for name in changed if len({setting.get(name) for setting in settings}) > 1]
    study: dict[str, Any] = {
        "name": "from-the-page",
        "description": "Saved from the page",
        "seeds": seeds,
        "design": "zip",
        "parameters": {name: settings[0][name] for name in changed if name not in swept},
        "sweep": {name: [setting[name] for setting in settings] for name in swept},
    }
    if not swept:
        del study["design"], study["sweep"]
    return tomli_w.dumps(study)


def as_csv(stage: Stage, table: Callable[[Stage], pd.DataFrame]) -> str:
    """Return a table of a stage as CSV, made while its markets stand still."""
    with stage.lock:
        return table(stage).to_csv(index=False)


@solara.component
def SaveCard(stage: Stage, more: Mapping[str, Callable[[], str]] | None = None) -> None:
    """Downloads: those of every stage, and what else there is, by the files' names."""
    files: dict[str, Callable[[], str]] = {
        "runs.csv": partial(as_csv, stage, runs_table),
        "series.csv": partial(as_csv, stage, series_table),
        "study.toml": partial(study_toml, stage),
    }
    if any(market.model is not None and market.model.learners for market in stage.markets):
        files["playing.csv"] = partial(as_csv, stage, playing_table)
    files |= dict(more or {})
    with solara.Details("Save"), solara.Div(classes=["cml-save"]):
        for name, data in files.items():
            solara.FileDownload(data, filename=name, label=name, mime_type="text/plain")
