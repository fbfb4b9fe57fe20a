"""A chart drawn by ECharts, which comes with Solara's assets.

``solara.FigureEcharts`` does the same, but fails in the browser if the chart is gone again before
the library has arrived, and keeps the memory of every chart that was ever shown.
"""

import json
from collections.abc import Callable

import solara

from cmlabm.viz.charts import Option


@solara.component_vue("chart.vue")
def _Chart(option: str, height: int, event_clicked: Callable[[str], object]) -> None:
    """Draw an option, given as JSON, and report the name of what is clicked.

    As a text it is compared and sent as a whole; nested lists would be gone through several times.
    """


@solara.component
def Chart(
    title: str,
    option: Option,
    on_click: Callable[[str], object] = str,
    height: int = 250,
) -> None:
    """A chart under its title.

    Args:
        title: what it shows.
        option: as ECharts takes it.
        on_click: is called with the name of the point that was clicked.
        height: in pixels.
    """
    with solara.Div(classes=["cml-card"]):
        solara.Text(title, classes=["cml-card-title"])
        _Chart(option=json.dumps(option), height=height, event_clicked=on_click)
