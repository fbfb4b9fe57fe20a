"""Accuracy and balances over time, as a picture."""

from pathlib import Path

import numpy as np
import pandas as pd

from cmlabm.batch.design import base_setting
from cmlabm.batch.export import replacing
from cmlabm.batch.store import Store
from cmlabm.batch.study import Study
from cmlabm.batch.summary import by_setting
from cmlabm.results.series import SERIES

PICTURE = "accuracy_balances.png"
MOST_SETTINGS = 6
MOST_RUNS = 30
LINES = ("-", "--", ":", "-.", (0, (3, 1, 1, 1)), (0, (1, 3)))
COLOURS = {"honest": "#0072B2", "malicious": "#D55E00"}


def draw_accuracy_balances(study: Study, store: Store, path: Path) -> bool:
    """Draw the means over the runs of each setting, day by day, and return whether there are any.

    A run that has ended counts on with its last values. Of a large study, the first settings and
    runs are drawn.

    Raises:
        StorageError: the picture cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    groups = by_setting(study, base_setting(study, store.own_parameters()), store.runs())
    if not groups:
        return False
    figure = Figure(figsize=(10, 7), layout="constrained")
    FigureCanvasAgg(figure)
    accuracy, balances = figure.subplots(2, 1, sharex=True)
    shown = groups[:MOST_SETTINGS]
    shades = np.linspace(0.0, 0.75, len(shown))
    for (name, group), line, shade in zip(shown, LINES, shades, strict=False):
        means = _daily_means(store.series(group["run"].tolist()[:MOST_RUNS]))
        accuracy.plot(means.index, means["accuracy"], ls=line, color=str(shade), label=name)
        for kind, colour in COLOURS.items():
            label = kind if name == shown[0][0] else None
            balances.plot(means.index, means[f"{kind}_balance"], ls=line, color=colour, label=label)
    accuracy.set_ylabel(f"accuracy on the test set ({SERIES['accuracy'].unit})")
    balances.set_ylabel(f"balance of all agents of a kind ({SERIES['honest_balance'].unit})")
    balances.set_xlabel("time (days)")
    balances.set_ylim(bottom=0)
    most = max(len(group) for _, group in shown)
    rest = f"; first {MOST_SETTINGS} of {len(groups)} settings" if len(groups) > len(shown) else ""
    accuracy.set_title(f"{study.name}: mean of {min(most, MOST_RUNS)} run(s) a setting{rest}")
    accuracy.legend(fontsize="small")
    balances.legend(fontsize="small")
    with replacing(path) as part:
        figure.savefig(part, dpi=120, format="png")
    return True


def _daily_means(series: pd.DataFrame) -> pd.DataFrame:
    columns = ["accuracy", "honest_balance", "malicious_balance"]
    wide = series.pivot(index="day", columns="run", values=columns).ffill()
    return wide.T.groupby(level=0).mean().T
