"""Studies with made-up outcomes, stored as the batch stores them."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from typer.testing import CliRunner

from cmlabm.batch import Result, Run, Store, Study, runs_of
from cmlabm.report.command import app
from cmlabm.results.series import SERIES

type Outcomes = dict[str, Any]


def made_outcomes(run: Run) -> Outcomes:
    """Return outcomes in which more words raise accuracy and shorten the depletion time."""
    rng = np.random.default_rng([run.seed, run.parameters.num_words])
    words, attacked = run.parameters.num_words, run.parameters.malicious_agents > 0
    depleted_at = rng.normal(180 - 0.05 * words, 5)
    depleted = bool(attacked and depleted_at < 155)
    loss = 0.01 * attacked + (0.3 if run.parameters.incentive == "none" else 0.0)
    initial = 0.6 + 0.0002 * words + rng.normal(0, 0.004)
    final = initial + rng.normal(0, 0.004) - loss + 0.01
    return {
        "initial_accuracy": initial,
        "final_accuracy": final,
        "accuracy_gap": final - initial,
        "malicious_depleted": depleted,
        "malicious_depletion_days": depleted_at if depleted else float("nan"),
        "days": 155.0,
        "honest_final_balance": 19_000 + rng.normal(0, 100),
        "malicious_final_balance": 1000 + rng.normal(0, 100) if attacked else 0.0,
        "escrow_final": 0.0,
        "submissions": 23_000,
        "honest_accepted": 20_000,
        "malicious_accepted": 3000,
        "refused": 5,
        "refunds": 18_000,
        "takes": 5000,
    }


def made_series(outcomes: Outcomes, days: int = 11) -> dict[str, list[Any]]:
    """Return daily series that lead to the outcomes."""
    way = np.linspace(0.0, 1.0, days)
    series = {name: np.zeros(days) for name in SERIES}
    series["accuracy"] = outcomes["initial_accuracy"] + way * outcomes["accuracy_gap"]
    for kind in ("honest", "malicious"):
        end = outcomes[f"{kind}_final_balance"]
        series[f"{kind}_balance"] = 10_000 + way * (end - 10_000)
        series[f"{kind}_accepted"] = np.rint(way * outcomes[f"{kind}_accepted"])
    return {"day": list(range(days)), **{name: list(map(float, v)) for name, v in series.items()}}


def store_study(
    directory: Path,
    *,
    outcomes: Callable[[Run], Outcomes] = made_outcomes,
    fails: Callable[[Run], bool] = lambda _: False,
    **study: Any,
) -> Path:
    """Store a study with made outcomes and return its directory.

    Args:
        directory: where.
        outcomes: what comes of a run.
        fails: whether a run fails.
        **study: as in a study file.
    """
    spec = Study(name="made", **study)
    with Store.create(directory) as store:
        command = "python -m cmlabm.batch made.toml"
        store.begin(spec, runs_of(spec), {"command": command})
        for run in runs_of(spec):
            if fails(run):
                error = "Traceback (most recent call last):\n  ...\nValueError: <no> luck\n"
                store.save(Result(run, "failed", 0.1, error=error))
            else:
                found = outcomes(run)
                store.save(Result(run, "done", 0.1, found, made_series(found)))
    return directory


def page_of(directory: Path, **study: Any) -> str:
    """Store a study, report on it, and return the page, which must show no missing number."""
    store_study(directory, **study)
    found = CliRunner().invoke(app, [str(directory)])
    assert found.exit_code == 0, found.output
    page = (directory / "report.html").read_text(encoding="utf-8")
    shown = re.sub(r'src="data:[^"]*"', "", page)
    assert not re.search(r"\b(nan|NaN|inf|None|NaT)\b|&lt;NA&gt;", shown)
    return shown
