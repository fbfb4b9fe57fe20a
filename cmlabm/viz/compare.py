"""The comparison: two markets on the same seed and days, and what the difference makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from math import isnan

import reacton.ipyvuetify as v
import solara
from mesa.visualization.utils import update_counter

from cmlabm.parameters import Parameters
from cmlabm.viz.board import Board
from cmlabm.viz.browser import use_dark
from cmlabm.viz.charts import Curve, Level, Option, curves
from cmlabm.viz.colours import Colours, colours
from cmlabm.viz.controls import Field, ParameterPanel, SeedField
from cmlabm.viz.entries import DEFAULTS, SEED, problems
from cmlabm.viz.key_figures import Figure, day_link, key_figures
from cmlabm.viz.market import Stage
from cmlabm.viz.opening import Opening
from cmlabm.viz.player import Player, use_open_stage
from cmlabm.viz.save import SaveCard
from cmlabm.viz.session import Session
from cmlabm.viz.trouble import Failures, Refused

NAMES = ("first", "second")


@solara.component
def Compare(session: Session) -> None:
    """Controls, what differs, and both markets."""
    stage = session.compared.value
    use_open_stage(session, stage)
    solara.use_effect(session.note_address, [stage])
    session.openings.get()
    first, second = session.settings(second=True)
    seed = session.seed.value
    entered, entered_second = problems(first, seed), problems(second, seed)
    with solara.Div(classes=["cml-page"]):
        with solara.Div(classes=["cml-side"]):
            with solara.Div(classes=["cml-controls"]):
                Player(session.compared, [first, second], seed).key(
                    f"pair-{session.arrivals.value}"
                )
                SeedField(seed, entered.get(SEED, ""), session.seed.set)
                _Waiting(session, entered | entered_second)
            with solara.Div(classes=["cml-parameters"]):
                solara.Text("In the second market", classes=["cml-card-title"])
                Differences(
                    session.changes.value,
                    first,
                    stage.markets[1].problems | entered_second,
                    session.changes.set,
                )
                solara.Text("In both", classes=["cml-card-title"])
                ParameterPanel(first, stage.first.problems | entered, session.enter)
                SaveCard(stage)
        with solara.Div(classes=["cml-main"]):
            if not stage.is_open:
                Opening(session, stage)
            elif stage.problem:
                solara.Error(stage.problem)
            else:
                for market in stage.markets:
                    if market.problems:
                        Refused(market.problems)
                Failures(stage).key("failures")
                if all(market.model is not None for market in stage.markets):
                    PairView(session, stage).key("pair")


@solara.component
def Differences(
    changes: Mapping[str, str],
    first: Mapping[str, str],
    wrong: Mapping[str, str],
    on_changes: Callable[[dict[str, str]], None],
) -> None:
    """Fields for what differs in the second market, and a choice of what else may."""
    for name, text in changes.items():

        def enter(entered: str, name: str = name) -> None:
            on_changes({**changes, name: entered})

        def drop(name: str = name) -> None:
            on_changes({k: t for k, t in changes.items() if k != name})

        with solara.Div(classes=["cml-difference"]).key(name):
            Field(name, text, wrong.get(name, ""), enter)
            solara.Button(icon_name="mdi-close", icon=True, small=True, on_click=drop)

    def add(name: str | None) -> None:
        if name:
            on_changes({**changes, name: first.get(name, DEFAULTS[name])})

    v.Autocomplete(
        label="change a parameter",
        items=[name for name in Parameters.model_fields if name not in changes],
        v_model=None,
        on_v_model=add,
        dense=True,
        hide_details=True,
        class_="cml-add",
    ).key(f"add-{len(changes)}")


@solara.component
def _Waiting(session: Session, wrong: Mapping[str, str]) -> None:
    if wrong:
        solara.Warning(f"{len(wrong)} wrong: {', '.join(wrong)}", dense=True)
    elif session.is_outdated():
        solara.Info("Changed: press Reset to start with these parameters.", dense=True)
    elif not session.changes.value:
        solara.Info("Choose below what differs in the second market.", dense=True)


@solara.component
def PairView(session: Session, stage: Stage) -> None:
    """The figures of both, their curves, and the differences day by day."""
    update_counter.get()
    palette = colours(use_dark())
    with stage.lock:
        day = stage.day
        figures, charts = (
            PairFigures.of(stage).as_html(session.query_with_day()),
            pair_charts(stage, palette),
        )
    Board(charts, table=figures, name="cml-pair", day=day, on_drawn=stage.pace.drawn)


@dataclass(frozen=True, slots=True)
class PairFigures:
    """The key figures of both markets, and how much the second has more."""

    rows: list[tuple[Figure, Figure, str]]

    @classmethod
    def of(cls, stage: Stage) -> "PairFigures":
        """Return the figures of an open stage, which must be locked."""
        first, second = (market.model for market in stage.markets)
        assert first is not None
        assert second is not None
        a, b = first.outcomes(), second.outcomes()
        differences = {
            "accuracy": _difference(a, b, "final_accuracy", 4),
            "change": _difference(a, b, "accuracy_gap", 4),
            "malicious": _difference(a, b, "malicious_final_balance", 2),
            "depletion": _difference(a, b, "malicious_depletion_days", 1),
            "honest": _difference(a, b, "honest_final_balance", 2),
            "day": "",
        }
        pairs = zip(key_figures(first), key_figures(second), strict=True)
        return cls([(one, other, differences[one.key]) for one, other in pairs])

    def as_html(self, query: str) -> str:
        """Return a table, with a link to its day."""
        rows = "".join(
            f'<tr data-figure="{one.key}"><th>{escape(one.name)}</th>'
            f"<td>{escape(one.shown)}</td><td>{escape(other.shown)}</td><td>{more}</td></tr>"
            for one, other, more in self.rows
        )
        head = "".join(f"<th>{name}</th>" for name in (*NAMES, "second - first"))
        head = f"<tr><th>{day_link(query)}</th>{head}</tr>"
        return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def pair_charts(stage: Stage, palette: Colours) -> dict[str, Option]:
    """Return the charts of an open stage, which must be locked."""
    series = [m.model.datacollector.model_vars for m in stage.markets if m.model is not None]
    charts = {}
    for what, names, digits in (
        ("Accuracy", {"accuracy": palette.accuracy}, 3),
        (
            "Balances",
            {"honest_balance": palette.honest, "malicious_balance": palette.malicious},
            0,
        ),
    ):
        lines = [
            Curve(
                f"{name.removesuffix('_balance')}, {which}",
                own[name],
                colour,
                dashed=which == "second",
            )
            for name, colour in names.items()
            for which, own in zip(NAMES, series, strict=True)
        ]
        title = what if digits else f"{what} (tokens)"
        charts[title] = curves(palette, lines, digits=digits, from_zero=digits == 0)
        differences = [
            Curve(
                name.removesuffix("_balance"),
                [b - a for a, b in zip(series[0][name], series[1][name], strict=False)],
                colour,
            )
            for name, colour in names.items()
        ]
        charts[f"{title}: second - first"] = curves(
            palette,
            differences,
            [Level("no difference", 0.0, palette.faint)],
            digits=digits,
            from_zero=False,
        )
    return charts


def _difference(
    first: Mapping[str, float], second: Mapping[str, float], name: str, digits: int
) -> str:
    more = float(second[name]) - float(first[name])
    return "" if isnan(more) else f"{more:+,.{digits}f}"
