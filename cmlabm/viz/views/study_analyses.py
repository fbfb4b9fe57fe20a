"""What the report's methods say of a study: how long money lasts, and which factors matter."""

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from cmlabm.errors import InputError
from cmlabm.results.outcomes import OUTCOMES
from cmlabm.viz.drawing.study_levels import as_level, levels_of
from cmlabm.viz.views.study_reading import opened

_NEEDED = ("malicious_agents", "malicious_start_balance", "malicious_depleted", "days")


def survival_tables(runs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return Kaplan and Meier's estimate for the runs at each level.

    Raises:
        InputError: the runs do not say it, or the report's packages are not installed.
    """
    for name in (*_NEEDED, "malicious_depletion_days"):
        if name not in runs:
            raise InputError(f"This study does not have {name}, which says how long money lasts.")
    with _installed():
        from cmlabm.analysis import depletion_times, kaplan_meier
    times = depletion_times(runs)
    texts = times["level"].map(as_level)
    return {level: kaplan_meier(times[texts == level]) for level in levels_of(times["level"])}


def importance_table(directory: str, outcome: str) -> pd.DataFrame:
    """Return how much each factor of a sampled design matters for an outcome.

    Raises:
        InputError: it cannot be estimated, or the report's packages are not installed.
    """
    with _installed():
        from cmlabm.analysis import Measure, sample_of, sensitivity
    measure = Measure(outcome, outcome, OUTCOMES[outcome].unit, 3)
    table = sensitivity(sample_of(opened(directory), [measure]), measure)
    note = str(table["note"].iloc[0])
    if note:
        raise InputError(f"What {outcome} depends on {note}.")
    return table


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise InputError(
            f"This figure needs {error.name}; install cmlabm[report] beside the page."
        ) from None
