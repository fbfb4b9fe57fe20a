"""Where a contract breaks: the box of choices in which most trials do much harm (PRIM)."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd

from cmlabm.search.definition import Search
from cmlabm.search.rounds import MadeStage, Searched

FEWEST_TRIALS = 20
"""Of fewer trials no box is looked for."""

PURE = 0.8
"""The share of the trials in a box that must do the harm."""

CHANCE = 0.05
"""The most that a bound's quasi-p-value may be."""

SMALLEST = 0.1
"""The least share of all trials that a box holds."""

COLUMNS = [
    "round", "search", "at_least", "parameter", "low", "high", "values", "quasi_p",
    "trials", "breaking", "density", "coverage",
]  # fmt: skip


def breaking_table(search: Search, searched: Searched) -> pd.DataFrame:
    """Return in which box of choices most trials of the last round do much harm.

    Much is ``breaks_at`` of the first objective, by default what a quarter of the trials reach. The
    box is found by the patient rule induction method (Friedman & Fisher 1999, Statistics and
    Computing) as Bryant & Lempert (2010, Technological Forecasting and Social Change) use it to
    discover scenarios, by the EMA Workbench. Of the boxes that it passes, the one that covers most
    of the harmful trials while at least four in five of its trials are harmful and no bound of it
    is likely to come by chance. Choices that are
    there in some trials only are left out.

    Returns:
        A row for each choice that bounds the box: ``round``, ``search``, ``at_least`` (much),
        ``parameter``, ``low`` and ``high`` or ``values``, ``quasi_p`` (how likely so many harmful
        trials were left by chance without this bound), ``trials`` in the box and how many of them
        are ``breaking``; the share of these in the box (``density``) and of all harmful ones that
        it holds (``coverage``). Empty where there is no such box, or the package is missing.
    """
    rows: list[dict[str, Any]] = []
    if find_spec("ema_workbench"):
        last = max(made.round for made in searched.stages)
        for made in searched.stages:
            if made.round == last:
                rows += _rows(search, made)
    return pd.DataFrame(rows, columns=COLUMNS)


def breaking_sentences(table: pd.DataFrame, objective: str) -> Iterator[str]:
    r"""Say in words what ``breaking_table`` has.

    Example:
        >>> bound = {"parameter": "malicious_agents", "low": 1, "high": 2, "values": ""}
        >>> box = {"search": "attack", "at_least": 0.05, "trials": 20, "breaking": 18}
        >>> (said,) = breaking_sentences(pd.DataFrame([bound | box | {"coverage": 0.75}]), "regret")
        >>> print(said.replace(", ", ",\n"))
        Of 20 attacks with malicious_agents from 1 to 2,
        18 had regret of at least 0.05 in the search: 75% of all that did.
    """
    for kind, rows in table.groupby("search", sort=False):
        first = rows.iloc[0]
        box = " and ".join(_bound(row) for row in rows.to_dict("records"))
        yield (
            f"Of {first['trials']} {kind}s with {box}, {first['breaking']} had"
            f" {objective.replace('_', ' ')} of at least {first['at_least']:.4g} in the search:"
            f" {first['coverage']:.0%} of all that did."
        )


def _bound(row: Mapping[Any, Any]) -> str:
    if row["values"]:
        return f"{row['parameter']} = {row['values']}"
    return f"{row['parameter']} from {row['low']:.4g} to {row['high']:.4g}"


def _rows(search: Search, made: MadeStage) -> Iterator[dict[str, Any]]:
    able = [trial for trial in made.trials if trial.values is not None]
    if len(able) < FEWEST_TRIALS:
        return
    harm = np.array([trial.values[0] for trial in able])
    much = np.quantile(harm, 0.75) if search.breaks_at is None else search.breaks_at
    breaks = harm >= much
    names = [choice.name for choice in made.stage.space.choices if not choice.only_where]
    chosen = pd.DataFrame([[trial.params[name] for name in names] for trial in able], columns=names)
    chosen = chosen.loc[:, chosen.nunique() > 1]
    # The workbench puts bounds between whole numbers, which columns of such refuse to hold.
    chosen = chosen.astype(dict.fromkeys(chosen.select_dtypes("integer").columns, np.float64))
    if breaks.all() or not breaks.any() or chosen.empty:
        return
    about = {"round": made.round, "search": made.kind, "at_least": float(much)}
    for bound in _box(chosen, breaks):
        yield about | bound


def _box(chosen: pd.DataFrame, breaks: np.ndarray) -> Iterator[dict[str, Any]]:
    """Return the bounds of the box, in the order of the choices."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of optional packages that it does without
        from ema_workbench.analysis.prim import Prim

        box = Prim(chosen, breaks, mass_min=SMALLEST).find_box()
    passed = box.peeling_trajectory
    likely = np.array([_likeliest(chances) for chances in box.p_values])
    pure = passed[(passed["density"] >= PURE) & (passed["res_dim"] > 0) & (likely <= CHANCE)]
    if pure.empty:
        return
    place = int(pure.sort_values(["coverage", "density"]).index[-1])
    limits, chances = box.box_lims[place], box.p_values[place]
    step = passed.loc[place]
    found = {
        "trials": int(step["n"]),
        "breaking": int(step["k"]),
        "density": float(step["density"]),
        "coverage": float(step["coverage"]),
    }
    for name in chosen:
        if name in chances:
            chance = {"quasi_p": _likeliest({name: chances[name]})}
            yield {"parameter": name} | chance | _limits(limits[name].tolist()) | found


def _likeliest(chances: Mapping[Any, Sequence[float]]) -> float:
    """Return the largest quasi-p-value of some bounds; the workbench has -1 for an open end."""
    return max((chance for own in chances.values() for chance in own), default=0.0)


def _limits(ends: Sequence[Any]) -> dict[str, Any]:
    if isinstance(ends[0], set):
        return {"low": np.nan, "high": np.nan, "values": " or ".join(sorted(map(str, ends[0])))}
    return {"low": ends[0], "high": ends[1], "values": ""}
