"""The page: four views under one bar, with its state in the address."""

from functools import partial
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as v
import solara
import solara.lab

from cmlabm.viz.fields.address import VIEWS
from cmlabm.viz.markets.session import Session
from cmlabm.viz.views.assistive import Assistive
from cmlabm.viz.views.browser import WatchBrowser
from cmlabm.viz.views.compare import Compare
from cmlabm.viz.views.live import Live
from cmlabm.viz.views.start import Start
from cmlabm.viz.views.study import Study

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


@solara.component
def Page() -> None:
    """One visitor's page."""
    session: Session = solara.use_memo(_arrive, [])
    solara.use_effect(lambda: session.close, [])
    with solara.Div():
        solara.Title("cmlabm")
        solara.Style(STYLE)
        address = session.address.value
        WatchBrowser(session.follow, address.query, replaces=address.replaces)
        Assistive()
        TopBar(session)
        with solara.Div(classes=["cml-body"]):
            if not session.arrivals.value:
                solara.ProgressLinear(True)
                return
            for complaint in session.complaints.value:
                solara.Warning(f"From the address: {complaint}", dense=True)
            match session.view.value:
                case "start":
                    Start()
                case "live":
                    Live(session)
                case "compare":
                    Compare(session)
                case "study":
                    Study(session)


@solara.component
def Layout(children: list[Any]) -> Any:
    """Nothing around the page: Solara's own frame draws it twice when its bar fills."""
    return solara.Div(children=children, classes=["cml-frame"])


@solara.component
def TopBar(session: Session) -> None:
    """The name, the views, and the choice of light or dark."""
    with v.Toolbar(color="primary", dark=True, dense=True, class_="cml-bar"):
        solara.Text("cmlabm", classes=["cml-brand"])
        v.Spacer()
        for name in VIEWS:
            current = ["cml-current"] if name == session.view.value else []
            solara.Button(
                name.capitalize(),
                text=True,
                on_click=partial(session.show, name),
                classes=[f"cml-view-{name}", *current],
            )
        solara.lab.ThemeToggle()


def _arrive() -> Session:
    solara.lab.theme.dark = None  # as the visitor's system has it, until the visitor chooses
    return Session()
