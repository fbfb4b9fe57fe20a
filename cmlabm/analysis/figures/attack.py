"""What attacks cost the model, and what they bring the attacker."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cmlabm.analysis.figures import style
from cmlabm.analysis.measures import ATTACKER_RETURN, REGRET

_USUAL_SETTING, _LONGEST_SETTING = 60, 160


def draw_attack(table: pd.DataFrame) -> Figure:
    """Draw regret and the attacker's return at each setting, with their 95 % intervals.

    Args:
        table: as ``attack_summary`` returns it.
    """
    height = max(2.2, 0.24 * len(table) + 1.2)
    names = [style.shortened(setting, _LONGEST_SETTING) for setting in table["setting"]]
    longer = max([0, *(len(name) - _USUAL_SETTING for name in names)])
    width = 9.0 + style.INCHES_A_LETTER * longer
    figure, axes = style.new_figure(1, 2, width, height, sharey=True)
    for ax, measure, ends in (
        (axes[0, 0], REGRET, "regret"),
        (axes[0, 1], ATTACKER_RETURN, "return"),
    ):
        middle = table[measure.name].to_numpy(dtype=np.float64)
        low, high = (table[f"{ends}_{end}"].to_numpy(dtype=np.float64) for end in ("low", "high"))
        places = np.arange(len(table))
        ax.axvline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
        ax.hlines(places, low, high, color=style.MALICIOUS, lw=1.4)
        ax.plot(middle, places, "^", color=style.MALICIOUS, ms=5)
        ax.set_xlabel(measure.axis)
    axes[0, 0].set_yticks(range(len(table)), names)
    axes[0, 0].set_ylim(len(table) - 0.5, -0.5)
    return figure
