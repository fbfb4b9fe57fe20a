"""What went wrong, as the views show it."""

from collections.abc import Mapping

import solara
from mesa.visualization.utils import update_counter

from cmlabm.viz.markets.stage import Stage


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


@solara.component
def Failures(stage: Stage) -> None:
    """The errors of a stage's markets, as soon as there are any."""
    update_counter.get()
    with solara.Div():
        for market in stage.markets:
            Traceback(market.failure)
