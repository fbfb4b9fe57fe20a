"""The start: guided markets, each a link to the live view."""

from html import escape

import solara

from cmlabm.viz.fields.address import PageState, to_query
from cmlabm.viz.scenarios import SCENARIOS, Scenario


@solara.component
def Start() -> None:
    """What the page is for, and the guided markets."""
    with solara.Div(classes=["cml-start"]):
        solara.HTML(tag="div", unsafe_innerHTML=start_html())


@solara.component
def Guide(scenario: Scenario) -> None:
    """The text of a guided market above it."""
    solara.HTML(
        tag="div",
        classes=["cml-card", "cml-guide"],
        unsafe_innerHTML=f"<h2>{escape(scenario.title)}</h2>{_text(scenario)}",
    )


def start_html() -> str:
    """Return what stands on the start page."""
    cards = "".join(
        f'<article class="cml-card"><h2><a href="?{escape(link(scenario))}">'
        f"{escape(scenario.title)}</a></h2>{_text(scenario)}</article>"
        for scenario in SCENARIOS.values()
    )
    return (
        "<h1>A market for labels</h1>"
        "<p>Contributors send labelled samples to a contract, with a deposit for each; a shared"
        " model learns from them and decides later who gets the deposits. Watch who earns, who"
        " pays, and what becomes of the model.</p>"
        f'<div class="cml-scenarios">{cards}</div>'
        "<p>Live has every parameter, Compare two markets side by side, and Study the runs of a"
        " whole study.</p>"
    )


def link(scenario: Scenario) -> str:
    """Return the query that opens a guided market."""
    return to_query(PageState(entries=scenario.entries, seed=scenario.seed, scenario=scenario.id))


def _text(scenario: Scenario) -> str:
    return (
        f"<p>{escape(scenario.text)}</p><p><b>{escape(scenario.question)}</b></p>"
        f"<p><i>Watch:</i> {escape(scenario.watch)}</p>"
    )
