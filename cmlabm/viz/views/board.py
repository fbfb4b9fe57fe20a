"""Figures, a table and charts that change together: one message to the browser for each picture.

The charts are drawn by ECharts, which comes with Solara's assets. ``solara.FigureEcharts`` would do
for one that stands still; it takes a message a chart, goes through its lists several times, and
fails in the browser if the chart is gone again before the library has arrived.
"""

import json
from collections.abc import Callable, Mapping

import solara

from cmlabm.viz.drawing.charts import Option


@solara.component_vue("board.vue")
def _Board(
    content: str,
    event_drawn: Callable[[int], object],
    event_clicked: Callable[[str], object],
) -> None:
    """Show a content, given as JSON, and report when it is drawn and what is clicked."""


@solara.component
def Board(
    charts: Mapping[str, Option],
    *,
    figures: str = "",
    table: str = "",
    name: str = "",
    height: int = 262,
    day: int = 0,
    on_drawn: Callable[[int], object] = int,
    on_click: Callable[[str], object] = str,
) -> None:
    """Charts under their titles, with figures and a table above them.

    Args:
        charts: options as ECharts takes them, by title.
        figures: HTML of key figures.
        table: HTML of a table.
        name: the table's class.
        height: of each chart, in pixels.
        day: the day that is shown.
        on_drawn: is called with the day once the browser has drawn it.
        on_click: is called with the name of the point that was clicked.
    """
    content = {
        "figures": figures,
        "table": table,
        "name": name,
        "day": day,
        "charts": [
            {"title": title, "option": option, "height": height} for title, option in charts.items()
        ],
    }
    _Board(content=json.dumps(content), event_drawn=on_drawn, event_clicked=on_click)
