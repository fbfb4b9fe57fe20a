"""The page: three views under one bar, with its state in the address."""

from functools import partial
from pathlib import Path

import solara
import solara.lab

from cmlabm.viz.address import VIEWS
from cmlabm.viz.compare import Compare
from cmlabm.viz.ground import WatchGround
from cmlabm.viz.live import Live
from cmlabm.viz.session import Session
from cmlabm.viz.study import Study

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


@solara.component
def Page() -> None:
    """One visitor's page."""
    router = solara.use_router()
    query = router.search or ""
    session: Session = solara.use_memo(lambda: _arrive(query), [])
    session.push = lambda new: router.push(f"{router.path or '/'}?{new}")
    solara.use_effect(lambda: session.follow(query), [query])
    with solara.Div():
        solara.Title("cmlabm")
        solara.Style(STYLE)
        WatchGround()
        TopBar(session)
        for complaint in session.complaints.value:
            solara.Warning(f"From the address: {complaint}", dense=True)
        match session.view.value:
            case "live":
                Live(session)
            case "compare":
                Compare(session)
            case "study":
                Study(session)


@solara.component
def TopBar(session: Session) -> None:
    """The name, the views, and the choice of light or dark."""
    with solara.AppBarTitle():
        solara.Text("cmlabm", classes=["cml-brand"])
    with solara.AppBar():
        with solara.Div(classes=["cml-views"]):
            for name in VIEWS:
                current = ["cml-current"] if name == session.view.value else []
                solara.Button(
                    name.capitalize(),
                    text=True,
                    on_click=partial(session.show, name),
                    classes=[f"cml-view-{name}", *current],
                )
        solara.lab.ThemeToggle()


def _arrive(query: str) -> Session:
    solara.lab.theme.dark = None  # as the visitor's system has it, until the visitor chooses
    return Session(query)
