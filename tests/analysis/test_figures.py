"""Figures: drawn whatever the data, readable in grey, and without a trace in Matplotlib's state."""

from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from made_runs import make_factor, make_lifetimes
from matplotlib.figure import Figure

from cmlabm.analysis import Factor, draw_attack, draw_curves, draw_outcomes, draw_survival
from cmlabm.analysis.figures import style
from cmlabm.analysis.figures.curves import MOST_DAYS
from cmlabm.analysis.figures.search import draw_history
from cmlabm.report.write import save_figure


def brightness(shade: tuple[float, ...]) -> float:
    """Return how bright a colour is in grey (ITU-R BT.601)."""
    red, green, blue, _ = shade
    return 0.299 * red + 0.587 * green + 0.114 * blue


def series_of(factor: Factor, days: int = 4) -> pd.DataFrame:
    runs = pd.DataFrame({"run": np.repeat(factor.runs["run"], days)})
    runs["day"] = np.tile(np.arange(days), len(factor.runs))
    for name in ("accuracy", "honest_balance", "malicious_balance"):
        runs[name] = 1.0
    return runs


FACTORS = {
    "plain": make_lifetimes({1: [10.0, 20.0, 90.0], 2: [30.0, 40.0, 50.0]}, end=60),
    "one run": make_lifetimes({1: [10.0]}),
    "all censored": make_lifetimes({1: [10.0, 11.0], 2: [12.0, 13.0]}, end=5),
    "many levels": make_factor({level: [0.7, 0.8] for level in range(1, 12)}),
    "words": make_factor({"none": [0.7, 0.8], "deposit-refund-take": [0.8, 0.8]}),
    "no outcome": make_factor({1: [np.nan, np.nan], 2: [0.7, 0.8]}),
}


@pytest.mark.parametrize("name", FACTORS)
def test_any_factor_can_be_drawn(name: str) -> None:
    factor = FACTORS[name]
    for figure in (
        draw_outcomes(factor),
        draw_survival(factor),
        draw_curves(factor, series_of(factor)),
    ):
        figure.canvas.draw()
        labels = [ax.get_xlabel() + ax.get_ylabel() for ax in figure.axes]
        assert any(labels)


def test_axes_have_units() -> None:
    figure = draw_outcomes(FACTORS["plain"])
    assert [ax.get_ylabel() for ax in figure.axes] == [
        "final accuracy (share correct)",
        "accuracy gap (share correct)",
        "depletion time (days)",
        "final balance, all of a kind (tokens)",
    ]


def test_a_kind_of_agent_has_the_same_colour_everywhere() -> None:
    factor = FACTORS["plain"]
    balance = draw_outcomes(factor).axes[3]
    curves = draw_curves(factor, series_of(factor)).axes[2]
    for ax in (balance, curves):
        shown = {
            line.get_label(): {line.get_color(), line.get_markerfacecolor()} for line in ax.lines
        }
        assert style.HONEST in shown["honest"]
        assert style.MALICIOUS in shown["malicious"]


@pytest.mark.parametrize("days", [MOST_DAYS - 1, MOST_DAYS, MOST_DAYS + 1, 4 * MOST_DAYS])
def test_a_curve_of_many_days_has_no_more_points_than_can_be_seen(days: int) -> None:
    """The pages of long markets were megabytes of points that lay on each other."""
    factor = FACTORS["plain"]
    series = series_of(factor, days)
    series["accuracy"] = 1 - series["day"] / days
    drawn, values = map(np.asarray, draw_curves(factor, series).axes[0].lines[0].get_data())
    assert len(drawn) == min(days, MOST_DAYS)
    assert (drawn[0], drawn[-1]) == (0, days - 1)
    assert np.diff(drawn).max() <= days // MOST_DAYS + 1
    assert values == pytest.approx(1 - drawn / days)


def test_kinds_and_levels_differ_in_grey() -> None:
    assert style.MARKERS["honest"] != style.MARKERS["malicious"]
    assert style.LINES["honest"] != style.LINES["malicious"]
    greys = [brightness(shade) for shade in style.shades(6)]
    assert (np.diff(greys) > 0.05).all()


def test_an_attack_without_control_runs_is_drawn() -> None:
    table = pd.DataFrame({"setting": ["base case"], "regret": np.nan, "attacker_return": -0.9})
    for name in ("regret", "return"):
        table[f"{name}_low"] = table[f"{name}_high"] = np.nan
    assert isinstance(draw_attack(table), Figure)


def test_saving_leaves_the_settings_and_gives_the_same_bytes(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    path = tmp_path / "figure"
    first = save_figure(draw_survival(FACTORS["plain"]), path)
    png = path.with_suffix(".png").read_bytes()
    assert save_figure(draw_survival(FACTORS["plain"]), path) == first
    assert path.with_suffix(".png").read_bytes() == png
    assert dict(mpl.rcParams) == before


def long_levels(count: int) -> Factor:
    """Return a factor like one whose levels each set a behaviour, a number and a wait."""
    names = [f"liquidity-squeeze-{number} / 1 / 5400" for number in range(count)]
    return make_lifetimes({name: [10.0, 20.0, 30.0] for name in names}, name="malicious_behaviour")


@pytest.mark.parametrize("count", [7, 25])
def test_long_levels_stay_readable(count: int) -> None:
    factor = long_levels(count)
    outcomes, curves = draw_outcomes(factor), draw_curves(factor, series_of(factor))
    for figure in (outcomes, curves):
        figure.canvas.draw()
    # As drawn, letters upright: how far from each other the levels' names begin, and their height.
    lower = outcomes.axes[2]
    places = [lower.transData.transform((x, 0))[0] for x in lower.get_xticks()]
    (size,) = {float(text.get_fontsize()) for text in lower.get_xticklabels()}
    assert min(np.diff(places)) > size / 72 * outcomes.dpi
    boxes = [text.get_window_extent() for text in lower.get_xticklabels()]
    assert all(box.y0 >= 0 for box in boxes)
    assert lower.get_window_extent().height > 2.0 * outcomes.dpi
    titles = [ax.title.get_window_extent() for ax in curves.axes if ax.get_title()]
    assert not any(a.overlaps(b) for a, b in pairwise(titles))


@pytest.mark.parametrize("count", [3, 25])
def test_a_legend_of_many_curves_is_within_the_figure(count: int) -> None:
    figure = draw_survival(long_levels(count))
    figure.canvas.draw()
    legend = figure.axes[0].get_legend()
    assert legend is not None
    box = legend.get_window_extent()
    assert box.y0 >= 0
    assert box.x1 <= figure.bbox.x1
    assert box.y1 <= figure.bbox.y1


def test_figures_belong_to_no_window() -> None:
    assert draw_survival(FACTORS["plain"]).canvas.manager is None


def test_the_best_contract_so_far_is_one_within_the_limits() -> None:
    """The line would follow contracts that the search itself throws away."""
    trials = pd.DataFrame(
        {
            "trial": [0, 1, 2],
            "round": 1,
            "search": "contract",
            "regret": [0.03, 0.001, 0.02],
            "cost_of_protection": [0.0, 0.05, 0.005],
        }
    )
    confirmed = pd.DataFrame(
        {"candidate": ["2"], "regret": [0.02], "regret_low": [0.01], "regret_high": [0.03]}
    )
    within = {"cost_of_protection": 0.005}
    for limits, best in (({}, [0.03, 0.001, 0.001]), (within, [0.03, 0.03, 0.02])):
        lines = draw_history(trials, confirmed, "regret", limits).axes[0].lines
        (line,) = [line for line in lines if line.get_drawstyle() == "steps-post"]
        assert np.asarray(line.get_ydata()).tolist() == best
