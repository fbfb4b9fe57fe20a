"""Sensitivity indices and partial dependence."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cmlabm.analysis.figures import style
from cmlabm.analysis.measures import Measure, axis_of
from cmlabm.analysis.partial_dependence import PartialDependence
from cmlabm.analysis.sensitivity import Sample
from cmlabm.declarations import in_words


def draw_sensitivity(table: pd.DataFrame, measure: Measure) -> Figure:
    """Draw Sobol indices with 95 % intervals, or a Morris plot.

    Args:
        table: as ``sensitivity`` returns it.
        measure: the outcome it is about.
    """
    if "mu_star" in table:
        figure, axes = style.new_figure(1, 1, 6.0, 4.2)
        _morris(axes[0, 0], table, measure)
    else:
        figure, axes = style.new_figure(1, 1, 7.0, 1.2 + 0.36 * len(table))
        _indices(axes[0, 0], table, measure)
    return figure


def draw_partial_dependence(sample: Sample, found: PartialDependence, measure: Measure) -> Figure:
    """Draw the runs as dots and a forest's mean prediction over each factor.

    Args:
        sample: the points and outcomes.
        found: as ``partial_dependence`` returns it.
        measure: the outcome.
    """
    columns = min(4, len(sample.names))
    rows = -(-len(sample.names) // columns)
    figure, axes = style.new_figure(rows, columns, 2.5 * columns, 2.3 * rows + 0.3, sharey=True)
    values = sample.outcomes[measure.name].to_numpy(dtype=np.float64)
    for number, (ax, name) in enumerate(zip(axes.flat, sample.names, strict=False)):
        ax.plot(
            sample.points[:, number],
            values,
            ".",
            ms=2,
            color=style.FAINT,
            alpha=0.5,
            rasterized=True,
        )
        curve = found.curves[found.curves["factor"] == name]
        ax.plot(curve["value"], curve["mean"], color="black", lw=1.8)
        if sample.logarithmic[number]:
            ax.set_xscale("log")
            ticks = np.geomspace(curve["value"].min(), curve["value"].max(), 3)
            ax.set_xticks(ticks, [f"{tick:.2g}" for tick in ticks])
            ax.minorticks_off()
        if name in sample.categories:
            labels = [str(value) for value in sample.categories[name]]
            ax.set_xticks(range(len(labels)), labels)
        ax.set_xlabel(axis_of(name, sample.declared))
    for ax in list(axes.flat)[len(sample.names) :]:
        ax.set_visible(False)
    figure.supylabel(measure.axis, fontsize=9)
    return figure


def _indices(ax: Axes, table: pd.DataFrame, measure: Measure) -> None:
    order = "total" if "total" in table else "first"
    table = table.sort_values(order, ascending=False)
    places = np.arange(len(table))
    shift = 0.14 if order == "total" else 0.0
    ax.errorbar(
        table["first"],
        places - shift,
        xerr=table["first_error"],
        fmt="o",
        color="black",
        ms=5,
        label="first order: alone",
    )
    if order == "total":
        ax.errorbar(
            table["total"],
            places + shift,
            xerr=table["total_error"],
            fmt="s",
            color=style.FAINT,
            ms=5,
            label="total: with all interactions",
        )
    ax.axvline(0.0, color=style.NEUTRAL, lw=0.7, ls=":")
    ax.set_yticks(places, [in_words(name) for name in table["factor"]])
    ax.invert_yaxis()
    ax.set_xlabel(f"share of the variance of: {measure.label}")
    ax.legend(fontsize=8, frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def _morris(ax: Axes, table: pd.DataFrame, measure: Measure) -> None:
    ax.errorbar(
        table["mu_star"], table["sigma"], xerr=table["mu_star_error"], fmt="o", color="black", ms=5
    )
    for row in table.to_dict("records"):
        ax.annotate(
            in_words(str(row["factor"])),
            (row["mu_star"], row["sigma"]),
            xytext=(4, 5),
            textcoords="offset points",
            fontsize=8,
        )
    ax.set_xlim(left=0)
    ax.set_ylim(bottom=0)
    ax.set_xlabel(f"mean size of the effect on {measure.axis}")
    ax.set_ylabel("its standard deviation: interaction, curvature")
