"""Small pieces that several views show."""

from collections.abc import Mapping

import solara

from cmlabm.viz.charts import Option


@solara.component
def Chart(title: str, option: Option, on_click: object = None, height: int = 250) -> None:
    """A chart under its title."""
    with solara.Div(classes=["cml-card"]):
        solara.Text(title, classes=["cml-card-title"])
        solara.FigureEcharts(
            option=option,
            attributes={"style": f"height: {height}px; width: 100%"},
            responsive=True,
            on_click=on_click,
        )


@solara.component
def Refused(problems: Mapping[str, str]) -> None:
    """What is wrong with the entries."""
    if problems:
        with solara.Error("The market was not set up. Correct the entry and press Reset."):
            for name, sentence in problems.items():
                solara.Text(f"{name}: {sentence}" if name else sentence)


@solara.component
def Traceback(failure: str) -> None:
    """An error inside the model, as Python reports it."""
    if failure:
        with solara.Error(f"The market stopped: {failure.strip().splitlines()[-1]}"):
            solara.Text("Change a parameter or the seed, and press Reset.")
        solara.Preformatted(failure, class_="cml-traceback")
