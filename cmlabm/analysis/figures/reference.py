"""Published values beside ours."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from cmlabm.analysis.figures import style
from cmlabm.analysis.measures import FINAL_ACCURACY, HONEST_BALANCE, MALICIOUS_BALANCE

_AXES = {
    "initial_accuracy": f"initial accuracy ({FINAL_ACCURACY.unit})",
    "final_accuracy": FINAL_ACCURACY.axis,
    "malicious_below_50pct_days": "malicious balance at most 50 % (days)",
    "malicious_below_10pct_days": "malicious balance at most 10 % (days)",
    "malicious_below_1pct_days": "malicious balance at most 1 % (days)",
    "days": "last sample (days)",
    "honest_final": f"honest balance then ({HONEST_BALANCE.unit})",
    "malicious_final": f"malicious balance then ({MALICIOUS_BALANCE.unit})",
}


def draw_reference(table: pd.DataFrame) -> Figure:
    """Draw our range (line) and mean (bar) at each published setting, and the published value.

    A filled diamond lies within our range, an open one outside; a line that ends in an arrow goes
    on beyond what was seen.

    Args:
        table: as ``compare_with_reference`` returns it.
    """
    quantities = list(dict.fromkeys(table["quantity"]))
    rows = table.drop_duplicates("row")
    columns = min(2, len(quantities))
    lines = -(-len(quantities) // columns)
    height = lines * (0.22 * len(rows) + 1.0)
    figure, axes = style.new_figure(lines, columns, 10.0, max(2.5, height), sharey=True)
    place = {row: number for number, row in enumerate(rows["row"])}
    for ax, quantity in zip(axes.flat, quantities, strict=False):
        here = table[table["quantity"] == quantity]
        for row in here.to_dict("records"):
            y, least, most = place[row["row"]], row["least"], row["most"]
            if np.isfinite(least):
                end = most if np.isfinite(most) else max(least, row["published"]) * 1.05
                ax.plot([least, end], [y, y], color=style.FAINT, lw=4, solid_capstyle="butt")
                if not np.isfinite(most):
                    ax.plot(end, y, ">", color=style.FAINT, ms=6)
            if np.isfinite(row["mean"]):
                ax.plot(row["mean"], y, "|", color="black", ms=9, mew=1.6)
            face = "none" if row["within"] == "no" else "black"
            ax.plot(row["published"], y, "D", mfc=face, mec="black", ms=4.5)
        ax.set_xlabel(_AXES[quantity])
    for ax in list(axes.flat)[len(quantities) :]:
        ax.set_visible(False)
    axes[0, 0].set_yticks(range(len(rows)), rows["setting"].tolist())
    axes[0, 0].set_ylim(len(rows) - 0.5, -0.5)
    return figure
