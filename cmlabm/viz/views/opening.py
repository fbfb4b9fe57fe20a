"""What is shown until markets are set up."""

import solara

from cmlabm.viz.markets.session import Session
from cmlabm.viz.markets.stage import Stage


@solara.component
def Opening(session: Session, stage: Stage) -> None:
    """How long it takes: a question before a long one, else a way to stop it."""
    session.openings.get()

    def agree() -> None:
        stage.agree()
        session.openings.set(session.openings.value + 1)

    with solara.Div(classes=["cml-opening"]):
        if stage.asks:
            solara.Warning(f"{stage.cost} Smaller samples or fewer words or agents take less.")
            solara.Button("Set it up", color="primary", on_click=agree)
        else:
            solara.Info("Setting up …", dense=True)
            solara.ProgressLinear(True)
            solara.Button("Stop", on_click=stage.close)
