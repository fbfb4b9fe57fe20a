"""Published values beside ours: within our range or not, days that never came included."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cmlabm.analysis import compare_with_reference
from cmlabm.batch import FinishedStudy, Result, Store, Study, open_study, runs_of
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.results.series import SERIES

ACCURACIES = [0.70, 0.72, 0.74, 0.76]
DEPLETIONS = [100.0, 110.0, 120.0, float("nan")]


@pytest.fixture
def study(tmp_path: Path) -> FinishedStudy:
    """Four seeds of the base case and of 400 words, which differ in the seed alone."""
    spec = Study(name="made", seeds=4, sweep={"num_words": [400, 1000]})
    with Store.create(tmp_path) as store:
        store.begin(spec, runs_of(spec), {})
        for run in runs_of(spec):
            days = DEPLETIONS[run.seed]
            outcomes = dict.fromkeys(OUTCOMES, 0) | {
                "final_accuracy": ACCURACIES[run.seed],
                "malicious_depleted": days < 150,
                "malicious_depletion_days": days,
                "days": 150.0,
            }
            series: dict[str, list[Any]] = {name: [0, 0, 0, 0] for name in SERIES}
            series |= {
                "day": [0, 1, 2, 3],
                "malicious_balance": [100.0, 50.0, 9.0 + run.seed, 20.0],
                "honest_balance": [100.0, 110.0, 120.0 + run.seed, 130.0],
                "honest_accepted": [0, 5, 9, 9],
            }
            store.save(Result(run, "done", 0.1, outcomes, series))
    return open_study(tmp_path)


def compared(study: FinishedStudy, **published: float) -> dict[str, Any]:
    table = compare_with_reference(study, pd.DataFrame([published]))
    (row,) = table.to_dict("records")
    return {str(name): value for name, value in row.items()}


@pytest.mark.parametrize(
    ("value", "within"), [(0.70, "yes"), (0.73, "yes"), (0.76, "yes"), (0.69, "no"), (0.77, "no")]
)
def test_a_value_is_within_the_range_of_the_runs(
    study: FinishedStudy, value: float, within: str
) -> None:
    row = compared(study, num_words=1000, final_accuracy=value)
    assert (row["n"], row["least"], row["most"]) == (4, 0.70, 0.76)
    assert row["mean"] == pytest.approx(0.73)
    assert row["low"] < 0.73 < row["high"]
    assert row["within"] == within


@pytest.mark.parametrize(("value", "within"), [(99.0, "no"), (105.0, "yes"), (149.0, "yes")])
def test_where_it_never_happened_in_some_runs_there_is_no_upper_end(
    study: FinishedStudy, value: float, within: str
) -> None:
    row = compared(study, malicious_below_1pct_days=value)
    assert row["note"] == "it never happened in 1 of 4 runs: no mean, no upper end"
    assert np.isnan([row["mean"], row["most"]]).all()
    assert row["within"] == within


def test_shares_of_a_balance_and_the_last_sample_are_read_from_the_daily_series(
    study: FinishedStudy,
) -> None:
    assert compared(study, malicious_below_50pct_days=1.0)["mean"] == 1.0
    tenth = compared(study, malicious_below_10pct_days=2.0)
    assert (tenth["least"], tenth["note"][:36]) == (2.0, "it never happened in 2 of 4 runs: no")
    assert compared(study, days=2.0)["mean"] == 2.0
    assert compared(study, honest_final=121.0)["mean"] == 121.5


def test_settings_are_matched_on_what_is_not_in_the_table_too(study: FinishedStudy) -> None:
    assert compared(study, final_accuracy=0.7)["setting"] == "base case"
    assert compared(study, final_accuracy=0.7)["n"] == 4
    assert compared(study, num_words=400, final_accuracy=0.7)["setting"] == "num_words = 400"
    elsewhere = compared(study, start_balance=5.0, final_accuracy=0.7)
    assert elsewhere["n"] == 0
    assert elsewhere["note"] == "no finished run of ours at this setting"
