"""Ours against published values."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cmlabm.analysis.factors import label_of, values_of
from cmlabm.analysis.intervals import mean_interval
from cmlabm.analysis.survival import depletion_times
from cmlabm.batch import FinishedStudy
from cmlabm.batch.study_parameters import BUILT_IN, StudyParameters
from cmlabm.errors import InputError

START_BALANCE = "start_balance"
"""A column of the table that stands for the start balance of both kinds of agent."""

type Numbers = NDArray[np.float64]
type Times = tuple[Numbers, int]
"""Values, and how many further runs are known only to be above what was seen."""


def _at_last_sample(column: str) -> Callable[[pd.DataFrame, pd.DataFrame], Times]:
    return lambda _, series: (_last_sample(series)[column].to_numpy(dtype=np.float64), 0)


_QUANTITIES: dict[str, Callable[[pd.DataFrame, pd.DataFrame], Times]] = {
    "initial_accuracy": lambda runs, _: (values_of(runs, "initial_accuracy"), 0),
    "final_accuracy": lambda runs, _: (values_of(runs, "final_accuracy"), 0),
    "malicious_below_50pct_days": lambda _, series: _days_below(series, 0.5),
    "malicious_below_10pct_days": lambda _, series: _days_below(series, 0.1),
    "malicious_below_1pct_days": lambda runs, _: _depletion(runs),
    "days": _at_last_sample("day"),
    "honest_final": _at_last_sample("honest_balance"),
    "malicious_final": _at_last_sample("malicious_balance"),
}
"""For each quantity how it is read from runs and their daily series."""


def read_reference(path: Path, declared: StudyParameters = BUILT_IN) -> pd.DataFrame:
    """Read a table of published runs.

    A CSV file with one row a run; lines that start with # are comments. Columns are parameters
    (``start_balance`` stands for both kinds of agent) and any of ``initial_accuracy``,
    ``final_accuracy``, ``malicious_below_50pct_days`` (also 10 and 1), and, on the day of the last
    accepted sample, ``days``, ``honest_final``, ``malicious_final``.

    Args:
        path: of the file.
        declared: the parameters of the study to compare.

    Raises:
        InputError: it cannot be read, or has a column that is neither.
    """
    try:
        table = pd.read_csv(path, comment="#")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path}: cannot be read as a CSV table: {error}") from None
    for name in table:
        if name not in _QUANTITIES and name not in declared and name != START_BALANCE:
            known = ", ".join(_QUANTITIES)
            raise InputError(f"{path}: column {name!r} is neither a parameter nor one of {known}")
        if _is_numeric(str(name), declared) and not pd.api.types.is_numeric_dtype(table[name]):
            raise InputError(f"{path}: column {name!r} holds something that is not a number")
    if not any(name in _QUANTITIES for name in table):
        raise InputError(f"{path}: has none of the columns {', '.join(_QUANTITIES)}")
    return table


def compare_with_reference(study: FinishedStudy, reference: pd.DataFrame) -> pd.DataFrame:
    """Return our runs beside published ones at the same settings.

    A published run that is one more draw from the same market falls within the range of n runs of
    ours with probability (n - 1) / (n + 1). Days at which a balance falls below a share are read
    from our daily series, so they are whole days.

    Returns:
        A row for each published value: ``row`` (from 1), ``setting`` (what is not at our base
        case), ``quantity``, ``published``, our ``n``, ``mean``, ``low`` and ``high`` (95 %
        bootstrap interval of the mean), ``least`` and ``most`` (our range; ``most`` is NaN if in
        some run it never happened), ``within`` ("yes", "no" or "") and a ``note``.
    """
    runs = study.runs()
    runs = runs[runs["status"] == "done"]
    base = study.base_case
    columns = [name for name in reference if name not in _QUANTITIES]
    rows = []
    for number, published in enumerate(reference.to_dict("records"), start=1):
        setting = _setting({str(name): published[name] for name in columns})
        same = _matching(runs, base | setting)
        series = study.series(same["run"].tolist()) if len(same) else pd.DataFrame()
        apart = {name: value for name, value in setting.items() if value != base[name]}
        for quantity in (name for name in reference if name in _QUANTITIES):
            value = float(published[quantity])
            if np.isfinite(value):
                rows.append(
                    {
                        "row": number,
                        "setting": ", ".join(f"{k} = {label_of(v)}" for k, v in apart.items())
                        or "base case",
                        "quantity": quantity,
                        "published": value,
                        **_ours(quantity, value, same, series),
                    }
                )
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["quantity", "within"])


def _is_numeric(name: str, declared: StudyParameters) -> bool:
    return name not in declared or declared[name].kind is not str


def _setting(published: dict[str, float]) -> dict[str, float]:
    if START_BALANCE in published:
        both = published.pop(START_BALANCE)
        published |= {"honest_start_balance": both, "malicious_start_balance": both}
    return {name: value for name, value in published.items() if pd.notna(value)}


def _matching(runs: pd.DataFrame, setting: dict[str, object]) -> pd.DataFrame:
    same = pd.Series(True, index=runs.index)
    for name, value in setting.items():
        if value is not None and name != "data_path":
            same &= (runs[name] == value).fillna(False).astype(bool)
    return runs[same]


def _ours(
    quantity: str, published: float, runs: pd.DataFrame, series: pd.DataFrame
) -> dict[str, object]:
    nothing = dict.fromkeys(("mean", "low", "high", "least", "most"), np.nan)
    if not len(runs):
        return {"n": 0, **nothing, "within": "", "note": "no finished run of ours at this setting"}
    values, censored = _QUANTITIES[quantity](runs, series)
    n = len(values) + censored
    least = values.min() if len(values) else np.nan
    most = values.max() if len(values) and not censored else np.nan
    if not len(values):
        note = f"it happened in none of our {n} runs"
        return {"n": n, **nothing, "within": "", "note": note}
    found = {"n": n, **nothing, "least": least, "most": most}
    if censored:
        note = f"it never happened in {censored} of {n} runs: no mean, no upper end"
    else:
        low, high = mean_interval(values)
        found |= {"mean": values.mean(), "low": low, "high": high}
        note = "one run of ours: no spread to compare with" if n == 1 else ""
    within = published >= least and (censored > 0 or published <= most)
    return found | {"within": "" if n == 1 else "yes" if within else "no", "note": note}


def _depletion(runs: pd.DataFrame) -> Times:
    times = depletion_times(runs)
    return times.loc[times["depleted"], "days"].to_numpy(), int((~times["depleted"]).sum())


def _days_below(series: pd.DataFrame, share: float) -> Times:
    start = series[series["day"] == 0].set_index("run")["malicious_balance"]
    below = series[series["malicious_balance"] <= share * series["run"].map(start)]
    first = below.groupby("run")["day"].min()
    return first.to_numpy(dtype=np.float64), series["run"].nunique() - len(first)


def _last_sample(series: pd.DataFrame) -> pd.DataFrame:
    """Return each run's row on the day by whose end the last sample had been accepted."""
    accepted = series["honest_accepted"] + series["malicious_accepted"]
    last = series[accepted == accepted.groupby(series["run"]).transform("max")]
    return last.sort_values("day").drop_duplicates("run")
