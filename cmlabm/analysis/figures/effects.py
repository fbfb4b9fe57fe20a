"""How much each factor of a study explains."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cmlabm.analysis.comparison import ALPHA
from cmlabm.analysis.factors import Factor
from cmlabm.analysis.figures import style
from cmlabm.analysis.measures import FINAL_ACCURACY, MALICIOUS_BALANCE, Measure

MOST_FACTORS = 20
_LONGEST_NAME = 40


def draw_effects(
    comparisons: pd.DataFrame,
    factors: Sequence[Factor],
    measures: Sequence[Measure] = (FINAL_ACCURACY, MALICIOUS_BALANCE),
) -> Figure:
    """Draw the share of the variance that each factor explains, the largest for the first outcome.

    Filled dots are effects that are shown (p < 0.05 after Holm), empty ones are not.

    Args:
        comparisons: as ``compare_all`` returns them.
        factors: of the study; the first ``MOST_FACTORS`` by effect are drawn.
        measures: a panel for each.
    """
    tables = [
        comparisons[comparisons["outcome"] == measure.name].set_index("factor")
        for measure in measures
    ]
    order = tables[0]["effect"].sort_values(ascending=False, kind="stable").index[:MOST_FACTORS]
    names = {factor.name: factor.in_words for factor in factors}
    height = max(2.2, 0.26 * len(order) + 1.1)
    figure, axes = style.new_figure(1, len(measures), 9.0, height, sharey=True)
    for ax, table, measure in zip(axes.flat, tables, measures, strict=True):
        rows = table.loc[order]
        effects = rows["effect"].to_numpy(dtype=np.float64)
        shown = (rows["p_holm"] < ALPHA).to_numpy()
        places = np.arange(len(order))
        ax.hlines(places, 0.0, effects, color=style.FAINT, lw=1.0)
        ax.plot(effects[shown], places[shown], "o", color="black", ms=6)
        ax.plot(effects[~shown], places[~shown], "o", mfc="white", mec=style.NEUTRAL, ms=6)
        ax.set_xlim(0.0, 1.03)
        ax.set_xlabel(f"share of variance explained: {measure.label}")
    labels = [style.shortened(names[name], _LONGEST_NAME) for name in order]
    axes[0, 0].set_yticks(range(len(order)), labels)
    axes[0, 0].set_ylim(len(order) - 0.5, -0.5)
    return figure
