"""Figures, tables and charts that change together: one message to the browser for each picture.

The charts are drawn by ECharts, which comes with Solara's assets. ``solara.FigureEcharts`` would do
for one that stands still; it takes a message a chart, goes through its lists several times, and
fails in the browser if the chart is gone again before the library has arrived.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import solara

from cmlabm.viz.drawing.charts import Option, in_words
from cmlabm.viz.views.echarts import script_to_send


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its title, which can be saved as SVG and PNG.

    Attributes:
        title: above the chart; files are named after it.
        option: as ECharts takes it; the ``renderItem`` of a custom series is the name of a shape
            of ``board.vue``.
        text: what it shows, in words and figures, for those who do not see it; by default what
            can be told from the option.
        note: below the chart.
        height: in pixels, at least.
        is_tall: whether it takes the place of two.
    """

    title: str
    option: Option
    text: str = ""
    note: str = ""
    height: int = 340
    is_tall: bool = False


@solara.component_vue("board.vue")
def _Board(
    content: str,
    library: str,
    event_drawn: Callable[[int], object],
    event_clicked: Callable[[str], object],
    event_chosen: Callable[[str], object],
    event_wound: Callable[[int], object],
) -> None:
    """Show a content, given as JSON, and report when it is drawn and what is clicked."""


@solara.component
def Board(
    charts: Sequence[Figure],
    *,
    figures: str = "",
    table: str = "",
    below: str = "",
    day: int = 0,
    shown_day: int | None = None,
    query: str = "",
    on_drawn: Callable[[int], object] = int,
    on_click: Callable[[str], object] = str,
    on_choose: Callable[[str], object] = str,
    on_wind: Callable[[int], object] = int,
) -> None:
    """Charts under their titles, with key figures and a table above them.

    Args:
        charts: what is drawn.
        figures: HTML of key figures.
        table: HTML of a table.
        below: HTML of what stands below the charts.
        day: the last day there is.
        shown_day: the day that is shown; None: there is no choice of days.
        query: the query of a link that brings back what is shown.
        on_drawn: is called with the last day once the browser has drawn it.
        on_click: is called with the name of the point that was clicked.
        on_choose: is called with the ``data-choose`` of what was clicked in the HTML.
        on_wind: is called with the day that is to be shown.
    """
    content = {
        "figures": figures,
        "table": table,
        "below": below,
        "day": day,
        "shown_day": shown_day,
        "query": query,
        "charts": [
            {
                "title": chart.title,
                "file": file_name(chart.title),
                "option": chart.option,
                "text": chart.text or in_words(chart.title, chart.option),
                "note": chart.note,
                "height": chart.height,
                "tall": chart.is_tall,
            }
            for chart in charts
        ],
    }
    _Board(
        content=json.dumps(content),
        library=script_to_send(),
        event_drawn=on_drawn,
        event_clicked=on_click,
        event_chosen=on_choose,
        event_wound=on_wind,
    )


def file_name(title: str) -> str:
    """Return a title as the name of a file.

    Example:
        >>> file_name("Accuracy: second - first (tokens)")
        'accuracy-second-first-tokens'
    """
    return re.sub(r"[^a-z0-9_]+", "-", title.lower()).strip("-")
