"""Kaplan-Meier curves of the malicious contributors' money."""

from matplotlib.figure import Figure

from cmlabm.analysis.factors import Factor, label_of
from cmlabm.analysis.figures import style
from cmlabm.analysis.survival import depletion_times, kaplan_meier

_MOST_BANDS = 3


def draw_survival(factor: Factor) -> Figure:
    """Draw the share of runs whose malicious money is not used up yet, over time.

    Ticks are runs that ended without its being used up. With few levels there are 95 % bands.
    """
    times = depletion_times(factor.runs)
    levels = [level for level in factor.levels if (times["level"] == level).any()]
    figure, axes = style.new_figure(1, 1, 9.0, max(3.8, 0.16 * len(levels) + 0.9))
    ax = axes[0, 0]
    for number, (level, colour) in enumerate(zip(levels, style.shades(len(levels)), strict=True)):
        here = times[times["level"] == level]
        curve = kaplan_meier(here)
        dash = style.DASHES[number % len(style.DASHES)]
        label = f"{label_of(level)} ({here['depleted'].sum()} of {len(here)} used up)"
        ax.step(
            curve["days"],
            curve["share"],
            where="post",
            color=colour,
            ls=dash,
            label=label,
            lw=1.7,
        )
        if len(levels) <= _MOST_BANDS:
            ax.fill_between(
                curve["days"],
                curve["low"].astype(float),
                curve["high"].astype(float),
                step="post",
                color=colour,
                alpha=0.15,
                lw=0,
            )
        censored = here.loc[~here["depleted"], "days"]
        at = curve.set_index("days")["share"].groupby(level=0).last()
        ax.plot(censored, at.loc[censored], "|", color=colour, ms=7)
    if levels:
        ax.legend(
            title=factor.axis,
            fontsize=8,
            title_fontsize=8,
            frameon=False,
            loc="upper left",
            bbox_to_anchor=(1.0, 1.0),
        )
    else:
        style.say_nothing_to_show(ax, "no finished run has malicious money")
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlim(left=0)
    ax.set_xlabel("time (days)")
    ax.set_ylabel("share of runs not used up")
    return figure
