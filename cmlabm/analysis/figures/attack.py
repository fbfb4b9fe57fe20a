"""What attacks cost the model, and what they bring the attacker."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cmlabm.analysis.figures import style


def draw_attack(table: pd.DataFrame) -> Figure:
    """Draw regret and the attacker's return at each setting, with their 95 % intervals.

    Args:
        table: as ``attack_summary`` returns it.
    """
    height = max(2.2, 0.24 * len(table) + 1.2)
    figure, axes = style.new_figure(1, 2, 9.0, height, sharey=True)
    for ax, name, ends, label in (
        (axes[0, 0], "regret", "regret", "accuracy lost (share correct)"),
        (axes[0, 1], "attacker_return", "return", "attacker's return (share of its money)"),
    ):
        middle = table[name].to_numpy(dtype=np.float64)
        low, high = (table[f"{ends}_{end}"].to_numpy(dtype=np.float64) for end in ("low", "high"))
        places = np.arange(len(table))
        ax.axvline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
        ax.hlines(places, low, high, color=style.MALICIOUS, lw=1.4)
        ax.plot(middle, places, "^", color=style.MALICIOUS, ms=5)
        ax.set_xlabel(label)
    axes[0, 0].set_yticks(range(len(table)), table["setting"].tolist())
    axes[0, 0].set_ylim(len(table) - 0.5, -0.5)
    return figure
